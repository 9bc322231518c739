"""Several people, or one impatient one, at the same moment: real threads, real transactions, both engines."""

from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection
from django.test import Client as Browser

from audit.models import Event
from conversations.models import ReachOut
from tests.reaching_out import do, form, state_of

pytestmark = pytest.mark.django_db(transaction=True)
SignIn = Callable[..., Browser]
Post = tuple[Browser, str, dict[str, Any]]
ROUNDS = 5


def at_once(*posts: Post) -> list[Any]:
    """Sends all of them from threads that start together; the answers in the same order."""
    start = Barrier(len(posts))

    def send(post: Post) -> Any:
        browser, url, data = post
        try:
            start.wait(timeout=10)
            return browser.post(url, data)
        finally:
            connection.close()

    with ThreadPoolExecutor(len(posts)) as pool:
        return list(pool.map(send, posts))


@pytest.fixture
def rounds() -> Iterator[int]:
    """A race is run several times: threads rarely meet at the first try."""
    return iter(range(ROUNDS))


def verbs(row: ReachOut) -> Counter[str]:
    return Counter(Event.objects.filter(subject_id=row.pk, bucket__isnull=True).values_list("verb", flat=True))


def test_an_impatient_finger_makes_one(sign_in: SignIn, rounds: Iterator[int]) -> None:
    browsers = [sign_in("alex") for _ in range(4)]
    for number in rounds:
        sent = form(words=f"line {number}")
        answers = at_once(*((browser, "/reach-out/", sent) for browser in browsers))
        row = ReachOut.objects.get(op_id=sent["op_id"])
        assert {(answer.status_code, answer.url) for answer in answers} == {(302, state_of(row))}
        assert verbs(row) == {"reach_out.opened": 1}


def test_the_same_form_with_different_words_keeps_one_and_tells_the_other(
    sign_in: SignIn, rounds: Iterator[int]
) -> None:
    browsers = [sign_in("alex") for _ in range(2)]
    for _ in rounds:
        sent = form()
        answers = at_once(*((browser, "/reach-out/", {**sent, "words": f"w{n}"}) for n, browser in enumerate(browsers)))
        assert sorted(answer.status_code for answer in answers) == [302, 409]
        refused = next(n for n, answer in enumerate(answers) if answer.status_code == 409)
        assert f"w{refused}" in answers[refused].content.decode()
        assert ReachOut.objects.get(op_id=sent["op_id"]).words == f"w{1 - refused}"


def test_two_who_see_it_at_once_are_one_who_saw_it(sign_in: SignIn, reach_out: Any, rounds: Iterator[int]) -> None:
    maya, noor = sign_in("maya"), sign_in("noor")
    for _ in rounds:
        row = reach_out()
        answers = at_once((maya, do(row, "seen"), {}), (noor, do(row, "seen"), {}))
        assert [answer.status_code for answer in answers] == [302, 302]
        assert verbs(row) == {"reach_out.opened": 1, "reach_out.seen": 1}


def test_two_who_answer_at_once_are_one_answer_and_one_who_is_told(
    sign_in: SignIn, reach_out: Any, rounds: Iterator[int]
) -> None:
    maya, noor = sign_in("maya"), sign_in("noor")
    for _ in rounds:
        row, other = reach_out(), reach_out()
        answers = at_once(
            (maya, do(row, "answered"), {"how": "called", "also": [str(other.pk)]}),
            (noor, do(row, "answered"), {"how": "wrote", "answer": "keep me", "also": [str(other.pk)]}),
        )
        assert sorted(answer.status_code for answer in answers) == [302, 409]
        row, other = ReachOut.objects.get(pk=row.pk), ReachOut.objects.get(pk=other.pk)
        first = "called" if answers[0].status_code == 302 else "wrote"
        assert row.answered_how == other.answered_how == first
        assert row.answered_by_id == other.answered_by_id == row.seen_by_id
        assert verbs(row)["reach_out.answered"] == verbs(other)["reach_out.answered"] == 1
        if first == "called":
            assert "keep me" in answers[1].content.decode()
            assert row.answer == ""


def test_crossing_answers_of_two_rows_do_not_wait_for_each_other_for_ever(
    sign_in: SignIn, reach_out: Any, rounds: Iterator[int]
) -> None:
    maya, noor = sign_in("maya"), sign_in("noor")
    for _ in rounds:
        one, two = reach_out(), reach_out()
        answers = at_once(
            (maya, do(one, "answered"), {"how": "called", "also": [str(two.pk)]}),
            (noor, do(two, "answered"), {"how": "met", "also": [str(one.pk)]}),
        )
        assert sorted(answer.status_code for answer in answers) == [302, 409]
        assert not ReachOut.objects.waiting().exists()


def test_never_mind_and_an_answer_at_once_are_one_of_the_two(
    sign_in: SignIn, reach_out: Any, rounds: Iterator[int]
) -> None:
    alex, maya = sign_in("alex"), sign_in("maya")
    for _ in rounds:
        row = reach_out()
        answers = at_once((alex, do(row, "take-back"), {}), (maya, do(row, "answered"), {"how": "met"}))
        assert sorted(answer.status_code for answer in answers) == [302, 409]
        row = ReachOut.objects.get(pk=row.pk)
        assert (row.taken_back_at is None) == (answers[1].status_code == 302) == (row.answered_at is not None)
