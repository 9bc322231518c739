"""`rows.filter(Among("client", ids))`: as `client__in=ids`, with the ids as one value instead of a value for each."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db.models import BooleanField, F, Func, TextField
from django.db.models.sql.compiler import SQLCompiler

Compiled = tuple[str, list[Any]]


def ids_of(pks: Iterable[UUID | str]) -> str:
    """Ids as one text, in the form in which PostgreSQL writes an array."""
    return f"{{{','.join(map(str, pks))}}}"


class AsText(Func):
    """The id in a column as it stands in addresses: of many that are only counted, and handed back in `Among`."""

    output_field = TextField()

    def __init__(self, column: str | F) -> None:
        super().__init__(column)

    def get_group_by_cols(self) -> list[Any]:
        """The column: its text is not another for the same id, and the index is of the column."""
        return list(self.source_expressions[0].get_group_by_cols())

    def as_sql(self, compiler: SQLCompiler, _connection: Any, **_extra: Any) -> Compiled:  # type: ignore[override]
        """SQLite keeps ids as text without dashes."""
        column, values = compiler.compile(self.source_expressions[0])
        parts = [f"substr({column}, {first}, {length})" for first, length in _PARTS]
        return " || '-' || ".join(parts), [*values] * len(parts)

    def as_postgresql(self, compiler: SQLCompiler, _connection: Any, **_extra: Any) -> Compiled:
        column, values = compiler.compile(self.source_expressions[0])
        return f"{column}::text", list(values)


_PARTS = ((1, 8), (9, 4), (13, 4), (17, 4), (21, 12))  # where they begin, and how long they are


class Among(Func):
    """`ids`: as they are, or the text that `ids_of` makes of them, which may go into a composed query."""

    output_field = BooleanField()

    def __init__(self, column: str, ids: Iterable[UUID] | str) -> None:
        super().__init__(F(column))
        self.ids = ids if isinstance(ids, str) else ids_of(ids)

    def as_sql(self, compiler: SQLCompiler, connection: Any, **_extra: Any) -> Compiled:  # type: ignore[override]
        column, values = compiler.compile(self.source_expressions[0])
        listed = """'["' || replace(replace(trim(%s, '{}'), '-', ''), ',', '","') || '"]'"""
        return f"{column} IN (SELECT value FROM json_each({listed}))", [*values, self.ids]  # noqa: S608 -- ours

    def as_postgresql(self, compiler: SQLCompiler, _connection: Any, **_extra: Any) -> Compiled:
        column, values = compiler.compile(self.source_expressions[0])
        return f"{column} = ANY(%s::uuid[])", [*values, self.ids]
