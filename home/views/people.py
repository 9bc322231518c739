"""Who works here, and one person as a manager sees them: names, roles, how they come in. Never a word of anyone's."""

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import actions
from accounts.models import Role
from accounts.rules.invitations import in_groups
from audit import actions as audit
from home.actions import change_person, end_one_hat, invite_person, invite_staff, offboard, resting_on
from home.forms.people import AboutForm, InviteForm, LeavingForm, PersonChoice, RoleForm, StaffForm
from home.pages.managing import add_refusal, manager_of, person_context
from home.permissions import get_invitation_code, get_person, holders_of, may_walk_with, staff_seen, supervisions_of
from notifications.permissions import contact_points_words_of
from peersupport.lib.fields import posted
from peersupport.lib.refusals import Refusal


@require_GET
def people(request: HttpRequest) -> HttpResponse:
    """Staff: who is here, who is invited, who left."""
    actor = manager_of(request)
    found = staff_seen(actor)
    audit.record_list("people", by=actor, count=len(found))
    here = [person for person in found if person.works_here]
    invited = [person for person in found if not person.works_here and person.invited]
    left = [person for person in found if not person.works_here and not person.invited]
    return render(request, "home/people.html", {"here": here, "invited": invited, "left": left})


@require_http_methods(["GET", "POST"])
def new_staff(request: HttpRequest) -> HttpResponse:
    """Someone who will work here: known from now on, and invited for a day."""
    actor = manager_of(request)
    form = StaffForm(posted(request), initial={"language": actor.user.language})
    if request.method == "POST" and form.is_valid():
        try:
            user = invite_staff(form.cleaned_data, by=actor)
        except Refusal as refusal:
            add_refusal(form, refusal, {"address": "email"})
        else:
            messages.success(request, _("The invitation is on its way. It works for 24 hours."))
            return redirect("person", pk=user.pk)
    return render(request, "home/new_staff.html", {"form": form}, status=422 if form.errors else 200)


@require_GET
def person(request: HttpRequest, pk: UUID) -> HttpResponse:
    actor = manager_of(request)
    found = get_person(actor, pk)
    if found.client is not None:
        audit.record_read("person", by=actor, client_id=found.client.pk)
    else:
        audit.record_list("person", by=actor, count=1)
    return render(request, "home/person.html", person_context(actor, found))


