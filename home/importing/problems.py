"""What stands in the way of an import, and where. Never with what a cell holds: terminals are logged."""

from dataclasses import dataclass


class Unusable(Exception):
    """The file cannot be read as a table, or the import cannot begin; `sentence` says what to do.

    `row` counts from 1 as the spreadsheet shows it, `column` from 0; None where there is no one place.
    """

    def __init__(self, sentence: str, *, row: int | None = None, column: int | None = None) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.row = row
        self.column = column


@dataclass(frozen=True)
class Problem:
    """Why one row is refused: its number and column, and how to mend it."""

    row: int
    column: int
    sentence: str


def letters(column: int) -> str:
    """What a spreadsheet calls the column that counts from 0: A, B, … Z, AA."""
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(ord("A") + rest) + name
    return name
