"""The rules of templates, models, fields and migrations. Each checker is seen failing in test_guards_fail.py."""

import ast
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db import models
from django.db.models.fields import NOT_PROVIDED
from django.template.utils import get_app_template_dirs
from django.urls import URLPattern, URLResolver, get_resolver
from django_linear_migrations.apps import check_max_migration_files

from clients.models import Client
from peersupport.lib.ids import new_id
from peersupport.lib.sealed import SealedField
from tests.test_architecture import APPS, PRODUCT, ROOT, assert_none, read

pytestmark = pytest.mark.one_engine

# --- templates --------------------------------------------------------------------------------------------------------
FOUND_BY_DJANGO = {"400.html", "403.html", "403_csrf.html", "404.html", "405.html", "429.html", "500.html", "base.html"}

COMMENT = re.compile(r"{#.*?#}|{%\s*comment\b.*?%}.*?{%\s*endcomment\s*%}", re.DOTALL)
TAG = re.compile(r"{%.*?%}|{{.*?}}", re.DOTALL)
POLICY_BREAKERS = [
    (re.compile(r"<style\b", re.IGNORECASE), "<style>"),
    (re.compile(r"<script\b(?![^>]*\ssrc\s*=)", re.IGNORECASE), "<script> without src"),
    (re.compile(r"<[a-z][^<>]*[\s\"']style\s*=", re.IGNORECASE), "style="),
    (re.compile(r"<[a-z][^<>]*[\s\"'](?:on[a-z]+|hx-on[\w:.-]*)\s*=", re.IGNORECASE), "an inline handler"),
    (re.compile(r"(?:href|src|action)\s*=\s*[\"']?\s*(?:javascript|data):", re.IGNORECASE), "javascript: or data:"),
]
FORM = re.compile(r"<form\b(?P<attributes>[^>]*)>(?P<body>.*?)(?:</form>|\Z)", re.DOTALL | re.IGNORECASE)
POSTS = re.compile(r"\bmethod\s*=\s*[\"']?post\b", re.IGNORECASE)
SENDS = re.compile(r"\bhx-(?:post|put|patch|delete)\b", re.IGNORECASE)
GUARD = re.compile(r"{%\s*form_guard\b")
INCLUDED = re.compile(r"{%-?\s*(?:extends|include)\s+[\"']([^\"']+)[\"']")
LINKED = re.compile(r"{%-?\s*url\s+[\"']([^\"']+)[\"']")
QUOTED = re.compile(r"[\"']([\w./-]+)[\"']")


def policy_problems(name: str, source: str) -> list[str]:
    """What the content security policy would refuse in the browser."""
    html = TAG.sub(" ", COMMENT.sub("", source))
    return [f"{name}: {what}" for pattern, what in POLICY_BREAKERS if pattern.search(html)]


# Forms whose authority stands in their address, so that no cookie is asked for: {template: where that is decided}.
UNGUARDED = {"checkins/reply.html": "docs/decisions/0012"}


def form_problems(name: str, source: str) -> list[str]:
    problems = []
    for form in FORM.finditer(COMMENT.sub("", source)):
        if POSTS.search(form["attributes"]):
            if not GUARD.search(form["body"]) and name not in UNGUARDED:
                problems.append(f"{name}: a form that posts has no {{% form_guard %}}")
        elif SENDS.search(form["attributes"]):
            problems.append(f"{name}: a form that sends by htmx only does not work without JavaScript")
    return problems


def higher(app: str, than: str) -> bool:
    """Templates outside the apps' folders (base.html, components/, account/, errors/) are the project's and may all."""
    return app in APPS and than in APPS and APPS.index(app) < APPS.index(than)


def link_problems(name: str, source: str, views: dict[str, str]) -> list[str]:
    """`views` says which package answers to a URL name. Every link leads somewhere; an app's own ones not upwards."""
    app, problems = name.split("/", 1)[0], []
    for link in LINKED.findall(COMMENT.sub("", source)):
        if link not in views:
            problems.append(f"{name}: links to {link}, which no page answers to")
        elif higher(views[link], app):
            problems.append(f"{name}: links to {link}, a page of a higher app")
    return problems


