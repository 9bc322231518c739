"""A save of something that is not there for this person (any more): refused politely, with what they typed."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.signing_in import posted

View = Callable[..., HttpResponse]


def polite(view: View) -> View:
    """The same answer whether the row was never there, or support ended while the page was open: nothing is told."""

    @wraps(view)
    def asked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except Http404:
            if request.method != "POST":
                raise
            return render(request, "goals/gone.html", {"texts": posted(request)["texts"]}, status=404)

    return asked
