"""Who changed what, when: each save of a goal in plain words, with its texts for whoever may read them."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Actor
from clients.models import Client
from clients.permissions import Helper, is_own
from goals.models import Goal, Revision, Step
from goals.models.goals import GOAL_FACTS, GOAL_TEXTS, OWN_WORDS, STEP_FACTS, STEP_TEXTS, Visibility
from goals.pages.folding import folded
from goals.pages.texts import label_of
from goals.permissions.rights import may_write_as_told, step_fields, writable
from goals.rules import BESIDE, BOTH, EARLIER, FIELD, LATER, TEXTS, stands_beside
from goals.trust import visibility_in_words
from peersupport.lib.sealed import words_of
from peersupport.lib.when import day_in_words

_ORDER = (*GOAL_TEXTS, *STEP_TEXTS, *STEP_FACTS, *GOAL_FACTS)


@dataclass(frozen=True)
class Line:
    """One thing that a save did. `text` is empty where there is none, or where this reader may not read it.

    `aside`: the text does not stand in the goal now. `bring`: what the button says to the server that brings it back.
    """

    says: Any
    text: str = ""
    own_voice: bool = False
    language: str = ""
    name: str = ""
    aside: bool = False
    bring: str = ""


@dataclass(frozen=True)
class Entry:
    """One save. `before`: those before it of someone who was still writing, newest first."""

    revision: Revision
    by_reader: bool
    lines: list[Line]
    before: list["Entry"] = field(default_factory=list)


@dataclass(frozen=True)
class Reader:
    """Who reads a history, and what of it they may see and do."""

    actor: Actor
    goal: Goal
    words: bool
    specialist: Helper | None  # who walks with the client today

    def specialist_at(self, moment: datetime) -> str:
        """By name; "" where it was, or may have been, somebody else."""
        known = self.specialist
        return known.person.first_name if known and known.since and known.since <= moment else ""

    @property
    def own(self) -> bool:
        return is_own(self.actor, self.goal.client)

    @cached_property
    def may_write(self) -> frozenset[str]:
        client = self.goal.client
        told = may_write_as_told(self.actor, client)
        return writable(self.actor, client, told=told) | writable(self.actor, client, told=False)

    @cached_property
    def may_write_steps(self) -> frozenset[str]:
        return step_fields(self.actor, self.goal.client)


def entries_of(reader: Reader, revisions: list[Revision], *, aside: bool = False) -> list[Entry]:
    """Saves that were loaded for this reader, with their words if `words`; those that did nothing are left out.

    `aside`: only texts that do not stand in the goal now.
    """
    found = []
    for group in folded(revisions):
        entry, *before = (_entry(reader, revision, aside=aside) for revision in group)
        before = [one for one in before if one.lines]
        if entry.lines or before:
            found.append(replace(entry, before=before))
    return found


def _entry(reader: Reader, revision: Revision, *, aside: bool) -> Entry:
    lines = _lines(revision, reader)
    if reader.words:
        lines = [_with_its_place(reader, revision, line) for line in lines]
    return Entry(
        revision, revision.author_id == reader.actor.person_id, [line for line in lines if line.aside or not aside]
    )


def _with_its_place(reader: Reader, revision: Revision, line: Line) -> Line:
    """Whether its text stands in the goal now, and how to bring it back if not."""
    if not line.name or not line.text:
        return line
    row: Goal | Step = revision.step or reader.goal
    if line.text == getattr(row, line.name) or stands_beside(row.beside, line.name, revision.pk.hex):
        return line
    allowed = line.name in (reader.may_write_steps if revision.step else reader.may_write)
    return replace(line, aside=True, bring=button_for(revision, line.name, row) if allowed else "")


def button_for(revision: Revision, name: str, row: Goal | Step) -> str:
    """Which text is brought back, and the version of its goal or step that the page shows."""
    return f"{revision.pk.hex}.{name}.{row.version}"


def _lines(revision: Revision, reader: Reader) -> list[Line]:
    client, own, words = reader.goal.client, reader.own, reader.words
    if "moved" in revision.facts:
        return [_about_step(revision, client, words=words, says=_MOVED[revision.facts["moved"]])]
    if "kept" in revision.facts:
        return [_settled(revision, client, own=own, words=words)]
    lines = []
    if revision.base_version == 0:
        lines.append(Line(_("A new step") if revision.step_id else _("This goal begins")))
    elif revision.step_id and "what" not in revision.changed and "what" not in revision.set_beside:
        lines.append(_about_step(revision, client, words=words))
    if revision.restores_id and (revision.changed or revision.set_beside):
        lines.append(Line(_brought_back(revision, client, own=own)))
    lines += [_line(revision, name, reader) for name in revision.changed if _tells(revision, name)]
    for name in _in_order(revision.set_beside):
        line = _line(revision, name, reader)
        says = _("Set beside, because something else was saved there meanwhile: %(what)s") % {"what": line.says}
        lines.append(replace(line, says=says))
    return lines if revision.changed or revision.set_beside else []


def _in_order(names: list[str]) -> list[str]:
    """As the page of the goal has them."""
    return sorted(names, key=_ORDER.index)


def _tells(revision: Revision, name: str) -> bool:
    """Where a new row stands goes without saying."""
    return revision.base_version > 0 or name not in {"lifecycle", "status"}


def _line(revision: Revision, name: str, reader: Reader) -> Line:
    client = reader.goal.client
    if name in TEXTS:
        text = getattr(revision, name) if reader.words else ""
        label = _("What the step is") if name == "what" else label_of(name, client, own=reader.own)
        return Line(label, text, _own_voice(revision, name, client), revision.language_of(name), name)
    return Line(_fact(name, revision.facts.get(name, ""), reader.specialist_at(revision.at), own=reader.own))


_MOVED = {EARLIER: gettext_lazy("Moved one place earlier"), LATER: gettext_lazy("Moved one place later")}


def _about_step(revision: Revision, client: Client, *, words: bool, says: Any = "") -> Line:
    assert revision.step is not None
    voice = revision.step.what_by_id == client.user_id
    language = revision.step.languages.get("what", "")
    return Line(says or _("A step"), revision.step.what if words else "", voice, language)


def _brought_back(revision: Revision, client: Client, *, own: bool) -> str:
    """By someone who did not type it: it says so."""
    voice = revision.voice(client)
    if voice == revision.author:
        return _("Brought back from earlier")
    if own and voice == client.user:
        return _("Brought back what you wrote")
    return _("Brought back what %(name)s wrote") % {"name": voice.first_name}


def _own_voice(revision: Revision, name: str, client: Client) -> bool:
    return name in OWN_WORDS or revision.voice(client) == client.user


def _fact(name: str, value: str, specialist: str, *, own: bool) -> str:
    label, said = {
        "lifecycle": (_("Where it stands"), Goal.Lifecycle),
        "visibility": (_("Who may see it"), Visibility),
        "dimension": (_("What it is about"), Goal.Dimension),
        "achievement": (_("How it is going"), Goal.Achievement),
        "status": (_("How it is going"), Step.Status),
        "who": (_("Who does it"), Step.Who),
        "by_when": (_("By when"), None),
    }[name]
    if not value:
        shown = _("not said")
    elif said is None:
        shown = day_in_words(date.fromisoformat(value))
    elif name == "visibility" and own:
        shown = visibility_in_words(value, specialist)
    elif name == "who" and value == Step.Who.SPECIALIST and specialist:
        shown = specialist
    else:
        shown = str(dict(said.choices)[value])
    return _("%(what)s: %(value)s") % {"what": label, "value": shown}


def _settled(revision: Revision, client: Client, *, own: bool, words: bool) -> Line:
    name = revision.facts["field"]
    label = _("What the step is") if name == "what" else label_of(name, client, own=own)
    says = {
        FIELD: _("Of two texts the first was kept: %(what)s"),
        BESIDE: _("Of two texts the second was kept: %(what)s"),
        BOTH: _("Both texts were kept: %(what)s"),
    }[revision.facts["kept"]]
    text = getattr(revision, name) if words and name in revision.changed else ""
    own_voice = name in OWN_WORDS or revision.voice(client) == client.user
    return Line(says % {"what": label}, text, own_voice, revision.language, name)


def with_texts(rows: Any, *, words: bool) -> Any:
    """The saves with what their lines need; without any column of words for whoever may read none."""
    rows = rows.select_related("author", "said_by", "step")
    if words:
        return rows
    return rows.defer(*words_of(Revision), *(f"step__{column}" for column in words_of(Step)))
