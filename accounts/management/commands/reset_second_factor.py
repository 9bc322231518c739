from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.actions.second_factor import reset_second_factor
from accounts.permissions import person_called
from peersupport.lib.refusals import Refusal


class Command(BaseCommand):
    help = (
        "Takes off a lost second factor, for a manager whom no other manager can help. They are told at next sign-in."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email", help="the address they sign in with")
        parser.add_argument("--how-proved", required=True, help="how you made sure who they are; they will read it")

    def handle(self, *args: Any, email: str, how_proved: str, **options: Any) -> None:
        person = person_called(email)
        if person is None:
            raise CommandError(f"Nobody signs in as {email}.")
        try:
            reset_second_factor(person, how_proved, language="en", by=None)
        except Refusal as refusal:
            raise CommandError(str(refusal.sentence)) from refusal
        self.stdout.write("Taken off. At the next sign-in they set up a new one.")
