"""The Spanish catalog: complete, compiled, true to its sources and its glossary, and seen on every page."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from itertools import product
from pathlib import Path
from typing import Any

import django
import polib
import pytest
from django.conf import settings
from django.db import transaction
from django.shortcuts import render
from django.test import Client as Browser
from django.test import RequestFactory
from django.urls import get_resolver, reverse
from django.utils import translation

from accounts.models import Program, Role, User
from accounts.signing_in import FORM_OF, sign_form_for
from clients.actions import keep_away, look_at, open_words
from home.demo.cast import PASSWORD, Cast
from peersupport.lib.clock import now
from peersupport.lib.ids import new_id
from sessions import actions
from sessions.actions import Contact
from sessions.models import ClientWord, ContactLog
from tests.fixtures_cast import contact_facts
from tests.test_access_matrix import MATRIX, PEOPLE, cells, url_names

ROOT: Path = settings.BASE_DIR
CATALOG = ROOT / "locale/es/LC_MESSAGES/django.po"
OURS = ROOT / "templates"
TOOLS = ("xgettext", "msguniq", "msgmerge", "msgattrib", "msgfmt")
PLACEHOLDER = re.compile(r"%\(\w+\)\w|%[sd]|\{\w*\}|<[^>]+>")
# What the glossary at the top of the catalog rules out; \b keeps "acaso" and "ocasión".
NEVER = re.compile(r"\b(casos?|pacientes?|usuari[oa]s?|usted)\b", re.IGNORECASE)

Key = tuple[str | None, str]


@pytest.fixture(scope="module")
def catalog() -> polib.POFile:
    return polib.pofile(str(CATALOG))


def keys(catalog: polib.POFile) -> set[Key]:
    return {(entry.msgctxt, entry.msgid) for entry in catalog if not entry.obsolete}


def translations(entry: polib.POEntry) -> list[str]:
    return list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]


# --- complete ---------------------------------------------------------------------------------------------------------
@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> polib.POFile:
    """What `make messages` makes of the code as it is now, in a copy."""
    missing = [tool for tool in TOOLS if shutil.which(tool) is None]
    if missing:
        says = f"needs {', '.join(missing)}: apt install gettext"
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(says)
    copy = tmp_path_factory.mktemp("messages") / "code"
    left_out = shutil.ignore_patterns(".*", "__pycache__", "node_modules", "var", "static", "styles", "docs")
    shutil.copytree(ROOT, copy, ignore=left_out)
    command = [sys.executable, "-m", "scripts.messages"]
    answer = subprocess.run(command, cwd=copy, capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stderr
    return polib.pofile(str(copy / CATALOG.relative_to(ROOT)))


def test_every_text_of_the_code_is_in_the_catalog_and_nothing_else(fresh: polib.POFile, catalog: polib.POFile) -> None:
    missing, left_over = keys(fresh) - keys(catalog), keys(catalog) - keys(fresh)
    assert not missing, f"run `make messages` and translate: {sorted(text for _context, text in missing)}"
    assert not left_over, f"run `make messages`, no page says: {sorted(text for _context, text in left_over)}"


def test_every_text_is_translated(catalog: polib.POFile) -> None:
    assert not [entry.msgid for entry in catalog.untranslated_entries()]
    assert not [entry.msgid for entry in catalog if not all(text.strip() for text in translations(entry))]
    assert not [entry.msgid for entry in catalog.fuzzy_entries()]
    assert not catalog.metadata_is_fuzzy
    assert not [entry.msgid for entry in catalog.obsolete_entries()]


def test_the_compiled_catalog_is_fresh(catalog: polib.POFile) -> None:
    def content(of: polib.POFile | polib.MOFile) -> dict[Key, tuple[str, list[str]]]:
        return {(entry.msgctxt, entry.msgid): (entry.msgid_plural, translations(entry)) for entry in of}

    compiled = polib.mofile(str(CATALOG.with_suffix(".mo")))
    assert content(compiled) == content(catalog), "run `make messages`"
    assert compiled.metadata["Plural-Forms"] == catalog.metadata["Plural-Forms"]


# --- true to its sources ----------------------------------------------------------------------------------------------
def lost_placeholders(entry: polib.POEntry) -> list[str]:
    """Translations whose placeholders or HTML tags are not those of the source."""
    source = sorted(PLACEHOLDER.findall(entry.msgid_plural or entry.msgid))
    return [text for text in translations(entry) if sorted(PLACEHOLDER.findall(text)) != source]


def test_placeholders_and_tags_are_those_of_the_source(catalog: polib.POFile) -> None:
    assert not [text for entry in catalog for text in lost_placeholders(entry)]


@pytest.mark.parametrize(
    ("source", "target"),
    [("Hi %(name)s", "Hola, %(nombre)s"), ("Hi %(name)s", "Hola"), ("<b>%(n)s</b> wrote", "%(n)s escribió")],
)
def test_a_lost_placeholder_is_seen(source: str, target: str) -> None:
    assert lost_placeholders(polib.POEntry(msgid=source, msgstr=target)) == [target]


def test_the_plural_forms_are_those_of_django_and_all_there(catalog: polib.POFile) -> None:
    """One rule for both catalogs, as `makemessages` writes it: one, millions, all others."""
    django_itself = polib.mofile(str(Path(django.__file__).parent / "conf/locale/es/LC_MESSAGES/django.mo"))
    assert catalog.metadata["Plural-Forms"] == django_itself.metadata["Plural-Forms"]
    assert {len(entry.msgstr_plural) for entry in catalog if entry.msgid_plural} == {3}


def test_the_words_of_the_glossary(catalog: polib.POFile) -> None:
    assert "One Spanish word for each word of the product" in catalog.header
    assert not [text for entry in catalog for text in translations(entry) if NEVER.search(text)]


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
        return self.keep(who, "GET", url, self._browser(who).get(url))

    def post(self, who: str | Browser, url: str, **data: Any) -> Any:
        """The page it leads to counts: what is said after success is part of it."""
        return self.keep(who, "POST", url, self._browser(who).post(url, data, follow=True))

    def _browser(self, who: str | Browser) -> Browser:
        """A name of PEOPLE, or "out" for someone signed out."""
        if isinstance(who, Browser):
            return who
        return Browser(headers={"accept-language": self.language}) if who == "out" else self.sign_in(*PEOPLE[who])

    def keep(self, who: str | Browser, method: str, url: str, answer: Any) -> Any:
        if answer.get("Content-Type", "").startswith("text/html") and answer.content:
            name = who if isinstance(who, str) else "out"
            self.pages.append((f"{name} {method} {url}", answer.content.decode()))
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


ASKING = (*(name for name in PEOPLE if name not in {"luz", "sam", "priya"}), "out")  # every hat; those three add none


def ask_everyone(on: Crawl, url: str, name: str) -> None:
    """GET by those who get the page; an empty POST, undone, by those who may send something there."""
    row = MATRIX[name]
    reads, sends = cells(row.get, row.out[0]), cells(row.post, row.out[1])
    for who in ASKING:
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
    open_words(client, "1", op_id=new_id(), subject_id=told.pk, language=on.language, by=dana)
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
            on.keep("out", "GET", page.name, render(RequestFactory().get("/"), page.name))


def around_signing_in(on: Crawl, url: str) -> None:
    out, enter, login = Browser(headers={"accept-language": on.language}), reverse("account_login"), "maya@example.org"
    on.post(out, enter, login=login, password="9")
    kept = on.post(out, url, **{FORM_OF: sign_form_for(on.cast.actor("maya"))}, **WORDS)
    on.post(out, enter, login=login, password=PASSWORD, next=kept.context["next_url"])
    strict = Browser(enforce_csrf_checks=True)
    strict.cookies = on.sign_in("maya").cookies
    for owner in (on.cast.actor("maya"), on.cast.actor("noor")):
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


# --- seen on every page -----------------------------------------------------------------------------------------------
def english_left(catalog: polib.POFile) -> Iterator[str]:
    """Runs of three or more words that a Spanish page has no reason to show."""
    for entry in catalog:
        for source in filter(None, (entry.msgid, entry.msgid_plural)):
            for part in PLACEHOLDER.split(source):
                plain = " ".join(part.split()).strip(" .,:;()")
                if len(plain.split()) >= 3 and not any(plain in text for text in translations(entry)):
                    yield plain


def test_spanish_pages_show_no_english(
    catalog: polib.POFile, cast: Cast, sign_in: Callable[..., Browser], write_log: Callable[..., ContactLog]
) -> None:
    english = re.compile("|".join(sorted(map(re.escape, set(english_left(catalog))), key=len, reverse=True)))
    pages = crawl(Crawl("es", cast, sign_in, write_log))
    assert all('lang="es"' in html for _where, html in pages)
    texts = {text: where for where, html in pages for text in read(html).texts}
    assert not {text: where for text, where in texts.items() if english.search(text)}
