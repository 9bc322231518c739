"""Look how far: what went right, season by season, and the words that came back."""

from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render

from accounts.models import Actor
from accounts.signing_in import actor_of
from audit import actions as audit
from clients.actions import look_at
from clients.models import Client
from clients.pages import note_own
from clients.permissions import Helper, is_own, may_open_words, may_read_words, specialists_of, support_of
from goals.forms.goals import TOLD_VISIBILITIES, visibility_choices
from goals.forms.victories import CheerForm, VictoryForm
from goals.models import Cheer, Goal, Victory
from goals.pages.goal import Unsaved, status_of
from goals.pages.seasons import by_season, months_in_words, season_in_words
from goals.permissions.rights import may_write_as_told
from goals.permissions.victories import (
    PAGE,
    cheers_for,
    may_cheer,
    may_write,
    still_given,
    victories_of,
)
from goals.trust import specialist_name
from peersupport.lib.ids import new_id
from peersupport.lib.keyset import page
from peersupport.lib.refusals import Refusal

PAGE_SIZE = 20


@dataclass
class Entry:
    """One victory as this reader may see it. `shows_words` False: only that it is there."""

    victory: Victory
    shows_words: bool
    goal: Goal | None
    cheers: list[Cheer]
    seen_by: str
    visibilities: list[tuple[str, Any]]  # what else could be chosen
    op_id: UUID = field(default_factory=new_id)  # of the form for a word back


@dataclass(frozen=True)
class Season:
    name: str
    months: str
    entries: list[Entry]


def show_victories(
    request: HttpRequest,
    client: Client,
    *,
    goal: Goal | None = None,
    form: VictoryForm | None = None,
    cheer_form: tuple[Any, CheerForm] | None = None,
    refusal: Refusal | None = None,
) -> HttpResponse:
    """`goal`: only what is tied to it; loaded for this reader. `cheer_form`: of which victory, and what it held."""
    actor = actor_of(request)
    own, words = is_own(actor, client), may_read_words(actor, client)
    helpers = support_of(client) if own else specialists_of(client)
    note_own(request, client, helpers)
    away = own and request.GET.get("put-away") == "yes"
    rows = victories_of(actor, client, goal, words=words)
    found = page(rows.put_away() if away else rows.kept(), "happened_at", request.GET.get("at", ""), PAGE_SIZE)
    context = {
        "client": client,
        "own": own,
        "told": may_write_as_told(actor, client),
        "goal": goal,
        "shows_words": words,
        "put_away": away,
        "seasons": _seasons(actor, client, found.rows, _choices(actor, client, helpers), words=words),
        "page": replace(found, keep=_kept(goal, put_away=away)),
        "may_write": may_write(actor, client) and not away,
        "may_cheer": may_cheer(actor, client) and words,
        "may_open": may_open_words(actor) and not words,
        "open": form is not None or (goal is not None and not found.rows),
        "form": form or victory_form(actor, client, helpers, goal=goal),
        "cheer_form": cheer_form[1] if cheer_form else CheerForm(),
        "cheered": cheer_form[0] if cheer_form else None,
        "refusal": refusal,
    }
    sent = form or (cheer_form[1] if cheer_form else None)
    return render(request, "goals/victories.html", context, status=status_of(Unsaved(refusal, form=sent)))


def _seasons(
    actor: Actor, client: Client, rows: list[Victory], choices: list[tuple[str, Any]], *, words: bool
) -> list[Season]:
    """What is shown, and noted as looked at."""
    cheers, labels = note_victories(actor, client, rows, words=words), dict(choices)

    def entry(victory: Victory) -> Entry:
        goal = victory.goal_for(actor) if words else None
        others = [choice for choice in choices if choice[0] != victory.visibility]
        seen_by = str(labels.get(victory.visibility, ""))
        return Entry(victory, words, goal, cheers.get(victory.pk, []), seen_by, others)

    return [
        Season(season_in_words(season), months_in_words(season), [entry(row) for row in of_season])
        for season, of_season in by_season(rows)
    ]


def victory_form(
    actor: Actor,
    client: Client,
    helpers: list[Helper],
    data: QueryDict | None = None,
    *,
    goal: Goal | None = None,
    short: bool = False,
) -> VictoryForm:
    told = not is_own(actor, client)
    initial = {"goal": goal.pk if goal else None}
    return VictoryForm(data, specialist=specialist_name(helpers), told=told, short=short, initial=initial)


def note_victories(actor: Actor, client: Client, rows: list[Victory], *, words: bool) -> dict[Any, list[Cheer]]:
    """Before anything is shown: an event for someone else's look, and a visit to each that is read now."""
    own = is_own(actor, client)
    cheers = cheers_for(rows) if words else {}
    if own:
        read = [cheer.page for some in cheers.values() for cheer in some]
    else:
        audit.record_read(PAGE if words else f"facts-{PAGE}", by=actor, client_id=client.pk)
        read = [victory.page for victory in rows] if words else []
    look_at(client, [PAGE, *read], by=actor)
    if not own:
        return cheers
    left = {cheer.pk for cheer in still_given([cheer for some in cheers.values() for cheer in some])}
    return {pk: [cheer for cheer in some if cheer.pk in left] for pk, some in cheers.items()}


def _choices(actor: Actor, client: Client, helpers: list[Helper]) -> list[tuple[str, Any]]:
    if is_own(actor, client):
        return visibility_choices(specialist_name(helpers))
    return list(TOLD_VISIBILITIES) if may_write_as_told(actor, client) else []


def _kept(goal: Goal | None, *, put_away: bool) -> str:
    """What the pager's links keep of the address."""
    return "".join([f"goal={goal.pk}&" if goal else "", "put-away=yes&" if put_away else ""])
