from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from sessions import actions


class Command(BaseCommand):
    help = (
        "Compares what reports add up with the contact logs themselves. Exit status 1 where they differ. "
        "With --mend works out anew what is wrong or missing, while everyone goes on; also after a program's time zone "
        "was changed in the database."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--mend", action="store_true", help="work out anew what is wrong")

    def handle(self, *_args: Any, **options: Any) -> None:
        wrong = actions.wrong_tallies()
        if wrong and not options["mend"]:
            raise CommandError(f"{len(wrong)} contact logs count as something else than they are. Run it with --mend.")
        actions.mend_tallies(wrong)
        self.stdout.write(f"{len(wrong)} mended." if wrong else "Every contact log counts as what it is.")
