"""Who is here already: the same file twice, a file that grew, and people who may or may not be the same."""

import base64
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from django.conf import settings
from django.db import IntegrityError, connection
from django.test import Client as Browser

from accounts import actions as accounts
from accounts.models import Program, Role, User
from clients import actions as clients
from clients.models import Client
from home.demo import cast as demo
from home.demo.cast import Cast
from home.importing import run
from home.importing.known import Identity
from peersupport.lib.clock import now
from peersupport.lib.refusals import Refusal
from tests.fixtures_import import Answer, answer, written

Import = Callable[..., Answer]
HEAD = "id,first name,last name,e-mail,phone\n"
FILE = (
    HEAD + "1,Ana,Paz,ana@example.net,213-555-0142\n2,Eva,Sol,,\n,Leo,Cruz,leo@example.net,\n,Max,Gil,,213-555-0142\n"
)


def everything() -> list[Any]:
    return [written(), list(User.objects.order_by("pk").values()), list(Client.objects.order_by("pk").values())]


@pytest.mark.parametrize("options", [(), ("--skip-bad",)])
def test_twice_changes_nothing(start_import: Import, options: tuple[str, ...]) -> None:
    assert start_import(FILE, *options).lines[0].startswith("4 people were imported.")
    once = everything()
    again = start_import(FILE, *options)
    assert (again.code, everything()) == (0, once)
    assert again.lines == ["0 people were imported.", "4 people were here already; nothing about them was changed."]


def test_a_file_that_grew_and_was_sorted(start_import: Import) -> None:
    start_import(FILE)
    head, *rows = FILE.splitlines(keepends=True)
    grown = head + "3,Ida,Rey,,\n" + "".join(reversed(rows))
    assert start_import(grown).lines[0].startswith("1 person was imported.")


def test_what_a_row_says_later_changes_nothing(start_import: Import) -> None:
    start_import(FILE)
    once = everything()
    later = FILE.replace("213-555-0142", "not a number").replace("Ana,Paz", "ana,PÁZ").replace("leo@", "LEO@")
    assert (start_import(later).code, everything()) == (0, once)


def test_they_are_known_after_name_and_address_changed(start_import: Import) -> None:
    start_import(FILE)
    ana = User.objects.get(first_name="Ana")
    User.objects.filter(pk=ana.pk).update(first_name="Andrés", email="andres@example.net")
    once = everything()
    assert (start_import(FILE).code, everything()) == (0, once)
    by_the_new_name = start_import(HEAD + "1,Andrés,Paz,,\n")
    assert (by_the_new_name.code, everything()) == (0, once)


def test_a_row_under_the_name_someone_took_later_is_not_a_new_person(start_import: Import) -> None:
    start_import(FILE)
    User.objects.filter(first_name="Max").update(first_name="Mara")
    assert start_import(HEAD + ",Mara,Gil,,\n").refused[0][1] == "B"
    assert start_import(HEAD + ",Mara,Gil,m@example.net,\n").refused[0][1] == "B"
    User.objects.filter(first_name="Ana").update(first_name="Alba")
    assert start_import(HEAD + "9,Alba,Paz,,\n").code == 0  # both have numbers


def test_they_are_known_after_the_key_was_changed(start_import: Import, monkeypatch: pytest.MonkeyPatch) -> None:
    start_import(FILE)
    fresh = {"t2": base64.b64decode("AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgI="), **settings.FIELD_ENCRYPTION_KEYS}
    monkeypatch.setattr(settings, "FIELD_ENCRYPTION_KEYS", fresh)
    once = everything()
    assert (start_import(FILE).code, everything()) == (0, once)


def test_a_closed_client_stays_closed(start_import: Import) -> None:
    start_import(FILE)
    Client.objects.filter(user__first_name="Ana").update(closed_at=now())
    once = everything()
    assert (start_import(FILE).code, everything()) == (0, once)


