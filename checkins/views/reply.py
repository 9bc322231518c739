"""The one-page reply: opens without signing in and shows nothing about anyone. docs/decisions/0012 tells why it may."""

from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from checkins import actions
from checkins.forms import AnswerForm
from checkins.models import CheckIn
from checkins.permissions import check_in_of_link, link_is_open, may_be_answered
from checkins.throttles import WAIT, count_unknown, may_open
from peersupport.lib.refusals import Refusal


@csrf_exempt  # the token is the authority, and no cookie is one: there is nothing another site could borrow
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def reply(request: HttpRequest, token: str) -> HttpResponse:
    """GET shows and writes nothing: mail scanners open links too. POST answers."""
    if not may_open(request):
        answer = _page(request, "checkins/reply_over.html", 429, {"often": True})
        answer["Retry-After"] = str(WAIT)
        return answer
    check_in = check_in_of_link(token)
    if check_in is None:
        count_unknown(request)
    if check_in is None or not link_is_open(check_in):
        return _page(request, "checkins/reply_over.html", 404, {"often": False})
    client = check_in.agreement.client.user
    with translation.override(client.language), timezone.override(ZoneInfo(client.time_zone)):
        return _answer(request, token, check_in) if request.method == "POST" else _show(request, check_in, AnswerForm())


def _answer(request: HttpRequest, token: str, check_in: CheckIn) -> HttpResponse:
    form = AnswerForm(request.POST)
    if not form.is_valid():
        return _show(request, check_in, form, 422)
    data = form.cleaned_data
    try:
        actions.answer(check_in, data["answer"], data["line"], language=translation.get_language(), by=None)
    except Refusal:  # the ten minutes are over: the page that says so
        return _show(request, check_in, AnswerForm(), 409)
    return _bare(redirect("checkins:reply", token=token))


def _show(request: HttpRequest, check_in: CheckIn, form: AnswerForm, status: int = 200) -> HttpResponse:
    changeable = check_in.answered and may_be_answered(check_in)
    context = {
        "form": form,
        "answered": check_in.answered,
        "changeable": changeable,
        # Only while it can be changed: later the page says no more than that an answer arrived.
        "answer": CheckIn.Answer(check_in.answer).label if changeable else "",
        "asked": check_in.reach_out if changeable else None,
        "has_line": changeable and check_in.line != "",
    }
    return _page(request, "checkins/reply.html", status, context)


def _page(request: HttpRequest, template: str, status: int, context: dict[str, Any]) -> HttpResponse:
    return _bare(render(request, template, context, status=status))


def _bare(response: HttpResponse) -> HttpResponse:
    """The address is a key: it is neither passed on nor kept."""
    response["Referrer-Policy"] = "no-referrer"
    response["Cache-Control"] = "no-store"
    response["Content-Language"] = translation.get_language()
    return response
