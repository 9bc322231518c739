"""The same code twice at the same moment: real threads, real transactions, both engines."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from accounts.actions.codes import ask_for_sign_in_code, plan_asked_codes, try_sign_in_code
from accounts.actions.second_factor import prove_second_factor, set_up_second_factor
from accounts.models import SignInCode
from accounts.permissions import recovery_codes_of
from audit.models import Event
from home.demo.cast import Cast
from notifications.models import Delivery
from peersupport.lib.refusals import Refusal
from tests.app_codes import totp
from tests.test_sign_in_codes import confirmed

pytestmark = pytest.mark.django_db(transaction=True)
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def at_once(call: Callable[[], Any], times: int = 4) -> list[Any]:
    start = Barrier(times)

    def one(_number: int) -> Any:
        try:
            start.wait(timeout=10)
            return call()
        except Refusal:
            return None
        finally:
            connection.close()

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(one, range(times)))


def test_a_code_by_e_mail_opens_one_door(cast: Cast) -> None:
    confirmed(cast, "alex")
    for _round in range(4):
        row = ask_for_sign_in_code("alex@example.org")
        plan_asked_codes()
        opened = at_once(lambda: try_sign_in_code(row.pk, row.code))  # noqa: B023 -- called before the next round
        assert len([user for user in opened if user is not None]) == 1


def test_guesses_at_the_same_moment_are_all_counted(cast: Cast) -> None:
    confirmed(cast, "alex")
    row = ask_for_sign_in_code("alex@example.org")
    plan_asked_codes()
    at_once(lambda: try_sign_in_code(row.pk, "0"), times=8)
    assert SignInCode.objects.get(pk=row.pk).tries == 5
    assert try_sign_in_code(row.pk, row.code) is None


def test_two_ticks_plan_one_letter(cast: Cast) -> None:
    confirmed(cast, "alex")
    ask_for_sign_in_code("alex@example.org")
    at_once(plan_asked_codes)
    assert Delivery.objects.filter(kind="sign-in-code").count() == 1


def test_a_code_of_the_app_counts_once(cast: Cast, clock: Any) -> None:
    maya = cast.actor("maya")
    set_up_second_factor(cast.maya, SECRET, totp(SECRET), replaces=False, by=maya)
    for _round in range(3):
        clock.move(minutes=1)
        code = totp(SECRET)
        proofs = at_once(lambda: prove_second_factor(cast.maya, code))  # noqa: B023
        assert len([proof for proof in proofs if proof is not None]) == 1
    for code in recovery_codes_of(cast.maya)[:3]:
        proofs = at_once(lambda: prove_second_factor(cast.maya, code))  # noqa: B023
        assert len([proof for proof in proofs if proof is not None]) == 1


def test_two_windows_at_the_same_moment_set_up_one(cast: Cast) -> None:
    maya, code = cast.actor("maya"), totp(SECRET)
    at_once(lambda: set_up_second_factor(cast.maya, SECRET, code, replaces=False, by=maya))
    assert Event.objects.filter(verb="second_factor.set_up").count() == 1
