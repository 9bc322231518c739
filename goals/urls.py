from django.urls import path

from goals.views import comments, goal, hands, history, ideas, lists, live, paper, steps, victories

app_name = "goals"
urlpatterns = [
    path("clients/<uuid:pk>/goals/", lists.goals, name="list"),
    path("clients/<uuid:pk>/goals/put-away/", lists.put_away, name="put-away"),
    path("clients/<uuid:pk>/goals/paper/", paper.paper, name="paper"),
    path("clients/<uuid:pk>/goals/new/", lists.new, name="new"),
    path("clients/<uuid:pk>/goals/told/", lists.tell, name="tell"),
    path("clients/<uuid:pk>/ideas/new/", ideas.suggest_goal, name="suggest-goal"),
    path("goals/<uuid:pk>/", goal.goal, name="goal"),
    path("goals/<uuid:pk>/live/", live.live, name="live"),
    path("goals/<uuid:pk>/history/", history.history, name="history"),
    path("goals/<uuid:pk>/restore/", history.restore, name="restore"),
    path("goals/<uuid:pk>/settle/", goal.settle, name="settle"),
    path("goals/<uuid:pk>/order/", steps.order, name="order"),
    path("goals/<uuid:pk>/talk/", comments.talk, name="talk"),
    path("comments/<uuid:pk>/take-back/", comments.take_back, name="take-back"),
    path("goals/<uuid:pk>/steps/new/", steps.new_step, name="new-step"),
    path("goals/<uuid:pk>/steps/<uuid:step_pk>/", steps.step, name="step"),
    path("goals/<uuid:pk>/steps/<uuid:step_pk>/live/", live.live, name="live-step"),
    path("goals/<uuid:pk>/ideas/new/", ideas.suggest, name="suggest"),
    path("ideas/<uuid:pk>/answer/", ideas.answer, name="answer"),
    path("ideas/<uuid:pk>/my-way/", ideas.my_way, name="my-way"),
    path("ideas/<uuid:pk>/again/", ideas.offer_again, name="offer-again"),
    path("ideas/<uuid:pk>/told/", ideas.told_answer, name="told-answer"),
    path("ideas/<uuid:pk>/hand-over/", hands.hand_over_idea, name="hand-over-idea"),
    path("goals/<uuid:pk>/hand-over/", hands.hand_over_goal, name="hand-over-goal"),
    path("in-your-hands/", hands.in_hands, name="in-hands"),
    path("in-your-hands/my-way/", hands.in_hands_my_way, name="in-hands-my-way"),
    path("clients/<uuid:pk>/victories/", victories.victories, name="victories"),
    path("victories/<uuid:pk>/share/", victories.share, name="share-victory"),
    path("victories/<uuid:pk>/put-away/", victories.put_away, name="put-victory-away"),
    path("victories/<uuid:pk>/cheer/", victories.cheer, name="cheer"),
    path("cheers/<uuid:pk>/take-back/", victories.take_back, name="take-cheer-back"),
]
