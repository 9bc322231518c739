"""What several views do alike: showing the form, or one reach-out, and noting that someone read it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import localtime

from accounts.lines import lines_of
from accounts.models import Actor
from audit import actions as audit
from clients.actions import look_at
from clients.models import Client
from clients.pages import note_own, trust
from clients.permissions import OpeningNeeded, is_own, may_open_words, may_read_words, support_of
from clients.trust import who_reads
from conversations.forms import AnswerForm, ReachOutForm
from conversations.models import ReachOut
from conversations.permissions import (
    get_reach_out_words,
    may_answer,
    open_reach_outs_of,
    others_waiting,
    shows_words_of,
)
from conversations.trust import headline, outlook, told_to_client, told_to_staff, wish
from goals.models import Victory
from goals.permissions.victories import one_for
from peersupport.lib.clock import now
from peersupport.lib.refusals import Refusal, Stale, UsedForm

DAY = range(7, 21)  # hours at which nobody needs to be told what time it is


def show_form(
    request: HttpRequest, client: Client, form: ReachOutForm, *, refusal: Refusal | None = None
) -> HttpResponse:
    """By day the choices come first, at any other hour the lines that are awake."""
    helpers = support_of(client)
    note_own(request, client, helpers)
    lines, ahead = lines_of(client.program), outlook(client, helpers)
    night = localtime(now()).hour not in DAY
    context = {
        "client": client,
        "form": form,
        "refusal": refusal,
        "outlook": ahead,
        "lines": lines,
        "awake": [line for line in lines if line.awake],
        "waiting": open_reach_outs_of(client),
        "who_reads": who_reads(helpers, client_name=client.user.first_name, reader=None),
        "now": now(),
        "night": night,
        "better_day": _better_day(client) if night and not ahead.awake else None,
    }
    return render(request, "conversations/reach_out.html", context, status=_status_of(refusal, form))


def show_reach_out(
    request: HttpRequest, actor: Actor, reach_out: ReachOut, *, refusal: Refusal | None = None
) -> HttpResponse:
    """For whoever sent it: what becomes of it. `reach_out` was loaded with its words."""
    client = reach_out.client
    look_at(client, [reach_out.page], by=actor)
    hard = reach_out.kind == ReachOut.Kind.HARD_DAY and reach_out.taken_back_at is None
    context = {
        "client": client,
        "row": reach_out,
        "told": told_to_client(reach_out),
        "lines": lines_of(client.program),
        "better_day": _better_day(client) if hard else None,
        "refusal": refusal,
        **trust(request, client),
    }
    return render(request, "conversations/state.html", context, status=_status_of(refusal))


def show_to_staff(
    request: HttpRequest,
    actor: Actor,
    reach_out: ReachOut,
    *,
    form: AnswerForm | None = None,
    refusal: Refusal | None = None,
) -> HttpResponse:
    """For whoever walks with the client, and facts for a supervisor until they open the words."""
    client, readable = reach_out.client, _with_words(actor, reach_out)
    row = readable or reach_out
    shows = readable is not None and shows_words_of(actor, row)
    shows_others = may_read_words(actor, client)  # an Opening of just this one opens no other
    others = others_waiting(actor, row, words=shows_others)
    pages = [_page(row, shows), *(_page(other, shows_others) for other in others)]
    audit.record_reads([(client.pk, page) for page in pages], by=actor)
    look_at(client, pages, by=actor)
    context = {
        "client": client,
        "row": row,
        "headline": headline(row),
        "told": told_to_staff(row),
        "wish": wish(row),
        "others": [(other, headline(other), told_to_staff(other), wish(other)) for other in others],
        "shows_words": shows,
        "shows_others": shows_others,
        "may_open": readable is None and row.taken_back_at is None and may_open_words(actor),
        "may_answer": may_answer(actor, row),
        "unseen": any(shown.waits and shown.seen_at is None for shown in [row, *others]),
        "form": form or AnswerForm(program=client.program),
        "refusal": refusal,
        **trust(request, client),
    }
    return render(request, "conversations/staff.html", context, status=_status_of(refusal, form))


def show(request: HttpRequest, actor: Actor, reach_out: ReachOut, *, refusal: Refusal | None = None) -> HttpResponse:
    """The page of one reach-out, as this reader may see it."""
    if is_own(actor, reach_out.client):
        return show_reach_out(request, actor, get_reach_out_words(actor, reach_out.pk), refusal=refusal)
    return show_to_staff(request, actor, reach_out, refusal=refusal)


def _better_day(client: Client) -> Victory | None:
    """On a hard day one of their own victories, the same one until midnight; for their eyes only."""
    return one_for(client, localtime(now()).date())


def _page(row: ReachOut, words: bool) -> str:
    return row.page if words else f"facts-{row.page}"


def _with_words(actor: Actor, reach_out: ReachOut) -> ReachOut | None:
    try:
        return get_reach_out_words(actor, reach_out.pk)
    except OpeningNeeded:
        return None


def _status_of(refusal: Refusal | None, form: AnswerForm | ReachOutForm | None = None) -> int:
    if isinstance(refusal, Stale | UsedForm):
        return 409
    return 422 if refusal is not None or (form is not None and form.is_bound and form.errors) else 200
