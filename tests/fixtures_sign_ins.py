"""Staff with a second factor."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse

from home.demo.cast import PASSWORD, Cast
from tests.app_codes import secret_on, totp


@pytest.fixture
def staff_prove_it(settings: Any) -> None:
    """As outside the demo."""
    settings.SECOND_FACTOR = True


@pytest.fixture
def with_password(cast: Cast) -> Callable[..., Browser]:
    """`with_password("maya")`: a browser after the first step, by the real form."""

    def enter(name: str, **more: str) -> Browser:
        browser = Browser()
        form = {"login": f"{name}@example.org", "password": PASSWORD, **more}
        assert browser.post(reverse("account_login"), form).status_code == 302
        return browser

    return enter


@pytest.fixture
def with_factor(with_password: Callable[..., Browser]) -> Callable[..., tuple[Browser, str]]:
    """`with_factor("maya")`: a browser in which the second factor was just set up, and its secret."""

    def enter(name: str) -> tuple[Browser, str]:
        browser, page = with_password(name), reverse("second-factor")
        secret = secret_on(browser.get(page).content.decode())
        assert browser.post(page, {"code": totp(secret, steps=-1)}).status_code == 302
        return browser, secret

    return enter
