"""Sign-in around a form: what was typed while signed out is kept, sealed, for the same person only."""

import json
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.middleware import csrf
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode

from accounts.models import Actor, User
from peersupport.lib.ids import new_id
from peersupport.lib.sealed import Unreadable, seal_text, unseal

HAT = "hat"  # session key: id of the role worn
FORM_OF = "form_of"  # hidden field of every form: who it was given to, signed
KEPT = "kept_forms"  # session key
MOST_CHARACTERS = 200_000  # of one form
MOST_KEPT = 2_000_000  # characters in the session, sealed: far more than a person types in a day
_HIDDEN = {FORM_OF, "csrfmiddlewaretoken"}

View = Callable[..., HttpResponse]


def actor_of(request: HttpRequest) -> Actor:
    """The signed-in person under their hat. Views behind SignedInMiddleware always have one."""
    actor = request.actor  # type: ignore[attr-defined]
    assert isinstance(actor, Actor)
    return actor


def sign_form_for(actor: Actor) -> str:
    """The mark of a form: whom it was given to, and under which hat."""
    return signing.dumps([actor.person_id.hex, str(actor.role.pk)], salt=FORM_OF)


def form_owner(request: HttpRequest) -> tuple[str, str] | None:
    """(hex id of the person, id of the role) the posted form was given to; None if it does not say so credibly."""
    try:
        owner, role = signing.loads(request.POST.get(FORM_OF, ""), salt=FORM_OF, max_age=settings.SESSION_COOKIE_AGE)
    except (signing.BadSignature, ValueError):
        return None
    return str(owner), str(role)


def safe_next(path: str) -> str:
    """A path of this site to go on to, else the start page."""
    here = path.startswith("/") and url_has_allowed_host_and_scheme(path, allowed_hosts=None)
    return path if here else "/"


def lead_to_sign_in(request: HttpRequest) -> HttpResponse:
    return redirect_to_login(request.get_full_path())


def keep_and_ask(request: HttpRequest) -> HttpResponse:
    """401: asks to sign in. A form that was truly given to someone is kept in the session, sealed for them."""
    next_url = "/"
    key = keep(request)
    if key is not None:
        next_url = resume_url(key)
    csrf.get_token(request)
    context = {"next_url": next_url, "kept": key is not None}
    return render(request, "account/signed_out.html", context, status=401)


def take_kept(request: HttpRequest, key: str, user: User) -> dict[str, Any] | None:
    """What `posted` gave, as typed; None if there is none or it is someone else's."""
    stored = request.session.get(KEPT, {}).get(key)
    if stored is None:
        return None
    try:
        text = unseal(bytes.fromhex(stored), _place(user.pk.hex))
    except Unreadable:
        return None
    kept: dict[str, Any] = json.loads(text)
    return kept


def posted(request: HttpRequest) -> dict[str, Any]:
    """Everything the form held, where it was going, and `texts`: the fields a person typed sentences into."""
    fields = [[name, value] for name in request.POST for value in request.POST.getlist(name) if name not in _HIDDEN]
    texts = [value for _name, value in fields if " " in value.strip() or "\n" in value.strip()]
    return {"path": request.get_full_path(), "fields": fields, "texts": texts}


def no_role(request: HttpRequest) -> HttpResponse:
    return render(request, "account/no_role.html", status=403)


def resume_url(key: str) -> str:
    """Where a kept form stands, ready to be sent."""
    return f"{reverse('resume')}?{urlencode({'form': key})}"


def keep(request: HttpRequest) -> str | None:
    """The key under which the form is kept; None if it is nobody's, or there is no room for it.

    What was kept before stays: it is nowhere else.
    """
    owner = form_owner(request)
    if owner is None or not User.objects.filter(pk=owner[0], is_active=True).exists():
        return None
    text = json.dumps({**posted(request), "role": owner[1]})
    if len(text) > MOST_CHARACTERS:
        return None
    key, kept = new_id().hex, {**request.session.get(KEPT, {})}
    kept[key] = seal_text(text, _place(owner[0])).hex()
    if sum(map(len, kept.values())) > MOST_KEPT:
        return None
    request.session[KEPT] = kept
    return key


def _place(owner: str) -> bytes:
    return f"kept form|{owner}".encode()
