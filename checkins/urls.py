from django.urls import path

from checkins.views import agreements, answering, reply

app_name = "checkins"
urlpatterns = [
    path("clients/<uuid:pk>/check-ins/", answering.check_ins, name="list"),
    path("clients/<uuid:pk>/check-ins/new/", agreements.new, name="new"),
    path("clients/<uuid:pk>/check-ins/quiet/", answering.quiet_mark, name="quiet"),
    path("check-ins/<uuid:pk>/answer/", answering.answer, name="answer"),
    path("check-in-agreements/<uuid:pk>/change/", agreements.change, name="change"),
    path("check-in-agreements/<uuid:pk>/agree/", agreements.agree, name="agree"),
    path("check-in-agreements/<uuid:pk>/no-thanks/", agreements.say_no, name="say-no"),
    path("check-in-agreements/<uuid:pk>/take-back/", agreements.take_back, name="take-back"),
    path("check-in-agreements/<uuid:pk>/pause/", agreements.pause, name="pause"),
    path("check-in-agreements/<uuid:pk>/resume/", agreements.resume, name="resume"),
    path("check-in-agreements/<uuid:pk>/end/", agreements.end, name="end"),
    path("r/<str:token>/", reply.reply, name="reply"),
]
