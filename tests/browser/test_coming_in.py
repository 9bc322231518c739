"""A manager’s first hour on an empty installation, a specialist invited there, and a client’s first ten minutes."""

import io
import re

import pytest
from allauth.mfa.models import Authenticator as SecondFactor
from django.core.management import call_command
from playwright.sync_api import Page, expect

from accounts.models import Role, User
from clients.models import Client
from home.actions import tick
from tests.app_codes import totp
from tests.browser.hands import BOTH, SIZES, button, link, picture, pill, said, set_up_second_step, write

pytestmark = pytest.mark.browser

PASSWORD = "a long walk by the river"
SECOND_STEP = re.compile(r"/accounts/second-factor/$")
LINK = re.compile(r"http://\S+?(/invitation/\w{16}/)")
CODE = re.compile(r"\b(?:[0-9A-Z]{4}-){3}[0-9A-Z]{4}\b")


@pytest.fixture
def cast(transactional_db):
    """Nobody is here yet."""


@pytest.fixture
def first_manager(monkeypatch):
    def create(language: str) -> None:
        monkeypatch.setattr("sys.stdin", io.StringIO(f"{PASSWORD}\n"))
        about = {"email": "ana@example.org", "first_name": "Ana", "language": language}
        call_command("create_manager", stdout=io.StringIO(), **about)

    return create


def enter(page: Page, email: str) -> None:
    page.goto("/accounts/login/")
    write(page, "login", email)
    write(page, "password", PASSWORD)
    page.locator("[name=password]").press("Enter")
    page.wait_for_url(lambda url: "/accounts/login/" not in url)


def choose_password(page: Page, email: str = "") -> None:
    if email:
        write(page, "email", email)
    write(page, "password", PASSWORD)
    write(page, "again", PASSWORD)
    button(page, "Come in").click()


def set_up_program(page: Page) -> None:
    link(page, "Your program").click()
    button(page, "Save").click()  # nothing is said yet about the hours
    expect(page.get_by_role("alert")).to_be_visible()
    picture(page, "program-refused")
    write(page, "name", "Harbor house")
    pill(page, "noun", "participant").click()
    for day in range(5):
        pill(page, "days", str(day)).click()
    write(page, "opens", "09:00")
    write(page, "closes", "17:00")
    write(page, "promise", "60")
    picture(page, "program")
    button(page, "Save").click()
    expect(page.get_by_role("status")).to_be_visible()
    picture(page, "first-steps-after-program")


def add_line(page: Page) -> None:
    link(page, "Phone lines").click()
    for field, text in (
        ("name_en", "Night warmline"),
        ("says_en", "Peers who listen. They send nobody."),
        ("name_es", "Línea de noche"),
        ("says_es", "Pares que escuchan. No mandan a nadie."),
        ("number", "555-0142"),
        ("opens", "18:00"),
        ("closes", "02:00"),
    ):
        write(page, field, text)
    button(page, "Add it").click()
    expect(page.locator("main")).to_contain_text("555-0142")
    picture(page, "lines")


def invite_specialist(page: Page, mailoutbox) -> str:
    """Where the letter leads."""
    page.goto("/people/")
    link(page, "Invite someone").click()
    write(page, "first_name", "Bo")
    write(page, "last_name", "Lind")
    write(page, "email", "bo@example.org")
    pill(page, "kind", "specialist").click()
    picture(page, "invite-staff")
    button(page, "Send the invitation").click()
    expect(page.get_by_role("status")).to_be_visible()
    picture(page, "invited-person")
    tick()
    found = LINK.search(mailoutbox[-1].body)
    assert found is not None
    return found.group(1)


def add_client(page: Page) -> None:
    page.goto("/clients/")
    link(page, "Add someone").click()
    write(page, "first_name", "Kim")
    button(page, "Add them").click()
    expect(page.get_by_role("status")).to_be_visible()
    page.goto("/")
    expect(page.get_by_role("heading", name=said(page, "Waiting for a specialist"))).to_be_visible()
    picture(page, "manager-home")
    page.get_by_role("link", name=said(page, "Choose someone")).click()
    page.locator("[name=someone]").select_option(label="Bo L.")
    pill(page, "kind", "primary").click()
    picture(page, "assign")
    button(page, "Save").click()
    expect(page.get_by_role("status")).to_be_visible()
    picture(page, "person")


@pytest.fixture
def ana(first_manager, open_browser, watch):
    """`ana(SIZES[0], "en")`: the page of the first manager, signed in."""
    watch.forgive("answer 422", "answer 404: GET")

    def come(size: tuple[int, int], language: str, **options: bool) -> Page:
        first_manager(language)
        page = open_browser(*size, language=language, **options)
        enter(page, "ana@example.org")
        return page

    return come


