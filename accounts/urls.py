from django.urls import path

from accounts import views

urlpatterns = [
    path("accounts/login/", views.sign_in, name="account_login"),
    path("accounts/logout/", views.sign_out, name="account_logout"),
    path("accounts/resume/", views.resume, name="resume"),
    path("accounts/hat/", views.wear, name="wear"),
    path("language/", views.language, name="language"),
    path("leave/", views.leave, name="leave"),
    path("left/", views.left, name="left"),
]
