from django.urls import path

from home.views import clients, more, my_email, privacy, programs, reach_me, status, today

urlpatterns = [
    path("", today.home, name="home"),
    path("clients/", clients.clients, name="clients"),
    path("clients/<uuid:pk>/", clients.client_page, name="client"),
    path("clients/<uuid:pk>/privacy/", privacy.my_privacy, name="my-privacy"),
    path("clients/<uuid:pk>/privacy/keep-away/", privacy.keep_someone_away, name="keep-away"),
    path("clients/<uuid:pk>/privacy/keep-away/<uuid:kept_pk>/end/", privacy.let_someone_back, name="let-back"),
    path("wishes/<uuid:pk>/", privacy.settle, name="settle"),
    path("reach-me/", reach_me.reach_me, name="reach-me"),
    path("reach-me/<uuid:pk>/", reach_me.point, name="reach-me-point"),
    path("reach-me/<uuid:pk>/code/", reach_me.confirm, name="reach-me-code"),
    path("reach-me/<uuid:pk>/new-code/", reach_me.new_code, name="reach-me-new-code"),
    path("reach-me/<uuid:pk>/end/", reach_me.end, name="reach-me-end"),
    path("setup/", programs.setup, name="setup"),
    path("programs/", programs.programs, name="programs"),
    path("programs/<uuid:pk>/", programs.program, name="program"),
    path("programs/<uuid:pk>/lines/", programs.lines, name="lines"),
    path("programs/<uuid:pk>/lines/<uuid:line_pk>/", programs.line, name="line"),
    path("more/", more.more, name="more"),
    path("more/e-mail/", my_email.my_email, name="my-email"),
    path("more/e-mail/code/", my_email.code, name="my-email-code"),
    path("leaving/", more.leaving, name="leaving"),
    path("healthz", status.healthz, name="healthz"),
    path("readyz", status.readyz, name="readyz"),
]
