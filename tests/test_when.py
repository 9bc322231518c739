"""Days and times as people say them; what is kept is kept for one language and one kind of year."""

from datetime import UTC, date, datetime, time
from typing import Any
from uuid import UUID

import pytest
from django.urls import reverse, set_script_prefix
from django.utils import translation

from peersupport.lib.ids import new_id
from peersupport.lib.when import clock_time, day_in_words
from sessions.models import ContactLog
from sessions.templatetags.contacts import contact_url


def test_each_language_says_a_day_its_own_way_whoever_asked_first(clock: Any) -> None:
    clock.set(datetime(2026, 6, 1, 12, tzinfo=UTC))
    day = date(2026, 11, 14)
    said = {}
    for language in ("en", "es", "en", "es"):
        with translation.override(language):
            said.setdefault(language, set()).add((day_in_words(day), clock_time(time(14, 15)), clock_time(time(9))))
    assert said["en"] == {("Saturday, November 14", "2:15 PM", "9 AM")}
    assert len(said["es"]) == 1
    assert said["es"] != said["en"]


def test_once_the_year_is_over_a_day_is_said_with_its_year(clock: Any) -> None:
    clock.set(datetime(2026, 6, 1, 12, tzinfo=UTC))
    assert day_in_words(date(2026, 11, 14)) == "Saturday, November 14"
    clock.set(datetime(2027, 6, 1, 12, tzinfo=UTC))
    assert day_in_words(date(2026, 11, 14)) == "Saturday, November 14, 2026"


@pytest.mark.parametrize("prefix", ["/", "/care/"])
def test_the_address_of_a_contact_is_the_one_that_is_looked_up(prefix: str) -> None:
    for pk in (new_id(), UUID(int=1)):
        try:
            set_script_prefix(prefix)
            assert contact_url(ContactLog(pk=pk)) == reverse("contacts:log", args=[pk])
            assert contact_url(ContactLog(pk=pk)).startswith(prefix)
        finally:
            set_script_prefix("/")
