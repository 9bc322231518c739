"""For the crawl: the second factor in every state, codes by e-mail, sign-ins that end."""

from typing import Any

from django.test import Client as Browser
from django.urls import reverse

from accounts.actions.second_factor import reset_second_factor
from home.demo.cast import PASSWORD
from tests.crawl import Crawl
from tests.fixtures_sign_ins import secret_on, totp


def set_the_scene(on: Crawl) -> dict[str, list[Any]]:
    return {"staff_member": [on.cast.priya.pk]}


def moments(on: Crawl, _things: dict[str, list[Any]]) -> None:
    _second_factor(on)
    _codes(on)


def _second_factor(on: Crawl) -> None:
    set_up, codes, at_sign_in = (reverse(name) for name in ("second-factor", "recovery-codes", "mfa_authenticate"))
    for by in (on.cast.actor("omar"), None):
        reset_second_factor(on.cast.priya, "1 2", language=on.language, by=by)
    on.cast.priya.refresh_from_db()  # her sign-ins ended
    priya = on.sign_in("priya")
    secret = secret_on(on.get(priya, set_up).content.decode())
    on.post(priya, set_up, code=totp(secret, steps=-1))
    on.post(priya, codes, done="yes")
    for page in (set_up, codes):
        on.get(priya, page)
        on.post(priya, page, code="")
        on.post(priya, page, code="9")
    on.post(priya, set_up, code=totp(secret))
    on.post(priya, set_up, code="9")
    on.post(priya, set_up, keep="yes")
    entering = Browser(headers={"accept-language": on.language})
    on.post(entering, reverse("account_login"), login="priya@example.org", password=PASSWORD)
    on.post(entering, at_sign_in, code="9")
    on.post(entering, at_sign_in, code=totp(secret, steps=1))
    reset = reverse("reset-second-factor", args=[on.cast.priya.pk])
    on.post("omar", reset, how_proved="1")
    on.post("omar", reset, how_proved="1 2", in_person="on")
    on.cast.priya.refresh_from_db()
    on.post("omar", reverse("reset-second-factor", args=[on.cast.omar.pk]), how_proved="1 2", in_person="on")


def _codes(on: Crawl) -> None:
    ask, enter, out = (
        reverse("ask-for-code"),
        reverse("sign-in-code"),
        Browser(headers={"accept-language": on.language}),
    )
    for typed in ("", "9", "9@example.org"):
        on.post(out, ask, login=typed, next="/more/")
    on.post(out, enter, code="9")
    for number in range(11):
        on.post(out, reverse("account_login"), login="9@example.org", password=str(number))
    for _time in range(5):
        on.post(out, ask, login="9@example.org")