@require_http_methods(["GET", "POST"])
def about(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A name that was misspelled, a language, a clock."""
    actor = manager_of(request)
    found = get_person(actor, pk)
    names = ("first_name", "last_name", "language", "time_zone")
    form = AboutForm(posted(request), initial={name: getattr(found.user, name) for name in names})
    form.offer_zone(found.user.time_zone)
    if request.method == "POST" and form.is_valid():
        change_person(found.user, form.cleaned_data, client=found.client, by=actor)
        messages.success(request, _("Saved."))
        return redirect("person", pk=pk)
    return render(request, "home/about.html", {"person": found, "form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def invite(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A way in for someone who is here and has none, or whose invitation ran out."""
    actor = manager_of(request)
    found = get_person(actor, pk)
    kind = found.invited_as
    if kind is None or found.user.can_sign_in:
        raise Http404
    addresses = [point.value for point in contact_points_words_of(found.user) if point.kind == "email"]
    form = InviteForm(posted(request), staff=found.client is None, initial={"address": next(iter(addresses), "")})
    if request.method == "POST" and form.is_valid():
        address = "" if form.on_paper else form.cleaned_data["address"]
        credential = found.invitation.credential if found.invitation else ""
        try:
            invite_person(found.user, kind, address, client=found.client, credential=credential, by=actor)
        except Refusal as refusal:
            add_refusal(form, refusal, {"value": "address"})
        else:
            if form.on_paper:
                return redirect("invitation-sheet", pk=pk)
            messages.success(request, _("The invitation is on its way."))
            return redirect("person", pk=pk)
    return render(request, "home/invite.html", {"person": found, "form": form}, status=422 if form.errors else 200)


@require_GET
def sheet(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The code of an invitation on paper, to be printed and handed over."""
    actor = manager_of(request)
    found = get_person(actor, pk)
    invitation = get_invitation_code(actor, found)
    if found.client is not None:
        audit.record_read("invitation", by=actor, client_id=found.client.pk)
    context = {"person": found, "invitation": invitation, "code": in_groups(invitation.code)}
    with translation.override(found.user.language):
        return render(request, "home/sheet.html", {**context, "address": f"{settings.PUBLIC_URL}{reverse('code')}"})


@require_POST
def withdraw(request: HttpRequest, pk: UUID) -> HttpResponse:
    actor = manager_of(request)
    found = get_person(actor, pk)
    actions.withdraw_invitations(found.user, client_id=found.client.pk if found.client else None, by=actor)
    messages.success(request, _("The invitation is withdrawn. Its link leads nowhere now."))
    return redirect("person", pk=pk)


@require_POST
def add_role(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One more hat in this program."""
    actor = manager_of(request)
    found = get_person(actor, pk)
    form = RoleForm(request.POST)
    if form.is_valid():
        try:
            actions.give_role(
                found.user,
                Role.Kind(form.cleaned_data["kind"]),
                program=actor.role.program,
                credential=form.cleaned_data["credential"],
                by=actor,
            )
        except Refusal as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("Saved."))
            return redirect("person", pk=pk)
    return render(request, "home/person.html", person_context(actor, found, role_form=form), status=422)


@require_POST
def end_role(request: HttpRequest, pk: UUID, role_pk: UUID) -> HttpResponse:
    """One hat less. Someone's last one ends with offboarding, which looks at what they leave behind."""
    actor = manager_of(request)
    found = get_person(actor, pk)
    role = next((role for role in found.roles if role.pk == role_pk and role.kind != Role.Kind.CLIENT), None)
    if role is None:
        raise Http404
    try:
        end_one_hat(role, by=actor)
        messages.success(request, _("Saved."))
    except Refusal as refusal:
        messages.error(request, str(refusal.sentence))
    return redirect("person", pk=pk)


@require_POST
def supervise(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Someone answers for this specialist from now on."""
    actor = manager_of(request)
    found = get_person(actor, pk)
    form = PersonChoice(request.POST, people=holders_of(actor, Role.Kind.SUPERVISOR))
    if form.is_valid():
        try:
            actions.start_supervision(form.chosen(), found.user, by=actor)
        except Refusal as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("Saved."))
            return redirect("person", pk=pk)
    return render(request, "home/person.html", person_context(actor, found, supervisor_form=form), status=422)


@require_POST
def end_supervision(request: HttpRequest, pk: UUID, row_pk: UUID) -> HttpResponse:
    actor = manager_of(request)
    found = get_person(actor, pk)
    supervision = next((row for row in supervisions_of(found) if row.pk == row_pk), None)
    if supervision is None:
        raise Http404
    actions.end_supervision(supervision, by=actor)
    messages.success(request, _("Saved."))
    return redirect("person", pk=pk)


@require_http_methods(["GET", "POST"])
def leaving(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Someone leaves: the checklist of what rests on them, and one button that ends all of it."""
    actor = manager_of(request)
    found = get_person(actor, pk)
    if not found.works_here:
        raise Http404
    resting = resting_on(found.user, actor.role.program)
    offers = [
        (client, [one for one in may_walk_with(actor, client) if one != found.user]) for client in resting.clients
    ]
    form = LeavingForm(posted(request), offers=offers)
    if request.method == "POST" and form.is_valid():
        try:
            offboard(found.user, form.successors(), by=actor)
        except Refusal as refusal:
            form.add_error(None, str(refusal.sentence))
        else:
            messages.success(request, _("They have no part here any more. Everyone they walked with is looked after."))
            return redirect("person", pk=pk)
    context = {"person": found, "resting": resting, "form": form}
    return render(request, "home/leaving_staff.html", context, status=422 if form.errors else 200)
