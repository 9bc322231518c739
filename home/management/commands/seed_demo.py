from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from accounts.models import Role, User
from home.demo import cast, goals, support, times, year
from peersupport.lib.clock import now
from peersupport.lib.ids import repeatable


class Command(BaseCommand):
    help = "Fills an empty database with the demo cast and, unless DEMO_CAST_ONLY, a year of other people."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--if-empty", action="store_true", help="do nothing if people are here already")
        parser.add_argument("--print-sign-ins", action="store_true", help="only print who can sign in")

    def handle(self, *args: Any, if_empty: bool, print_sign_ins: bool, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("The demo people have a known password, so this works only with DEMO=true.")
        if print_sign_ins:
            self._print_sign_ins()
        elif not User.objects.exists():
            self._seed()
        elif not if_empty:
            raise CommandError("There are people here already; the demo is for an empty database.")

    @transaction.atomic
    def _seed(self) -> None:
        with repeatable(now().date().isoformat()):
            people = cast.seed()
            times.seed(people)
            goals.seed(people)
            support.seed(people)
        if not settings.DEMO_CAST_ONLY:
            year.seed(people)

    def _print_sign_ins(self) -> None:
        everyone = User.objects.filter(email__isnull=False)
        named = [f"{name}@example.org" for name in cast.NAMES]
        for user in everyone.filter(email__in=named).order_by("created_at", "pk"):
            kinds = Role.objects.open().filter(user=user).values_list("kind", flat=True)
            self.stdout.write(f"{user.email:<22} {', '.join(kinds)}")
        others = everyone.exclude(email__in=named).count()
        if others:
            self.stdout.write(f"and {others} others, by first name: ruth, rosario, hank, ruthanne …")
        self.stdout.write(f"password: {cast.PASSWORD}")
