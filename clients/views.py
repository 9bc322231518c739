from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from accounts.signing_in import actor_of
from clients.pages import answer_opening
from clients.permissions import get_client, may_open_words


@require_http_methods(["GET", "POST"])
def opening(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A supervisor says why, then reads the client's words for 60 minutes."""
    actor = actor_of(request)
    client = get_client(actor, pk)
    if not may_open_words(actor):
        raise PermissionDenied
    return answer_opening(request, client, None)
