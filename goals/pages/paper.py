"""My plan on paper: goals as chosen, steps in sentences, in the client's words and language."""

from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from accounts.lines import lines_of
from accounts.signing_in import actor_of
from audit import actions as audit
from clients.models import Client
from clients.pages import note_own
from clients.permissions import is_own, specialists_of
from goals.forms.paper import PaperForm
from goals.models import Goal, Step
from goals.permissions.goals import PAGE, goals_of, steps_of
from goals.permissions.rights import is_private
from goals.trust import specialist_name
from peersupport.lib.clock import now
from peersupport.lib.when import day_in_words

MOST = 20  # goals on one plan


@dataclass(frozen=True)
class StepLine:
    step: Step
    specialist: str

    @property
    def who_does_it(self) -> str:
        """As the client would say it, whoever prints it."""
        about = {"name": self.specialist, "day": day_in_words(self.step.by_when) if self.step.by_when else ""}
        who = self.step.who
        if who == Step.Who.SPECIALIST and not self.specialist:
            who = "nobody-now"
        return _WITH_DAY[who]() % about if about["day"] else _ANY_DAY[who]() % about


# Called in the language of the plan.
_ANY_DAY = {
    "me": lambda: _("I do this."),
    "specialist": lambda: _("%(name)s does this."),
    "nobody-now": lambda: _("My specialist does this."),
    "someone-else": lambda: _("Someone else does this."),
}
_WITH_DAY = {
    "me": lambda: _("I do this by %(day)s."),
    "specialist": lambda: _("%(name)s does this by %(day)s."),
    "nobody-now": lambda: _("My specialist does this by %(day)s."),
    "someone-else": lambda: _("Someone else does this by %(day)s."),
}


@dataclass(frozen=True)
class PaperGoal:
    goal: Goal
    steps: list[StepLine]
    done: int

    @property
    def waits(self) -> bool:
        return self.goal.lifecycle == Goal.Lifecycle.PROPOSED

    def language_of(self, name: str) -> str:
        return str(self.goal.languages.get(name, ""))

    @property
    def texts(self) -> list[tuple[Any, str, str]]:
        """(label, text, language) of what stands under the goal's own words, as far as it is said."""
        labels = (
            ("why_it_matters", _("Why it matters to me")),
            ("strengths_i_bring", _("Strengths I bring")),
            ("how_i_will_know", _("How I will know")),
        )
        return [
            (label, getattr(self.goal, name), self.language_of(name))
            for name, label in labels
            if getattr(self.goal, name)
        ]

    @property
    def who_helps_language(self) -> str:
        return self.language_of("who_helps")


def show_paper(request: HttpRequest, client: Client) -> HttpResponse:
    """The sheet as it will be printed, below what can be chosen for it; only the sheet is printed."""
    actor = actor_of(request)
    own = is_own(actor, client)
    note_own(request, client)
    if not own:
        audit.record_read(PAGE, by=actor, client_id=client.pk)
    goals = list(goals_of(actor, client).current()[:MOST])
    begin = {"goal": [str(goal.pk) for goal in goals if not is_private(goal)], "language": client.user.language}
    form = PaperForm(request.GET if "language" in request.GET else None, goals=_named(goals), initial=begin)
    chosen = form.cleaned_data if form.is_bound and form.is_valid() else begin
    wanted = [goal for goal in goals if str(goal.pk) in chosen["goal"]]
    context = {
        "client": client,
        "own": own,
        "form": form,
        "chosen": chosen,
        "private": any(is_private(goal) for goal in wanted),
        "sheet": _sheet(client, wanted, chosen),
    }
    return render(request, "goals/paper.html", context, status=422 if form.errors else 200)


def _named(goals: list[Goal]) -> list[tuple[str, str]]:
    """The client's own words, and whether nobody else reads them here."""
    only = _("just for me")
    return [
        (str(goal.pk), Truncator(goal.in_my_words).chars(80) + (f" ({only})" if is_private(goal) else ""))
        for goal in goals
    ]


def _sheet(client: Client, goals: list[Goal], chosen: dict[str, Any]) -> str:
    steps, specialist = steps_of(goals), specialist_name(specialists_of(client))
    papers = []
    for goal in goals:
        ahead = [StepLine(step, specialist) for step in steps[goal.pk] if not step.behind]
        papers.append(PaperGoal(goal, ahead, sum(step.status == Step.Status.DONE for step in steps[goal.pk])))
    with translation.override(chosen["language"]), timezone.override(ZoneInfo(client.user.time_zone)):
        context = {
            "goals": papers,
            "chosen": chosen,
            "language": chosen["language"],
            "day": day_in_words(timezone.localdate(now())),
            "lines": lines_of(client.program),
            "organization": settings.ORGANIZATION_NAME,
        }
        return render_to_string("goals/_sheet.html", context)
