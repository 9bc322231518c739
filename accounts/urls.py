from django.urls import path

from accounts.views import codes, hands, kept, passwords, second_factor, sign_in, sign_ins, way_back

urlpatterns = [
    path("accounts/login/", sign_in.sign_in, name="account_login"),
    path("accounts/login/code/", codes.ask, name="ask-for-code"),
    path("accounts/login/code/enter/", codes.enter, name="sign-in-code"),
    path("accounts/password/forgotten/", passwords.forgotten, name="forgotten-password"),
    path("accounts/password/new/", passwords.new_password, name="new-password"),
    path("accounts/password/paper/", way_back.from_paper, name="paper-code"),
    path("accounts/logout/", sign_in.sign_out, name="account_logout"),
    path("accounts/resume/", kept.resume, name="resume"),
    path("accounts/stay/", sign_in.stay, name="stay"),
    path("accounts/take-back/", hands.take_back, name="take-back"),
    path("accounts/sign-ins/", sign_ins.sign_ins, name="sign-ins"),
    path("accounts/hat/", sign_in.wear, name="wear"),
    path("accounts/code/", second_factor.at_sign_in, name="mfa_authenticate"),
    path("accounts/second-factor/", second_factor.second_factor, name="second-factor"),
    path("accounts/second-factor/recovery-codes/", second_factor.recovery_codes, name="recovery-codes"),
    path("accounts/<uuid:pk>/second-factor/reset/", second_factor.reset, name="reset-second-factor"),
    path("language/", sign_in.language, name="language"),
    path("leave/", sign_in.leave, name="leave"),
    path("left/", sign_in.left, name="left"),
]
