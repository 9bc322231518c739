from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts import throttles
from peersupport.lib.sealed import seal_text, unseal

SEALED_FOR = b"second factor"


class AccountAdapter(DefaultAccountAdapter):
    """How allauth behaves here: people are invited, and signing in is not announced."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": _("This e-mail address and password do not go together. Please try again."),
        "too_many_login_attempts": throttles.TOO_OFTEN,
    }
    counted: throttles.Counted | None = None

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """Says nothing: "signed in as alex@…" on a shared screen helps nobody."""

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        self.counted = throttles.count(request, "login_failed", str(credentials.get("email") or "").lower())
        if self.counted is None:
            raise self.validation_error("too_many_login_attempts")

    def _rollback_login_failed_rl_usage(self) -> None:
        if self.counted is not None:
            self.counted.take_back()

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Any:
        """A closed account answers like a wrong password."""
        user = super().authenticate(request, **credentials)
        return user if user is None or user.is_active else None


class FactorAdapter(DefaultMFAAdapter):
    """Secrets of second factors at rest are sealed, and an app shows whose they are."""

    def encrypt(self, text: str) -> str:
        return seal_text(text, SEALED_FOR).hex()

    def decrypt(self, encrypted_text: str) -> str:
        return unseal(bytes.fromhex(encrypted_text), SEALED_FOR)

    def get_totp_issuer(self) -> str:
        return str(settings.ORGANIZATION_NAME)
