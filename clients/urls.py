from django.urls import path

from clients import views

app_name = "clients"
urlpatterns = [
    path("clients/<uuid:pk>/open/", views.opening, name="opening"),
]
