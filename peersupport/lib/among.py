"""`rows.filter(Among("client", ids))`: as `client__in=ids`, with the ids as one value instead of a value for each."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import BooleanField, F, Func, TextField
from django.db.models.functions import Cast
from django.db.models.sql.compiler import SQLCompiler

Compiled = tuple[str, list[Any]]


def ids_of(pks: Iterable[UUID | str]) -> str:
    """Ids as one text, in the form in which PostgreSQL writes an array."""
    return f"{{{','.join([pk if isinstance(pk, str) else pk.hex for pk in pks])}}}"


def as_text(column: str) -> Cast:
    """The id in it as the database writes it: for many ids that are only handed back to it, or compared."""
    return Cast(column, TextField())


def written(pk: UUID) -> str:
    """As `as_text` reads it."""
    return str(pk) if connection.features.has_native_uuid_field else pk.hex


class Among(Func):
    """`ids`: as they are, or the text that `ids_of` makes of them, which may go into a composed query."""

    output_field = BooleanField()

    def __init__(self, column: str, ids: Iterable[UUID] | str) -> None:
        super().__init__(F(column))
        self.ids = ids if isinstance(ids, str) else ids_of(ids)

    def as_sql(self, compiler: SQLCompiler, connection: Any, **_extra: Any) -> Compiled:  # type: ignore[override]
        """SQLite keeps ids as text without dashes."""
        column, values = compiler.compile(self.source_expressions[0])
        listed = """'["' || replace(trim(%s, '{}'), ',', '","') || '"]'"""
        return f"{column} IN (SELECT value FROM json_each({listed}))", [*values, self.ids]  # noqa: S608 -- ours

    def as_postgresql(self, compiler: SQLCompiler, _connection: Any, **_extra: Any) -> Compiled:
        column, values = compiler.compile(self.source_expressions[0])
        return f"{column} = ANY(%s::uuid[])", [*values, self.ids]
