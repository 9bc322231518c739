"""All goals of a client, and a new one."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.models import Actor
from accounts.signing_in import actor_of
from audit import actions as audit
from clients.models import Client
from clients.permissions import get_client, is_own, may_read_facts, specialists_of
from goals.actions.goals import add_goal
from goals.forms.goals import NewGoalForm, ToldGoalForm
from goals.models.goals import Visibility
from goals.pages.goal import reader_of
from goals.pages.gone import polite
from goals.pages.lists import show_list
from goals.permissions.goals import PAGE
from goals.permissions.rights import may_write_down
from goals.trust import specialist_name, who_reads_goal
from peersupport.lib.fields import posted, with_new_op_id
from peersupport.lib.refusals import Refusal, UsedForm


@require_GET
def goals(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What the client works on, as far as this hat may see it, and ideas that wait."""
    return show_list(request, _client(actor_of(request), pk), put_away=False)


@require_GET
def put_away(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Finished and set aside."""
    return show_list(request, _client(actor_of(request), pk), put_away=True)


@require_http_methods(["GET", "POST"])
@polite
def new(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The client adds a goal. Nobody approves it."""
    actor = actor_of(request)
    client = get_client(actor, pk)
    if not is_own(actor, client):
        raise PermissionDenied
    return _add(request, client, NewGoalForm, told=False)


@require_http_methods(["GET", "POST"])
@polite
def tell(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A specialist writes a goal down as the client says it, and reads it back."""
    actor = actor_of(request)
    client = get_client(actor, pk)
    if not may_write_down(actor, client):
        raise PermissionDenied
    return _add(request, client, ToldGoalForm, told=True)


def _add(request: HttpRequest, client: Client, form_class: type[NewGoalForm], *, told: bool) -> HttpResponse:
    actor, helpers, refusal = actor_of(request), specialists_of(client), None
    form = form_class(posted(request), specialist=specialist_name(helpers))
    if request.method == "POST" and form.is_valid():
        try:
            sent = form.sent(get_language() or "en")
            here = sent.told and sent.way.own_hand
            goal = add_goal(client, sent, agreed=not here, by=actor)
        except UsedForm as error:
            form, refusal = with_new_op_id(form), error
        except Refusal as error:
            form.add_error(error.field if error.field in form.fields else None, str(error.sentence))
        else:
            if here:
                return redirect("goals:hand-over-goal", pk=goal.pk)
            messages.success(request, _("Written down.") if told else _("It is yours. You can change every word."))
            return redirect("goals:goal", pk=goal.pk)
    if "op_id" in form.errors:
        form = with_new_op_id(form)
    if told:
        audit.record_read(f"facts-{PAGE}", by=actor, client_id=client.pk)
    name, reader = client.user.first_name, reader_of(actor, client)
    line = who_reads_goal(Visibility.SPECIALIST, helpers, client_name=name, reader=reader)
    context = {"client": client, "form": form, "told": told, "refusal": refusal, "who_reads": line}
    return render(request, "goals/new.html", context, status=409 if refusal else 422 if form.errors else 200)


def _client(actor: Actor, pk: UUID) -> Client:
    client = get_client(actor, pk)
    if not may_read_facts(actor):
        raise PermissionDenied
    return client
