"""The caseload report: who gets it, whom it is about, what it leaves behind, and what it says to bad input."""

import csv
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse

from accounts import actions as accounts
from accounts.models import Role, Supervision
from audit.models import Event
from clients import actions as clients
from clients.models import Assignment, Client, KeptFrom
from home.demo import goals, support, times
from home.demo.cast import Cast
from peersupport.lib.clock import now
from peersupport.lib.ids import new_id
from sessions import actions as sessions
from sessions.actions import Contact
from sessions.models import ContactLog
from tests.fixtures_cast import contact_facts

URL, FILE = reverse("reports:caseload"), reverse("reports:caseload-file")
FIND, HOW = reverse("reports:find"), reverse("reports:how-we-count")


def behind(name: str, file: bool = False) -> str:
    return reverse("reports:rows-file" if file else "reports:rows", args=[name])


@pytest.fixture
def furnished(cast: Cast) -> Cast:
    times.seed(cast)
    goals.seed(cast)
    support.seed(cast)
    return cast


@pytest.fixture
def dana(furnished: Cast, sign_in: Callable[..., Browser]) -> Browser:
    return sign_in("dana")


def text_of(answer: Any) -> str:
    assert answer.status_code == 200
    return (b"".join(answer.streaming_content) if answer.streaming else answer.content).decode()


def cells_of(answer: Any) -> list[list[str]]:
    return list(csv.reader(text_of(answer).removeprefix("\ufeff").splitlines()))


# --- works ------------------------------------------------------------------------------------------------------------
def test_everyone_in_her_care_by_name(dana: Browser) -> None:
    page = text_of(dana.get(URL))
    assert page.index("Alex Reyes") < page.index("Rio Tanaka") < page.index("Toni Baker")
    assert "Luz" not in page
    assert '<p class="big">3 · 4 · 2.7</p>' in page  # three people, four signed contacts, 160 minutes


def test_each_reader_has_it_in_their_language_whoever_asked_before(dana: Browser, furnished: Cast) -> None:
    """What is looked up once is looked up for each language."""
    words = {
        "en": ("Own mark", "all specialists", "how you met"),
        "es": ("Su propia marca", "todos los", "cómo fue el"),
    }
    for language in ("en", "es", "en"):
        furnished.dana.language = language
        furnished.dana.save()
        page, file = text_of(dana.get(URL)), cells_of(dana.get(FILE))
        for each, said in words.items():
            assert [word in page for word in said] == [each == language] * 3
        assert any(words[language][0] in line for line in file)


def test_what_a_clock_that_was_set_back_left_in_the_future_is_counted_nowhere(dana: Browser, clock: Any) -> None:
    clock.move(days=-30)
    first, *people, total, _number = cells_of(dana.get(FILE))[-6:]
    assert first[0] == "Name"
    number = first.index("Contacts")
    assert [row[number] for row in (*people, total)] == ["0", "0", "0", "0"]


def test_the_primary_specialist_stands_before_who_covers_and_those_by_name(dana: Browser, furnished: Cast) -> None:
    accounts.start_supervision(furnished.dana, furnished.sam, by=None)
    for specialist in (furnished.noor, furnished.maya):
        clients.assign_cover(furnished.clients["luz"], specialist, until=now() + timedelta(days=2), by=None)
    (luz,) = [row for row in cells_of(dana.get(FILE)) if row and row[0].startswith("Luz")]
    assert luz[1] == "Sam Ortega, Maya Okafor, Noor Haddad"


def test_by_specialist_nobody_is_ranked(dana: Browser) -> None:
    for sort in ("", "&sort=contacts", "&sort=-contacts"):
        page = text_of(dana.get(f"{URL}?by=specialists{sort}"))
        body = page[page.index("<tbody>\n      <tr><th") :]
        assert body.index("Maya Okafor") < body.index("Noor Haddad")
        assert "sort=" not in page


def test_sorted_by_a_number_and_back(dana: Browser) -> None:
    names = ("Alex Reyes", "Rio Tanaka", "Toni Baker")

    def order(sort: str) -> list[str]:
        page = text_of(dana.get(f"{URL}?sort={sort}"))
        return sorted(names, key=page.index)

    assert order("-contacts")[0] == order("-hours")[0] == "Alex Reyes"
    assert order("contacts")[-1] == "Alex Reyes"
    assert order("nothing") == order("name") == list(names)
    assert order("-name") == list(reversed(names))