# --- the same person, or another one ----------------------------------------------------------------------------------
PAIRS = [
    # the same number
    ("1,Ana,Paz,,", "1,Ana,Paz,,", "here"),
    ("1,Ana,Paz,,", "1, ANA ,Páz,new@example.net,", "here"),
    ("1,Ana,Paz,,", "1,Eva,Sol,,", "A"),
    ("A-1,Ana,Paz,,", "a-1,Ana,Paz,,", "here"),
    ("1,Ana,Paz,,", "1.0,Ana,Paz,,", "here"),
    # the same address
    (",Ana,Paz,a@b.org,", ",Ana,Paz,A@B.ORG,", "here"),
    (",Ana,Paz,a@b.org,", "1,Ana,Paz,a@b.org,", "here"),
    ("1,Ana,Paz,a@b.org,", ",Ana,Paz,a@b.org,", "here"),
    ("1,Ana,Paz,a@b.org,", "2,Ana,Paz,a@b.org,", "D"),
    (",Ana,Paz,a@b.org,", ",Eva,Sol,a@b.org,", "D"),
    # the same name
    (",Ana,Paz,,", ",ana,paz,,", "here"),
    (",Ana,Paz,,", ",Ana,Páz,,213-555-0142", "here"),
    ("1,Ana,Paz,,", "2,Ana,Paz,,", "new"),
    (",Ana,Paz,a@b.org,", ",Ana,Paz,b@b.org,", "new"),
    ("1,Ana,Paz,a@b.org,", "2,Ana,Paz,,", "new"),
    ("1,Ana,Paz,,", ",Ana,Paz,,", "B"),
    ("1,Ana,Paz,,", ",Ana,Paz,a@b.org,", "B"),
    (",Ana,Paz,,", "1,Ana,Paz,,", "B"),
    (",Ana,Paz,a@b.org,", "1,Ana,Paz,,", "B"),
    (",Ana,Paz,,", ",Ana M.,Paz,,", "new"),
    ("1,Ana,Paz,,", "11,Eva,Sol,,", "new"),
]


@pytest.mark.parametrize(("first", "second", "outcome"), PAIRS)
def test_one_person_or_two(start_import: Import, first: str, second: str, outcome: str) -> None:
    start_import(f"{HEAD}{first}\n")
    then = start_import(f"{HEAD}{second}\n")
    if outcome in ("here", "new"):
        assert (then.code, then.lines[0][0]) == (0, "1" if outcome == "new" else "0")
    else:
        assert [(at, letter) for at, letter, _sentence in then.refused] == [(2, outcome)]


@pytest.mark.parametrize(("first", "second", "outcome"), PAIRS)
def test_one_person_or_two_in_one_file(start_import: Import, first: str, second: str, outcome: str) -> None:
    """The second row is refused, and names the first, unless they are two people."""
    answer = start_import(f"{HEAD}{first}\n\n{second}\n", "--skip-bad")
    assert answer.rows == (set() if outcome == "new" else {4})
    assert all("ow 2" in sentence for _row, _column, sentence in answer.refused)


def test_three_rows_about_one_person(start_import: Import) -> None:
    head = "id,first name,e-mail\n"
    answer = start_import(head + "1,Ana,\n1,Ana,\n1,Ana,a@b.org\n", "--skip-bad")
    assert answer.rows == {3, 4}
    assert answer.lines[-2].startswith("1 person was imported.")
    again = start_import(head + "1,Ana,\n1,Ana,\n1,Ana,a@b.org\n", "--skip-bad")
    assert again.refused == answer.refused


def test_a_refused_row_is_nobody(start_import: Import) -> None:
    """What is wrong with one row does not fall on the next one about the same person."""
    answer = start_import(HEAD + "1,Ana,Paz,,no\n1,Ana,Paz,,\n", "--skip-bad")
    assert answer.rows == {2}
    assert answer.lines[-2].startswith("1 person was imported.")


