"""A screen in the client's hands: one text, who can read it, and their answer; in their language and by their clock."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation

from accounts import staying
from accounts.signing_in import actor_of
from audit import actions as audit
from clients.models import Client
from clients.permissions import specialists_of
from goals.actions.goals import change_goal
from goals.actions.ideas import decline, put_off, take
from goals.actions.writing import Sent
from goals.forms.goals import NewGoalForm
from goals.forms.ideas import WordingForm
from goals.forms.saved import words_in
from goals.models import Goal, Step, Suggestion
from goals.models.goals import LABELS, Visibility
from goals.pages.ideas import my_way_form, said_my_way
from goals.permissions.goals import PAGE, get_goal_to_write
from goals.permissions.ideas import get_idea
from goals.permissions.rights import may_write_down
from goals.rules import OWN_HAND
from goals.trust import who_names, who_reads_here
from peersupport.lib.fields import posted

_ANSWERED = UUID("0195b8a0-0000-7000-8000-68616e647301")  # only a name space
_OPEN = (Suggestion.State.OPEN, Suggestion.State.NOT_NOW)


@dataclass(frozen=True)
class Offered:
    """What the client is asked about: an idea, or a goal that was written down as they said it."""

    client: Client
    idea: Suggestion | None = None
    goal: Goal | None = None  # the one that is offered, or that the idea is about

    @property
    def waits(self) -> bool:
        """For an answer."""
        if self.idea is not None:
            return self.idea.state in _OPEN
        return self.goal is not None and self.goal.lifecycle == Goal.Lifecycle.PROPOSED

    @property
    def back(self) -> str:
        """Where the specialist was."""
        if self.goal is not None:
            return reverse("goals:goal", args=[self.goal.pk])
        return reverse("goals:list", args=[self.client.pk])

    @property
    def text(self) -> str:
        return self.idea.text if self.idea else self.goal.in_my_words if self.goal else ""

    @property
    def language(self) -> str:
        return self.idea.language if self.idea else self.goal.language if self.goal else ""

    @property
    def in_their_voice(self) -> bool:
        """As they said it; an idea is in the specialist's words still."""
        return self.idea is None

    @property
    def key(self) -> UUID:
        row = self.idea or self.goal
        assert row is not None
        return row.pk

    @property
    def version(self) -> int:
        return self.goal.version if self.goal else 1

    @property
    def of_field(self) -> Any:
        """Whose wording it is; empty for a goal and for a step."""
        return LABELS.get(self.idea.field, "") if self.idea else ""

    @property
    def who(self) -> str:
        if self.idea is None or self.idea.kind != Suggestion.Kind.STEP:
            return ""
        names = who_names(specialists_of(self.client), client_name="", own=True)
        return names[self.idea.who or Step.Who.ME]

    @property
    def who_reads(self) -> str:
        visibility = self.goal.visibility if self.goal else Visibility.SPECIALIST
        name = self.client.user.first_name
        return who_reads_here(visibility, specialists_of(self.client), client_name=name)


def offered_idea(request: HttpRequest, pk: UUID) -> Offered:
    """Http404 or PermissionDenied unless the reader walks with the client."""
    actor = actor_of(request)
    idea = get_idea(actor, pk)
    if not may_write_down(actor, idea.client):
        raise PermissionDenied
    return Offered(idea.client, idea, idea.goal)


def offered_goal(request: HttpRequest, pk: UUID) -> Offered:
    actor = actor_of(request)
    goal = get_goal_to_write(actor, pk)
    if not may_write_down(actor, goal.client):
        raise PermissionDenied
    return Offered(goal.client, None, goal)


def show_before(request: HttpRequest, offered: Offered) -> HttpResponse:
    """What is about to happen, for the specialist; a POST of it hands the screen over."""
    _note_look(request, offered)
    return render(request, "goals/hand_over.html", {"client": offered.client, "offered": offered})


def hand_over(request: HttpRequest, offered: Offered) -> None:
    about = {"idea": str(offered.idea.pk)} if offered.idea else {"goal": str(offered.key)}
    user, at = offered.client.user, reverse("goals:in-hands")
    about |= {"language": user.language, "zone": user.time_zone}
    _note_look(request, offered)  # whoever hands it over sees what stands there
    staying.hand_over(request, at=at, back=offered.back, **about)