def test_the_file_holds_what_was_asked_and_how_many_rows(dana: Browser) -> None:
    lines = cells_of(dana.get(f"{FILE}?since=2026-01-01&until=2026-01-31&state=both"))
    assert ["From", "2026-01-01"] in lines
    assert ["To", "2026-01-31"] in lines
    assert ["State", "open and closed"] in lines
    assert lines[-1] == ["Rows", "3"]
    assert [line[0] for line in lines[-5:-1]] == ["Alex Reyes", "Rio Tanaka", "Toni Baker", "All of them"]


def test_every_number_leads_to_as_many_rows(dana: Browser, furnished: Cast) -> None:
    alex = furnished.clients["alex"].pk
    lines = cells_of(dana.get(FILE))
    head = next(line for line in lines if "Contacts" in line)
    row = next(line for line in lines if line[:1] == ["Alex Reyes"])
    for column, name in (
        ("Contacts", "contacts"),
        ("Outside", "outside"),
        ("Unsigned", "unfinished"),
        ("Late", "late"),
    ):
        found = cells_of(dana.get(f"{behind(name, file=True)}?client={alex}"))
        assert found[-1] == ["Rows", row[head.index(column)]], name
    assert found[-1] == ["Rows", "2"]  # what was signed just now, six and twelve days afterwards


def test_people_quiet_longer_than_their_own_mark_stand_out(dana: Browser, furnished: Cast) -> None:
    clients.set_quiet_mark(furnished.clients["toni"], 3, by=None)  # type: ignore[arg-type]
    page = text_of(dana.get(URL))
    assert page.count("longer than their own mark") == 1
    clients.set_quiet_mark(furnished.clients["toni"], 4, by=None)  # type: ignore[arg-type]
    assert "longer than their own mark" not in text_of(dana.get(URL))


# --- for whom ---------------------------------------------------------------------------------------------------------
def test_rights_end_with_the_supervision_at_the_next_request(dana: Browser, furnished: Cast) -> None:
    alex = furnished.clients["alex"].pk
    rows = f"{behind('contacts')}?client={alex}"
    assert dana.get(rows).status_code == 200
    for held in Supervision.objects.open().filter(supervisor=furnished.dana):
        accounts.end_supervision(held, by=None)
    assert dana.get(rows).status_code == dana.get(f"{behind('contacts', file=True)}?client={alex}").status_code == 404
    for url in (URL, FILE, behind("contacts"), behind("contacts", file=True), behind("two-way"), behind("goals")):
        assert "Reyes" not in text_of(dana.get(url))


@pytest.mark.parametrize("away", ["kept", "other hat", "handed on"])
def test_nobody_outside_her_care_in_any_list_count_search_or_file(dana: Browser, furnished: Cast, away: str) -> None:
    alex, cast = furnished.clients["alex"], furnished
    if away == "kept":
        KeptFrom.objects.create(client=alex, person=cast.dana, asked_at=now(), in_force_since=now())
    elif away == "other hat":
        Role.objects.filter(user__in=[cast.maya, cast.noor], kind="specialist").update(ends_at=now())
    else:
        for held in Assignment.objects.open().filter(client=alex):
            clients.end_assignment(held, Assignment.EndReason.HANDED_ON, by=None)
        clients.assign_specialist(alex, cast.sam, by=None)
    state = "since=2026-01-01&state=both&also=check-ins&also=modes"
    found = dana.post(FIND, {"query": state, "sought": "alex"}).headers["Location"]
    for url in (f"{URL}?{state}", f"{URL}?by=specialists&{state}", f"{FILE}?{state}", found, behind("contacts")):
        page = text_of(dana.get(url))
        assert "Reyes" not in page
        assert str(alex.pk) not in page
    assert dana.get(f"{behind('contacts')}?client={alex.pk}").status_code == 404


def test_a_specialist_she_does_not_answer_for_cannot_be_asked_for(dana: Browser, furnished: Cast) -> None:
    """Not even one who covers for someone in her care."""
    until = now() + timedelta(days=3)
    clients.assign_cover(furnished.clients["alex"], furnished.sam, until=until, by=None)
    assert "Ortega" not in text_of(dana.get(URL))
    answer = dana.get(f"{URL}?specialist={furnished.sam.pk}")
    assert answer.status_code == 422
    assert "Luz" not in answer.content.decode()
    assert dana.get(f"{behind('contacts')}?author={furnished.sam.pk}").status_code == 404


