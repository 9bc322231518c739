"""Staff with a second factor, and the codes its app would show."""

import base64
import hashlib
import hmac
import re
import struct
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse

from home.demo.cast import PASSWORD, Cast
from peersupport.lib.clock import now


def totp(secret: str, *, steps: int = 0) -> str:
    """RFC 6238 as an app computes it: SHA-1, six digits, 30 seconds; nothing of the product's own code."""
    counter = int(now().timestamp()) // 30 + steps
    digest = hmac.new(base64.b32decode(secret), struct.pack(">Q", counter), hashlib.sha1).digest()
    place = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[place : place + 4])[0] & 0x7FFFFFFF) % 10**6:06}"


def secret_on(html: str) -> str:
    return re.search(r'<code lang="zxx" translate="no">([A-Z2-7]{32})</code>', html).group(1)  # type: ignore[union-attr]


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