def _note_look(request: HttpRequest, offered: Offered) -> None:
    goal = offered.goal
    page = goal.page if goal else PAGE
    audit.record_read(page, by=actor_of(request), client_id=offered.client.pk, subject=goal)


def in_hands(request: HttpRequest) -> Offered | None:
    """What the client is asked about; None once it is answered, or is not theirs to see here any more."""
    about = staying.in_hands(request) or {}
    found: Offered | None = None
    with suppress(Http404, PermissionDenied):
        if "idea" in about:
            found = offered_idea(request, UUID(about["idea"]))
        elif "goal" in about:
            found = offered_goal(request, UUID(about["goal"]))
    return found if found and found.waits else None


def is_asked(request: HttpRequest, offered: Offered | None) -> bool:
    """Whether a page with words of their own is about what they are asked now, not about something before."""
    return offered is not None and (request.method != "POST" or request.POST.get("of") == str(offered.key))


def not_asked(request: HttpRequest) -> HttpResponse:
    """Words that answer nothing any more stand here once more; those that were saved just now are thanked for."""
    about = staying.in_hands(request)
    texts = words_in(request.POST)
    if not texts or (about is not None and not {"idea", "goal"} & set(about)):
        return redirect("goals:in-hands")
    return show_in_hands(request, "goals/hands_not_saved.html", {"texts": texts}, 409)


def done(request: HttpRequest) -> None:
    """From now on the page says thank you, and nothing else."""
    about = staying.in_hands(request) or {}
    kept = {name: about[name] for name in ("at", "back", "language", "zone") if name in about}
    staying.hand_over(request, **kept)


@contextmanager
def as_the_client(request: HttpRequest) -> Iterator[None]:
    about = staying.in_hands(request) or {}
    zone = ZoneInfo(about["zone"]) if "zone" in about else timezone.get_current_timezone()
    with translation.override(about.get("language") or translation.get_language()), timezone.override(zone):
        yield


def show_in_hands(request: HttpRequest, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    """A page of this screen; the browser keeps none of them, nor of those before."""
    response = render(request, template, context, status=status)
    response.headers["Content-Language"] = translation.get_language() or "en"
    response.headers["Clear-Site-Data"] = '"cache"'
    return response


def answer(request: HttpRequest, offered: Offered, said: str, version: int) -> None:
    """As the client's own hand says. "later" says nothing to anybody: it waits, as before."""
    actor = actor_of(request)
    op_id = uuid5(_ANSWERED, f"{offered.key.hex} {said}")
    sent = Sent({}, version, op_id, translation.get_language() or "en", told=True, way=OWN_HAND)
    if said == "later":
        return
    if offered.idea is None:
        life = {"yes": Goal.Lifecycle.ACTIVE, "no-thanks": Goal.Lifecycle.REJECTED}.get(said)
        if life is not None and offered.goal is not None:
            sent = Sent({"lifecycle": life}, version, op_id, sent.language, told=True, way=OWN_HAND)
            change_goal(offered.goal, sent, answering=True, by=actor)
    elif said == "yes":
        take(offered.idea, sent, by=actor)
    else:
        {"not-now": put_off, "no-thanks": decline}[said](offered.idea, way=OWN_HAND, by=actor)


def own_words_form(request: HttpRequest, offered: Offered) -> forms.Form:
    if offered.idea is None:
        return WordingForm(posted(request), initial={"text": offered.text, "version": offered.version})
    form = my_way_form(request, offered.idea)
    if isinstance(form, NewGoalForm):
        form.not_just_for_me()
    return form


def answer_in_own_words(request: HttpRequest, offered: Offered, form: forms.Form) -> None:
    actor = actor_of(request)
    if offered.idea is not None:
        take(offered.idea, said_my_way(form, offered.idea, way=OWN_HAND), by=actor)
        return
    assert offered.goal is not None
    data = form.cleaned_data
    fields = {"in_my_words": data["text"], "lifecycle": Goal.Lifecycle.ACTIVE}
    language = data["language"] or translation.get_language() or "en"
    sent = Sent(fields, data["version"], data["op_id"], language, told=True, way=OWN_HAND)
    change_goal(offered.goal, sent, answering=True, by=actor)
