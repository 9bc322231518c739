"""My privacy, and the people a client keeps away from their record."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.models import Role
from accounts.signing_in import actor_of
from clients.actions import keep_away, let_back, settle_kept_away
from clients.models import Client, KeptFrom
from clients.pages import own_client
from clients.permissions import get_client, may_be_kept_away, may_take_over, support_of
from home import privacy
from home.permissions import assignments_of_client
from peersupport.lib.refusals import Refusal


@require_GET
def my_privacy(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Who can see what, who looked and why, who is kept away. The client's own page only."""
    actor = actor_of(request)
    client = _own(request, pk)
    opened = privacy.openings(client, actor)
    context = {
        "client": client,
        "support": [(helper, privacy.rights(helper)) for helper in support_of(client)],
        "assignments": assignments_of_client(client),
        "managers": privacy.managers_of(client),
        "looks": privacy.looks(client),
        "openings": opened,
        "reach_outs": privacy.reach_outs_among(opened, actor),
        "kept": KeptFrom.objects.visible_to(actor).filter(ended_at__isnull=True).select_related("person"),
        "candidates": may_be_kept_away(client),
        "days": privacy.DAYS,
    }
    return render(request, "home/privacy.html", context)


@require_POST
def keep_someone_away(request: HttpRequest, pk: UUID) -> HttpResponse:
    client = _own(request, pk)
    for person in may_be_kept_away(client):
        if str(person.pk) == request.POST.get("person"):
            kept = keep_away(client, person, by=actor_of(request))
            # No names here: what is said between two pages waits in the session store.
            if kept.in_force_since:
                said = _("Done. They can never see your record, unless you change this.")
            else:
                said = _("Your wish is with the manager now. It holds as soon as they have found someone else.")
            messages.success(request, said)
            break
    else:
        messages.error(request, _("Nothing changed. Please choose someone from the list."))
    return redirect("my-privacy", pk=pk)


@require_POST
def let_someone_back(request: HttpRequest, pk: UUID, kept_pk: UUID) -> HttpResponse:
    _own(request, pk)
    actor = actor_of(request)
    kept = KeptFrom.objects.visible_to(actor).filter(pk=kept_pk, client=pk).first()
    if kept is None:
        raise Http404
    let_back(kept, by=actor)
    return redirect("my-privacy", pk=pk)


@require_POST
def settle(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A manager answers a wish to have someone else."""
    actor = actor_of(request)
    if not actor.wears(Role.Kind.MANAGER):
        raise PermissionDenied
    kept = KeptFrom.objects.visible_to(actor).select_related("client", "person").filter(pk=pk).first()
    if kept is None:
        raise Http404
    chosen = request.POST.get("instead", "")
    [(_kept, people)] = may_take_over([kept])
    instead = next((person for person in people if str(person.pk) == chosen), None)
    try:
        settle_kept_away(kept, instead=instead, by=actor)
        messages.success(request, _("Thank you. It is settled."))
    except Refusal as refusal:
        messages.error(request, str(refusal.sentence))
    return redirect("/")


def _own(request: HttpRequest, pk: UUID) -> Client:
    client = own_client(request)
    if client is None or client.pk != pk:
        get_client(actor_of(request), pk)  # 404 for whom it does not exist
        raise PermissionDenied
    return client
