"""The first sign-in of someone who works here, a code by e-mail, and a sign-in that ends over an open form."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from accounts.models import SignInCode, User
from home.actions import tick
from home.demo.cast import PASSWORD
from sessions.models import ContactLog
from tests.app_codes import secret_on, totp
from tests.browser.hands import BOTH, SIZES, button, give_sign_in, link, picture, pill, said, set_up_second_step, write
from tests.test_sign_in_codes import confirmed

pytestmark = pytest.mark.browser


# --- the second step --------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("size", "name"), [(SIZES[0], "maya"), (SIZES[1], "maya"), (SIZES[0], "sam")])
@pytest.mark.usefixtures("staff_prove_it")
def test_the_first_sign_in_of_someone_who_works_here(size, name, open_browser, sign_in_as, watch):
    watch.forgive("answer 422")
    page = open_browser(*size, javascript=name != "sam")
    sign_in_as(page, name)
    expect(page).to_have_url(re.compile(r"/accounts/second-factor/$"))
    picture(page, "second-step")
    page.goto("/clients/")
    expect(page).to_have_url(re.compile(r"/accounts/second-factor/$"))
    square = page.locator("svg.qr").bounding_box()
    assert square is not None
    assert square["width"] > 150
    secret, paper = set_up_second_step(page)
    expect(page.get_by_role("status")).to_be_visible()
    picture(page, "first-page")

    again = open_browser(*size)
    sign_in_as(again, name)
    expect(again.get_by_role("heading", name=said(again, "One more step"))).to_be_visible()
    picture(again, "second-step-at-sign-in")
    write(again, "code", totp(secret))
    button(again, "Sign in").click()
    expect(again).to_have_url(re.compile(r"[0-9]/$"))
    third = open_browser(*size)
    sign_in_as(third, name)
    write(third, "code", paper[0])
    button(third, "Sign in").click()
    expect(third).to_have_url(re.compile(r"[0-9]/$"))


# --- without a password -----------------------------------------------------------------------------------------------
@pytest.mark.parametrize("size", SIZES)
def test_a_client_who_forgot_the_password(size, cast, open_browser, mailoutbox, watch):
    watch.forgive("answer 429")
    confirmed(cast, "alex")
    page = open_browser(*size)
    page.goto("/accounts/login/")
    picture(page, "sign-in")
    for _time in range(11):
        give_sign_in(page, "alex", "not this one")
        page.wait_for_load_state()
    expect(page.get_by_role("heading", name=said(page, "Is it you? There is another way"))).to_be_visible()
    picture(page, "refused")
    button(page, "Send me a code").click()
    expect(page).to_have_url(re.compile(r"/code/enter/"))
    picture(page, "code-by-e-mail")
    tick()
    write(page, "code", re.search(r"\d{8}", str(mailoutbox[-1].body)).group())
    button(page, "Sign in").click()
    expect(page).to_have_url(re.compile(r"[0-9]/$"))
    assert SignInCode.objects.get().ended_at is not None


def make_sheet(page: Page) -> str:
    """From "More" to the codes on paper; the second of them."""
    page.goto("/more/")
    picture(page, "more")
    link(page, "A way back in, for when I forget it").click()
    picture(page, "way-back-none")
    write(page, "password", PASSWORD)
    button(page, "Make my sheet").click()
    papers = page.locator("ol .code-on-paper")
    expect(papers).to_have_count(5)
    code = papers.nth(1).inner_text()
    picture(page, "way-back-sheet")
    page.emulate_media(media="print")
    expect(button(page, "I have put them away")).to_be_hidden()
    picture(page, "way-back-printed")
    page.emulate_media(media="screen")
    button(page, "I have put them away").click()
    expect(page.get_by_role("status")).to_be_visible()
    return code


@pytest.mark.parametrize(("size", "language"), BOTH)
def test_a_client_with_codes_on_paper(size, language, open_browser, sign_in_as, watch):
    watch.forgive("answer 422")
    User.objects.update(language=language)
    phone, page = (open_browser(*size, language=language) for _time in range(2))
    sign_in_as(phone, "alex")
    code = make_sheet(phone)
    page.goto("/accounts/login/")
    link(page, "I forgot my password").click()
    picture(page, "forgotten")
    link(page, "I have a code on paper").click()
    for typed in (f"{code[:-1]}U", code.lower().replace("-", " ")):  # no code has a U
        for field, text in (("login", "alex@example.org"), ("code", typed)):
            write(page, field, text)
        for field in ("password", "again"):
            write(page, field, "a door that closes")
        picture(page, "from-paper")
        button(page, "Use this password from now on").click()
        page.wait_for_load_state()
    expect(page).to_have_url(re.compile(r"[0-9]/$"))
    expect(page.get_by_role("status")).to_be_visible()
    for path in ("accounts/sign-ins", "more/way-back", "more/password", "between-us"):
        page.goto(f"/{path}/")
        picture(page, path.replace("/", "-"))
    phone.goto("/more/")
    expect(phone).to_have_url(re.compile("/accounts/login/"))


@pytest.mark.parametrize(("size", "language"), BOTH)
def test_a_manager_helps_them_back_in(size, language, cast, open_browser, sign_in_as):
    User.objects.update(language=language)
    desk, phone = (open_browser(*size, language=language) for _time in range(2))
    sign_in_as(desk, "omar")
    desk.goto(reverse("person", args=[cast.alex.pk]))
    picture(desk, "person")
    link(desk, "They forgot their password").click()
    write(desk, "how_proved", "We met at the office, I know Alex.")
    desk.locator("[name=in_person]").check()
    write(desk, "password", PASSWORD)
    picture(desk, "help-back")
    button(desk, "Make the code").click()
    expect(desk.locator(".code-on-paper")).to_have_count(2)
    code = desk.locator(".code-on-paper").last.inner_text()
    picture(desk, "help-back-sheet")
    button(desk, "They have it").click()
    phone.goto("/accounts/password/paper/")
    for field, text in (("login", "alex@example.org"), ("code", code)):
        write(phone, field, text)
    for field in ("password", "again"):
        write(phone, field, "a door that closes")
    button(phone, "Use this password from now on").click()
    expect(phone.get_by_role("status")).to_be_visible()
    phone.goto("/accounts/sign-ins/")
    expect(phone.locator("q")).to_have_text("We met at the office, I know Alex.")
    picture(phone, "helped")


# --- a sign-in that ends ----------------------------------------------------------------------------------------------
@pytest.fixture
def typing(cast, open_browser, sign_in_as):
    """Maya typed into a form, and time can be moved in her browser too."""

    def prepare(size: tuple[int, int] = SIZES[0]) -> Page:
        page = open_browser(*size)
        sign_in_as(page, "maya")
        page.clock.install()
        page.goto(reverse("contacts:new", args=[cast.clients["alex"].pk]))
        for field, value in (("mode", "phone"), ("who_reached_out", "client"), ("minutes", "30")):
            pill(page, field, value).click()
        write(page, "what_we_did", "Typed before I was called away.")
        return page

    return prepare


def pass_time(page: Page, clock, minutes: float) -> None:
    clock.move(minutes=minutes)
    page.clock.fast_forward(int(minutes * 60_000))


@pytest.mark.parametrize("size", SIZES)
def test_a_warning_and_i_am_still_here(size, typing, clock):
    page = typing(size)
    pass_time(page, clock, 12)
    expect(page.get_by_role("dialog")).to_be_hidden()
    pass_time(page, clock, 1.2)
    expect(page.get_by_role("dialog")).to_be_visible()
    picture(page, "still-there")
    button(page, "I am still here").click()
    expect(page.get_by_role("dialog")).to_be_hidden()
    pass_time(page, clock, 12)
    button(page, "Save").click()
    expect(page.get_by_role("status")).to_be_visible()
    assert ContactLog.objects.get().what_we_did == "Typed before I was called away."


def test_someone_was_here_in_another_tab(typing, clock):
    page = typing()
    pass_time(page, clock, 10)
    other = page.context.new_page()
    other.goto("/more/")
    pass_time(page, clock, 3.2)
    page.wait_for_timeout(300)
    expect(page.get_by_role("dialog")).to_be_hidden()
    other.close()


@pytest.mark.parametrize("size", SIZES)
def test_signing_in_again_over_the_open_form(size, typing, clock, watch):
    watch.forgive("answer 401", "console: Failed to load resource")
    page = typing(size)
    pass_time(page, clock, 13.2)
    expect(page.get_by_role("dialog")).to_be_visible()
    pass_time(page, clock, 2)
    dialog = page.get_by_role("dialog")
    expect(dialog.locator("[name=password]")).to_be_visible()
    picture(page, "signed-out-over-the-form")
    page.keyboard.press("Escape")
    expect(dialog).to_be_visible()
    give_sign_in(page, "maya", "not this one")
    expect(dialog.locator(".errors")).to_be_visible()
    give_sign_in(page, "maya")
    expect(dialog).to_be_hidden()
    expect(page.locator("[name=what_we_did]")).to_have_value("Typed before I was called away.")
    button(page, "Save").click()
    expect(page.get_by_role("status")).to_be_visible()
    assert ContactLog.objects.get().what_we_did == "Typed before I was called away."


def test_somebody_else_signs_in_there(typing, clock, watch):
    watch.forgive("answer 401", "console: Failed to load resource")
    page = typing()
    pass_time(page, clock, 13.2)
    expect(page.get_by_role("dialog")).to_be_visible()
    pass_time(page, clock, 2)
    give_sign_in(page, "dana")
    expect(page).to_have_url(re.compile(r"[0-9]/$"))
    assert "called away" not in page.content()
    assert ContactLog.objects.count() == 0


@pytest.mark.usefixtures("staff_prove_it")
def test_the_second_step_over_the_open_form(cast, open_browser, sign_in_as, clock, watch):
    watch.forgive("answer 401", "console: Failed to load resource")
    page = open_browser()
    sign_in_as(page, "maya")
    secret = secret_on(page.content())
    write(page, "code", totp(secret, steps=-1))
    button(page, "Go on").click()
    button(page, "I have put them away").click()
    page.clock.install()
    page.goto("/more/")
    pass_time(page, clock, 13.2)
    expect(page.get_by_role("dialog")).to_be_visible()
    pass_time(page, clock, 2)
    give_sign_in(page, "maya")
    page.locator("dialog [name=code]").fill(totp(secret))
    page.locator("dialog [name=code]").press("Enter")
    expect(page.get_by_role("dialog")).to_be_hidden()
    link(page, "Where I am signed in").click()
    picture(page, "sign-ins")
