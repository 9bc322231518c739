import logging.config
import os
from typing import Any

from celery import Celery, signals
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "peersupport.settings")

app = Celery("peersupport")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@signals.setup_logging.connect
def keep_our_log_lines(**_kwargs: Any) -> None:
    """Celery would replace the root handlers, and with them the formatter that redacts."""
    logging.config.dictConfig(settings.LOGGING)
