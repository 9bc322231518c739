"""What there is to make, whether it may be made here, and in which order."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction

from accounts.models import Program, User
from home.demo.cast import NAMES
from peersupport.lib.clock import now
from scripts.demo_data import contacts, goals, people, reach_outs
from scripts.demo_data.people import PROGRAM
from scripts.demo_data.sql import run
from sessions.actions import tally_missing

DEMO_ADDRESS = "@example.org"
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Size:
    clients: int
    contacts: int
    with_words: int = 10_000
    years: int = 3

    @property
    def begins(self) -> datetime:
        return now() - timedelta(days=365 * self.years)


SIZES = {"small": Size(500, 20_000), "agency": Size(10_000, 1_000_000), "county": Size(50_000, 5_000_000)}


def where() -> str:
    name = connection.settings_dict["NAME"]
    return "PostgreSQL" if connection.vendor == "postgresql" else f"SQLite, {name} (slower; others wait meanwhile)"


def why_not() -> str:
    """ "" if it may be done. Makes the tables first, if there are none yet."""
    if not settings.DEMO:
        return "made-up people belong into the demo only (DEMO=true)."
    call_command("migrate", interactive=False, verbosity=0)
    call_command("createcachetable", verbosity=0)
    real = User.objects.filter(email__isnull=False).exclude(email__endswith=DEMO_ADDRESS)
    cast = User.objects.filter(email__in=[f"{name}{DEMO_ADDRESS}" for name in NAMES])
    if real.exists() or (User.objects.exists() and not cast.exists()):
        return "there are people here who are not of the demo."
    if Program.objects.filter(name__startswith=PROGRAM).exists():
        return "large demo data is here already. Delete the database (var/) to make it anew."
    return ""


def fill(size: Size, progress: Progress) -> None:
    """All of it, or nothing; then the database learns what it holds."""
    call_command("seed_demo", "--if-empty")
    with transaction.atomic():
        if connection.vendor == "postgresql":  # foreign keys are looked at now: millions must not wait for the end
            run("SET CONSTRAINTS ALL IMMEDIATE")
        people.add(size, progress)
        contacts.add(size, progress)
        reach_outs.add(size, progress)
        goals.add(size, progress)
        contacts.forget_numbers()
        tally_missing()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
