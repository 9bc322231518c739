"""`rows.filter(Among("client", ids))`: as `client__in=ids`, with the ids as one value instead of a value for each."""

import json
from collections.abc import Collection
from typing import Any
from uuid import UUID

from django.db.models import BooleanField, F, Func
from django.db.models.sql.compiler import SQLCompiler

Compiled = tuple[str, list[Any]]


class Among(Func):
    output_field = BooleanField()

    def __init__(self, column: str, ids: Collection[UUID]) -> None:
        super().__init__(F(column))
        self.ids = list(ids)

    def as_sql(self, compiler: SQLCompiler, connection: Any, **_extra: Any) -> Compiled:  # type: ignore[override]
        """SQLite keeps ids as text without dashes."""
        column, values = compiler.compile(self.source_expressions[0])
        ids = json.dumps([pk.hex for pk in self.ids])
        return f"{column} IN (SELECT value FROM json_each(%s))", [*values, ids]  # noqa: S608 -- the column is ours

    def as_postgresql(self, compiler: SQLCompiler, _connection: Any, **_extra: Any) -> Compiled:
        column, values = compiler.compile(self.source_expressions[0])
        return f"{column} = ANY(%s)", [*values, self.ids]
