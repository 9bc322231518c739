"""Budgets and the rules of the code. Each checker is seen failing in test_guards_fail.py."""

import ast
import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath

import pytest
from django.conf import settings

pytestmark = pytest.mark.one_engine

ROOT = Path(__file__).resolve().parent.parent
# An app knows only those that stand after it.
APPS = (
    "home",
    "reports",
    "checkins",
    "conversations",
    "sessions",
    "goals",
    "clients",
    "accounts",
    "notifications",
    "audit",
)
PRODUCT = ("peersupport", *APPS, "scripts")

FILE_LINES, TEST_FILE_LINES, FUNCTION_LINES, COMPLEXITY, TEMPLATE_LINES = 300, 400, 40, 8, 120
# What a budget would make worse: {key: (limit, reason)}. Keys: "app/file.py" and "templates/app/page.html" for lines,
# "app/file.py::function" for a function's lines, "app/file.py::function complexity" for its complexity.
RAISED: dict[str, tuple[int, str]] = {}

Found = Iterator[tuple[int, str]]


# --- budgets ----------------------------------------------------------------------------------------------------------
def over(key: str, size: int, limit: int) -> list[str]:
    limit = RAISED.get(key, (limit, ""))[0]
    return [f"{key}: {size}, at most {limit}"] if size > limit else []


def size_problems(path: str, source: str) -> list[str]:
    """Lines of a file and of its functions. Migrations and generated files are nobody's to shorten."""
    if "migrations" in PurePosixPath(path).parts or source.startswith("# Generated"):
        return []
    lines = len(source.splitlines())
    if path.startswith("templates/"):
        return over(path, lines, TEMPLATE_LINES)
    problems = over(path, lines, TEST_FILE_LINES if path.startswith("tests/") else FILE_LINES)
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            problems += over(f"{path}::{node.name}", (node.end_lineno or 0) - node.lineno + 1, FUNCTION_LINES)
    return problems


def complexity_problems(root: Path, *paths: str) -> list[str]:
    """As ruff counts it; `noqa` does not help, only RAISED does."""
    command = [sys.executable, "-m", "ruff", "check", "--isolated", "--no-cache", "--ignore-noqa", "--select=C901"]
    command += [f"--config=lint.mccabe.max-complexity={COMPLEXITY}", "--output-format=json", *paths]
    answer = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    problems = []
    for finding in json.loads(answer.stdout):
        name, size = re.findall(r"`(\w+)`.*\((\d+) >", finding["message"])[0]
        path = Path(finding["filename"]).resolve().relative_to(root.resolve()).as_posix()
        if "migrations" not in path:
            problems += over(f"{path}::{name} complexity", int(size), COMPLEXITY)
    return problems


# --- rules of the code ------------------------------------------------------------------------------------------------
def functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def last_name(node: ast.expr) -> str:
    """`c` of `c`, `a.b.c` and `a.b.c(…)`."""
    if isinstance(node, ast.Call):
        node = node.func
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def in_layer(path: str, layer: str) -> bool:
    """Whether `path` is app/<layer>.py or lies in app/<layer>/."""
    parts = PurePosixPath(path).with_suffix("").parts
    return len(parts) > 1 and parts[0] in APPS and parts[1] == layer


def rows_only_through_visible_to(path: str, tree: ast.Module) -> Found:
    if not in_layer(path, "views"):
        return
    permitted = {id(node.value) for node in ast.walk(tree) if getattr(node, "attr", "") == "visible_to"}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in {"objects", "_default_manager", "_base_manager"}:
            if id(node) not in permitted:
                yield node.lineno, f".{node.attr} in a view without .visible_to"
        elif isinstance(node, ast.Name) and node.id in {"get_object_or_404", "get_list_or_404"}:
            yield node.lineno, f"{node.id} in a view: the loaders are in permissions.py"


def views_name_their_methods(path: str, tree: ast.Module) -> Found:
    """A view is a public function whose first parameter is the request. Answers to errors come with any method."""
    if not in_layer(path, "views"):
        return
    module = ".".join(PurePosixPath(path).with_suffix("").parts)
    from_allauth = {name.rpartition(".")[2] for _line, name in imports(tree) if name.startswith("allauth.")}
    for node in tree.body:
        bases = {last_name(base) for base in node.bases} if isinstance(node, ast.ClassDef) else set()
        if any(base.endswith("View") for base in bases - from_allauth):
            yield node.lineno, f"{node.name} is a class: views are functions, save where allauth has its own class"
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) or node.name.startswith("_"):
            continue
        first = [*node.args.posonlyargs, *node.args.args][:1]
        if not first or first[0].arg.lstrip("_") != "request" or f"{module}.{node.name}" in error_views():
            continue
        if not any(last_name(decorator).startswith("require_") for decorator in node.decorator_list):
            yield node.lineno, f"{node.name} has no @require_… decorator"


def error_views() -> set[str]:
    urls = ROOT / "peersupport" / "urls.py"
    handlers = re.findall(r'^handler\d+ = "([\w.]+)"', urls.read_text(), re.MULTILINE) if urls.exists() else []
    return {settings.CSRF_FAILURE_VIEW, *handlers}


def save_is_never_overridden(path: str, tree: ast.Module) -> Found:
    if in_layer(path, "models"):
        for node in functions(tree):
            if node.name in {"save", "asave"}:
                yield node.lineno, "save() is never overridden: writes are actions"


