"""Agreements and check-ins of the cast, for tests: what stands in them, and a house with every kind of them."""

from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from checkins import actions
from checkins.models import CheckIn, CheckInAgreement
from checkins.rules.terms import Terms
from checkins.rules.tokens import new_lookup, new_nonce, new_token, token_of
from conversations.actions import open_reach_out
from home.demo.cast import Cast
from peersupport.lib.clock import now
from peersupport.lib.ids import new_id
from peersupport.lib.sealed import seal

LOS_ANGELES = ZoneInfo("America/Los_Angeles")
EVERY_DAY = tuple(range(7))
Agree = Callable[..., CheckInAgreement]


def terms(**other: Any) -> Terms:
    """Every day at nine, in the app, in the words that say least."""
    return Terms(**{"weekdays": EVERY_DAY, "local_time": time(9), "channel": "app", "wording": "reminder", **other})


def los_angeles(month: int, day: int, hour: int, minute: int = 0) -> datetime:
    """In 2027: far from the clock of whoever runs the tests."""
    return datetime(2027, month, day, hour, minute, tzinfo=LOS_ANGELES)


def with_check_ins(cast: Cast) -> tuple[CheckIn, CheckInAgreement, CheckInAgreement]:
    """Of Alex: a check-in that waits for an answer since a minute ago, its agreement, and an idea of Maya's."""
    alex, maya, client = cast.actor("alex"), cast.actor("maya"), cast.clients["alex"]
    agreement = actions.propose(client, terms(), op_id=new_id(), by=alex)
    idea = actions.propose(client, terms(local_time=time(10)), op_id=new_id(), by=maya)
    at = now() - timedelta(minutes=1)
    check_in = CheckIn.objects.filter(agreement=agreement).earliest("planned_for")
    CheckIn.objects.filter(pk=check_in.pk).update(planned_for=at, local_date=at.date() - timedelta(days=2))
    return CheckIn.objects.select_related("agreement__client__user").get(pk=check_in.pk), agreement, idea


def answered_before(like: CheckIn, days: int, said: str = "good", line: str = "Slept well.") -> CheckIn:
    """So many days before that one; nobody has read it."""
    pk, nonce, at = new_id(), new_nonce(), like.planned_for - timedelta(days=days)
    sealed = seal(CheckIn, pk, nonce=nonce, answer=said, line=line)
    when = {"local_date": like.local_date - timedelta(days=days), "local_time": like.local_time, "planned_for": at}
    answered = {"answered_at": at, "answer_changed_at": at, "language": "en"} if said else {}
    lookup = new_lookup(new_token(pk, nonce))
    return CheckIn(
        pk=pk,
        agreement=like.agreement,
        time_zone="UTC",
        terms_version=1,
        token_lookup=lookup,
        **when,
        **answered,
        **sealed,
    )


def every_check_in(cast: Cast) -> dict[str, object]:
    """For those who walk through every page: what stands in their addresses."""
    check_in, agreement, idea = with_check_ins(cast)
    said = [("so-so", ""), ("not-today", ""), ("", ""), ("good", "Slept well.\nThe letter came.")]
    rows = [answered_before(check_in, days, *what) for days, what in enumerate(said, 3)]
    CheckIn.objects.bulk_create(rows)
    asked = answered_before(check_in, 1, "so-so", "Can we talk about the letter?")
    asked.reach_out = open_reach_out(
        cast.clients["alex"], "talk", "Can we?", wants="call", op_id=asked.pk, language="en", by=None
    )
    asked.save(force_insert=True)
    token = token_of(check_in.pk, check_in.nonce, check_in.token_lookup)
    thanks = answered_before(check_in, 0, "good", "")
    thanks.local_date -= timedelta(days=20)
    thanks.planned_for = thanks.answered_at = thanks.answer_changed_at = now() - timedelta(minutes=2)
    thanks.save(force_insert=True)
    answered = token_of(thanks.pk, thanks.nonce, thanks.token_lookup)
    return {
        "check_in": check_in.pk,
        "agreement": agreement.pk,
        "check_in_idea": idea.pk,
        "token": token,
        "answered_token": answered,
    }
