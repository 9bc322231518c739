"""Who changed what, when: each save of a goal in plain words, with its texts for whoever may read them."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import Actor, User
from clients.models import Client
from clients.permissions import is_own
from goals.models import Goal, Revision, Step
from goals.models.goals import GOAL_FACTS, GOAL_TEXTS, OWN_WORDS, STEP_FACTS, STEP_TEXTS, Visibility
from goals.pages.texts import label_of
from goals.rules import BESIDE, BOTH, FIELD, TEXTS
from peersupport.lib.sealed import words_of
from peersupport.lib.when import day_in_words

_ORDER = (*GOAL_TEXTS, *STEP_TEXTS, *STEP_FACTS, *GOAL_FACTS)


@dataclass(frozen=True)
class Line:
    """One thing that a save did. `text` is empty where there is none, or where this reader may not read it."""

    says: Any
    text: str = ""
    own_voice: bool = False
    language: str = ""


@dataclass(frozen=True)
class Entry:
    revision: Revision
    by_reader: bool
    lines: list[Line]


def entries_of(actor: Actor, goal: Goal, revisions: list[Revision], *, words: bool) -> list[Entry]:
    """Saves that were loaded for this reader, with their words if `words`; those that did nothing are left out."""
    own = is_own(actor, goal.client)
    found = []
    for revision in revisions:
        lines = _lines(revision, goal.client, own=own, words=words)
        if lines:
            found.append(Entry(revision, revision.author_id == actor.person_id, lines))
    return found


def _lines(revision: Revision, client: Client, *, own: bool, words: bool) -> list[Line]:
    if "kept" in revision.facts:
        return [_settled(revision, client, own=own, words=words)]
    lines = []
    if revision.base_version == 0:
        lines.append(Line(_("A new step") if revision.step_id else _("This goal begins")))
    elif revision.step_id and "what" not in revision.changed and "what" not in revision.set_beside:
        lines.append(_about_step(revision, client, words=words))
    lines += [
        _line(revision, name, client, own=own, words=words) for name in revision.changed if _tells(revision, name)
    ]
    for name in _in_order(revision.set_beside):
        line = _line(revision, name, client, own=own, words=words)
        says = _("Set beside, because something else was saved there meanwhile: %(what)s") % {"what": line.says}
        lines.append(replace(line, says=says))
    return lines if revision.changed or revision.set_beside else []


def _in_order(names: list[str]) -> list[str]:
    """As the page of the goal has them."""
    return sorted(names, key=_ORDER.index)


def _tells(revision: Revision, name: str) -> bool:
    """Where a new row stands goes without saying."""
    return revision.base_version > 0 or name not in {"lifecycle", "status"}


def _line(revision: Revision, name: str, client: Client, *, own: bool, words: bool) -> Line:
    if name in TEXTS:
        text = getattr(revision, name) if words else ""
        label = _("What the step is") if name == "what" else label_of(name, client, own=own)
        return Line(label, text, _own_voice(revision, name, client), revision.language_of(name))
    return Line(_fact(name, revision.facts.get(name, "")))


def _about_step(revision: Revision, client: Client, *, words: bool) -> Line:
    assert revision.step is not None
    voice = revision.step.what_by_id == client.user_id
    return Line(_("A step"), revision.step.what if words else "", voice, revision.step.languages.get("what", ""))


def _own_voice(revision: Revision, name: str, client: Client) -> bool:
    return name in OWN_WORDS or revision.told or revision.author_id == client.user_id


def _fact(name: str, value: str) -> str:
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
    settled = revision.settles
    by: User | None = settled.author if settled else None
    own_voice = name in OWN_WORDS or bool(settled and settled.told) or by == client.user
    return Line(says % {"what": label}, text, own_voice, settled.language_of(name) if settled else "")


def with_texts(rows: Any, *, words: bool) -> Any:
    """The saves with what their lines need; without any column of words for whoever may read none."""
    rows = rows.select_related("author", "step", "settles__author")
    rows = rows.defer(*(f"settles__{column}" for column in words_of(Revision)))
    if words:
        return rows
    return rows.defer(*words_of(Revision), *(f"step__{column}" for column in words_of(Step)))
