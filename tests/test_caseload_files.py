"""Files of a report are sent piece by piece: what they cost in memory does not grow with them."""

import tracemalloc
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse

from accounts import actions as accounts
from home.demo.cast import Cast
from peersupport.lib.clock import now
from peersupport.lib.ids import new_id
from sessions.models import ContactLog

FILE = reverse("reports:rows-file", args=["contacts"])


def make_contacts(like: ContactLog, number: int) -> None:
    """Signed, all within the last month."""
    names = [field.attname for field in ContactLog._meta.concrete_fields]
    columns = ContactLog.objects.values(*names).get(pk=like.pk)
    for begin in range(0, number, 2000):
        rows = []
        for index in range(begin, min(begin + 2000, number)):
            own = {"id": new_id(), "op_id": new_id(), "occurred_at": now() - timedelta(minutes=index % 40_000)}
            rows.append(ContactLog(**{**columns, **own}))
        ContactLog.objects.bulk_create(rows)


def peak_of(browser: Browser) -> tuple[int, int]:
    """Bytes that were held at most while the file was sent, and how many rows it says it has."""
    list(browser.get(FILE).streaming_content)  # type: ignore[attr-defined]
    tracemalloc.start()
    answer: Any = browser.get(FILE)
    last = b""
    for piece in answer.streaming_content:
        last = piece
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak, int(last.decode().splitlines()[-1].partition(",")[2])


@pytest.mark.slow
@pytest.mark.parametrize("number", [6_000, pytest.param(200_000, marks=pytest.mark.chaos)])
def test_memory_stays_flat(
    cast: Cast, sign_in: Callable[..., Browser], write_log: Callable[..., ContactLog], number: int
) -> None:
    like, browser = write_log(signed=True), sign_in("dana")
    make_contacts(like, 1499)
    few, rows = peak_of(browser)
    assert rows == 1500
    make_contacts(like, number - 1500)
    many, rows = peak_of(browser)
    assert rows == number
    assert many < few * 1.3, f"{few:,} bytes for 1,500 rows, {many:,} for {number:,}"


def test_what_is_sent_late_is_in_the_readers_language(
    cast: Cast, sign_in: Callable[..., Browser], write_log: Callable[..., ContactLog]
) -> None:
    """The pieces are made after the page's language was put away."""
    write_log(signed=True)
    accounts.change_language(cast.dana, "es", by=cast.actor("dana"))
    answer: Any = sign_in("dana").get(FILE)
    text = b"".join(answer.streaming_content).decode()
    assert "teléfono" in text
    assert "phone" not in text
