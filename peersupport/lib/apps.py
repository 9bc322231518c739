from django.apps import AppConfig


class LibConfig(AppConfig):
    name = "peersupport.lib"
    label = "lib"
