"""No text a reader sees is hard-coded: in a made-up language every translated text shows as ⟦Téxt⟧.

Every page is asked for in that language by everyone who gets it. Letters outside ⟦…⟧ that are not data (names, the
organization, phone lines, time zones) were never given to a translator. What people type is digits here. A template
that no page of this crawl shows fails too: give it a state in `moments()`.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from itertools import product
from pathlib import Path
from typing import Any

import django
import polib
import pytest
from django.apps import apps
from django.conf import settings
from django.conf.locale import LANG_INFO
from django.db import transaction
from django.shortcuts import render
from django.template import Context, Engine
from django.test import Client as Browser
from django.test import RequestFactory
from django.test.signals import template_rendered
from django.urls import get_resolver, reverse
from django.utils import translation
from django.utils.translation import trans_real

from accounts.models import Line, Program, Role, User
from accounts.signing_in import FORM_OF, sign_form_for
from clients.actions import keep_away, look_at, open_words
from home.demo.cast import PASSWORD, Cast
from peersupport.lib.clock import now
from peersupport.lib.fields import TimeZoneField
from peersupport.lib.ids import new_id
from sessions import actions
from sessions.actions import Contact
from sessions.models import ClientWord, ContactLog
from tests.fixtures_cast import contact_facts
from tests.test_access_matrix import MATRIX, PEOPLE, cells, url_names

XX = "xx"
CATALOG = settings.BASE_DIR / "locale/es/LC_MESSAGES/django.po"
OURS = settings.BASE_DIR / "templates"


# --- the made-up language ---------------------------------------------------------------------------------------------
ACCENTS = str.maketrans("aeiouncAEIOUNC", "áéíóúñçÁÉÍÓÚÑÇ")
KEPT = re.compile(r"(%\(\w+\)[#0 +-]?\d*(?:\.\d+)?[a-z]|%[a-z%]|\{[^{}]*\}|<[^>]*>|&#?\w+;)", re.IGNORECASE)


def accented(text: str) -> str:
    """Each piece between placeholders and tags in brackets of its own: what fills a placeholder is looked at too."""
    pieces = KEPT.split(text)
    words = [f"⟦{piece.translate(ACCENTS)}⟧" if re.search(r"\w", piece) else piece for piece in pieces[::2]]
    return "".join(word + kept for word, kept in zip(words, [*pieces[1::2], ""], strict=True))


def write_catalog(folder: Path) -> None:
    """Our own texts, and those of packages that their own Spanish catalogs translate."""
    packages = [Path(django.__file__).parent / "conf", *(Path(app.path) for app in apps.get_app_configs())]
    catalogs = [polib.pofile(str(CATALOG))]
    catalogs += [
        polib.mofile(str(mo)) for path in packages if (mo := path / "locale/es/LC_MESSAGES/django.mo").exists()
    ]
    invented = polib.MOFile()
    invented.metadata = {"Content-Type": "text/plain; charset=UTF-8", "Plural-Forms": "nplurals=2; plural=(n != 1);"}
    known: set[tuple[str | None, str]] = set()
    for entry in (entry for catalog in catalogs for entry in catalog if entry.msgid):
        if (entry.msgctxt, entry.msgid) not in known:
            known.add((entry.msgctxt, entry.msgid))
            texts: dict[str, Any] = {"msgstr": accented(entry.msgid)}
            if entry.msgid_plural:
                plural = {0: accented(entry.msgid), 1: accented(entry.msgid_plural)}
                texts = {"msgid_plural": entry.msgid_plural, "msgstr_plural": plural}
            invented.append(polib.MOEntry(msgid=entry.msgid, msgctxt=entry.msgctxt, **texts))
    target = folder / XX / "LC_MESSAGES"
    target.mkdir(parents=True)
    invented.save(str(target / "django.mo"))


def forget_translations() -> None:
    trans_real._translations = {}
    for cached in ("translation_catalog_exists", "get_languages", "_get_supported_language_variant"):
        getattr(trans_real, cached).cache_clear()


@pytest.fixture
def made_up(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The language `xx` can be chosen; nothing of it stays behind."""
    write_catalog(tmp_path)
    name = {"bidi": False, "code": XX, "name": "English", "name_local": "English"}
    with monkeypatch.context() as patch:
        patch.setitem(LANG_INFO, XX, name)
        before = settings.LANGUAGES, settings.LOCALE_PATHS
        settings.LANGUAGES, settings.LOCALE_PATHS = [*before[0], (XX, "xx")], [tmp_path]
        forget_translations()
        yield
        settings.LANGUAGES, settings.LOCALE_PATHS = before
    forget_translations()


