"""Queries whose SQL Django composes once, and later only fills in (docs/decisions/0018).

    @composed
    def _of_client(client: UUID, words: bool) -> QuerySet[Goal]:
        return Goal.objects.filter(client=client)…

    _of_client(pk, True)        # a list of goals
    _of_client.plain(pk, True)  # the QuerySet itself

The function is called with stand-ins for its arguments: UUIDs, days, datetimes, texts and tuples of these become
places in the SQL. Anything else (an enum, a bool, an int, None) may shape the query, so that each value has SQL of its
own. An object with `parts` and `of_parts` (`accounts.models.Actor`) is taken apart, and stands there knowing nothing
but these. `clock.now()` is a place like an argument. The function may ask nothing else: no setting, no language, no
other row. It must not look at a value either, nor make something of it (`.hex`, a day later): it is called twice, with
other stand-ins, and where anything but the places differs the first call raises `NotComposable`.

On PostgreSQL each is prepared once for each connection: reading and planning a query costs more than answering it.
"""

from collections.abc import Callable, Collection, Sequence
from copy import copy
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from enum import Enum
from functools import cached_property, update_wrapper
from itertools import count
from typing import Any, Generic, ParamSpec, TypeVar
from uuid import UUID
from weakref import WeakKeyDictionary

from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.models import IntegerField, QuerySet
from django.db.models.query import ValuesListIterable
from django.db.models.sql.compiler import SQLCompiler

from peersupport.lib import clock
from peersupport.lib.ids import fresh_id

P = ParamSpec("P")
Row = TypeVar("Row")
MOST_SHAPES = 100  # of one query; more means that something which belongs into a place became part of the shape


class NotComposable(Exception):
    """What the function makes depends on more than its arguments and the time."""


@dataclass(frozen=True)
class _Place:
    """Stands in the parameters for the value with this number; 0 is the time."""

    number: int


class Composed(Generic[P, Row]):
    def __init__(self, build: Callable[P, QuerySet[Any, Row]]) -> None:
        self.build = build
        self.kept: dict[Any, _Composition | None] = {}
        update_wrapper(self, build)

    def plain(self, *args: P.args, **kwargs: P.kwargs) -> QuerySet[Any, Row]:
        return self.build(*args, **kwargs)

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> list[Row]:
        """Its rows. Arguments go by position."""
        assert not kwargs
        kept, values = self._kept(args)
        return kept.ask(values) if kept is not None else []

    def sql(self, *args: P.args, **kwargs: P.kwargs) -> tuple[str, tuple[Any, ...]]:
        """The query itself and its parameters, to stand in a statement that writes what it finds."""
        assert not kwargs
        kept, values = self._kept(args)
        assert kept is not None
        return kept.sql, kept.filled(values, connections[kept.rows.db])

    def _kept(self, args: Sequence[Any]) -> "tuple[_Composition | None, list[Any]]":
        shape, values = _split(args)
        try:
            kept = self.kept[shape]
        except KeyError:
            kept = self.kept[shape] = self._compose(args)
        return kept, [clock.now(), *values]

    def _compose(self, args: Sequence[Any]) -> "_Composition | None":
        if len(self.kept) >= MOST_SHAPES:
            raise NotComposable(f"{self.build.__qualname__} has too many shapes")
        first, second = self._compose_once(args, 1), self._compose_once(args, 2)
        if (first is None) != (second is None):
            raise NotComposable(f"{self.build.__qualname__} looks at a value")
        if first is None or second is None:
            return None  # no row can ever be found
        if (first.sql, first.params) != (second.sql, second.params):
            raise NotComposable(f"{self.build.__qualname__} makes something of a value, or asks elsewhere")
        return replace(first, name=self._named(first.sql))

    def _compose_once(self, args: Sequence[Any], turn: int) -> "_Composition | None":
        standing = _StandIns(turn)
        with clock.standing_at(standing.at):
            rows = self.build(*(standing.put(value) for value in args))  # type: ignore[call-arg]
        compiler = rows.query.get_compiler(using=rows.db)
        try:
            sql, params = compiler.as_sql()
        except EmptyResultSet:
            return None
        converters = compiler.get_converters([column for column, *_ in compiler.select])
        types = tuple(_type_of(value) for value in standing.values)
        places = standing.places_in(params, compiler.connection)
        return _Composition(rows, compiler, sql, places, converters, types)

    def _named(self, sql: str) -> str:
        name = f"composed{self.build.__name__.strip('<>')[:40]}_{next(_numbers)}"
        statements[name] = sql
        return name


