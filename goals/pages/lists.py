"""All goals of one client, and the ideas that wait."""

from dataclasses import dataclass, field

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.models import Actor
from accounts.signing_in import actor_of
from audit import actions as audit
from clients.actions import look_at
from clients.models import Client
from clients.pages import note_own
from clients.permissions import is_own, may_open_words, may_read_words
from goals.actions.ideas import may_be_offered_again
from goals.models import Goal, Step, Suggestion
from goals.pages.goal import Unsaved, status_of
from goals.permissions.goals import PAGE, goals_with_news, steps_of
from goals.permissions.ideas import ideas_of
from goals.permissions.rights import may_suggest, may_write_as_told, may_write_down, may_write_here
from peersupport.lib.keyset import page
from peersupport.lib.refusals import Refusal

PAGE_SIZE = 20
IDEAS_SHOWN = 20


@dataclass
class Card:
    """One goal in a list. `shows_words` False: only that it is there."""

    goal: Goal
    shows_words: bool
    is_new: bool = False
    steps: list[Step] = field(default_factory=list)

    @property
    def next_step(self) -> Step | None:
        return next((step for step in self.steps if not step.behind), None)

    @property
    def behind(self) -> int:
        return sum(step.behind for step in self.steps)


def cards_of(actor: Actor, client: Client, goals: list[Goal]) -> list[Card]:
    """Goals of one client, `goals_with_news` of this reader, with words if they may read any: at most two queries."""
    if not goals:
        return []
    shows = may_read_words(actor, client)
    steps = steps_of(goals) if shows else {}
    return [Card(goal, shows, goal.changed, steps.get(goal.pk, [])) for goal in goals]


def show_list(request: HttpRequest, client: Client, *, put_away: bool, refusal: Refusal | None = None) -> HttpResponse:
    """What is being worked on, or what is finished and set aside."""
    actor = actor_of(request)
    own, shows = is_own(actor, client), may_read_words(actor, client)
    note_own(request, client)
    note_list(actor, client, words=shows)
    goals = goals_with_news(actor, client)
    goals = goals.put_away() if put_away else goals.current()
    found = page(goals if shows else goals.facts(), "created_at", request.GET.get("at", ""), PAGE_SIZE)
    ideas = [] if put_away else list(ideas_of(actor, client).order_by("-offered_at", "-pk")[:IDEAS_SHOWN])
    context = {
        "client": client,
        "own": own,
        "put_away": put_away,
        "cards": cards_of(actor, client, found.rows),
        "page": found,
        "waiting": [idea for idea in ideas if idea.state == Suggestion.State.OPEN],
        "ideas": [_IdeaLine(idea) for idea in ideas if _still_speaks(idea, own=own)],
        "may_suggest": may_suggest(actor, client) and client.user.can_sign_in,
        "may_write_down": may_write_down(actor, client),
        "told": may_write_as_told(actor, client),
        "may_print": may_write_here(actor, client),
        "may_open": may_open_words(actor) and not shows,
        "refusal": refusal,
    }
    return render(request, "goals/list.html", context, status=status_of(Unsaved(refusal)))


def note_list(actor: Actor, client: Client, *, words: bool) -> None:
    if not is_own(actor, client):
        audit.record_read(PAGE if words else f"facts-{PAGE}", by=actor, client_id=client.pk)
    look_at(client, [PAGE], by=actor)


@dataclass(frozen=True)
class _IdeaLine:
    idea: Suggestion

    @property
    def may_offer_again(self) -> bool:
        return self.idea.state == Suggestion.State.NOT_NOW and may_be_offered_again(self.idea)


def _still_speaks(idea: Suggestion, *, own: bool) -> bool:
    """Under the list: to the client what they put off, to staff every answer."""
    return idea.state == Suggestion.State.NOT_NOW if own else idea.state != Suggestion.State.OPEN
