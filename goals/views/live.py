"""What an open page asks every two seconds: is there anything new? Mostly there is not, and that must cost nothing."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from accounts.signing_in import actor_of
from goals.pages.goal import show_goal
from goals.pages.gone import polite
from goals.pages.live import OpenPage, is_for, note_leaving, note_presence, open_since, tag_of
from goals.pages.steps import show_step
from goals.permissions.goals import get_goal_to_write, get_step
from goals.permissions.live import page_version_of


@require_safe
@polite
def live(request: HttpRequest, pk: UUID, step_pk: UUID | None = None) -> HttpResponse:
    """304, or the main part of the page as it stands now. No activity: see X-Poll."""
    actor = actor_of(request)
    if not is_for(request):
        return HttpResponse(status=409)
    version = page_version_of(actor, pk)
    if "left" in request.GET:
        note_leaving(pk, actor)
        return HttpResponse(status=204)
    others = note_presence(pk, actor)
    tag = tag_of(actor, pk, version, others)
    if request.headers.get("If-None-Match") == tag:
        return HttpResponse(status=304, headers={"ETag": tag})
    goal, opened = get_goal_to_write(actor, pk), OpenPage(others, open_since(request))
    if step_pk is None:
        response = show_goal(request, goal, opened=opened)
    else:
        response = show_step(request, goal, get_step(goal, step_pk), opened=opened)
    response.headers["ETag"] = tag
    return response
