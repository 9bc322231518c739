from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "notifications"

    def ready(self) -> None:
        """Each app registers its kinds of delivery and its channels: the one way a low app reaches a high one."""
        from django.utils.module_loading import autodiscover_modules

        autodiscover_modules("channels", "deliveries")
