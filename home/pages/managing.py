"""What the manager's pages do alike."""

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.models import Actor, Role
from accounts.signing_in import actor_of
from peersupport.lib.fields import with_value
from peersupport.lib.refusals import Stale


def manager_of(request: HttpRequest) -> Actor:
    """PermissionDenied for every other hat."""
    actor = actor_of(request)
    if not actor.wears(Role.Kind.MANAGER):
        raise PermissionDenied
    return actor


def stale_page(request: HttpRequest, template: str, form: forms.Form, refusal: Stale, **context: Any) -> HttpResponse:
    """What was typed stands in the form, ready to be saved over what stands now; the page says so first."""
    form = with_value(form, "version", refusal.stands.version)
    return render(request, template, {**context, "form": form, "refusal": refusal}, status=409)