def test_goals_that_are_not_shared_with_everyone_count_nowhere(dana: Browser, write_goal: Callable[..., Any]) -> None:
    def number() -> str:
        return cells_of(dana.get(behind("goals", file=True)))[-1][1]

    before = number()
    for visibility in ("just-me", "specialist"):
        write_goal("rio", visibility=visibility)
    assert number() == before
    write_goal("rio", visibility="support")
    assert int(number()) == int(before) + 1


# --- what it leaves behind --------------------------------------------------------------------------------------------
def test_a_report_leaves_one_event_with_filter_and_count(dana: Browser, furnished: Cast) -> None:
    for url, page, count in (
        (f"{URL}?since=2026-11-01&until=2026-11-02", "caseload", 3),
        (f"{behind('contacts')}?since=2026-11-01&until=2026-11-02", "rows-contacts", None),
    ):
        before = Event.objects.count()
        dana.get(url)
        assert Event.objects.count() == before + 1
        event = Event.objects.latest("at")
        assert (event.verb, event.page, event.hat) == ("list", page, "supervisor")
        assert event.narrowed_by.startswith("2026-11-01..2026-11-02 open")
        assert count is None or event.count == count


def test_rows_of_one_person_are_a_look_at_that_person(
    dana: Browser, furnished: Cast, sign_in: Callable[..., Browser]
) -> None:
    alex = furnished.clients["alex"].pk
    assert dana.get(f"{behind('contacts')}?client={alex}").status_code == 200
    read = Event.objects.get(verb="read", page="rows")
    assert (read.client_id, read.hat) == (alex, "supervisor")
    assert "in a report" in text_of(sign_in("alex").get(reverse("my-privacy", args=[alex])))


def test_a_file_leaves_one_event_for_each_person_in_it(dana: Browser, furnished: Cast) -> None:
    text_of(dana.get(FILE))
    exported = Event.objects.filter(verb="export", page="export-caseload")
    hers = {furnished.clients[name].pk for name in ("alex", "rio", "toni")}
    assert set(exported.values_list("client_id", flat=True)) == hers
    assert {event.pk.version for event in exported} == {7}
    text_of(dana.get(FILE))  # the same ten minutes
    assert exported.count() == 3
    alex = furnished.clients["alex"].pk
    text_of(dana.get(f"{behind('contacts', file=True)}?client={alex}"))
    assert list(Event.objects.filter(page="export-rows").values_list("client_id", flat=True)) == [alex]


def test_an_empty_file_is_about_nobody(dana: Browser) -> None:
    text_of(dana.get(f"{behind('contacts', file=True)}?since=2026-01-01&until=2026-01-01"))
    text_of(dana.get(f"{FILE}?state=closed"))
    assert not Event.objects.filter(verb="export").exists()
    assert Event.objects.filter(verb="list", page__startswith="export").count() == 2


def test_the_client_sees_that_it_left_in_a_file(
    dana: Browser, furnished: Cast, sign_in: Callable[..., Browser]
) -> None:
    text_of(dana.get(FILE))
    page = text_of(sign_in("alex").get(reverse("my-privacy", args=[furnished.clients["alex"].pk])))
    assert "in a file with others" in page


