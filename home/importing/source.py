"""The file as it comes: whether it is text, in which encoding, and its lines. Never more than a line in memory."""

import codecs
import os
import re
import stat
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import BinaryIO

from django.utils.translation import gettext as _

from home.importing.problems import Unusable

FILE_LIMIT = 50 * 2**20  # bytes
LINE_LIMIT = 2**18  # characters from one line end to the next; a spreadsheet's cell holds at most 32,767
CHUNK = 2**16
EVERY_BYTE = "latin-1"  # reads anything, one character for one byte: to find the row and column of an offset

# What other files begin with.
SPREADSHEETS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")  # .xlsx and .ods; .xls
UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)  # UTF-32 begins like the first, or with NUL
CONTROLS = re.compile(rb"[\x00-\x08\x0e-\x1f\x7f]")
# One character of UTF-8 in several bytes, else one byte above ASCII.
HIGH = re.compile(
    rb"([\xc2-\xdf][\x80-\xbf]|\xe0[\xa0-\xbf][\x80-\xbf]|[\xe1-\xec\xee\xef][\x80-\xbf]{2}|\xed[\x80-\x9f][\x80-\xbf]"
    rb"|\xf0[\x90-\xbf][\x80-\xbf]{2}|[\xf1-\xf3][\x80-\xbf]{3}|\xf4[\x80-\x8f][\x80-\xbf]{2})|[\x80-\xff]"
)
NOT_IN_WINDOWS_1252 = {b"\x81", b"\x8d", b"\x8f", b"\x90", b"\x9d"}


class Misread(Exception):
    """The byte at `offset` does not fit. The table turns it into an Unusable that names row and column."""

    def __init__(self, offset: int, sentence: str) -> None:
        super().__init__(sentence)
        self.offset = offset
        self.sentence = sentence


def save_as() -> str:
    """The way out of every file that is no CSV; it is the same in Excel, LibreOffice and Google Sheets, nearly."""
    return _("Please open it in your spreadsheet program and save or download it as “CSV UTF-8”.")


def encoding_of(path: Path) -> str:
    """ "utf-8-sig" (with or without a byte order mark) or "cp1252".

    Raises Unusable for what is no file of text, Misread for text in no encoding or in two.
    """
    try:
        _refuse_what_is_no_file(path.stat())
        with path.open("rb") as file:
            _refuse_other_kinds(file.read(CHUNK))
            return "utf-8-sig" if _is_utf_8(file) else _windows_1252(file)
    except OSError as error:
        raise Unusable(_("This file cannot be opened. Please check its name and place.")) from error


def lines(path: Path, encoding: str, *, until: int | None = None) -> Iterator[str]:
    """Each line with its end. `until` is for EVERY_BYTE only: that many characters. A line that is too long is cut
    after LINE_LIMIT + 1 characters, and its rest is the next line: the table refuses it."""
    left = FILE_LIMIT if until is None else until
    try:
        with path.open(encoding=encoding, newline="") as file:
            while left > 0 and (line := file.readline(LINE_LIMIT + 1)):
                yield line[:left]
                left -= len(line)
    except (OSError, UnicodeDecodeError) as error:
        raise Unusable(_("The file changed while it was read. Please start again.")) from error


def _refuse_what_is_no_file(found: os.stat_result) -> None:
    if not stat.S_ISREG(found.st_mode):
        raise Unusable(_("This is not a file. Please name the CSV file itself."))
    if found.st_size == 0:
        raise Unusable(_("This file is empty."))
    if found.st_size > FILE_LIMIT:
        raise Unusable(_("This file is larger than 50 MB. Please split it, each part with the first row."))


def _refuse_other_kinds(begins: bytes) -> None:
    if begins.startswith(SPREADSHEETS):
        raise Unusable(_("This is a spreadsheet, not a CSV file.") + " " + save_as())
    if begins.startswith(UTF_16) or begins[:CHUNK].count(0) * 4 > len(begins):
        raise Unusable(_("This file is in UTF-16, which cannot be read here.") + " " + save_as())
    if begins.lstrip(codecs.BOM_UTF8 + b" \t\r\n").startswith(b"<"):
        raise Unusable(_("This is a web page, not a CSV file.") + " " + save_as())
    if begins.startswith(b"%PDF") or len(CONTROLS.findall(begins)) * 10 > len(begins):
        raise Unusable(_("This is not a file of text.") + " " + save_as())


def _chunks(file: BinaryIO) -> Iterator[bytes]:
    file.seek(0)
    return iter(lambda: file.read(CHUNK), b"")


def _is_utf_8(file: BinaryIO) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for chunk in _chunks(file):
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _windows_1252(file: BinaryIO) -> str:
    """For a file that is not UTF-8. Old Macintosh files look the same but for their line ends, and read all wrong."""
    single: int | None = None
    several: int | None = None
    unknown: int | None = None
    for offset, found in _high_bytes(file):
        if found[1] is not None:
            several = offset if several is None else several
        else:
            single = offset if single is None else single
            if unknown is None and found[0] in NOT_IN_WINDOWS_1252:
                unknown = offset
        if single is not None and several is not None:
            raise Misread(offset, _("From here on letters are stored in another way than before.") + " " + save_as())
    if unknown is not None:
        raise Misread(unknown, _("There is a sign here that cannot be read.") + " " + save_as())
    if not any(b"\n" in chunk for chunk in _chunks(file)) and any(b"\r" in chunk for chunk in _chunks(file)):
        raise Unusable(_("This file was saved for old Macintosh computers.") + " " + save_as())
    return "cp1252"


def _high_bytes(file: BinaryIO) -> Iterator[tuple[int, re.Match[bytes]]]:
    """Each match of HIGH with its offset in the file, also where a chunk ends inside a character."""
    start, held = 0, b""
    for chunk in chain(_chunks(file), [b""]):
        data = held + chunk
        end = len(data) - (_unfinished(data) if chunk else 0)
        for found in HIGH.finditer(data, 0, end):
            yield start + found.start(), found
        start, held = start + end, data[end:]


def _unfinished(data: bytes) -> int:
    """How many bytes at the end may belong to a character that goes on in the next chunk."""
    return next((back for back in (1, 2, 3) if data[-back:][:1] >= b"\xc0" and len(data) >= back), 0)
