"""One save of a goal or a step: dirty fields, the version they were based on, and the form's own id.

Both are written under the lock of the goal's row, and by compare and set besides (RELIABILITY.md, section 2).
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import Actor, User
from goals.models import Goal, Revision, Step
from goals.models.revisions import SAID_IN
from goals.rules import (
    FIELD,
    SAID_IN_PERSON,
    TEXTS,
    Merged,
    Way,
    as_text,
    merge,
    put_beside,
    settle,
    waits_beside,
)
from peersupport.lib.clock import now
from peersupport.lib.ids import new_id
from peersupport.lib.refusals import Refusal, Stale, UsedForm
from peersupport.lib.sealed import fingerprint, seal

_LOOK_BACK = 50  # revisions read at a time, newest first
Columns = Callable[[dict[str, Any]], dict[str, Any]]


class NotTheirs(Refusal):
    """A field that this hat may not write, whatever the form was made to hold."""


@dataclass(frozen=True)
class Sent:
    """What a form held. `base`: the version of the row it showed. `told`: in the client's name, in the way `way` says.

    `continues`: the `op_id` of the save before it, of someone who is still typing in the same window.
    `languages`: of the texts whose writer said so; the others are in `language`, that of the page.
    `said_by`: whose words its texts are, if not those of whoever sends it. `restores`: the save they are brought from.
    """

    fields: Mapping[str, Any]
    base: int
    op_id: UUID
    language: str = "en"
    told: bool = False
    continues: UUID | None = None
    way: Way = SAID_IN_PERSON
    languages: Mapping[str, str] = field(default_factory=dict)
    said_by: User | None = None
    restores: Revision | None = None

    @property
    def way_facts(self) -> dict[str, str]:
        return self.way.facts if self.told else {}

    def language_of(self, name: str) -> str:
        return self.languages.get(name, self.language)

    def fingerprint(self, about: UUID, *more: str) -> str:
        more = (*more, self.restores.pk.hex) if self.restores else more
        pairs = (part for name in sorted(self.fields) for part in (name, as_text(self.fields[name])))
        said = (part for pair in (*self.way_facts.items(), *sorted(self.languages.items())) for part in pair)
        return fingerprint(str(about), str(self.told), *more, *said, *pairs)


@dataclass(frozen=True)
class Marks:
    """What a revision says beyond the fields."""

    facts: dict[str, str] = field(default_factory=dict)
    settles: Revision | None = None
    continues: Revision | None = None
    version: int | None = None


def write(row: Goal | Step, sent: Sent, *, allowed: Collection[str], columns: Columns, by: Actor) -> Revision:
    """Saves into a row that is held. The same form sent again gives the revision it made.

    `allowed`: the fields this hat may write. `columns`: what else belongs into the UPDATE, given what is applied.
    """
    digest = sent.fingerprint(row.pk)
    before = made_before(sent.op_id, digest, by=by)
    if before is not None:
        return before
    refuse_strange_fields(sent.fields, allowed)
    refuse_the_future(row, sent.base)
    earlier = _continued(row, sent, by=by)
    sent, mine = _based_on(sent, earlier), earlier.pk.hex if earlier else ""
    touched, base = _since(row, sent)
    current, standing = values(row, sent.fields), waits_beside(row.beside, mine)
    merged = merge(sent.fields, current=current, touched=touched, base=base, standing=standing)
    pk, version = new_id(), None
    relabelled = _relabelled(row, sent, merged)
    if merged.apply or merged.beside or merged.agreed or relabelled:
        version, beside = row.version + 1, put_beside(row.beside, merged.beside, pk.hex, instead_of=mine)
        for name in merged.agreed:
            beside = settle(beside, name, mine, FIELD)
        texts = text_columns(row, merged.apply, sent.language_of)
        texts["languages"] = {**texts.get("languages", row.languages), **relabelled}
        set_columns(row, **texts, **columns(merged.apply), beside=beside)
    return keep_revision(row, sent, merged, digest, Marks(continues=earlier, version=version), pk=pk, by=by)


def values(row: Goal | Step, names: Iterable[str]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}


def _relabelled(row: Goal | Step, sent: Sent, merged: Merged) -> dict[str, str]:
    """Texts that stay as they are, of which someone says that they are in another language."""
    return {
        name: language
        for name, language in sent.languages.items()
        if name in sent.fields and name not in {*merged.apply, *merged.beside, *merged.refused}
        if getattr(row, name) and row.languages.get(name) != language
    }


def text_columns(row: Goal | Step, applied: Mapping[str, Any], language_of: Callable[[str], str]) -> dict[str, Any]:
    """The UPDATE's columns for these values: texts sealed for this row, with the language they are written in."""
    texts = {name: value for name, value in applied.items() if name in TEXTS}
    plain = {name: value for name, value in applied.items() if name not in TEXTS}
    if texts:
        plain["languages"] = {**row.languages, **{name: language_of(name) for name in texts}}
    return {**plain, **seal(type(row), row.pk, **texts)}


def set_columns(row: Goal | Step, **columns: Any) -> None:
    """The last guard: a row that moved on although it was held is not written over."""
    if isinstance(row, Goal):
        rows: QuerySet[Any] = Goal.objects.filter(pk=row.pk)
        columns["page_version"] = F("page_version") + 1
    else:
        rows = Step.objects.filter(pk=row.pk)
        Goal.objects.filter(pk=row.goal_id).stir()
    if not rows.filter(version=row.version).update(version=row.version + 1, changed_at=now(), **columns):
        raise Stale(_("This changed just now. What you typed is still here; please save once more."))