def inclusion_problems(name: str, source: str) -> list[str]:
    app, included = name.split("/", 1)[0], INCLUDED.findall(COMMENT.sub("", source))
    return [f"{name}: takes in {other}, of a higher app" for other in included if higher(other.split("/", 1)[0], app)]


def named_views(resolver: URLResolver, space: str = "") -> Iterator[tuple[str, str]]:
    """(URL name with its namespaces, package of the view), for every name."""
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            yield from named_views(pattern, f"{space}{pattern.namespace}:" if pattern.namespace else space)
        elif isinstance(pattern, URLPattern) and pattern.name:
            yield space + pattern.name, pattern.lookup_str.split(".", 1)[0]


def unused_templates(templates: dict[str, str], python: Iterable[str], packages: Iterable[Path]) -> list[str]:
    """Names must stand whole in a string, so that a search finds them. Overrides of a package's own count as used."""
    used = {
        node.value
        for source in python
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    for name, source in templates.items():
        used |= {other for tag in TAG.findall(COMMENT.sub("", source)) for other in QUOTED.findall(tag)} - {name}
    return [
        name
        for name in templates
        if name not in used | FOUND_BY_DJANGO and not any((folder / name).exists() for folder in packages)
    ]


def templates() -> dict[str, str]:
    return {path.removeprefix("templates/"): text for path, text in read("templates", pattern="*.*").items()}


def test_templates_obey_the_content_security_policy() -> None:
    assert_none([problem for name, source in templates().items() for problem in policy_problems(name, source)])


def test_forms_are_guarded_and_work_without_javascript() -> None:
    assert_none([problem for name, source in templates().items() for problem in form_problems(name, source)])


def test_templates_take_in_only_lower_apps() -> None:
    assert_none([problem for name, source in templates().items() for problem in inclusion_problems(name, source)])


def test_templates_link_only_to_lower_apps() -> None:
    views = dict(named_views(get_resolver()))
    assert_none([problem for name, source in templates().items() for problem in link_problems(name, source, views)])


def test_every_template_is_used() -> None:
    assert_none(unused_templates(templates(), read(*PRODUCT).values(), get_app_template_dirs("templates")))


# --- models -----------------------------------------------------------------------------------------------------------
Model = type[models.Model]
WITHOUT_A_CLIENT = {"audit", "notifications", "accounts"}


def our_models() -> list[Model]:
    return [model for config in apps.get_app_configs() if config.name in APPS for model in config.get_models()]


def app_of(model: Model) -> str:
    """The folder, not the label: sessions.ContactLog."""
    return model.__module__.split(".", 1)[0]


def name_of(model: Model) -> str:
    return f"{app_of(model)}.{model.__name__}"


def model_problems(model: Model) -> list[str]:
    meta, problems = model._meta, []
    key = meta.pk.target_field if meta.pk.is_relation else meta.pk
    if not isinstance(key, models.UUIDField) or key.default not in {new_id, NOT_PROVIDED}:
        problems.append("its primary key is not a UUIDv7 of lib.ids.new_id")
    if meta.unique_together:
        problems.append("unique_together makes a constraint without a name of ours")
    problems += [f"a constraint is called {rule.name!r}" for rule in meta.constraints if not readable(rule.name)]
    return [f"{name_of(model)}: {problem}" for problem in problems]


def readable(name: str) -> bool:
    """At least two words: the database shows this name to whoever breaks the rule."""
    return re.fullmatch(r"[a-z]+(_[a-z0-9]+)+", name) is not None


def reaches(model: Model, target: Model, seen: frozenset[Model] = frozenset()) -> bool:
    """Whether `target` is `model` or can be reached from it along foreign keys."""
    if model is target:
        return True
    keys = [field for field in model._meta.concrete_fields if field.is_relation]
    others = {field.related_model for field in keys} - seen - {model}
    return any(reaches(other, target, seen | {model}) for other in others)


def open_to_everybody(found: Iterable[Model], client: Model) -> list[str]:
    """Models about a client that cannot say whom a row exists for."""
    return [
        name_of(model)
        for model in found
        if reaches(model, client) and not hasattr(model._default_manager, "visible_to")
    ]


def test_models_have_uuid_keys_and_named_constraints() -> None:
    assert_none([problem for model in our_models() for problem in model_problems(model)])


def test_whatever_is_about_a_client_says_whom_it_is_visible_to() -> None:
    about_clients = [model for model in our_models() if app_of(model) not in WITHOUT_A_CLIENT]
    assert_none(open_to_everybody(about_clients, Client))


# --- the three classes of fields: docs/access.md ----------------------------------------------------------------------
CLASSES = ("identity", "facts", "words")
ROW = re.compile(r"^\|\s*`?(\w+\.[A-Z]\w*)`?\s*\|([^|]*)\|([^|]*)\|([^|]*)\|\s*$", re.MULTILINE)
# Sealed although they are no words: {"app.Model.field": reason}.
SEALED_IDENTITY = {
    "notifications.ContactPoint.value_sealed": "a contact point is identity, and the only identity that is sealed",
}


def listed_fields(text: str) -> list[tuple[str, str, str]]:
    """(app.Model, field, class) for every field named in the table."""
    return [
        (model, field.strip(" `"), kind)
        for model, *cells in ROW.findall(text)
        for kind, cell in zip(CLASSES, cells, strict=True)
        for field in cell.split(",")
        if field.strip(" `–")
    ]


def fields_of(model: Model) -> dict[str, bool]:
    """{name: is it sealed}, many-to-many included."""
    fields = [*model._meta.local_concrete_fields, *model._meta.local_many_to_many]
    return {field.name: isinstance(field, SealedField) for field in fields}


def access_problems(text: str, found: Iterable[Model]) -> list[str]:
    listed = listed_fields(text)
    actual = {(name_of(model), field): sealed for model in found for field, sealed in fields_of(model).items()}
    times = Counter((model, field) for model, field, _kind in listed)
    problems = [f"{model}.{field} has no class" for model, field in actual if not times[model, field]]
    problems += [f"{model}.{field} is listed {count} times" for (model, field), count in times.items() if count > 1]
    for model, field, kind in listed:
        name, sealed = f"{model}.{field}", actual.get((model, field))
        if sealed is None:
            problems.append(f"{name} does not exist")
        elif kind == "words" and not sealed:
            problems.append(f"{name} holds words and is not a SealedField")
        elif sealed and kind != "words" and not (kind == "identity" and name in SEALED_IDENTITY):
            problems.append(f"{name} is sealed and not listed under words")
    return problems


def test_every_field_has_exactly_one_class() -> None:
    assert_none(access_problems((ROOT / "docs" / "access.md").read_text(encoding="utf-8"), our_models()))


# --- migrations -------------------------------------------------------------------------------------------------------
def migration_problems(folder: Path) -> list[str]:
    """One line of migrations, numbered without gaps, whose last one stands in max_migration.txt."""
    names = sorted(file.stem for file in folder.glob("*.py") if file.stem != "__init__")
    if not names:
        return []
    problems = []
    if [name[:5] for name in names] != [f"{number:04}_" for number in range(1, len(names) + 1)]:
        problems.append(f"{folder}: not numbered one after the other: {', '.join(names)}")
    last = folder / "max_migration.txt"
    if not last.exists() or last.read_text().strip() != names[-1]:
        problems.append(f"{last}: does not name {names[-1]}")
    return problems


def test_migrations_are_linear() -> None:
    assert_none([problem for app in APPS for problem in migration_problems(ROOT / app / "migrations")])
    assert set(settings.FIRST_PARTY_APPS) == set(APPS)
    assert check_max_migration_files() == []