composed = Composed  # as a decorator


def _has_place(value: Any) -> bool:
    return isinstance(value, UUID | date | str) and not isinstance(value, Enum)


def _parts_of(value: Any) -> tuple[Any, ...] | None:
    return value if isinstance(value, tuple) else getattr(value, "parts", None)


def _split(args: Sequence[Any]) -> tuple[tuple[Any, ...], list[Any]]:
    """What of the arguments shapes the SQL, and what goes into its places, in their order."""
    shape: list[Any] = []
    values: list[Any] = []
    for value in args:
        parts = _parts_of(value)
        if parts is not None:
            inside, found = _split(parts)
            shape.append((type(value), inside))
            values += found
        elif _has_place(value):
            shape.append(type(value))
            values.append(value)
        else:
            shape.append((type(value), value))
    return tuple(shape), values


class _StandIns:
    """One set of values that occur nowhere else."""

    def __init__(self, turn: int) -> None:
        self.begin = datetime(1000 + turn, turn, turn, tzinfo=UTC)
        self.at = self.begin
        self.values: list[Any] = [self.at]

    def put(self, value: Any) -> Any:
        if isinstance(value, tuple):
            return tuple(self.put(part) for part in value)
        if hasattr(value, "parts"):
            return type(value).of_parts(self.put(value.parts))
        if not _has_place(value):
            return value
        if isinstance(value, UUID):
            standing: Any = fresh_id()
        elif isinstance(value, datetime):
            standing = self.begin + timedelta(days=len(self.values))
        elif isinstance(value, date):
            standing = self.begin.date() + timedelta(days=len(self.values))
        else:
            standing = fresh_id().hex
        self.values.append(standing)
        return standing

    def places_in(self, params: Sequence[Any], connection: Any) -> tuple[Any, ...]:
        places = {adapt(value, connection): _Place(number) for number, value in enumerate(self.values)}
        return tuple(places.get(param, param) if param.__hash__ else param for param in params)


def adapt(value: Any, connection: Any) -> Any:
    """As Django hands it to the database."""
    if isinstance(value, UUID):
        return value if connection.features.has_native_uuid_field else value.hex
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    return connection.ops.adapt_datefield_value(value) if isinstance(value, date) else value


def _type_of(value: Any) -> str:
    """As PostgreSQL would read it in a query that is written out: of a text it sees by itself what it stands for."""
    if isinstance(value, UUID):
        return "uuid"
    if isinstance(value, datetime):
        return "timestamptz"
    return "date" if isinstance(value, date) else "unknown"


statements: dict[str, str] = {}  # by name, for whoever meets EXECUTE in a log: what it stands for
_numbers = count(1)
_prepared: WeakKeyDictionary[Any, set[str]] = WeakKeyDictionary()  # by connection: what it has been told


