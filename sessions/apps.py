from django.apps import AppConfig


class SessionsConfig(AppConfig):
    name = "sessions"
    label = "peer_sessions"  # `sessions` is taken by django.contrib.sessions
