"""Collects the texts to translate into locale/, and compiles the catalogs. gettext's guesses are left out:
an untranslated text is found by the suite, a wrong guess by nobody."""

import os

import django
from django.core.management import call_command
from django.core.management.commands.makemessages import Command

ELSEWHERE = [".venv", "node_modules", "scripts", "tests", "var"]


class Collect(Command):
    msgmerge_options = [*Command.msgmerge_options, "--no-fuzzy-matching"]


if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    django.setup()
    call_command(Collect(), locale=["es"], ignore_patterns=ELSEWHERE, no_location=True, no_wrap=True, no_obsolete=True)
    call_command("compilemessages", locale=["es"], ignore_patterns=ELSEWHERE)
