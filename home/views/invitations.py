"""Coming in: the link or the code of an invitation, and the first page a client reads here."""

from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.actions import accept_invitation
from accounts.forms import PaperCodeForm
from accounts.models import Invitation, Role, User
from accounts.permissions import is_client_only, sheet_of
from accounts.signing_in import actor_of
from checkins.throttles import WAIT, count_unknown, may_open
from clients.actions import look_at
from clients.pages import own_client
from clients.permissions import support_of
from clients.trust import who_reads
from home.forms.people import AcceptForm
from home.pages.managing import add_refusal
from home.permissions import invitation_of
from notifications.permissions import email_point_of
from peersupport.lib.fields import posted
from peersupport.lib.refusals import Refusal

BACKEND = "accounts.backends.PersonBackend"
BETWEEN_US = "between-us"
# Where the program has not said it in its own words.
GENERAL = (
    _("If someone’s life is in danger: yours or another person’s."),
    _("If a child, an older person or someone who depends on others is being hurt."),
    _("If a court orders it."),
    _("If visits are paid by an insurance: that a visit took place, and what was signed about it."),
)


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def code(request: HttpRequest) -> HttpResponse:
    """Where a code from paper is typed."""
    form = PaperCodeForm(posted(request))
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data["code"]
        if not may_open(request) or invitation_of(typed) is None:
            return invitation(request, typed)  # not by its address: it may be a code that opens something else
        return _bare(redirect("invitation", code=typed))
    return _page(request, "home/code.html", 422 if form.errors else 200, form=form)


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, code: str) -> HttpResponse:
    """GET shows and writes nothing: mail scanners open links too. POST accepts, once."""
    if not may_open(request):
        answer = _page(request, "home/invitation_over.html", 429, state="often")
        answer["Retry-After"] = str(WAIT)
        return answer
    found = invitation_of(code)
    if found is None:
        count_unknown(request)
        return _page(request, "home/invitation_over.html", 404, state="unknown")
    with translation.override(found.user.language):
        return _answer(request, found) if found.is_open else _over(request, found)


def _answer(request: HttpRequest, found: Invitation) -> HttpResponse:
    staff = found.kind != Role.Kind.CLIENT
    form = AcceptForm(posted(request), asks_address=found.contact_point_id is None, staff=staff)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            email, may_email = data.get("email", ""), data.get("may_email", False)
            user = accept_invitation(found, password=data["password"], email=email, may_email=may_email)
        except Refusal as refusal:
            if refusal.field is None:  # someone was quicker
                found.refresh_from_db()
                return _over(request, found)
            add_refusal(form, refusal)
        else:
            login(request, user, backend=BACKEND)
            return _bare(redirect("home" if staff else BETWEEN_US))
    status = 422 if form.errors else 200
    return _page(request, "home/invitation.html", status, form=form, staff=staff)


def _over(request: HttpRequest, found: Invitation) -> HttpResponse:
    """Used, withdrawn or run out: which one, and what can be done about it."""
    used, withdrawn = found.accepted_at is not None, found.withdrawn_at is not None
    state = "used" if used else "withdrawn" if withdrawn else "late"
    return _page(request, "home/invitation_over.html", 404, state=state)


@require_GET
def between_us(request: HttpRequest) -> HttpResponse:
    """What stays between us, and what has to be passed on: before anything is written here, and at any time."""
    actor, client = actor_of(request), own_client(request)
    if client is None:
        raise PermissionDenied
    first = look_at(client, [BETWEEN_US], by=actor)[BETWEEN_US] is None
    context = {
        "client": client,
        "first": first,
        "offers_way_back": first and _needs_way_back(request, actor.user),
        "must_pass_on": client.program.must_pass_on(),
        "general": GENERAL,
        "who_reads": who_reads(support_of(client), client_name=client.user.first_name, reader=None),
    }
    return render(request, "home/between_us.html", context)


def _needs_way_back(request: HttpRequest, user: User) -> bool:
    """Whether a forgotten password would lock this client out."""
    client_only = is_client_only(request.hats)  # type: ignore[attr-defined]
    return client_only and email_point_of(user) is None and sheet_of(user) is None


def _page(request: HttpRequest, template: str, status: int, **context: object) -> HttpResponse:
    return _bare(render(request, template, context, status=status))


def _bare(response: HttpResponse) -> HttpResponse:
    """The address is a key: it is neither passed on nor kept. Not `no-referrer`: forms would come from nowhere then."""
    response["Referrer-Policy"] = "strict-origin"
    response["Cache-Control"] = "no-store"
    response["Content-Language"] = translation.get_language()
    return response