def test_no_word_is_read(dana: Browser, furnished: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("peersupport.lib.sealed.unseal", lambda *_: pytest.fail("a word was opened"))
    for url in (URL, FILE, *(behind(name) for name in ("contacts", "goals", "promised", "asked", "late"))):
        text_of(dana.get(url))


# --- searching, and bad input -----------------------------------------------------------------------------------------
def test_found_by_name_without_the_name_in_any_address(dana: Browser) -> None:
    answer = dana.post(FIND, {"query": "state=both&also=modes", "sought": "toNI"})
    assert "oni" not in answer.headers["Location"].lower()
    page = text_of(dana.get(answer.headers["Location"]))
    assert "Toni Baker" in page
    assert "Alex" not in page
    assert "oni" not in Event.objects.filter(page="caseload").latest("at").narrowed_by.lower()
    file = FILE + "?" + answer.headers["Location"].partition("?")[2]
    assert [line[0] for line in cells_of(dana.get(file))[-3:-1]] == ["Toni Baker", "All of them"]


def test_accents_and_capitals_do_not_matter_and_nobody_is_no_mistake(dana: Browser) -> None:
    for sought, found in (("ÁLEX r", True), ("reyes", True), ("lex", False), ("alex baker", False)):
        page = text_of(dana.get(dana.post(FIND, {"query": "", "sought": sought}).headers["Location"]))
        assert ("Alex Reyes" in page) == found
        assert ("Nobody here fits" in page) != found


def test_a_name_that_is_too_long_says_so_and_its_links_lead_on(dana: Browser) -> None:
    answer = dana.post(FIND, {"query": "state=both", "sought": "x" * 81})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "1 character too long" in page
    assert "x" * 81 in page
    assert 'href="?' not in page


@pytest.mark.parametrize(
    ("asks", "says", "kept"),
    [
        ("since=yesterday", "Please write a day", "yesterday"),
        ("since=", "Please choose a day", ""),
        ("since=2026-02-02&until=2026-02-01", "before the first one", "2026-02-02"),
        ("since=2020-01-01&until=2026-02-01", "two years at most", "2020-01-01"),
        ("since=0001-01-01&until=0001-01-02", "two years at most", "0001-01-02"),
        ("until=9999-12-31&since=9999-12-31", "two years at most", "9999-12-31"),
        ("state=lost", "Please choose one of these", ""),
        ("also=salaries", "Please choose one of these", ""),
        ("specialist=9", "Please choose one of these", ""),
        ("name=gone", "search for the name once more", ""),
    ],
)
def test_bad_input_says_so_and_stays(dana: Browser, asks: str, says: str, kept: str) -> None:
    for url in (URL, FILE, behind("contacts"), behind("contacts", file=True)):
        answer = dana.get(f"{url}?{asks}")
        assert answer.status_code == 422
        assert says in answer.content.decode()
        assert kept in answer.content.decode()


@pytest.mark.parametrize("asks", ["page=0", "page=99999", "page=x", "page=²", "sort=x", "by=x", "at=x"])
def test_what_is_harmless_is_passed_over(dana: Browser, asks: str) -> None:
    for url in (URL, behind("contacts")):
        assert dana.get(f"{url}?{asks}").status_code == 200


@pytest.mark.parametrize("asks", ["client=9", "client=x&author=y", "author=9"])
def test_rows_of_nobody_are_not_there(dana: Browser, asks: str) -> None:
    assert dana.get(f"{behind('contacts')}?{asks}").status_code == 404
    assert dana.get(behind("salaries")).status_code == 404
    assert dana.get(f"{behind('goals')}?author=others").status_code == 404


def test_a_name_that_looks_like_a_formula_stays_a_text(dana: Browser, furnished: Cast) -> None:
    for number, name in enumerate(("=1+1", "+1", "-1", "@sum", "\t=1", " =1")):
        person = accounts.create_person(first_name=name, last_name=f"F{number}", by=None)
        client: Client = clients.open_client(person, furnished.program, by=None)
        clients.assign_specialist(client, furnished.maya, by=None)
    names = [line[0] for line in cells_of(dana.get(FILE)) if len(line) > 5 and " F" in line[0]]
    assert len(names) == 6
    assert all(name.startswith("'") for name in names)


def test_a_corrected_log_counts_once_an_unfinished_one_apart_a_mistake_never(
    dana: Browser, furnished: Cast, write_log: Callable[..., ContactLog]
) -> None:
    by = furnished.actor("maya")

    def numbers() -> list[int]:
        names = ("contacts", "unfinished", "mode-phone", "mode-video")
        return [int(cells_of(dana.get(behind(name, file=True)))[-1][1]) for name in names]

    first = write_log(signed=True)
    assert numbers() == [5, 1, 2, 1]
    again = sessions.correct_log(first, Contact(**{**contact_facts(), "mode": "video"}), op_id=new_id(), by=by)
    assert numbers() == [5, 2, 2, 1]
    again = sessions.sign_log(again, version=again.version, by=by)
    assert numbers() == [5, 1, 1, 2]
    sessions.enter_in_error(again, "not so", by=by)
    assert numbers() == [5, 1, 2, 1]
    sessions.enter_in_error(write_log(signed=True), "not so", by=by)
    write_log(signed=True, outcome="did-not-connect")
    write_log(signed=True, mode="voicemail")
    assert numbers() == [5, 1, 2, 1]
    assert cells_of(dana.get(behind("attempts", file=True)))[-1] == ["Rows", "2"]
