import os
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Program
from home.importing.headings import folded
from home.importing.problems import Problem, Unusable, letters
from home.importing.run import Outcome, run
from home.importing.table import Table, read

REFUSED, UNUSABLE = 1, 2  # exit codes; 0: everyone in the file is here now


class Command(BaseCommand):
    help = "Brings in people from a program's spreadsheet, see docs/import.md. One refused row, and nothing is written."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="a CSV file whose first row names the columns")
        parser.add_argument("--dry-run", action="store_true", help="say what would happen, write nothing")
        parser.add_argument("--skip-bad", action="store_true", help="leave refused rows out and import the others")
        parser.add_argument("--program", help="which program they come to, if there are several")
        parser.add_argument("--date-form", type=str.upper, choices=["DMY", "MDY"], help="03/04/2026 is April, or March")
        parser.add_argument("--language", choices=[code for code, _name in settings.LANGUAGES], help="of what is said")

    def handle(self, *args: Any, file: Path, language: str | None, **options: Any) -> None:
        with translation.override(language or _language_of_the_terminal()):
            try:
                self._import(file, **options)
            except Unusable as error:
                raise CommandError(_placed(error), returncode=UNUSABLE) from error

    def _import(
        self, file: Path, *, dry_run: bool, skip_bad: bool, program: str | None, date_form: str | None, **_options: Any
    ) -> None:
        into = _program(program)
        table = read(file)
        if table.unread:
            names = ", ".join(_column(table, column) for column in table.unread)
            self.stdout.write(_("These columns are not read: %(columns)s.") % {"columns": names})

        def tell(problem: Problem) -> None:
            place = {"row": problem.row, "column": _column(table, problem.column)}
            self.stdout.write(_("Row %(row)d, column %(column)s:") % place + " " + problem.sentence)

        outcome = run(table, into, date_form=date_form, dry_run=dry_run, skip_bad=skip_bad, tell=tell)
        for line in _summary(outcome, dry_run=dry_run):
            self.stdout.write(line)
        if outcome.refused and not (skip_bad and outcome.imported + outcome.already_here):
            mend = _("Nothing was written. Please mend the rows named above and start again.")
            raise CommandError(mend if skip_bad else mend + " " + _or_skip(), returncode=REFUSED)


def _program(name: str | None) -> Program:
    programs = list(Program.objects.order_by("pk"))
    if name is not None:
        programs = [program for program in programs if folded(program.name) == folded(name)]
    if len(programs) == 1:
        return programs[0]
    if name is None and programs:
        raise Unusable(_("There are several programs here. Please say which one with --program."))
    if name is None:
        raise Unusable(_("There is no program here yet. Please set one up first."))
    raise Unusable(_("No program, or more than one, has this name."))


def _column(table: Table, column: int) -> str:
    """ "C (“Correo”)", or the letter alone if the heading may be more than a heading."""
    head = table.heads[column] if column < len(table.heads) else ""
    plain = 0 < len(head) <= 40 and head.isprintable() and "@" not in head and not any(map(str.isdigit, head))
    return f"{letters(column)} (“{head}”)" if plain else letters(column)


def _placed(error: Unusable) -> str:
    if error.row is None:
        return error.sentence
    place = {"row": error.row, "column": letters(error.column or 0)}
    return _("Row %(row)d, column %(column)s:") % place + " " + error.sentence


def _summary(outcome: Outcome, *, dry_run: bool) -> list[str]:
    """How many, in sentences. What was taken back would have happened."""
    count, lines = outcome.imported, []
    if outcome.written:
        says = ngettext("%(count)d person was imported.", "%(count)d people were imported.", count)
    else:
        says = ngettext("%(count)d person could be imported.", "%(count)d people could be imported.", count)
    lines.append(says % {"count": count})
    if count and outcome.written:
        lines[0] += " " + _("Nobody can sign in or is written to before they are invited.")
    if count := outcome.already_here:
        here = ngettext(
            "%(count)d person was here already; nothing about them was changed.",
            "%(count)d people were here already; nothing about them was changed.",
            count,
        )
        lines.append(here % {"count": count})
    if count := outcome.refused:
        lines.append(ngettext("%(count)d row was refused.", "%(count)d rows were refused.", count) % {"count": count})
    if dry_run:
        lines.append(_("This was a trial: nothing was written."))
    return lines


def _or_skip() -> str:
    return _("To leave them out and import the others, add --skip-bad.")


def _language_of_the_terminal() -> str:
    """As LANG and its kin say, if we speak it; else English."""
    said = next((os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), "")
    return said[:2] if said[:2] in dict(settings.LANGUAGES) else "en"
