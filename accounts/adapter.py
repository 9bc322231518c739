from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _


class AccountAdapter(DefaultAccountAdapter):
    """How allauth behaves here: people are invited, and signing in is not announced."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": _("This e-mail address and password do not go together. Please try again."),
        "too_many_login_attempts": _("That was many tries in a row. Please wait a few minutes, then try again."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """Says nothing: "signed in as alex@…" on a shared screen helps nobody."""

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Any:
        """A closed account answers like a wrong password."""
        user = super().authenticate(request, **credentials)
        return user if user is None or user.is_active else None

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """By account alone: allauth adds the host name, and whoever guesses chooses the port in it."""
        return str(credentials.get("email") or "").lower()
