from django.urls import path

from accounts.views import kept, sign_in

urlpatterns = [
    path("accounts/login/", sign_in.sign_in, name="account_login"),
    path("accounts/logout/", sign_in.sign_out, name="account_logout"),
    path("accounts/resume/", kept.resume, name="resume"),
    path("accounts/hat/", sign_in.wear, name="wear"),
    path("language/", sign_in.language, name="language"),
    path("leave/", sign_in.leave, name="leave"),
    path("left/", sign_in.left, name="left"),
]
