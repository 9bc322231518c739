"""The product's own settings with kinds and channels made for chaos, and a quicker clockwork."""

import os

from peersupport.settings import *  # noqa: F403 -- reads the environment that the launcher sets
from peersupport.settings import CELERY_BEAT_SCHEDULE, INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "scripts.chaos"]
_every = float(os.environ.get("CHAOS_TICK", "10"))
CELERY_BEAT_SCHEDULE = {"tick": {**CELERY_BEAT_SCHEDULE["tick"], "schedule": _every, "options": {"expires": 10}}}
CELERY_BEAT_MAX_LOOP_INTERVAL = 1
