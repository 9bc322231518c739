"""My plan on paper."""

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from accounts.signing_in import actor_of
from clients.permissions import get_client
from goals.pages.paper import show_paper
from goals.permissions.rights import may_write_here


@require_GET
def paper(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One page to print: for the client, and for whoever walks with them of what is shared."""
    actor = actor_of(request)
    client = get_client(actor, pk)
    if not may_write_here(actor, client):
        raise PermissionDenied
    return show_paper(request, client)
