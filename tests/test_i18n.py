"""The Spanish catalog: complete, compiled, true to its sources and its glossary, and seen on every page."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import django
import polib
import pytest
from django.conf import settings
from django.test import Client as Browser

from home.demo.cast import Cast
from sessions.models import ContactLog
from tests import scene_contacts, scene_people, scene_reports, scene_signing_in, scene_support
from tests.crawl import Crawl, crawl, read

pytestmark = pytest.mark.one_engine

ROOT: Path = settings.BASE_DIR
CATALOG = ROOT / "locale/es/LC_MESSAGES/django.po"
OURS = ROOT / "templates"
# The last one ends what the others need.
SCENES = (
    scene_signing_in,
    scene_support,
    scene_reports,
    scene_people,
    scene_contacts,
)
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


# --- seen on every page -----------------------------------------------------------------------------------------------
def english_left(catalog: polib.POFile) -> Iterator[str]:
    """Runs of three or more words that a Spanish page has no reason to show."""
    for entry in catalog:
        for source in filter(None, (entry.msgid, entry.msgid_plural)):
            for part in PLACEHOLDER.split(source):
                plain = " ".join(part.split()).strip(" .,:;()")
                if len(plain.split()) >= 3 and not any(plain in text for text in translations(entry)):
                    yield plain


@pytest.mark.slow
def test_spanish_pages_show_no_english(
    catalog: polib.POFile, cast: Cast, sign_in: Callable[..., Browser], write_log: Callable[..., ContactLog]
) -> None:
    english = re.compile("|".join(sorted(map(re.escape, set(english_left(catalog))), key=len, reverse=True)))
    pages = crawl(Crawl("es", cast, sign_in, write_log), SCENES)
    assert all('lang="es"' in html for _where, html in pages)
    texts = {text: where for where, html in pages for text in read(html).texts}
    assert not {text: where for text, where in texts.items() if english.search(text)}
