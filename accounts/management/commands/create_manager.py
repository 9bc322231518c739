import getpass
import sys
import zoneinfo
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email
from django.db import transaction

from accounts import actions
from accounts.models import Program, Role, User


class Command(BaseCommand):
    help = (
        "Gives an installation its manager, and a program to run if there is none yet: the first step on an empty one. "
        "What is not given is asked for. The password always is; where nobody sits at the keyboard it is the first "
        "line of the input."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--email", help="what they sign in with; someone who is here already keeps their password")
        parser.add_argument("--first-name", help="the name they go by")
        parser.add_argument("--last-name", default="")
        parser.add_argument("--language", choices=[code for code, _name in settings.LANGUAGES], default="en")
        parser.add_argument("--time-zone", help="theirs, and that of a new program: America/Denver")
        parser.add_argument("--program", help="which program, if there are several; or the name of the first one")

    def handle(self, *args: Any, email: str | None, program: str | None, **about: Any) -> None:
        address = _email(email or _ask("E-mail address: "))
        known = User.objects.filter(email=address).first()
        if known is not None and not known.is_active:
            raise CommandError("The sign-in of this person is closed. Another manager can invite them again.")
        about["time_zone"] = _zone(about["time_zone"])
        with transaction.atomic():
            user = known or _new_person(address, about)
            runs = _program(program, about["time_zone"])
            if Role.objects.open().filter(user=user, kind=Role.Kind.MANAGER, program=runs).exists():
                raise CommandError(f"{user.first_name} runs this program already.")
            actions.give_role(user, Role.Kind.MANAGER, program=runs, by=None)
        self.stdout.write(f"{user.first_name} runs the program “{runs.name}” now. Sign in at {settings.PUBLIC_URL}/")


def _new_person(address: str, about: dict[str, Any]) -> User:
    first_name = (about["first_name"] or _ask("First name: ")).strip()
    if not 0 < len(first_name) <= 80:
        raise CommandError("The first name is missing, or too long.")
    names = {"first_name": first_name, "last_name": about["last_name"].strip()[:80]}
    password = _password(User(email=address, **names))
    return actions.create_person(
        **names,
        email=address,
        password=password,
        language=about["language"],
        time_zone=about["time_zone"],
        by=None,
    )


def _program(name: str | None, zone: str) -> Program:
    programs = list(Program.objects.order_by("pk"))
    if not programs:
        return actions.create_program(name or settings.ORGANIZATION_NAME, time_zone=zone, by=None)
    found = [program for program in programs if name is None or program.name.casefold() == name.strip().casefold()]
    if len(found) == 1:
        return found[0]
    names = ", ".join(f"“{program.name}”" for program in programs)
    raise CommandError(f"Please say with --program which one: {names}.")


def _email(said: str) -> str:
    address = said.strip().lower()
    try:
        validate_email(address)
    except ValidationError as error:
        raise CommandError("This does not look like an e-mail address.") from error
    return address


def _zone(said: str | None) -> str:
    name = said or "America/Los_Angeles"
    if name not in zoneinfo.available_timezones():
        raise CommandError("There is no such time zone. They look like America/Denver.")
    return name


def _password(user: User) -> str:
    if sys.stdin.isatty():
        first = getpass.getpass("Password: ")
        if getpass.getpass("Password, once more: ") != first:
            raise CommandError("These two passwords differ. Nothing was saved.")
    else:
        first = sys.stdin.readline().rstrip("\n")
    try:
        validate_password(first, user)
    except ValidationError as error:
        raise CommandError(" ".join(error.messages)) from error
    return first


def _ask(question: str) -> str:
    if not sys.stdin.isatty():
        raise CommandError("Please give --email and --first-name; the password is the first line of the input.")
    return input(question)
