"""The import itself: one pass over the file in one transaction."""

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import Program
from home.importing.known import Known
from home.importing.people import Row, Rules, bring_in, details, identity
from home.importing.problems import Problem, Unusable
from home.importing.table import Table
from peersupport.lib.refusals import Refusal


@dataclass
class Outcome:
    """Rows, counted; `written` is False where everything was taken back."""

    imported: int = 0
    already_here: int = 0
    refused: int = 0
    written: bool = False


def run(
    table: Table,
    program: Program,
    *,
    date_form: str | None,
    dry_run: bool,
    skip_bad: bool,
    tell: Callable[[Problem], None],
) -> Outcome:
    """Brings in whom the rows are about, and tells each problem as it is met.

    All or nothing: one refused row and nothing is written, unless `skip_bad`. `dry_run` does the same work and takes
    it back. Raises Unusable, with nothing written, where the file cannot be read to its end.
    """
    outcome = Outcome()
    with transaction.atomic(), closing(Known(_locked(program))) as known:
        rules = Rules.of(program, date_form)
        for number, cells in table.rows():
            row = Row(table, number, cells)
            _take(row, known, rules, outcome)
            for problem in sorted(row.problems, key=lambda problem: problem.column):
                tell(problem)
            outcome.refused += bool(row.problems)
        if not outcome.imported + outcome.already_here + outcome.refused:
            raise Unusable(
                _("There is nobody in this file: nothing stands below the first row."), row=table.heading_row
            )
        outcome.written = not dry_run and (skip_bad or not outcome.refused)
        if not outcome.written:
            transaction.set_rollback(True)
    return outcome


def _locked(program: Program) -> Program:
    """Two imports at once would not see each other's people: the second waits for the first."""
    return Program.objects.select_for_update(no_key=True).get(pk=program.pk)


def _take(row: Row, known: Known, rules: Rules, outcome: Outcome) -> None:
    who = identity(row) if row.has_shape() else None
    if who is None:
        return
    try:
        if known.find(who, row.number) is not None:
            outcome.already_here += 1
            return
        about = details(row, rules)
        if about is None:
            return
        with transaction.atomic():
            client = bring_in(who, about, known.digests(who), rules)
            known.note(client.pk, row.number)
        outcome.imported += 1
    except Refusal as refusal:
        row.refuse(refusal.field, str(refusal.sentence))
    except IntegrityError:
        row.refuse(None, _("Someone changed the same person at this moment. Please start again."))