@pytest.mark.parametrize(("size", "language"), BOTH)
def test_a_managers_first_hour(size, language, ana, open_browser, mailoutbox):
    ana = ana(size, language, javascript=language == "en")
    expect(ana.get_by_role("heading", name=said(ana, "First steps"))).to_be_visible()
    picture(ana, "first-hour")
    set_up_program(ana)
    add_line(ana)
    letter = invite_specialist(ana, mailoutbox)

    bo = open_browser(*size, language=language)
    bo.goto(letter)
    picture(bo, "invitation-staff")
    choose_password(bo)
    bo.wait_for_url(lambda url: url.endswith("/"))
    expect(bo.locator("nav.tabs")).to_be_visible()
    add_client(ana)
    bo.goto("/clients/")
    expect(bo.locator("main")).to_contain_text("Kim")
    ana.goto("/")
    expect(ana.locator("main")).not_to_contain_text(said(ana, "First steps"))
    assert Role.objects.open().get(user__first_name="Bo").kind == Role.Kind.SPECIALIST


@pytest.mark.parametrize(("size", "language"), BOTH)
@pytest.mark.usefixtures("staff_prove_it")
def test_from_a_staff_invitation_to_the_first_page(size, language, ana, open_browser, mailoutbox):
    """As outside the demo: nothing opens before the second step, and afterwards it is asked for at each sign-in."""
    ana = ana(size, language)
    set_up_second_step(ana)
    letter = invite_specialist(ana, mailoutbox)

    bo = open_browser(*size, language=language, javascript=language == "en")
    bo.goto(letter)
    choose_password(bo)
    expect(bo).to_have_url(SECOND_STEP)
    picture(bo, "invited-second-step")
    bo.goto("/clients/")
    expect(bo).to_have_url(SECOND_STEP)
    secret, _paper = set_up_second_step(bo)
    expect(bo.get_by_role("link", name=said(bo, "Log a contact"))).to_be_visible()
    expect(bo.locator("nav.tabs")).to_be_visible()
    picture(bo, "invited-first-page")
    assert SecondFactor.objects.filter(user__first_name="Bo", type=SecondFactor.Type.TOTP).count() == 1

    again = open_browser(*size, language=language)
    again.goto(letter)
    expect(again.get_by_role("heading", name=said(again, "This invitation was used"))).to_be_visible()
    enter(again, "bo@example.org")
    expect(again.get_by_role("heading", name=said(again, "One more step"))).to_be_visible()
    again.goto("/clients/")
    expect(again.get_by_role("heading", name=said(again, "One more step"))).to_be_visible()
    write(again, "code", totp(secret))
    button(again, "Sign in").click()
    expect(again.get_by_role("link", name=said(again, "Log a contact"))).to_be_visible()


def code_on_paper(page: Page) -> str:
    """Kim is added, and invited on paper; what stands on it."""
    page.goto("/clients/new/")
    write(page, "first_name", "Kim")
    button(page, "Add them").click()
    link(page, "Invite them").click()
    pill(page, "how", "paper").click()
    picture(page, "invite-client")
    button(page, "Make the invitation").click()
    expect(page.locator(".code-on-paper").last).to_contain_text("-")
    picture(page, "sheet")
    code = CODE.search(page.locator("main").inner_text())
    assert code is not None
    return code.group()


def type_code(page: Page, code: str) -> None:
    page.goto("/invitation/")
    write(page, "code", "1234")
    button(page, "Go on").click()
    expect(page.get_by_role("alert")).to_be_visible()
    picture(page, "code-refused")
    write(page, "code", code.lower())
    button(page, "Go on").click()
    picture(page, "invitation")


@pytest.mark.parametrize(("size", "language"), BOTH)
def test_a_clients_first_ten_minutes(size, language, ana, open_browser, watch):
    """A code on paper; what stays between us; home; a goal of their own."""
    watch.forgive("answer 404")
    code = code_on_paper(ana(SIZES[1], language))
    kim = open_browser(*size, language=language, javascript=language == "en")
    type_code(kim, code)
    choose_password(kim, "kim@example.org")
    expect(kim.get_by_role("heading", name=said(kim, "What stays between us"), exact=True)).to_be_visible()
    picture(kim, "between-us")
    link(kim, "Go on").click()
    picture(kim, "client-first-home")
    kim.goto(f"/clients/{Client.objects.get().pk}/goals/new/")
    write(kim, "in_my_words", "A door that I can close")
    pill(kim, "visibility", "specialist").click()
    button(kim, "Save").click()
    expect(kim.get_by_role("heading", level=1)).to_have_text("A door that I can close")
    kim.goto("/")
    expect(kim.locator("main")).to_contain_text("A door that I can close")
    picture(kim, "client-home-with-goal")

    again = open_browser(*size, language=language)
    again.goto(f"/invitation/{code.replace('-', '')}/")
    expect(again.get_by_role("heading", name=said(again, "This invitation was used"))).to_be_visible()
    picture(again, "invitation-used")
    enter(again, "kim@example.org")
    expect(again.locator("main")).to_contain_text("A door that I can close")
    assert User.objects.get(first_name="Kim").can_sign_in
