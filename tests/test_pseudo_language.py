"""No text a reader sees is hard-coded: in a made-up language every translated text shows as ⟦Téxt⟧.

Every page is asked for in that language by everyone who gets it. Letters outside ⟦…⟧ that are not data (names, the
organization, phone lines, time zones) were never given to a translator. What people type is digits here. A template
that no page of this crawl shows fails too: give it a state in a scene_*.py.
"""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import django
import polib
import pytest
from django.apps import apps
from django.conf import settings
from django.conf.locale import LANG_INFO
from django.template import Context, Engine
from django.test import Client as Browser
from django.test.signals import template_rendered
from django.utils import translation
from django.utils.translation import trans_real

from accounts.models import Line, Program, Role, User
from home.demo.cast import Cast
from peersupport.lib.clock import now
from peersupport.lib.fields import TimeZoneField
from sessions.models import ContactLog
from tests.crawl import Crawl, crawl, read
from tests.test_i18n import CATALOG, OURS, SCENES

pytestmark = pytest.mark.one_engine

XX = "xx"


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
        settings.LANGUAGES, settings.LOCALE_PATHS = [*before[0], (XX, "1")], [tmp_path]
        forget_translations()
        yield
        settings.LANGUAGES, settings.LOCALE_PATHS = before
    forget_translations()


# --- the checker ------------------------------------------------------------------------------------------------------
def hard_coded(html: str, whole: set[str], inside: re.Pattern[str]) -> list[str]:
    """Texts with letters that are neither translated nor data. `whole`: texts that are data as they stand."""
    return [text for text in read(html).texts if text not in whole and has_letters(inside.sub("", bare(text)))]


def bare(text: str) -> str:
    """Without ⟦…⟧, also where a translated text stands inside another."""
    while (fewer := re.sub(r"⟦[^⟦⟧]*⟧", " ", text)) != text:
        text = fewer
    return text


def has_letters(text: str) -> bool:
    return any(sign.isalpha() for sign in text)


def data_of_the_cast() -> tuple[set[str], re.Pattern[str]]:
    """What may stand on a page untranslated: whole texts, and names inside a sentence."""
    users = list(User.objects.all())
    whole = {user.initial for user in users} | {str(label) for _zone, label in TimeZoneField().choices}
    whole |= {LANG_INFO[code]["name_local"].capitalize() for code, _name in settings.LANGUAGES}
    names = {settings.ORGANIZATION_NAME, *Program.objects.values_list("name", flat=True)}
    names |= {text for user in users for text in (user.first_name, user.last_name, user.name) if text}
    names |= {text for line in Line.objects.all() for text in (*line.name.values(), *line.says.values())}
    names |= {role.credential for role in Role.objects.exclude(credential="")}
    longest_first = sorted(names, key=len, reverse=True)
    return whole, re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest_first))})(?!\w)")


# --- the tests --------------------------------------------------------------------------------------------------------
@pytest.mark.slow
@pytest.mark.usefixtures("made_up")
def test_every_text_on_every_page_can_be_translated(
    cast: Cast, sign_in: Callable[..., Browser], write_log: Callable[..., ContactLog]
) -> None:
    shown: set[str] = set()

    def note(template: Any, **_more: Any) -> None:
        shown.add(str(template.origin))

    template_rendered.connect(note)
    try:
        pages = crawl(Crawl(XX, cast, sign_in, write_log), SCENES)
    finally:
        template_rendered.disconnect(note)
    whole, inside = data_of_the_cast()
    assert all(f'lang="{XX}"' in html for _where, html in pages)
    found = {text: where for where, html in pages for text in hard_coded(html, whole, inside)}
    says = "cannot be translated, or not collected yet (make messages):"
    assert not found, "\n".join([says, *(f"{where}: {text}" for text, where in found.items())])
    unseen = {str(file) for file in OURS.rglob("*.html")} - shown
    assert not unseen, "\n".join(["no page of this crawl shows (give them a state in a scene_*.py):", *sorted(unseen)])


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
    assert bare("⟦Réád by ⟦Món⟧ ánd ⟦Túé ⟦9⟧⟧⟧ – x").strip() == "– x"
    assert accented("Hi %(name)s, <b>you</b>: 100%%") == "⟦Hí ⟧%(name)s, <b>⟦yóú⟧</b>⟦: 100⟧%%"
