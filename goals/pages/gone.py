"""A save of something that is not there for this person (any more): refused politely, with what they typed."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from accounts.staying import POLL
from goals.forms.saved import words_in

View = Callable[..., HttpResponse]


def polite(view: View) -> View:
    """The same answer whether the row was never there, or support ended while the page was open: nothing is told."""

    @wraps(view)
    def asked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except (Http404, PermissionDenied) as refusal:
            gone = isinstance(refusal, Http404)
            if by_itself(request):
                sentence = _("This is not open to you now.")
                return JsonResponse({"state": "refused", "sentence": sentence}, status=404 if gone else 403)
            if not gone:
                raise
            if request.method != "POST" and POLL not in request.headers:
                raise
            return render(request, "goals/gone.html", {"texts": words_in(request.POST)}, status=404)

    return asked


def by_itself(request: HttpRequest) -> bool:
    """A page saves while somebody types, and wants to hear what became of it."""
    return request.headers.get("Accept") == "application/json"
