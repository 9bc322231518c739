"""For the crawl: the second factor in every state, codes by e-mail, sign-ins that end."""

import re
from typing import Any

from django.test import Client as Browser
from django.urls import reverse

from accounts.actions import plan_asked_codes
from accounts.actions.second_factor import reset_second_factor
from accounts.models import SignInCode, User
from home.demo.cast import PASSWORD
from notifications.actions import add_contact_point, ask_for_code, confirm_code
from notifications.models import AddressCode
from tests.app_codes import secret_on, totp
from tests.crawl import Crawl

CODE = r">((?:[0-9A-Z]{4}-){3}[0-9A-Z]{4})<"


def set_the_scene(on: Crawl) -> dict[str, list[Any]]:
    return {"staff_member": [on.cast.priya.pk]}


def moments(on: Crawl, _things: dict[str, list[Any]]) -> None:
    _second_factor(on)
    _codes(on)
    _sign_ins(on)
    _passwords(on)
    _another_address(on)
    _way_back(on)
    _help_back(on)


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
    ask, enter = reverse("ask-for-code"), reverse("sign-in-code")
    out = Browser(headers={"accept-language": on.language}, REMOTE_ADDR="203.0.113.1")
    for typed in ("", "9", "9@example.org"):
        on.post(out, ask, login=typed, next="/more/")
    on.post(out, enter, code="9")
    for number in range(11):
        on.post(out, reverse("account_login"), login="9@example.org", password=str(number))
    for _time in range(5):
        on.post(out, ask, login="9@example.org")


def _sign_ins(on: Crawl) -> None:
    page, (first, second) = reverse("sign-ins"), (on.sign_in("sam"), on.sign_in("sam"))
    second.get("/")
    for sent in ({"shared": "yes"}, {"end": "9"}, {"end": ""}, {"shared": "no"}, {"others": "yes"}):
        on.get(first, page)
        on.post(first, page, **sent)
    on.cast.sam.refresh_from_db()  # his sign-ins ended


def _passwords(on: Crawl) -> None:
    ask, choose, change = (reverse(name) for name in ("forgotten-password", "new-password", "my-password"))
    out = Browser(headers={"accept-language": on.language}, REMOTE_ADDR="203.0.113.4")
    for typed in ("", "9", "luz@example.org"):
        on.post(out, ask, login=typed, next="/more/")
    on.get(out, choose)
    for code, password, again in (("", "", ""), ("9", "1", "2"), ("9", "12345678", "12345678"), ("9", *[PASSWORD] * 2)):
        on.post(out, choose, code=code, password=password, again=again)
    by = on.cast.actor("luz")
    point = add_contact_point(on.cast.luz, "email", "5@example.org", may_email=True, by=by)
    ask_for_code(point, by=by)
    confirm_code(point, AddressCode.objects.get(contact_point=point, ended_at=None).code, by=by)
    plan_asked_codes()
    code = SignInCode.objects.get(user=on.cast.luz).code
    on.post(out, choose, code=code, password=PASSWORD, again=PASSWORD)
    on.cast.luz.refresh_from_db()
    luz = on.sign_in("luz")
    for old in ("9", PASSWORD):
        on.post(luz, change, old=old, password=PASSWORD, again=PASSWORD)
    on.get(luz, reverse("more"))
    on.cast.luz.refresh_from_db()


def _another_address(on: Crawl) -> None:
    change, enter, luz = reverse("my-email"), reverse("my-email-code"), on.sign_in("luz")
    for address, password in (("9", "9"), ("luz@example.org", PASSWORD), ("8@example.org", PASSWORD)):
        on.post(luz, change, address=address, password=password)
    for typed in ("", "9", AddressCode.objects.get(contact_point__owner=on.cast.luz, ended_at=None).code):
        on.post(luz, enter, code=typed)
    on.cast.luz.refresh_from_db()
    on.post(luz, change, address="sam@example.org", password=PASSWORD)
    on.post(luz, enter, code=AddressCode.objects.get(contact_point__owner=on.cast.luz, ended_at=None).code)
    on.get(luz, enter)
    luz.defaults["REMOTE_ADDR"] = "203.0.113.2"
    for number in range(11):
        on.post(luz, change, address="7@example.org", password=str(number))
    User.objects.filter(pk=on.cast.luz.pk).update(email="luz@example.org", password="!")
    on.cast.luz.refresh_from_db()
    luz = on.sign_in("luz")
    luz.get("/")
    began = luz.session
    began["stay"] = {**began["stay"], "begun": began["stay"]["begun"] - 3600}
    began.save()
    on.post(luz, change, address="6@example.org")
    on.get(luz, reverse("my-password"))
    on.post(luz, reverse("my-password"), password=PASSWORD, again=PASSWORD)


def _way_back(on: Crawl) -> None:
    page, paper, alex = reverse("way-back"), reverse("paper-code"), on.sign_in("alex")
    for sent in ({"password": "9"}, {"password": PASSWORD}):
        on.post(alex, page, **sent)
    codes = re.findall(CODE, on.get(alex, page).content.decode())
    on.post(alex, page, done="yes")
    on.get(alex, page)
    out = Browser(headers={"accept-language": on.language}, REMOTE_ADDR="203.0.113.5")
    for login, code, password in (("", "", ""), ("9", "9", "1"), ("alex@example.org", "0" * 16, PASSWORD)):
        on.post(out, paper, login=login, code=code, password=password, again=password)
    for code in codes[:4]:
        back = Browser(headers={"accept-language": on.language}, REMOTE_ADDR="203.0.113.6")
        on.post(back, paper, login="alex@example.org", code=code, password=PASSWORD, again=PASSWORD)
    on.cast.alex.refresh_from_db()  # the sign-ins ended
    alex = on.sign_in("alex")
    for at in (page, reverse("sign-ins"), reverse("my-password")):
        on.get(alex, at)
    on.post(alex, page, password=PASSWORD, throw="yes")
    on.get(alex, reverse("sign-ins"))
    for _time in range(11):
        on.post(out, paper, login="9@example.org", code="0" * 16, password=PASSWORD, again=PASSWORD)


def _help_back(on: Crawl) -> None:
    page, paper, omar = reverse("help-back", args=[on.cast.alex.pk]), reverse("paper-code"), on.sign_in("omar")
    for sent in ({"how_proved": "1", "password": "9"}, {"how_proved": "1 2", "in_person": "on", "password": PASSWORD}):
        on.post(omar, page, **sent)
    (code,) = re.findall(CODE, on.get(omar, page).content.decode())
    on.post(omar, page, how_proved="1")
    on.post(omar, page, done="yes")
    alex = on.sign_in("alex")
    on.get(alex, reverse("sign-ins"))
    out = Browser(headers={"accept-language": on.language}, REMOTE_ADDR="203.0.113.7")
    on.post(out, paper, login="alex@example.org", code=code, password=PASSWORD, again=PASSWORD)
    on.cast.alex.refresh_from_db()
    alex = on.sign_in("alex")
    for at in (reverse("sign-ins"), reverse("my-privacy", args=[on.cast.clients["alex"].pk])):
        on.get(alex, at)
