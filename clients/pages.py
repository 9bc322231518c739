"""What several pages do alike: knowing the client one is, and asking a supervisor why, before words are opened."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import get_language

from accounts.models import Actor, Role
from accounts.signing_in import actor_of, safe_next
from audit import actions as audit
from clients.actions import open_words
from clients.forms import OpeningForm
from clients.models import Client, ClientQuerySet
from clients.permissions import Helper, is_own, specialists_of, support_of
from clients.trust import who_reads
from peersupport.lib.composed import composed
from peersupport.lib.fields import posted, with_new_op_id


def own_client(request: HttpRequest) -> Client | None:
    """The client that the worn hat is, if it is one; looked up once for each request."""
    if not hasattr(request, "own_client"):
        actor: Actor = request.actor  # type: ignore[attr-defined]
        found = _own(actor) if actor.wears(Role.Kind.CLIENT) else []
        request.own_client = next(iter(found), None)  # type: ignore[attr-defined]
    client: Client | None = request.own_client  # type: ignore[attr-defined]
    return client


def own_specialists(request: HttpRequest) -> list[Helper]:
    """Who walks with the client that the worn hat is, and maybe more of their support; asked once for each request."""
    if not hasattr(request, "own_helpers"):
        client = own_client(request)
        request.own_helpers = specialists_of(client) if client else []  # type: ignore[attr-defined]
    helpers: list[Helper] = request.own_helpers  # type: ignore[attr-defined]
    return helpers


def note_own(request: HttpRequest, client: Client, helpers: list[Helper] | None = None) -> None:
    """A page that loaded its client, or their support too, spares its frame asking once more."""
    if is_own(actor_of(request), client):
        request.own_client = client  # type: ignore[attr-defined]
        if helpers is not None:
            request.own_helpers = helpers  # type: ignore[attr-defined]


def trust(request: HttpRequest, client: Client) -> dict[str, Any]:
    """The line that says who reads what stands here: for the client with everyone's name, for staff without."""
    actor, name = actor_of(request), client.user.first_name
    own = is_own(actor, client)
    helpers = support_of(client) if own else specialists_of(client)
    note_own(request, client, helpers)
    return {"who_reads": who_reads(helpers, client_name=name, reader=None if own else actor.user)}


@composed
def _own(actor: Actor) -> ClientQuerySet:
    return Client.objects.visible_to(actor).select_related("user", "program")


def answer_opening(request: HttpRequest, client: Client, subject_id: UUID | None) -> HttpResponse:
    """The form that asks why, and where it leads; `subject_id`: only this log's words."""
    actor, back = actor_of(request), safe_next(request.GET.get("next", ""))
    audit.record_read("facts-client", by=actor, client_id=client.pk)
    form = OpeningForm(posted(request))
    if request.method == "POST" and form.is_valid():
        data, language = form.cleaned_data, get_language() or "en"
        open_words(client, data["reason"], op_id=data["op_id"], subject_id=subject_id, language=language, by=actor)
        return HttpResponseRedirect(back)
    if "op_id" in form.errors:
        form = with_new_op_id(form)
    context = {"client": client, "form": form, "back": back, "one": subject_id is not None}
    return render(request, "clients/opening.html", context, status=422 if form.errors else 200)