def imports(tree: ast.Module) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


def no_signals(path: str, tree: ast.Module) -> Found:
    if path.split("/", 1)[0] not in APPS:
        return
    for line, name in imports(tree):
        if name.startswith("django.dispatch") or "signals" in name.split("."):
            yield line, f"{name}: apps do not talk through signals"


def models_are_named_by_class(path: str, tree: ast.Module) -> Found:
    """`"self"` is the only way a class can name itself."""
    if "migrations" in PurePosixPath(path).parts:
        return
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        if last_name(node) == "get_model":
            yield node.lineno, "get_model(): import the class"
        if last_name(node) not in {"ForeignKey", "OneToOneField", "ManyToManyField"}:
            continue
        named = [*node.args[:1], *(word.value for word in node.keywords if word.arg in {"to", "through"})]
        for value in named:
            if isinstance(value, ast.Constant) and value.value != "self":
                yield node.lineno, f"{value.value!r}: the only string that names a model is settings.AUTH_USER_MODEL"


def imports_stand_at_the_top(path: str, tree: ast.Module) -> Found:
    # ready() lets each app register its kinds of delivery: the only way a low app reaches a high one.
    if path in {"manage.py", "notifications/apps.py"} or "migrations" in PurePosixPath(path).parts:
        return
    for function in functions(tree):
        for node in ast.walk(function):
            if isinstance(node, ast.Import | ast.ImportFrom):
                yield node.lineno, f"import inside {function.name}()"
    if path.split("/", 1)[0] not in APPS:
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and last_name(node) in {"import_module", "import_string", "__import__"}:
            yield node.lineno, f"{last_name(node)}() hides an import"


def modules_say_what_they_hold(path: str, _tree: ast.Module) -> Found:
    if path.startswith("scripts/"):  # scripts/services.py starts what Debian calls services
        return
    for part in PurePosixPath(path).with_suffix("").parts:
        if part in {"services", "selectors", "utils", "helpers", "core", "common"}:
            yield 1, f"{part} says nothing about what is inside"


def no_package_among_the_tests(path: str, _tree: ast.Module) -> Found:
    if path.startswith("tests/") and path.endswith("__init__.py"):
        yield 1, "tests are no packages: tests/sessions would stand for the app sessions"


CODE_RULES: list[Callable[[str, ast.Module], Found]] = [
    rows_only_through_visible_to,
    views_name_their_methods,
    save_is_never_overridden,
    no_signals,
    models_are_named_by_class,
    imports_stand_at_the_top,
    modules_say_what_they_hold,
    no_package_among_the_tests,
]


def code_problems(path: str, source: str) -> list[str]:
    tree = ast.parse(source)
    return [f"{path}:{line}: {text}" for rule in CODE_RULES for line, text in rule(path, tree)]


# --- import contracts -------------------------------------------------------------------------------------------------
def broken_contracts(root: Path) -> str:
    """What import-linter says about the project in `root`; empty if every contract is kept."""
    lint = Path(sys.executable).with_name("lint-imports")
    answer = subprocess.run([lint, "--no-cache", "--no-logo"], cwd=root, capture_output=True, text=True, check=False)
    return answer.stdout + answer.stderr if answer.returncode else ""


# --- the project itself -----------------------------------------------------------------------------------------------
def read(*folders: str, pattern: str = "*.py") -> dict[str, str]:
    """{path from the root: text} of every file in the folders."""
    found = (file for folder in folders for file in sorted((ROOT / folder).rglob(pattern)) if file.is_file())
    return {file.relative_to(ROOT).as_posix(): file.read_text(encoding="utf-8") for file in found}


def assert_none(problems: list[str]) -> None:
    """One problem a line, all of them."""
    assert not problems, "\n".join(["", *problems])


def python_sources() -> dict[str, str]:
    return {"manage.py": (ROOT / "manage.py").read_text(), **read(*PRODUCT, "tests")}


def test_files_functions_and_templates_keep_their_size() -> None:
    sources = {**python_sources(), **read("templates", pattern="*.html")}
    assert_none([problem for path, source in sources.items() for problem in size_problems(path, source)])


def test_functions_are_simple() -> None:
    folders = [folder for folder in (*PRODUCT, "tests") if (ROOT / folder).exists()]
    assert_none(complexity_problems(ROOT, "manage.py", *folders))


def test_a_raised_budget_has_a_reason_and_something_to_raise() -> None:
    for key, (_limit, reason) in RAISED.items():
        path, _, name = key.partition("::")
        assert reason.strip()
        assert name.split(" ")[0] in (ROOT / path).read_text()


def test_the_rules_of_the_code() -> None:
    assert_none([problem for path, source in python_sources().items() for problem in code_problems(path, source)])


def test_imports_go_only_downwards() -> None:
    report = broken_contracts(ROOT)
    assert not report, report


def test_no_app_escapes_the_contracts() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    by_id = {contract["id"]: contract for contract in contracts}
    assert [layer for layer in by_id["apps"]["layers"] if "peersupport" not in layer] == list(APPS)
    assert by_id["inside"]["containers"] == list(APPS)
    assert by_id["project"]["source_modules"] == [*APPS, "peersupport.lib"]
    assert [name for name in settings.INSTALLED_APPS if (ROOT / name).is_dir()] == list(APPS)
