from collections.abc import Callable
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from home.demo.cast import Cast
from peersupport.lib.keyset import _read, page
from sessions.models import ContactLog


@pytest.mark.parametrize("size", [1, 3, 7])
def test_walking_there_and_back_meets_every_row_once(
    size: int, cast: Cast, write_log: Callable[..., ContactLog]
) -> None:
    for number in range(10):  # several on one day: the id breaks the tie
        write_log(happened_on=date(2026, 1, 1) + timedelta(days=number // 3))
    rows = ContactLog.objects.all()
    expected = [log.pk for log in rows.order_by("-occurred_at", "-pk")]
    pages = [page(rows, "occurred_at", "", size)]
    assert pages[0].newer == ""
    while pages[-1].older:
        pages.append(page(rows, "occurred_at", pages[-1].older, size))
    assert [log.pk for found in pages for log in found.rows] == expected
    while pages[-1].newer:
        pages.append(page(rows, "occurred_at", pages[-1].newer, size))
    assert pages[-1].rows[0].pk == expected[0]


@given(st.text(max_size=80))
def test_a_made_up_position_is_the_first_page(position: str) -> None:
    found = _read(position)
    assert found is None or found[0].tzinfo is not None
