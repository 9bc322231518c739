"""Comments and cheers: reading them all, saying one, taking one back."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.signing_in import actor_of
from clients.permissions import OpeningNeeded
from goals.actions import comments as actions
from goals.models import Goal
from goals.pages.gone import polite
from goals.pages.talk import comment_form, show_talk
from goals.permissions.comments import get_comment, may_take_back
from goals.permissions.goals import get_goal_to_write, get_goal_words
from peersupport.lib.refusals import Refusal


@require_http_methods(["GET", "POST"])
@polite
def talk(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What was said on a goal and its steps; a POST says something."""
    actor = actor_of(request)
    if request.method == "POST":
        return _say(request, get_goal_to_write(actor, pk))
    try:
        goal = get_goal_words(actor, pk)
    except OpeningNeeded:
        raise PermissionDenied from None
    return show_talk(request, goal, comment_form(request, goal))


@require_POST
@polite
def take_back(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Unread, it is as if never said."""
    actor = actor_of(request)
    comment = get_comment(actor, pk)
    if not may_take_back(actor, comment):
        raise PermissionDenied
    actions.take_back(comment, by=actor)
    messages.success(request, _("Taken back."))
    return redirect(_back(comment.goal_id, comment.step_id))


def _say(request: HttpRequest, goal: Goal) -> HttpResponse:
    actor, form = actor_of(request), comment_form(request, goal)
    if not form.is_valid():
        return show_talk(request, goal, form)
    kind, text = form.said
    data = form.cleaned_data
    try:
        comment = actions.say(goal, kind, text, step=data["step"], op_id=data["op_id"], language=form.said_in, by=actor)
    except Refusal as refusal:
        return show_talk(request, goal, form, refusal)
    messages.success(request, _("Said."))
    return redirect(_back(goal.pk, comment.step_id))


def _back(goal: UUID | None, step: UUID | None) -> str:
    """To where it was said."""
    if goal is None:
        raise Http404
    if step is None:
        return reverse("goals:goal", args=[goal]) + "#talk"
    return reverse("goals:step", args=[goal, step]) + "#talk"
