"""An open page is not enough to take an account over."""

from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext as _

from accounts import staying, throttles
from accounts.signing_in import actor_of


def is_them(request: HttpRequest, form: forms.Form, field: str) -> bool:
    """By the password in `field`, or by a sign-in just now for who has none; else the form says what is wrong."""
    user: Any = actor_of(request).user
    if field not in form.fields:
        if not staying.began_lately(request):
            form.add_error(None, _("Please sign out, sign in again with a fresh code, and do this within 15 minutes."))
        return not form.errors
    counted = throttles.count(request, "login_failed", str(user.email))
    if counted is None:
        form.add_error(field, str(throttles.TOO_OFTEN))
    elif user.check_password(form.cleaned_data[field]):
        counted.take_back()
    else:
        form.add_error(field, _("This is not your password."))
    return not form.errors
