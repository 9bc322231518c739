from django.urls import path

from conversations import views

app_name = "conversations"
urlpatterns = [
    path("reach-out/", views.reach_out, name="reach-out"),
    path("reach-outs/<uuid:pk>/", views.state, name="state"),
    path("reach-outs/<uuid:pk>/take-back/", views.take_back, name="take-back"),
    path("reach-outs/<uuid:pk>/seen/", views.seen, name="seen"),
    path("reach-outs/<uuid:pk>/answered/", views.answered, name="answered"),
    path("reach-outs/<uuid:pk>/open/", views.open_words, name="open"),
]
