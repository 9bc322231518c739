"""The second factor: setting it up, typing its code at sign-in, recovery codes, and the manager who takes it off."""

from typing import Any
from uuid import UUID

from allauth.account.internal.decorators import login_stage_required
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.internal.flows import post_authentication
from allauth.mfa.models import Authenticator
from allauth.mfa.stages import AuthenticateStage
from allauth.mfa.totp.internal.auth import generate_totp_secret
from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts import permissions, staying, throttles
from accounts.actions import second_factor as actions
from accounts.forms import CodeForm, ResetFactorForm
from accounts.models import Actor, User
from accounts.signing_in import actor_of
from peersupport.lib.fields import posted
from peersupport.lib.qr import drawing_of
from peersupport.lib.refusals import Refusal


@require_http_methods(["GET", "POST"])
def second_factor(request: HttpRequest) -> HttpResponse:
    """Sets it up, at the first sign-in; later, what there is, and the way to another phone."""
    actor = _bearer(request)
    form = CodeForm(posted(request))
    stands = permissions.second_factor_of(actor.user)
    replaces = staying.is_replacing(request)
    if stands is not None and not replaces:
        if request.method == "POST" and form.is_valid() and _proves(request, actor.user, form):
            staying.begin_replacing(request)
            return redirect("second-factor")
        left = len(permissions.recovery_codes_of(actor.user))
        return _show(request, "account/second_factor.html", form, stands=stands, codes_left=left)
    if "keep" in request.POST:
        staying.end_replacing(request)
        return redirect("second-factor")
    secret = staying.new_secret(request, generate_totp_secret)
    if request.method == "POST" and form.is_valid():
        try:
            actions.set_up_second_factor(actor.user, secret, form.cleaned_data["code"], replaces=replaces, by=actor)
        except Refusal as refusal:
            form.add_error(refusal.field, str(refusal.sentence))
        else:
            staying.end_replacing(request)
            staying.note_factor(request, actor.user)
            staying.show_codes(request, True)
            return redirect("recovery-codes")
    drawing = drawing_of(get_adapter().build_totp_url(actor.user, secret))
    told = permissions.untold_resets(actor.user)
    context: dict[str, Any] = {"qr": drawing, "secret": secret, "resets": told, "replaces": replaces}
    if settings.SECOND_FACTOR and not replaces:
        context |= {"nav": [], "hat": None}  # nothing else opens yet
    return _show(request, "account/set_up_second_factor.html", form, **context)


@require_http_methods(["GET", "POST"])
def recovery_codes(request: HttpRequest) -> HttpResponse:
    """Ten codes for the day the phone is gone. Shown until they are put away, and then never again."""
    actor = _bearer(request)
    if permissions.second_factor_of(actor.user) is None:
        return redirect("second-factor")
    if "done" in request.POST:
        staying.show_codes(request, False)
        messages.success(request, _("Done. From now on signing in asks for a code from your app."))
        return redirect("home")
    form = CodeForm(posted(request))
    if request.method == "POST" and form.is_valid() and _proves(request, actor.user, form):
        actions.renew_recovery_codes(actor.user, by=actor)
        staying.show_codes(request, True)
        return redirect("recovery-codes")
    codes, shown = permissions.recovery_codes_of(actor.user), staying.codes_shown(request)
    return _show(request, "account/recovery_codes.html", form, codes=codes if shown else [], codes_left=len(codes))


@require_http_methods(["GET", "POST"])
@login_stage_required(stage=AuthenticateStage.key, redirect_urlname="account_login")  # type: ignore[untyped-decorator]
def at_sign_in(request: HttpRequest) -> HttpResponse:
    """After the password, the code: from the app, or one from paper."""
    stage = request._login_stage  # type: ignore[attr-defined]
    if "again" in request.POST:  # the wrong account: until then the sign-in page leads back here
        start: HttpResponse = stage.abort()
        return start
    user: User = stage.login.user
    form = CodeForm(posted(request))
    if request.method == "POST" and form.is_valid():
        proof = _proves(request, user, form)
        if proof is not None:
            post_authentication(request, proof)
            staying.note_factor(request, user)
            answer: HttpResponse = stage.exit()
            return answer
    return _show(request, "account/second_factor_code.html", form)


@require_http_methods(["GET", "POST"])
def reset(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A manager, with the person beside them."""
    actor = actor_of(request)
    person = permissions.get_bearer(actor, pk)
    form = ResetFactorForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            actions.reset_second_factor(
                person, form.cleaned_data["how_proved"], language=get_language() or "en", by=actor
            )
        except Refusal as refusal:
            form.add_error(refusal.field, str(refusal.sentence))
        else:
            messages.success(request, _("Taken off. At the next sign-in they set up a new one."))
            return redirect("home")
    return _show(request, "account/reset_second_factor.html", form, person=person)


def _bearer(request: HttpRequest) -> Actor:
    """Who needs a second factor, or has one from the time they did."""
    actor = actor_of(request)
    if not permissions.works_here(request.hats) and permissions.second_factor_of(actor.user) is None:  # type: ignore[attr-defined]
        raise PermissionDenied
    return actor


def _proves(request: HttpRequest, user: User, form: CodeForm) -> Authenticator | None:
    """What the typed code belongs to; otherwise the form says what is wrong with it."""
    counted = throttles.count(request, "factor_failed", user.pk.hex)
    if counted is None:
        form.add_error("code", str(throttles.TOO_OFTEN))
        return None
    proof = actions.prove_second_factor(user, form.cleaned_data["code"])
    if proof is None:
        form.add_error("code", str(actions.WRONG))
    else:
        counted.take_back()
    return proof


def _show(request: HttpRequest, template: str, form: forms.Form, **context: Any) -> HttpResponse:
    return render(request, template, {"form": form, **context}, status=422 if form.errors else 200)
