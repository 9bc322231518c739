"""Triggers that refuse to change rows which must stand for ever, on PostgreSQL and on SQLite.

Migrations use `append_only(table)` or `frozen(table, when)`. SQLite forgets triggers when Django remakes a table
(`AlterField`), so a migration that alters such a table has `lifted(table, when)` before and `frozen(table, when)` after
that; a test of `installed()` sees where it has not.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from django.db import migrations
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

REFUSAL = "this row stands for ever"
_FUNCTION = f"""
CREATE OR REPLACE FUNCTION peersupport_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'integrity_constraint_violation'; END $$
"""


def append_only(table: str) -> migrations.RunPython:
    """A migration operation: no row of `table` is ever updated or deleted."""
    return frozen(table, when="")


def frozen(table: str, when: str, *, columns: Sequence[str] = ()) -> migrations.RunPython:
    """A migration operation: rows of `table` for which the SQL condition `when` holds on OLD stand for ever.

    `columns`: an update that names none of these may pass; without any, no update may.
    """

    def install(_apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
        for statement in _create(editor.connection.vendor, table, when, columns):
            editor.execute(statement, params=None)

    def remove(_apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
        for statement in _drop(editor.connection.vendor, table):
            editor.execute(statement, params=None)

    return migrations.RunPython(install, remove)


def lifted(table: str, when: str, *, columns: Sequence[str] = ()) -> migrations.RunPython:
    """A migration operation: what `frozen` installed is gone until it is installed again."""
    install = frozen(table, when, columns=columns)
    assert install.reverse_code is not None
    return migrations.RunPython(install.reverse_code, install.code)


def installed(connection: BaseDatabaseWrapper) -> set[str]:
    """Names of the triggers in the catalog, one for each table and kind of change: `stand_<table>_<change>`."""
    catalog = (
        "SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'stand\\_%' ESCAPE '\\'"
        if connection.vendor == "sqlite"
        else "SELECT tgname FROM pg_trigger WHERE tgname LIKE 'stand\\_%' AND tgenabled = 'O'"
    )
    with connection.cursor() as cursor:
        cursor.execute(catalog)
        return {name for (name,) in cursor.fetchall()}


@contextmanager
def paused(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """For the flush after a test only: the triggers step aside and come back exactly as they were."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'stand\\_%' ESCAPE '\\'"
            )
            triggers = cursor.fetchall()
            for name, _sql in triggers:
                cursor.execute(f'DROP TRIGGER "{name}"')
        yield
        with connection.cursor() as cursor:
            for _name, sql in triggers:
                cursor.execute(sql)
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT tgrelid::regclass::text, tgname FROM pg_trigger WHERE tgname LIKE 'stand\\_%'")
        pairs = cursor.fetchall()
        for table, name in pairs:
            cursor.execute(f'ALTER TABLE {table} DISABLE TRIGGER "{name}"')
    yield
    with connection.cursor() as cursor:
        for table, name in pairs:
            cursor.execute(f'ALTER TABLE {table} ENABLE TRIGGER "{name}"')


def _create(vendor: str, table: str, when: str, columns: Sequence[str]) -> list[str]:
    condition = f"WHEN ({when})" if when else ""
    of = f" OF {', '.join(columns)}" if columns else ""
    changes = {"UPDATE": f"UPDATE{of}", "DELETE": "DELETE"}
    if vendor == "sqlite":
        return [
            f'CREATE TRIGGER "stand_{table}_{change.lower()}" BEFORE {how} ON "{table}" FOR EACH ROW {condition} '
            f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
            for change, how in changes.items()
        ]
    return [
        _FUNCTION,
        *(
            f'CREATE TRIGGER "stand_{table}_{change.lower()}" BEFORE {how} ON "{table}" FOR EACH ROW {condition} '
            "EXECUTE FUNCTION peersupport_refuse()"
            for change, how in changes.items()
        ),
        f'CREATE TRIGGER "stand_{table}_truncate" BEFORE TRUNCATE ON "{table}" FOR EACH STATEMENT '
        "EXECUTE FUNCTION peersupport_refuse()",
    ]


def _drop(vendor: str, table: str) -> list[str]:
    changes = ("update", "delete") if vendor == "sqlite" else ("update", "delete", "truncate")
    on = "" if vendor == "sqlite" else f' ON "{table}"'
    return [f'DROP TRIGGER IF EXISTS "stand_{table}_{change}"{on}' for change in changes]
