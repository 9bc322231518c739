from django.urls import path

from sessions import views

app_name = "contacts"
urlpatterns = [
    path("contacts/new/", views.choose, name="choose"),
    path("contacts/<uuid:pk>/", views.log, name="log"),
    path("contacts/<uuid:pk>/edit/", views.edit, name="edit"),
    path("contacts/<uuid:pk>/sign/", views.sign, name="sign"),
    path("contacts/<uuid:pk>/correct/", views.correct, name="correct"),
    path("contacts/<uuid:pk>/open/", views.open_log, name="open"),
    path("contacts/<uuid:pk>/mistake/", views.mistake, name="mistake"),
    path("contacts/<uuid:pk>/words/", views.add_words, name="add-words"),
    path("contacts/<uuid:pk>/words/<uuid:word_pk>/take-back/", views.take_back, name="take-back"),
    path("clients/<uuid:pk>/contacts/", views.times, name="times"),
    path("clients/<uuid:pk>/contacts/new/", views.new, name="new"),
]
