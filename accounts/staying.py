"""What a sign-in carries: that its second factor was proved, and what is under way while one is set up."""

from collections.abc import Callable

from django.http import HttpRequest

from accounts.models import User
from peersupport.lib.sealed import seal_text, unseal

# Session keys.
FACTOR = "factor"  # for whom the second factor was proved in this sign-in
SECRET = "factor_secret"  # noqa: S105 -- of the one being set up, sealed
REPLACING = "factor_replacing"  # the one before was proved a moment ago
CODES = "factor_codes"  # recovery codes that were not put away yet


def note_factor(request: HttpRequest, user: User) -> None:
    request.session[FACTOR] = user.pk.hex


def factor_proved(request: HttpRequest) -> bool:
    return bool(request.user.is_authenticated and request.session.get(FACTOR) == request.user.pk.hex)


# --- while one is set up ----------------------------------------------------------------------------------------------
def new_secret(request: HttpRequest, make: Callable[[], str]) -> str:
    """The same until it is set up: a second window or a wrong code changes nothing on the phone."""
    stored = request.session.get(SECRET)
    if stored is not None:
        return unseal(bytes.fromhex(stored), _place(request))
    secret = make()
    request.session[SECRET] = seal_text(secret, _place(request)).hex()
    return secret


def begin_replacing(request: HttpRequest) -> None:
    request.session[REPLACING] = True


def is_replacing(request: HttpRequest) -> bool:
    return bool(request.session.get(REPLACING))


def end_replacing(request: HttpRequest) -> None:
    for key in (REPLACING, SECRET):
        request.session.pop(key, None)


def show_codes(request: HttpRequest, show: bool) -> None:
    request.session[CODES] = show


def codes_shown(request: HttpRequest) -> bool:
    return bool(request.session.get(CODES))


def _place(request: HttpRequest) -> bytes:
    return f"second factor to be|{request.user.pk}".encode()
