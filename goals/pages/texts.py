"""The texts of a goal and its steps as one reader sees them: whose words, what stands beside them, what is new."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from accounts.models import Actor, User
from clients.models import Client
from clients.permissions import is_own
from goals.models import Goal, Revision, Step
from goals.models.goals import GOAL_TEXTS, LABELS, OWN_WORDS
from goals.permissions.goals import changed_by_others
from goals.permissions.rights import may_write_as_told, step_fields, writable
from goals.rules import KEPT
from peersupport.lib.ids import new_id

News = set[tuple[UUID | None, str]]
_OF_STEP = gettext_lazy("What is the step?")


@dataclass(frozen=True)
class Rival:
    """A text that stands beside a field, and what the buttons call it and the field's own."""

    revision: Revision
    by: User  # whose words they are
    text: str
    own_voice: bool
    kept: bool
    wrote: str
    keep_field: str
    keep_rival: str
    op_id: UUID
    language: str


@dataclass
class TextView:
    """One text field for one reader."""

    name: str
    label: Any
    text: str
    language: str
    by: User
    own_voice: bool  # the client's own words: in serif
    writable: bool
    reader: User
    rows: int = 3
    typed: str | None = None
    is_new: bool = False
    saves_from: int | None = None  # its box saves itself; the version that what it shows is based on
    rivals: list[Rival] = field(default_factory=list)

    @property
    def wrote(self) -> str:
        return _wrote(self.by, self.reader)

    @property
    def in_box(self) -> str:
        return self.text if self.typed is None else self.typed

    @property
    def writes_in(self) -> str:
        """What the box says it is written in: as what stands there; a new text in the page's language."""
        return self.language if self.text and self.language else get_language() or "en"

    @property
    def asks(self) -> bool:
        """Someone still has to choose."""
        return any(not rival.kept for rival in self.rivals)

    @property
    def shown(self) -> bool:
        """There is something to read."""
        return bool(self.text or self.rivals)


def new_since(actor: Actor, goal: Goal, since: datetime | None) -> News:
    """(step or None, field) of what someone else wrote since then."""
    if since is None:
        return set()
    found = changed_by_others(actor, goal.pk, since)
    return {(step, name) for step, changed, beside in found for name in (*changed, *beside)}


def rivals_of(actor: Actor, rows: Iterable[Goal | Step]) -> dict[UUID, Revision]:
    """The revisions whose texts stand beside a field of these rows, as far as this reader may read them."""
    wanted = [UUID(pk) for row in rows for entries in row.beside.values() for pk, _state in entries]
    if not wanted:
        return {}
    found = Revision.objects.filter(pk__in=wanted).reaching(actor).select_related("author", "said_by")
    return {revision.pk: revision for revision in found}


def goal_texts(
    goal: Goal, actor: Actor, *, rivals: dict[UUID, Revision], news: News, typed: dict[str, str]
) -> list[TextView]:
    """Of every text field, in_my_words first."""
    client = goal.client
    allowed = writable(actor, client, told=may_write_as_told(actor, client))
    views = []
    for name in GOAL_TEXTS:
        by = client.user if name in OWN_WORDS or goal.who_helps_by is None else goal.who_helps_by
        view = TextView(
            name=name,
            label=label_of(name, client, own=is_own(actor, client)),
            text=getattr(goal, name),
            language=goal.languages.get(name, ""),
            by=by,
            own_voice=by == client.user,
            writable=name in allowed,
            reader=actor.user,
            rows=2 if name == "in_my_words" else 3,
            typed=typed.get(name),
            is_new=(None, name) in news,
        )
        view.rivals = _beside(goal, view, actor, client, rivals)
        views.append(view)
    return views


def step_text(step: Step, actor: Actor, client: Client, *, rivals: dict[UUID, Revision]) -> TextView:
    view = TextView(
        name="what",
        label=_OF_STEP,
        text=step.what,
        language=step.languages.get("what", ""),
        by=step.what_by,
        own_voice=step.what_by_id == client.user_id,
        writable="what" in step_fields(actor, client),
        reader=actor.user,
        rows=2,
    )
    view.rivals = _beside(step, view, actor, client, rivals)
    return view


def label_of(name: str, client: Client, *, own: bool) -> Any:
    if own or name == "who_helps":
        return LABELS[name]
    return str(_ABOUT[name] % {"name": client.user.first_name})


_ABOUT = {
    "in_my_words": gettext_lazy("In %(name)s’s words"),
    "why_it_matters": gettext_lazy("Why it matters to %(name)s"),
    "strengths_i_bring": gettext_lazy("Strengths %(name)s brings"),
    "how_i_will_know": gettext_lazy("How %(name)s will know"),
}


def _beside(row: Goal | Step, view: TextView, actor: Actor, client: Client, found: dict[UUID, Revision]) -> list[Rival]:
    rivals = []
    for pk, state in row.beside.get(view.name, []):
        revision = found.get(UUID(pk))
        if revision is not None:
            by = revision.voice(client)
            keep, wrote = _keep(view.by, by, actor), _wrote(by, actor.user)
            text, said_in = getattr(revision, view.name), revision.language_of(view.name)
            rival = Rival(revision, by, text, by == client.user, state == KEPT, wrote, *keep, new_id(), said_in)
            rivals.append(rival)
    return rivals


def _wrote(person: User, reader: User) -> str:
    if person == reader:
        return _("You wrote")
    return _("%(name)s wrote") % {"name": person.first_name}


def _keep(of_field: User, of_rival: User, actor: Actor) -> tuple[str, str]:
    """What the buttons say for the text in the field and for the one beside it."""
    if of_field == of_rival:
        return _("Keep the first"), _("Keep the second")
    return _keep_of(of_field, actor), _keep_of(of_rival, actor)


def _keep_of(person: User, actor: Actor) -> str:
    if person == actor.user:
        return _("Keep mine")
    return _("Keep %(name)s’s") % {"name": person.first_name}
