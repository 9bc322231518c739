"""What a sign-in carries: when it began, when someone was last here, and that its second factor was proved."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from accounts.models import Actor, Role, User
from accounts.permissions import sign_ins_of
from peersupport.lib.clock import now
from peersupport.lib.sealed import seal_text, unseal

View = Callable[..., HttpResponse]

# Seconds without activity that end a sign-in, by the worn hat; on a shared phone or computer, whatever the hat.
IDLE_CLIENT, IDLE_STAFF, IDLE_SHARED = 30 * 60, 15 * 60, 5 * 60
PAPER_SHOWN = 10 * 60  # seconds to print codes or to copy them by hand
WARNED = 2 * 60  # seconds before the end; a shared phone is warned one minute before
NOTED_EVERY = 30  # seconds: not each request writes
POLL = "X-Poll"  # a request with this header was made by the page, not by a person

# Session keys.
STAY = "stay"  # {"begun": …, "seen": …, "idle": …}: moments in seconds, and how long without activity is too long
SHARED = "shared"  # other people use this phone or computer
FACTOR = "factor"  # for whom the second factor was proved in this sign-in
IN_HANDS = "in_hands"  # the screen is someone else's for a moment: {"at": path they see, "back": path after, …}
SECRET = "factor_secret"  # noqa: S105 -- of the one being set up, sealed
REPLACING = "factor_replacing"  # the one before was proved a moment ago
CODES = "factor_codes"  # recovery codes that were not put away yet
PAPER = "way_back"  # {"codes": sealed, "until": …, "of": whose}: codes that were not put away yet


# --- how long it lasts ------------------------------------------------------------------------------------------------
def is_over(request: HttpRequest) -> bool:
    stay = request.session.get(STAY)
    return stay is not None and _left(stay) <= 0


def note_activity(request: HttpRequest, actor: Actor | None) -> None:
    """Someone is here, unless the page only asked by itself."""
    if request.headers.get(POLL):
        return
    at, idle = now().timestamp(), idle_of(request, actor)
    stay = request.session.get(STAY)
    if stay is None or stay["idle"] != idle or at - stay["seen"] >= NOTED_EVERY:
        request.session[STAY] = {"begun": stay["begun"] if stay else at, "seen": at, "idle": idle}


def idle_of(request: HttpRequest, actor: Actor | None) -> int:
    if request.session.get(SHARED):
        return IDLE_SHARED
    return IDLE_CLIENT if actor is not None and actor.wears(Role.Kind.CLIENT) else IDLE_STAFF


def seconds_left(request: HttpRequest) -> int:
    stay = request.session.get(STAY)
    return max(0, int(_left(stay))) if stay else 0


def warning_of(request: HttpRequest, actor: Actor | None) -> int:
    return min(WARNED, idle_of(request, actor) // 5)


def note_shared(request: HttpRequest, shared: bool) -> None:
    request.session[SHARED] = shared


def _left(stay: dict[str, float]) -> float:
    """Seconds until nobody was here for too long, or it was long enough altogether."""
    at = now().timestamp()
    return min(stay["seen"] + stay["idle"], stay["begun"] + settings.SESSION_COOKIE_AGE) - at


# --- while the screen is in someone else's hands ----------------------------------------------------------------------
def hand_over(request: HttpRequest, *, at: str, back: str, **about: str) -> None:
    """From now on this sign-in, in all its windows, shows the page `at` and nothing else, until it is taken back."""
    request.session[IN_HANDS] = {**about, "at": at, "back": back}


def in_hands(request: HttpRequest) -> dict[str, str] | None:
    """What was handed over; None while the screen is with the person who signed in."""
    found: dict[str, str] | None = request.session.get(IN_HANDS)
    return found


def go_back_to(request: HttpRequest, path: str) -> None:
    """Where it goes on instead, once the screen is taken back."""
    request.session[IN_HANDS] = {**request.session[IN_HANDS], "back": path}


def take_back(request: HttpRequest) -> str:
    """Where the person who signed in goes on."""
    return str(request.session.pop(IN_HANDS, {}).get("back", "/"))


def in_hands_too(view: View) -> View:
    """Marks a view that answers while the screen is in someone else's hands."""
    view.in_hands_too = True  # type: ignore[attr-defined]
    return view


# --- where else someone is signed in ----------------------------------------------------------------------------------
# (a sign in what the browser says of itself, how people call it): the first that fits counts.
BROWSERS = (
    *(("Edg", "Edge"), ("OPR/", "Opera"), ("SamsungBrowser", "Samsung Internet"), ("Firefox", "Firefox")),
    *(("FxiOS", "Firefox"), ("Chrome", "Chrome"), ("CriOS", "Chrome"), ("Safari", "Safari")),
)
SYSTEMS = (
    *(("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows")),
    *(("Macintosh", "Mac"), ("CrOS", "Chromebook"), ("Linux", "Linux")),
)


@dataclass(frozen=True)
class SignIn:
    pk: int
    browser: str
    began: datetime
    last_here: datetime
    this_one: bool
    shared: bool


def sign_ins(request: HttpRequest, user: User) -> list[SignIn]:
    """Those nobody has left for too long."""
    here = request.session.session_key
    found = ((row, carried, row.session_key == here) for row, carried in sign_ins_of(user))
    return [
        SignIn(row.pk, browser_of(row.user_agent), row.created_at, _last_here(row, carried), this, _is_shared(carried))
        for row, carried, this in found
        if this or STAY not in carried or _left(carried[STAY]) > 0
    ]


def browser_of(user_agent: str) -> str:
    """As a person would call it: "Firefox, Android"."""
    names = [next((name for sign, name in known if sign in user_agent), "") for known in (BROWSERS, SYSTEMS)]
    return ", ".join(filter(None, names)) or _("A browser")


def keep_this(request: HttpRequest, user: User) -> None:
    """All sign-ins of this person were ended besides this one: it goes on under what the person carries now."""
    user.refresh_from_db(fields=["sign_in_round", "password"])
    request.session[HASH_SESSION_KEY] = user.get_session_auth_hash()


def began_lately(request: HttpRequest) -> bool:
    """Whether someone signed in here less than 15 minutes ago."""
    stay = request.session.get(STAY)
    return bool(stay is not None and now().timestamp() - stay["begun"] < IDLE_STAFF)


def _last_here(row: Any, carried: dict[str, Any]) -> datetime:
    stay = carried.get(STAY)
    return datetime.fromtimestamp(stay["seen"], UTC) if stay else row.created_at


def _is_shared(carried: dict[str, Any]) -> bool:
    return bool(carried.get(SHARED))


# --- its second factor ------------------------------------------------------------------------------------------------
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


# --- codes on paper ---------------------------------------------------------------------------------------------------
def show_paper(request: HttpRequest, codes: list[str], of: User) -> None:
    """Until they are put away, and not for long: whoever comes to this page later must not find them there."""
    until = now().timestamp() + PAPER_SHOWN
    request.session[PAPER] = {"codes": seal_text(" ".join(codes), _paper(of)).hex(), "until": until, "of": of.pk.hex}


def shown_paper(request: HttpRequest, of: User) -> list[str]:
    stored = request.session.get(PAPER)
    if stored is None or stored["of"] != of.pk.hex or stored["until"] <= now().timestamp():
        return []
    return unseal(bytes.fromhex(stored["codes"]), _paper(of)).split()


def put_paper_away(request: HttpRequest) -> None:
    request.session.pop(PAPER, None)


def _paper(of: User) -> bytes:
    return f"way back|{of.pk}".encode()
