"""Who is asking, in which language and time zone, under which hat; and: nobody signed out gets in by accident."""

import zoneinfo
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.contrib.auth import logout
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers

from accounts import signing_in, staying
from accounts.models import Role, User
from accounts.permissions import hats_of, second_factor_of, wearing, works_here

Respond = Callable[[HttpRequest], HttpResponse]


class PersonMiddleware:
    """Ends a sign-in nobody was at for too long.

    Sets `request.hats` and `request.actor` (None when signed out or without a role), language and time zone.
    """

    def __init__(self, respond: Respond) -> None:
        self.respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated and staying.is_over(request):
            logout(request)
        user = request.user
        hats = hats_of(user) if isinstance(user, User) else []
        chosen = self._hat_of_the_form(request, hats) or request.session.get(signing_in.HAT)
        actor = wearing(user, hats, chosen) if isinstance(user, User) else None
        request.hats, request.actor = hats, actor  # type: ignore[attr-defined]
        if user.is_authenticated:
            staying.note_activity(request, actor)
        language = user.language if isinstance(user, User) else translation.get_language_from_request(request)
        zone = user.time_zone if isinstance(user, User) else settings.TIME_ZONE
        with translation.override(language), timezone.override(zoneinfo.ZoneInfo(zone)):
            request.LANGUAGE_CODE = translation.get_language()
            response = self.respond(request)
            if response.status_code == HTTPStatus.METHOD_NOT_ALLOWED and not response.content:
                response.content = render(request, "405.html").content  # Enter pressed in the address bar
        response.headers.setdefault("Content-Language", language)
        response.headers.setdefault("Cache-Control", "no-store")
        patch_vary_headers(response, ["Cookie", "Accept-Language"])
        return response

    @staticmethod
    def _hat_of_the_form(request: HttpRequest, hats: list[Role]) -> str | None:
        """A form is sent under the hat it was opened under, even if another one was put on in another window."""
        if request.method != "POST" or len(hats) < 2 or staying.in_hands(request) is not None:
            return None
        owner = signing_in.form_owner(request)
        if owner is None or owner[0] != hats[0].user_id.hex or owner[1] not in {str(role.pk) for role in hats}:
            return None
        request.session[signing_in.HAT] = owner[1]
        return owner[1]


class SignedInMiddleware:
    """Default deny. GET of someone signed out leads to the sign-in; what they POST is kept for them (401)."""

    def __init__(self, respond: Respond) -> None:
        self.respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.respond(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], _args: Any, _kwargs: Any
    ) -> HttpResponse | None:
        if not getattr(view, "login_required", True):
            return None
        if not request.user.is_authenticated:
            if request.method in {"GET", "HEAD"} and request.headers.get("Sec-Fetch-Mode", "navigate") == "navigate":
                return signing_in.lead_to_sign_in(request)
            return signing_in.keep_and_ask(request)
        if request.actor is None:  # type: ignore[attr-defined]
            return signing_in.no_role(request)
        return None


class InHandsMiddleware:
    """While the screen is in someone else's hands, nothing else of this account is shown or done, in any window."""

    def __init__(self, respond: Respond) -> None:
        self.respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.respond(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], _args: Any, _kwargs: Any
    ) -> HttpResponse | None:
        handed = staying.in_hands(request) if request.user.is_authenticated else None
        if handed is None or getattr(view, "in_hands_too", False):
            return None
        if request.method in {"GET", "HEAD"} and request.headers.get("Sec-Fetch-Mode", "navigate") == "navigate":
            return redirect(handed["at"])
        # Nothing is saved, and it says so; what was typed in another window stands there once the screen is back.
        kept = signing_in.keep(request) if request.headers.get("Sec-Fetch-Mode", "navigate") == "navigate" else None
        there = signing_in.resume_url(kept) if kept is not None else ""
        if there:
            staying.go_back_to(request, there)
        return render(request, "account/in_hands.html", {"kept": there}, status=HTTPStatus.CONFLICT)


class SecondFactorMiddleware:
    """Who works here does nothing before a second factor stands, whichever of their hats they wear."""

    open_without = frozenset({"second-factor", "account_logout"})

    def __init__(self, respond: Respond) -> None:
        self.respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.respond(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], _args: Any, _kwargs: Any
    ) -> HttpResponse | None:
        if not settings.SECOND_FACTOR or not getattr(view, "login_required", True) or staying.factor_proved(request):
            return None
        user, match = request.user, request.resolver_match
        if not isinstance(user, User) or not works_here(request.hats):  # type: ignore[attr-defined]
            return None
        if second_factor_of(user) is not None:  # it came to be elsewhere: this sign-in never proved it
            logout(request)
            return signing_in.lead_to_sign_in(request)
        if match is not None and match.url_name in self.open_without:
            return None
        if request.method not in {"GET", "HEAD"}:
            raise PermissionDenied
        return redirect("second-factor")
