"""Asks for every page as everyone who gets it, in one language, and reads what a person sees or hears there."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from html.parser import HTMLParser
from itertools import product
from typing import Any, Protocol

from django.db import transaction
from django.test import Client as Browser
from django.urls import get_resolver, reverse

from accounts.models import User
from home.demo.cast import Cast
from sessions.models import ContactLog
from tests.test_access_matrix import MATRIX, PEOPLE, cells, url_names

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


class Scene(Protocol):
    """A module that knows the states of some pages: what stands in URLs, and what takes more than an address."""

    def set_the_scene(self, on: Crawl) -> dict[str, list[Any]]: ...
    def moments(self, on: Crawl, things: dict[str, list[Any]]) -> None: ...


def crawl(on: Crawl, scenes: Iterable[Scene]) -> list[tuple[str, str]]:
    """Every page in the states that `scenes` set up and lead to."""
    User.objects.update(language=on.language)
    things: dict[str, list[Any]] = {}
    for scene in scenes:
        things |= scene.set_the_scene(on)
    for name in url_names(get_resolver()):
        for ids in product(*(things[need] for need in MATRIX[name].needs)):  # a new URL needs its place in MATRIX
            ask_everyone(on, reverse(name, args=ids), name)
    for scene in scenes:
        scene.moments(on, things)
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
