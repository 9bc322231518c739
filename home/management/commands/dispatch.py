from typing import Any

from django.core.management.base import BaseCommand

from home import actions


class Command(BaseCommand):
    help = "One pass over due work: what the clockwork does every ten seconds. Any number at once are safe."

    def handle(self, *_args: Any, **_options: Any) -> None:
        actions.tick()
