"""Ideas: the pages on which one is offered, and on which the client says it their way."""

from dataclasses import replace
from typing import Any
from uuid import UUID, uuid5

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language

from accounts.signing_in import actor_of
from audit import actions as audit
from clients.models import Client
from clients.permissions import is_own, specialists_of
from goals.actions.writing import Sent
from goals.forms.consent import ToldAnswerForm
from goals.forms.goals import NewGoalForm
from goals.forms.ideas import IdeaForm, WordingForm
from goals.forms.steps import NewStepForm
from goals.models import Goal, Suggestion
from goals.models.goals import OWN_WORDS, Visibility
from goals.pages.goal import reader_of
from goals.pages.texts import label_of
from goals.permissions.goals import PAGE
from goals.rules import Way
from goals.trust import specialist_name, who_names, who_reads_goal
from peersupport.lib.fields import posted, with_new_op_id
from peersupport.lib.refusals import Refusal

_TAKEN = UUID("0195b8a0-0000-7000-8000-676f616c7331")  # only a name space


def taking(idea: Suggestion, version: int) -> Sent:
    """An idea can become someone's own once: so the id of that save follows from the idea's."""
    return Sent({}, version, uuid5(_TAKEN, idea.pk.hex), get_language() or "en")


def my_way_form(request: HttpRequest, idea: Suggestion) -> forms.Form:
    """With the idea's words to begin with."""
    data, helpers = posted(request), specialists_of(idea.client)
    if idea.kind == Suggestion.Kind.GOAL:
        return NewGoalForm(data, initial={"in_my_words": idea.text}, specialist=specialist_name(helpers))
    if idea.kind == Suggestion.Kind.STEP:
        begin = {"what": idea.text, "who": idea.who, "by_when": idea.by_when}
        return NewStepForm(data, initial=begin, names=who_names(helpers, client_name="", own=True))
    assert idea.goal is not None
    return WordingForm(data, initial={"text": idea.text, "version": idea.goal.version})


def said_my_way(form: forms.Form, idea: Suggestion, *, way: Way | None = None) -> Sent:
    """`way`: in someone's presence; None on the client's own sign-in."""
    language = get_language() or "en"
    if isinstance(form, NewGoalForm | NewStepForm):
        sent = form.sent(language)
    else:
        data = form.cleaned_data
        fields = {idea.field: data["text"]}
        sent = Sent(fields, data["version"], data["op_id"], data["language"] or language)
    return replace(sent, told=True, way=way) if way else sent


def show_my_way(
    request: HttpRequest, idea: Suggestion, form: forms.Form, refusal: Refusal | None = None
) -> HttpResponse:
    if "op_id" in form.errors:
        form = with_new_op_id(form)
    visibility = idea.goal.visibility if idea.goal else Visibility.SPECIALIST
    name = idea.client.user.first_name
    context = {
        "client": idea.client,
        "idea": idea,
        "form": form,
        "now": getattr(idea.goal, idea.field) if idea.field else "",
        "now_language": idea.goal.languages.get(idea.field, "") if idea.goal else "",
        "refusal": refusal,
        "who_reads": who_reads_goal(visibility, specialists_of(idea.client), client_name=name, reader=None),
    }
    return render(request, "goals/my_way.html", context, status=409 if refusal else 422 if form.errors else 200)


def idea_form(request: HttpRequest, client: Client, goal: Goal | None) -> IdeaForm:
    """`?about=` says for which field of a goal other words are offered; without it, it is a step."""
    actor = actor_of(request)
    asked = request.POST.get("about") or request.GET.get("about", "")
    about = "goal" if goal is None else asked if asked in OWN_WORDS else "step"
    names = who_names(specialists_of(client), client_name=client.user.first_name, own=is_own(actor, client))
    return IdeaForm(posted(request), about=about, names=names)


def show_idea_form(
    request: HttpRequest, client: Client, form: IdeaForm, *, goal: Goal | None, refusal: Refusal | None = None
) -> HttpResponse:
    actor = actor_of(request)
    page = goal.page if goal else f"facts-{PAGE}"
    audit.record_read(page, by=actor, client_id=client.pk, subject=goal)
    if "op_id" in form.errors:
        form = with_new_op_id(form)
    visibility = goal.visibility if goal else Visibility.SPECIALIST
    line = who_reads_goal(
        visibility, specialists_of(client), client_name=client.user.first_name, reader=reader_of(actor, client)
    )
    about = form.subject
    context: dict[str, Any] = {
        "client": client,
        "goal": goal,
        "form": form,
        "wording": label_of(about, client, own=False) if about in OWN_WORDS else "",
        "now": getattr(goal, about) if goal and about in OWN_WORDS else "",
        "now_language": goal.languages.get(about, "") if goal else "",
        "step": about == "step",
        "refusal": refusal,
        "who_reads": line,
    }
    return render(request, "goals/suggest.html", context, status=409 if refusal else 422 if form.errors else 200)


def show_told_answer(
    request: HttpRequest, idea: Suggestion, form: ToldAnswerForm, refusal: Refusal | None = None
) -> HttpResponse:
    """What the client answered in someone's presence, for whoever writes it down."""
    actor, client = actor_of(request), idea.client
    audit.record_read(idea.goal.page if idea.goal else PAGE, by=actor, client_id=client.pk, subject=idea.goal)
    if "op_id" in form.errors:
        form = with_new_op_id(form)
    visibility = idea.goal.visibility if idea.goal else Visibility.SPECIALIST
    name, reader = client.user.first_name, reader_of(actor, client)
    line = who_reads_goal(visibility, specialists_of(client), client_name=name, reader=reader)
    context = {"client": client, "idea": idea, "form": form, "refusal": refusal, "who_reads": line}
    return render(request, "goals/told_answer.html", context, status=409 if refusal else 422 if form.errors else 200)


def told_answer(form: ToldAnswerForm, idea: Suggestion) -> Sent:
    """As an action takes it: empty fields are a plain yes."""
    data = form.cleaned_data
    fields: dict[str, Any] = {}
    if data["answer"] == "my-way":
        fields = {{"goal": "in_my_words", "step": "what"}.get(idea.kind, idea.field): data["text"]}
    language = data["language"] or get_language() or "en"
    return Sent(fields, data["version"], data["op_id"], language, told=True, way=form.said)
