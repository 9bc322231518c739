from django.urls import include, path

urlpatterns = [
    path("", include("home.urls")),
    path("", include("reports.urls")),
    path("", include("checkins.urls")),
    path("", include("conversations.urls")),
    path("", include("sessions.urls")),
    path("", include("goals.urls")),
    path("", include("clients.urls")),
    path("", include("accounts.urls")),
]
handler400 = "home.views.status.bad_request"
handler403 = "home.views.status.forbidden"
handler404 = "home.views.status.not_found"
handler500 = "home.views.status.failed"