@dataclass(frozen=True)
class _Composition:
    """One query as it is kept: how its rows are read, its SQL, and its parameters with places among them."""

    rows: QuerySet[Any, Any]
    compiler: SQLCompiler
    sql: str
    params: tuple[Any, ...]
    converters: Any  # what Django makes of which column; it would ask each column anew, which takes longer than reading
    types: tuple[str, ...]  # of the values, in PostgreSQL
    name: str = ""  # and the name under which it is prepared there

    @cached_property
    def used(self) -> tuple[int, ...]:
        """Which values stand in the query; a prepared one is handed each once."""
        return tuple(sorted({param.number for param in self.params if type(param) is _Place}))

    def asked(self, values: list[Any], connection: Any) -> tuple[str, tuple[Any, ...]]:
        """What the database is asked, and with which parameters."""
        if connection.vendor != "postgresql":
            return self.sql, self.filled(values, connection)
        connection.ensure_connection()
        told = _prepared.setdefault(connection.connection, set())
        if self.name not in told:
            with connection.wrap_database_errors, connection.connection.cursor() as cursor:
                self.prepare(cursor)
            told.add(self.name)
        given = ", ".join(["%s"] * len(self.used))
        adapted = tuple(adapt(values[number], connection) for number in self.used)
        return f"EXECUTE {self.name}{given and f'({given})'}", adapted

    def prepare(self, cursor: Any) -> None:
        """What is the same every time stays written in the query: an index of some rows only is chosen by it."""
        numbers = {number: position for position, number in enumerate(self.used, start=1)}
        written = [
            f"${numbers[param.number]}" if type(param) is _Place else cursor.mogrify("%s", [param]).decode()
            for param in self.params
        ]
        types = ", ".join(self.types[number] for number in self.used)
        cursor.execute(f"PREPARE {self.name}{types and f'({types})'} AS {self.sql % tuple(written)}")

    def filled(self, values: list[Any], connection: Any) -> tuple[Any, ...]:
        adapted = [adapt(value, connection) for value in values]
        return tuple(adapted[param.number] if type(param) is _Place else param for param in self.params)

    @cached_property
    def counts(self) -> frozenset[int]:
        """Columns of which Django would only make integers; PostgreSQL sends most of them as integers anyway."""
        return frozenset(
            place
            for place, ((convert, *others), expression) in self.converters.items()
            if not others and convert == expression.convert_value and isinstance(expression.output_field, IntegerField)
        )

    @cached_property
    def as_they_come(self) -> bool:
        """Tuples of which Django would change nothing else; its way to them costs as much as a small query."""
        tuples = self.rows._iterable_class is ValuesListIterable
        known = self.counts if connections[self.rows.db].vendor == "postgresql" else frozenset()
        return tuples and known == self.converters.keys() and not self.compiler.has_extra_select

    def ask(self, values: list[Any]) -> list[Any]:
        if self.as_they_come:
            connection = connections[self.rows.db]
            asked = self.asked(values, connection)
            with connection.cursor() as cursor:
                cursor.execute(*asked)
                found: list[Any] = cursor.fetchall()
                sums = {place for place in self.counts if cursor.description[place].type_code not in _INTEGERS}
            return found if not sums else [_in_integers(row, sums) for row in found]
        iterable: Any = self.rows._iterable_class
        return list(iterable(_Asked(self, values)))


_INTEGERS = frozenset({20, 21, 23})  # PostgreSQL's int8, int2, int4


def _in_integers(row: tuple[Any, ...], places: Collection[int]) -> tuple[Any, ...]:
    return tuple(int(value) if place in places and value is not None else value for place, value in enumerate(row))


class _Asked:
    """What Django's own iterables need of a QuerySet and of its query: a compiler that has nothing left to compose."""

    def __init__(self, kept: _Composition, values: list[Any]) -> None:
        self.kept, self.values, self.query = kept, values, self
        self.db, self.model = kept.rows.db, kept.rows.model
        self._fields = kept.rows._fields  # type: ignore[attr-defined]
        self._known_related_objects: dict[Any, Any] = {}

    def get_compiler(self, using: str, **_elsewhere: Any) -> SQLCompiler:
        compiler = copy(self.kept.compiler)
        compiler.connection = connection = connections[using]  # this thread's own
        asked = self.kept.asked(self.values, connection)
        compiler.as_sql = lambda *_args, **_kwargs: asked  # type: ignore[method-assign]
        compiler.get_converters = lambda _columns: self.kept.converters  # type: ignore[assignment, method-assign]
        return compiler
