"""A CSV file as rows and cells: the delimiter, the headings, and each row with the number the spreadsheet shows."""

import csv
import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from django.utils.translation import gettext as _

from home.importing import headings
from home.importing.problems import Unusable, letters
from home.importing.source import EVERY_BYTE, LINE_LIMIT, Misread, encoding_of, lines

DELIMITERS = (",", ";", "\t")
COLUMN_LIMIT = 100
ROW_LIMIT = 100_000
ROW_SIZE = 4 * LINE_LIMIT  # characters of one row, line ends within its cells included
NAMES_DELIMITER = re.compile(
    r"(\xef\xbb\xbf)?sep=[,;\t][ \t\r\n]*\Z"
)  # Excel takes this first line and does not show it

OPENED = re.compile(r' *+"(?:[^"]++|"")*+')  # from the opening quotation mark up to the closing one


@dataclass(frozen=True)
class Table:
    path: Path
    encoding: str
    delimiter: str
    heading_row: int
    heads: list[str]  # as the file names its columns
    fields: dict[str, int]  # which column holds which field of `headings`

    @property
    def unread(self) -> list[int]:
        """Columns with a heading that says nothing to us."""
        read = set(self.fields.values())
        return [column for column, head in enumerate(self.heads) if head and column not in read]

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """(number, cells) of each row that is not empty. Raises Unusable where the file breaks off."""
        for number, cells in _records(self.path, self.encoding, self.delimiter):
            if number > self.heading_row and any(map(str.strip, cells)):
                if number > ROW_LIMIT:
                    raise Unusable(_("This file has more than 100,000 rows. Please split it."), row=number, column=0)
                yield number, cells


def read(path: Path) -> Table:
    """Finds out how the file is to be read. Raises Unusable."""
    try:
        encoding = encoding_of(path)
    except Misread as error:
        row, column = _place(path, error.offset)
        raise Unusable(error.sentence, row=row, column=column) from error
    delimiter, row, cells = _heading_row(path, encoding)
    heads = [" ".join(cell.split()) for cell in cells]
    while heads and not heads[-1]:
        heads.pop()
    if len(heads) > COLUMN_LIMIT:
        sentence = _("At most 100 columns can be read. Please delete those that are not needed here.")
        raise Unusable(sentence, row=row, column=COLUMN_LIMIT)
    return Table(path, encoding, delimiter, row, heads, _fields(heads, row))


def _heading_row(path: Path, encoding: str, *, until: int | None = None) -> tuple[str, int, list[str]]:
    """The delimiter that makes most sense of the first row that is not empty, its number and its cells."""
    best: tuple[int, str, int, list[str]] | None = None
    broken: Unusable | None = None
    for delimiter in DELIMITERS:
        try:
            rows = _records(path, encoding, delimiter, until=until)
            number, cells = next((row for row in rows if any(map(str.strip, row[1]))), (1, []))
        except Unusable as error:
            broken = broken or error
            continue
        known = len({headings.meaning(cell) for cell in cells} - {None})
        if best is None or known > best[0]:
            best = known, delimiter, number, cells
    if broken is not None and (best is None or best[0] == 0):
        raise broken
    assert best is not None
    return best[1:]


def _fields(heads: list[str], row: int) -> dict[str, int]:
    fields: dict[str, int] = {}
    for column, head in enumerate(heads):
        field = headings.meaning(head)
        if field in fields:
            sentence = _("Two columns, %(one)s and %(other)s, have the same meaning here. Please delete or rename one.")
            places = {"one": letters(fields[field]), "other": letters(column)}
            raise Unusable(sentence % places, row=row, column=column)
        if field is not None:
            fields[field] = column
    _settle_names(fields)
    if not {headings.FIRST_NAME, headings.WHOLE_NAME} & set(fields):
        sentence = _("No column here is called “first name”. The first row has to name the columns.")
        raise Unusable(sentence, row=row, column=0)
    return fields


def _settle_names(fields: dict[str, int]) -> None:
    """ "Name" is a first name beside a column of last names, and not needed beside one of first names."""
    if headings.FIRST_NAME in fields:
        fields.pop(headings.WHOLE_NAME, None)
    elif headings.WHOLE_NAME in fields and headings.LAST_NAME in fields:
        fields[headings.FIRST_NAME] = fields.pop(headings.WHOLE_NAME)


# --- rows -------------------------------------------------------------------------------------------------------------
class _Lines:
    """Hands lines to the reader and keeps those of the row it is in."""

    def __init__(self, path: Path, encoding: str, until: int | None) -> None:
        self._lines = lines(path, encoding, until=until)
        self._began = False
        self.cut = False
        self.row: list[str] = []
        self._size = 0

    def next_row(self) -> None:
        self.row, self._size = [], 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = next(self._lines)
        if not self._began:
            self._began = True
            if NAMES_DELIMITER.match(line):
                line = next(self._lines)
        self.row.append(line)
        self._size += len(line)
        self.cut = len(line) > LINE_LIMIT or self._size > ROW_SIZE
        if self.cut:
            raise csv.Error
        return line


def _records(path: Path, encoding: str, delimiter: str, *, until: int | None = None) -> Iterator[tuple[int, list[str]]]:
    """(number, cells) of every row, empty ones too. A row counts once, however many lines its cells have.

    With `until` the last row may break off.
    """
    source = _Lines(path, encoding, until)
    reader = csv.reader(source, delimiter=delimiter, strict=until is None, skipinitialspace=True)
    for number in count(1):
        source.next_row()
        try:
            cells = next(reader, None)
        except csv.Error as error:
            column, sentence = _what_broke("".join(source.row), delimiter, cut=source.cut)
            raise Unusable(sentence, row=number, column=column) from error
        if cells is None:
            return
        yield number, cells


def _what_broke(row: str, delimiter: str, *, cut: bool) -> tuple[int, str]:
    """The column at which the text of a row stops making sense, and what to say about it."""
    mend = _("Please mend it, or save the file anew from your spreadsheet program.")
    bare = re.compile(f"[^{delimiter}\r\n]*+")
    column = at = 0
    while True:
        opened = OPENED.match(row, at)
        if opened and not row.startswith('"', opened.end()):
            if cut:
                break
            return column, _("A quotation mark opens this cell, and nothing closes it.") + " " + mend
        end = opened.end() + 1 if opened else _end_of(bare, row, at)
        if end - at > csv.field_size_limit():
            break
        if opened and row[end : end + 1] not in ("", delimiter, "\r", "\n"):
            return column, _("The text of this cell goes on after its closing quotation mark.") + " " + mend
        if row[end : end + 1] != delimiter:
            break
        column, at = column + 1, end + 1
    return column, _("This row is too long to be read.") + " " + mend


def _end_of(pattern: re.Pattern[str], text: str, at: int) -> int:
    found = pattern.match(text, at)
    return found.end() if found else at


def _place(path: Path, offset: int) -> tuple[int, int]:
    """Row and column of a byte of the file."""
    delimiter, _row, _cells = _heading_row(path, EVERY_BYTE, until=offset + 1)
    (number, cells), *_none = deque(_records(path, EVERY_BYTE, delimiter, until=offset + 1), maxlen=1)
    return number, max(len(cells) - 1, 0)