# --- what a page shows ------------------------------------------------------------------------------------------------
SPOKEN = {"title", "alt", "aria-label", "aria-description", "aria-roledescription", "aria-valuetext", "placeholder"}
BUTTONS = {"submit", "button", "reset"}
SILENT = {"script", "style"}
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}


class Reader(HTMLParser):
    """Collects what a person sees or hears: `texts`. What is marked as another language than the page's is left out."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.further: list[str] = []  # where the pager leads
        self.language = ""
        self.path: list[tuple[str, bool]] = []  # open elements, and whether they show nothing that is ours

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = {name: value or "" for name, value in attrs}
        if tag == "html":
            self.language = has.get("lang", "")
        hidden = tag in SILENT or (bool(self.path) and self.path[-1][1]) or self._other_language(has.get("lang"))
        if tag not in VOID:
            self.path.append((tag, hidden))
        if hidden:
            return
        self.texts += [has[name] for name in SPOKEN & set(has)]
        if tag in {"optgroup", "option", "track"}:
            self.texts.append(has.get("label", ""))
        if tag == "input" and has.get("type") in BUTTONS:
            self.texts.append(has.get("value", ""))
        if has.get("rel") in {"next", "prev"}:
            self.further.append(has["href"])

    def handle_endtag(self, tag: str) -> None:
        while tag in {name for name, _hidden in self.path} and self.path.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if not (self.path and self.path[-1][1]):
            self.texts.append(data)

    def _other_language(self, lang: str | None) -> bool:
        return bool(lang) and bool(self.language) and lang != self.language


def read(html: str) -> Reader:
    reader = Reader()
    reader.feed(html)
    reader.close()
    reader.texts = [" ".join(text.split()) for text in reader.texts if text.strip()]
    return reader


def hard_coded(html: str, whole: set[str], inside: re.Pattern[str]) -> list[str]:
    """Texts with letters that are neither translated nor data. `whole`: texts that are data as they stand."""
    return [text for text in read(html).texts if text not in whole and letters_in(inside.sub("", bare(text)))]


def bare(text: str) -> str:
    """Without ⟦…⟧, also where a translated text stands inside another."""
    while (fewer := re.sub(r"⟦[^⟦⟧]*⟧", "", text)) != text:
        text = fewer
    return text


def letters_in(text: str) -> bool:
    return any(sign.isalpha() for sign in text)


def data_of_the_cast() -> tuple[set[str], re.Pattern[str]]:
    """What may stand on a page untranslated: whole texts, and names inside a sentence."""
    users = list(User.objects.all())
    whole = {user.initial for user in users} | {str(label) for _zone, label in TimeZoneField().choices}
    names = {settings.ORGANIZATION_NAME, *Program.objects.values_list("name", flat=True)}
    names |= {text for user in users for text in (user.first_name, user.last_name, user.name) if text}
    names |= {text for line in Line.objects.all() for text in (*line.name.values(), *line.says.values())}
    names |= {role.credential for role in Role.objects.exclude(credential="")}
    longest_first = sorted(names, key=len, reverse=True)
    return whole, re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest_first))})(?!\w)")


# --- every page, for everyone who gets it -----------------------------------------------------------------------------
@dataclass
class Crawl:
    """Asks for pages in one language. `pages`: who asked for what, and the HTML they got."""

    language: str
    cast: Cast
    sign_in: Callable[..., Browser]
    write_log: Callable[..., ContactLog]
    pages: list[tuple[str, str]] = field(default_factory=list)

    def get(self, who: str | Browser, url: str) -> Any:
        return self.keep(f"{who} GET {url}", self._browser(who).get(url))

    def post(self, who: str | Browser, url: str, **data: Any) -> Any:
        """The page it leads to counts: what is said after success is part of it."""
        return self.keep(f"{who} POST {url}", self._browser(who).post(url, data, follow=True))

    def _browser(self, who: str | Browser) -> Browser:
        """A name of PEOPLE, or "out" for someone signed out."""
        if isinstance(who, Browser):
            return who
        return Browser(headers={"accept-language": self.language}) if who == "out" else self.sign_in(*PEOPLE[who])

    def keep(self, where: str, answer: Any) -> Any:
        if answer.get("Content-Type", "").startswith("text/html") and answer.content:
            self.pages.append((where, answer.content.decode()))
        return answer


def crawl(on: Crawl) -> list[tuple[str, str]]:
    User.objects.update(language=on.language)
    things = set_the_scene(on)
    for name in url_names(get_resolver()):
        for ids in product(*(things[need] for need in MATRIX[name].needs)):  # a new URL needs its place in MATRIX
            ask_everyone(on, reverse(name, args=ids), name)
    moments(on, things)
    for where, html in list(on.pages):
        for link in read(html).further:
            who, _method, url = where.split(" ")
            on.get(who, f"{url.partition('?')[0]}{link}")
    return on.pages


def ask_everyone(on: Crawl, url: str, name: str) -> None:
    """GET by those who get the page; an empty POST, undone, by those who may send something there."""
    row = MATRIX[name]
    reads, sends = cells(row.get, row.out[0]), cells(row.post, row.out[1])
    for who in (*PEOPLE, "out"):
        if reads[who] == 200:
            on.get(who, url)
        if sends[who] in {200, 401, 409, 422}:
            with transaction.atomic():
                on.post(who, url)
                transaction.set_rollback(True)


# --- states that pages can be in --------------------------------------------------------------------------------------
WORDS = {"what_mattered": "1 2", "what_we_did": "3 4", "how_it_went": "5 6", "next_steps": "7 8"}


def set_the_scene(on: Crawl) -> dict[str, list[Any]]:
    """What Alex and Maya have done: every state a contact log can be in, and what others did about it."""
    cast = on.cast
    alex, maya, dana = cast.actor("alex"), cast.actor("maya"), cast.actor("dana")
    client = cast.clients["alex"]
    logs = [on.write_log(signed=True, who_reached_out=who) for who in ContactLog.WhoReachedOut.values]
    logs += [on.write_log(outcome=how, mode="text", **WORDS) for how in ContactLog.Outcome.values]
    told = on.write_log(signed=True, language="en", **WORDS)
    for kind in ClientWord.Kind.values:
        actions.add_words(told, ClientWord.Kind(kind), "9", op_id=new_id(), language="en", by=alex)
    look_at(client, [told.page], by=maya)
    actions.take_back(told.client_words.all()[0], by=alex)
    corrected = on.write_log(signed=True, **WORDS)
    again = actions.correct_log(corrected, Contact(**contact_facts(), **WORDS), op_id=new_id(), by=maya)
    actions.sign_log(again, version=again.version, by=maya)
    wrong = on.write_log()
    actions.enter_in_error(wrong, "0", by=maya)
    open_words(client, "1", subject_id=told.pk, language=on.language, by=dana)
    kept = [keep_away(client, person, by=alex) for person in (cast.maya, cast.sam)]
    word = told.client_words.all()[1]
    return {
        "client": [client.pk],
        "log": [log.pk for log in (told, corrected, again, wrong, logs[1])],
        "draft": [logs[-1].pk],
        "word": [word.pk],
        "kept": [row.pk for row in kept],
    }


def moments(on: Crawl, things: dict[str, list[Any]]) -> None:
    """Pages that take more than asking for an address: success, refusal, nothing there, something broken."""
    new = reverse("contacts:new", args=[on.cast.clients["alex"].pk])
    for wrong in CONTACT_ERRORS:
        on.post("maya", new, **{**CONTACT, **wrong})
    twice = {**CONTACT, "op_id": str(new_id())}
    for minutes in ("30", "45"):
        on.post("maya", new, **{**twice, "minutes": minutes})
    on.post("maya", new, **CONTACT, op_id=str(new_id()), sign="yes")
    edit, sign = (reverse(f"contacts:{name}", args=things["draft"]) for name in ("edit", "sign"))
    for url, version in ((edit, 9), (edit, 1), (sign, 1), (sign, 2), (edit, 2)):
        on.post("maya", url, **CONTACT, version=version)
    on.post("maya", reverse("contacts:correct", args=[things["log"][1]]), **CONTACT, op_id=str(new_id()))
    on.post("alex", reverse("keep-away", args=things["client"]), person=str(on.cast.noor.pk))
    on.post("alex", reverse("keep-away", args=things["client"]), person=str(on.cast.priya.pk))
    on.post("omar", reverse("settle", args=[things["kept"][0]]))
    on.post("omar", reverse("settle", args=[things["kept"][0]]), instead=str(on.cast.rio.pk))
    on.get("alex", reverse("my-privacy", args=things["client"]))
    on.get("maya", reverse("client", args=[on.cast.clients["toni"].pk]))
    on.post("maya", reverse("more"), language="en", time_zone="9")
    for noun in Program.Noun.values:
        Program.objects.update(noun=noun)
        on.get("noor", reverse("clients"))
    on.get("luz", "/nothing/")
    around_signing_in(on, new)
    for page in sorted(OURS.glob("[45]*.html")):
        with translation.override(on.language):
            on.keep(f"out GET {page.name}", render(RequestFactory().get("/"), page.name))


def around_signing_in(on: Crawl, url: str) -> None:
    out, enter, login = Browser(headers={"accept-language": on.language}), reverse("account_login"), "maya@example.org"
    on.post(out, enter, login=login, password="9")
    kept = on.post(out, url, **{FORM_OF: sign_form_for(on.cast.maya)}, **WORDS)
    on.post(out, enter, login=login, password=PASSWORD, next=kept.context["next_url"])
    strict = Browser(enforce_csrf_checks=True)
    strict.cookies = on.sign_in("maya").cookies
    for owner in (on.cast.maya, on.cast.noor):
        on.post(strict, url, **{FORM_OF: sign_form_for(owner)}, **WORDS)
    Role.objects.filter(user=on.cast.luz).update(ends_at=now())
    on.get("luz", "/")


CONTACT = {
    "mode": "phone",
    "outcome": "connected",
    "who_reached_out": "client",
    "minutes": "30",
    "happened_on": "2026-01-05",
}
CONTACT_ERRORS: list[dict[str, Any]] = [
    {"happened_on": "2999-01-01", "minutes": "other"},
    {"happened_on": "1999-01-01", "minutes": "", "ended": "10:00"},
    {"happened_on": "9", "minutes_other": "9999", "minutes": "other", "minutes_travel": "-1", "mode": "9"},
    {"minutes": "9", "minutes_travel": "?", "started": "9:99", "place": "9"},
    {"started": "10:00", "ended": "09:00", "what_mattered": "1" * 10_001, "what_we_did": "1" * 10_002},
    {"what_mattered": "1\x002", "op_id": "9"},
]


# --- the tests --------------------------------------------------------------------------------------------------------
@pytest.mark.usefixtures("made_up")
def test_every_text_on_every_page_can_be_translated(
    cast: Cast, sign_in: Callable[..., Browser], write_log: Callable[..., ContactLog]
) -> None:
    shown: set[str] = set()

    def note(template: Any, **_more: Any) -> None:
        shown.add(str(template.origin))

    template_rendered.connect(note)
    try:
        pages = crawl(Crawl(XX, cast, sign_in, write_log))
    finally:
        template_rendered.disconnect(note)
    whole, inside = data_of_the_cast()
    assert all(f'lang="{XX}"' in html for _where, html in pages)
    found = {text: where for where, html in pages for text in hard_coded(html, whole, inside)}
    assert not found, "\n".join(["not translatable:", *(f"{where}: {text}" for text, where in found.items())])
    unseen = {str(file) for file in OURS.rglob("*.html")} - shown
    assert not unseen, "\n".join(["no page of this crawl shows (give them a state in moments()):", *sorted(unseen)])


PAGE = '<html lang="xx"><p>{% trans "Home" %}</p>'


@pytest.mark.usefixtures("made_up")
@pytest.mark.parametrize(
    ("template", "found"),
    [
        ("", []),
        ("{% trans 'Our times together' %} (3): <b>Maya</b>, 12", []),
        ('{% blocktrans %}Right now: call or text <a href="tel:988">988</a>, any hour.{% endblocktrans %}', []),
        ("{% trans 'Home' as name %}{% blocktrans %}Hi {{ name }}{% endblocktrans %}", []),
        ("{{ day|date:'l j F' }}, {{ day|date:'P' }}", []),
        ('<button lang="es">Español</button>', []),
        ("<script>let word;</script>", []),
        ("hard", ["hard"]),
        ("{% trans 'Home' %} hard", ["⟦Hómé⟧ hard"]),
        ("{% blocktrans with name='hard' %}Hi {{ name }}{% endblocktrans %}", ["⟦Hí ⟧hard"]),
        ("{% trans 'nobody gave this to a translator' %}", ["nobody gave this to a translator"]),
        ("<title>hard</title>", ["hard"]),
        ('<img alt="hard">', ["hard"]),
        ('<a aria-label="hard"></a>', ["hard"]),
        ('<input type="submit" value="hard"><input value="typed">', ["hard"]),
        ("Mayas", ["Mayas"]),
    ],
)
def test_the_checker_sees_a_hard_coded_word(template: str, found: list[str]) -> None:
    builtins = settings.TEMPLATES[0]["OPTIONS"]["builtins"]
    with translation.override(XX):
        html = Engine(builtins=builtins).from_string(PAGE + template).render(Context({"day": now()}))
    assert hard_coded(html, set(), re.compile(r"\bMaya\b")) == found


def test_a_translated_text_inside_another_is_no_letter_outside() -> None:
    assert bare("⟦Réád by ⟦Món⟧ ánd ⟦Túé ⟦9⟧⟧⟧ – x") == " – x"
    assert accented("Hi %(name)s, <b>you</b>: 100%%") == "⟦Hí ⟧%(name)s, <b>⟦yóú⟧</b>⟦: 100⟧%%"