def keep_revision(
    row: Goal | Step, sent: Sent, merged: Merged, digest: str, marks: Marks, *, pk: UUID | None = None, by: Actor
) -> Revision:
    """One row for one save. A form used before, elsewhere, is refused."""
    brought = {**merged.apply, **merged.beside, **merged.refused}
    texts = {name: value for name, value in brought.items() if name in TEXTS}
    facts = {name: as_text(value) for name, value in brought.items() if name not in TEXTS}
    goal, pk = row.goal if isinstance(row, Step) else row, pk or new_id()
    try:
        with transaction.atomic():
            return Revision.objects.create(
                pk=pk,
                goal=goal,
                step=row if isinstance(row, Step) else None,
                author=by.user,
                told=sent.told,
                op_id=sent.op_id,
                op_fingerprint=digest,
                base_version=sent.base,
                version=marks.version,
                changed=sorted(merged.apply),
                set_beside=sorted([*merged.beside, *merged.refused]),
                facts={**facts, **sent.way_facts, **said_in(sent, texts), **marks.facts},
                settles=marks.settles,
                continues=marks.continues,
                restores=sent.restores,
                said_by=sent.said_by,
                visibility=merged.apply.get("visibility", goal.visibility),
                language=sent.language,
                **seal(Revision, pk, **texts),
            )
    except IntegrityError as error:
        raise used_form() from error


def said_in(sent: Sent, texts: Iterable[str]) -> dict[str, str]:
    """Which of the texts are in another language than their page, as a revision keeps it."""
    return {f"{SAID_IN}{name}": sent.language_of(name) for name in texts if sent.language_of(name) != sent.language}


def made_before(op_id: UUID, digest: str, *, by: Actor) -> Revision | None:
    """The revision this very form made. Refuses a form that was sent with other content, or is someone else's."""
    found = list(Revision.objects.filter(op_id=op_id).select_related("goal", "step"))
    mine = next((revision for revision in found if revision.author_id == by.person_id), None)
    if mine is not None and mine.op_fingerprint == digest:
        return mine
    if mine is not None:
        raise used_form()
    if found:
        raise UsedForm(_("This form belongs to someone else, so nothing was saved. What you typed is still here."))
    return None


def used_form() -> UsedForm:
    return UsedForm(
        _("This form was saved before, with other words. What you typed is still here; save again to keep it as well.")
    )


def refuse_strange_fields(fields: Iterable[str], allowed: Collection[str]) -> None:
    """Whatever the form was made to hold: fields that are not this person's to write are never written."""
    strange = sorted(set(fields) - set(allowed))
    if strange:
        raise NotTheirs(
            _("These words are not yours to change, so nothing was saved. You can offer yours as an idea."),
            field=strange[0],
        )


def stayed_out(revision: Revision) -> list[str]:
    """Fields of a save that neither were applied nor stand beside: choices and emptied texts from an older page."""
    return [name for name in revision.set_beside if name not in TEXTS or not getattr(revision, name)]


def refuse_the_future(row: Goal | Step, base: int) -> None:
    if base > row.version:
        raise Stale(
            _("This page says it is newer than what is saved. Nothing was saved; what you typed is still here."),
            stands=row,
        )


def changed_since(row: Goal | Step, base: int) -> set[str]:
    """Fields that got another value after that version, whoever wrote it."""
    lists = Revision.objects.of_row(row).filter(version__gt=base).values_list("changed", flat=True)
    return {name for names in lists for name in names}


def _continued(row: Goal | Step, sent: Sent, *, by: Actor) -> Revision | None:
    """The save that this one goes on with; None if there is none of this person's about this row."""
    if sent.continues is None:
        return None
    found = Revision.objects.of_row(row).filter(op_id=sent.continues, author=by.user, told=sent.told)
    return found.facts().first()


def _based_on(sent: Sent, earlier: Revision | None) -> Sent:
    """Whoever types on has seen what they typed, even if they have not heard yet that it was saved."""
    if earlier is None or earlier.version is None or not set(sent.fields) <= set(earlier.changed):
        return sent
    return replace(sent, base=max(sent.base, earlier.version))


def _since(row: Goal | Step, sent: Sent) -> tuple[set[str], dict[str, str]]:
    """What changed since the form was opened, and what the form showed of it."""
    if sent.base == row.version:
        return set(), {}
    touched = changed_since(row, sent.base) & set(sent.fields)
    return touched, _at(row, sent.base, touched)


def _at(row: Goal | Step, version: int, names: Collection[str]) -> dict[str, str]:
    """The values of fields at an earlier version: each as the newest revision up to there has it."""
    found: dict[str, str] = {}
    rows = Revision.objects.of_row(row).filter(version__lte=version).order_by("-version")
    start = 0
    while set(names) - set(found):
        few = list(rows.facts()[start : start + _LOOK_BACK])
        wanted: dict[str, UUID] = {}
        for revision in few:
            for name in set(revision.changed) & set(names) - set(found) - set(wanted):
                wanted[name] = revision.pk
        full = Revision.objects.in_bulk(set(wanted.values()))
        found |= {name: _value(full[pk], name) for name, pk in wanted.items()}
        if len(few) < _LOOK_BACK:
            break
        start += _LOOK_BACK
    return {name: found.get(name, "") for name in names}


def _value(revision: Revision, name: str) -> str:
    return str(getattr(revision, name)) if name in TEXTS else str(revision.facts.get(name, ""))