# --- people who did not come from a file ------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("row", "outcome"),
    [
        (",Alex,Reyes,alex@example.org,", "here"),
        ("9,Alex,Reyes,alex@example.org,", "here"),
        (",Ana,Paz,alex@example.org,", "D"),
        (",Maya,Okafor,maya@example.org,", "D"),  # works here
        (",Rio,Tanaka,rio@example.org,", "here"),  # works here, and is a client
        (",Toni,Baker,,", "B"),
        (",Toni,Baker,toni@example.net,", "B"),
        ("9,Toni,Baker,,", "B"),
        (",Toni B.,Baker,,", "new"),
        (",Alex,Reyes,other@example.net,", "new"),
        (",Alex,Reyes,,", "B"),
        (",Maya,Okafor,,", "new"),  # a client may be called like someone who works here
    ],
)
def test_people_made_by_hand(start_import: Import, row: str, outcome: str) -> None:
    answer = start_import(f"{HEAD}{row}\n")
    if outcome in ("here", "new"):
        assert (answer.code, answer.lines[0][0]) == (0, "1" if outcome == "new" else "0")
    else:
        assert [(at, letter) for at, letter, _sentence in answer.refused] == [(2, outcome)]


def test_numbers_and_names_count_within_a_program_addresses_everywhere(cast: Cast, start_import: Import) -> None:
    other = Program.objects.create(name="Other")
    here, there = ("--program", cast.program.name), ("--program", other.name)
    start_import(HEAD + "1,Ana,Paz,a@b.org,\n", *here)
    assert start_import(HEAD + "1,Ana,Paz,,\n", *there).code == 0
    assert start_import(HEAD + "2,Ana,Paz,a@b.org,\n", *there).refused[0][1] == "D"
    assert start_import(HEAD + ",Alex,Reyes,alex@example.org,\n", *there).refused[0][1] == "D"
    by_hand = accounts.create_person(first_name="Ida", by=None)
    accounts.give_role(by_hand, Role.Kind.CLIENT, program=other, by=None)
    clients.open_client(by_hand, other, by=None)
    assert start_import(HEAD + ",Ida,,,\n", *here).code == 0
    assert start_import(HEAD + ",Ida,,,\n", *there).refused[0][1] == "B"


def test_managers_pages_after_an_import(sign_in: Callable[..., Browser], start_import: Import) -> None:
    start_import(FILE)
    assert sign_in("omar").get("/clients/").status_code == 200


# --- at the same moment -----------------------------------------------------------------------------------------------
@pytest.mark.django_db(transaction=True)
def test_two_imports_at_once(transactional_db: None, tmp_path: Path) -> None:
    """The second waits for the first and finds everyone here: names have no constraint that would stop it."""
    demo.seed()
    file = tmp_path / "people.csv"
    file.write_text("nombre,apellido\n" + "".join(f"Ana {chr(97 + number)},Paz\n" for number in range(20)))
    together = Barrier(2)

    def start() -> Answer:
        try:
            together.wait()
            return answer(file)
        finally:
            connection.close()

    before = Client.objects.count()
    with ThreadPoolExecutor(2) as pool:
        answers = [task.result() for task in [pool.submit(start) for _ in range(2)]]
    assert [last.code for last in answers] == [0, 0]
    assert sorted(last.lines[0][:2] for last in answers) == ["0 ", "20"]
    assert Client.objects.count() == before + 20


@pytest.mark.parametrize("error", [IntegrityError(), Refusal("No.", field="instead")])
def test_what_an_action_refuses_is_refused_here(
    start_import: Import, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    """And what it had begun for this row is taken back."""

    real = run.bring_in

    def bring_in(who: Identity, *rest: Any) -> Client:
        client = real(who, *rest)
        if who.first_name == "Eva":
            raise error
        return client

    monkeypatch.setattr(run, "bring_in", bring_in)
    before = Client.objects.count()
    last = start_import(FILE, "--skip-bad")
    assert [(at, letter) for at, letter, _sentence in last.refused] == [(3, "B")]
    assert Client.objects.count() == before + 3
