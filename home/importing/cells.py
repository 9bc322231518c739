"""What a cell says: each reader returns a value, or refuses with a sentence on how to mend the cell.

No sentence repeats what the cell holds.
"""

import re
import unicodedata
from datetime import date
from functools import cache
from zoneinfo import available_timezones

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from home.importing.headings import folded
from peersupport.lib.refusals import Refusal

NAME_LIMIT, EMAIL_LIMIT, OTHER_LIMIT = 80, 254, 100
ADULT = 18  # years; younger people need rules that are not built yet
FIRST_YEAR = 1900

_FORMULA = frozenset("=+-@#")
_AROUND = "\ufeff\u200b\u200e\u200f\u061c\u00ad\u2060"  # invisible, and left by copying from elsewhere
_JOINERS = "\u200c\u200d"  # spell some names in Persian and in Indian languages
_UNFIT = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_SHORTENED = re.compile(r"[0-9]([.,][0-9]*)?e\+[0-9]+", re.IGNORECASE)
_ISO = re.compile(r"([0-9]{4})[-/]([0-9]{1,2})[-/]([0-9]{1,2})(?:[T ]0?0:00(?::00(?:\.0+)?)?)?")
_OTHER_DATE = re.compile(r"([0-9]{1,2})([-/.])([0-9]{1,2})\2([0-9]{4})")
_LANGUAGES = {
    "en": "en",
    "eng": "en",
    "english": "en",
    "ingles": "en",
    "es": "es",
    "spa": "es",
    "spanish": "es",
    "espanol": "es",
    "castellano": "es",
}
# "EST" and "MST" would be zones without summer time, which nobody means; "MST" may be Denver or Phoenix.
_ZONES = {
    "America/New_York": "eastern, eastern time, et, est, edt, este, hora del este",
    "America/Chicago": "central, central time, ct, cst, cdt, centro, hora del centro",
    "America/Denver": "mountain, mountain time, mt, mdt, montana, hora de la montana",
    "America/Los_Angeles": "pacific, pacific time, pt, pst, pdt, pacifico, hora del pacifico",
}


def text(cell: str, limit: int = OTHER_LIMIT, *, plus: bool = False) -> str:
    """In one line and in one Unicode form. `plus`: may begin with a plus sign before digits, as numbers do."""
    cell = unicodedata.normalize("NFC", cell).strip().strip(_AROUND).strip()
    if any(sign in cell for sign in "\n\r\v\f\u2028\u2029"):
        raise Refusal(_("This cell has several lines. Please write it in one line."))
    cell = " ".join(cell.split())
    if unicodedata.normalize("NFKC", cell[:1]) in _FORMULA and not (plus and re.match(r"\+ ?[0-9(]", cell)):
        raise Refusal(
            _("This cell begins with = + - @ or #, as formulas and their errors do. Please write the text alone.")
        )
    if any(unicodedata.category(sign) in _UNFIT for sign in cell if sign not in _JOINERS):
        raise Refusal(_("There is an invisible sign in this cell. Please type the cell anew."))
    if _damaged(cell):
        raise Refusal(_("Letters in this cell were lost or changed when the file was saved. Please type them anew."))
    if len(cell) > limit:
        over = len(cell) - limit
        sentence = ngettext(
            "This cell is %(over)d character too long. Please shorten it.",
            "This cell is %(over)d characters too long. Please shorten it.",
            over,
        )
        raise Refusal(sentence % {"over": over})
    return cell


def _damaged(cell: str) -> bool:
    """The sign for a lost letter, or UTF-8 that was read as Windows-1252 once."""
    if "\ufffd" in cell:
        return True
    try:
        return cell.encode("cp1252").decode() != cell
    except UnicodeError:
        return False


def name(cell: str) -> str:
    """A first or last name in any script, or ""."""
    found = text(cell, NAME_LIMIT)
    if found and not any(sign.isalpha() for sign in found):
        raise Refusal(_("There is no letter in this name. Please write the name, or leave the cell empty."))
    if any(sign in found for sign in "@?\\/<>{}[]|;"):
        raise Refusal(_("This does not look like a name. Please write the name alone."))
    return found


def first_name(cell: str) -> str:
    found = name(cell)
    if not found:
        raise Refusal(_("The first name is missing. Please write the name this person goes by."))
    return found


def whole_name(cell: str) -> tuple[str, str]:
    """First and last name from “Paz, Ana” or from two words; never guessed from three."""
    last, comma, first = text(cell, 2 * NAME_LIMIT).partition(",")
    if not comma:
        first, *rest = last.split() or [""]
        last = " ".join(rest)
        if len(rest) > 1:
            raise Refusal(_("Which words are the last name? Please write it first, with a comma: “García López, Ana”."))
    return first_name(first), name(last)


def number(cell: str) -> str:
    """A program's own number or code for a person, as it is compared: the same in capital and small letters."""
    found = unicodedata.normalize("NFKC", text(cell)).casefold()
    _refuse_shortened(found)
    return re.sub(r"^([0-9]+)\.0+$", r"\1", found)  # what some programs make of a whole number


def _refuse_shortened(found: str) -> None:
    if _SHORTENED.fullmatch(found):
        raise Refusal(
            _(
                "The spreadsheet shortened this number, and digits are lost. Please format the column as text "
                "and write the number anew."
            )
        )


def email(cell: str) -> str:
    """An e-mail address in small letters, or ""."""
    found = text(cell, EMAIL_LIMIT).lower()
    if found:
        try:
            validate_email(found)
        except ValidationError:
            found = " "
        if not found.isascii() or " " in found:
            raise Refusal(
                _(
                    "This does not look like an e-mail address. Please write it like name@example.org, or leave the "
                    "cell empty."
                )
            )
    return found


def phone(cell: str) -> str:
    """ "+1 213-555-0142", or another country's number with its plus sign, or ""."""
    found = unicodedata.normalize("NFKC", text(cell, plus=True))
    _refuse_shortened(found)
    found = re.sub(r"(?<=[0-9])\.0$", "", found)
    digits = re.sub(r"[^0-9]", "", found)
    if not found:
        return ""
    if re.fullmatch(r"\+?[0-9 ().‐‑–/-]+", found):
        american = re.fullmatch(r"1?([2-9][0-9]{2})([2-9][0-9]{2})([0-9]{4})", digits)
        if american and (not found.startswith("+") or digits.startswith("1")):
            return f"+1 {american[1]}-{american[2]}-{american[3]}"
        if found.startswith("+") and digits[0] not in "01" and 8 <= len(digits) <= 15:
            return f"+{digits}"
    raise Refusal(
        _(
            "This does not look like a phone number. Please write all ten digits, like 213-555-0142, or begin with + "
            "and the country; one number only."
        )
    )


def language(cell: str) -> str:
    """A code of settings.LANGUAGES, or ""."""
    found = folded(text(cell))
    code = _LANGUAGES.get(found, "") or _LANGUAGES.get(re.split(r"[-_( ]", found)[0], "")
    if found and code not in dict(settings.LANGUAGES):
        raise Refusal(
            _("The screens speak English and Spanish. Please write “en” or “es”, whichever this person reads better.")
        )
    return code


def time_zone(cell: str) -> str:
    """The name of a time zone, or ""."""
    found = text(cell)
    zone = _zones().get(folded(found).replace(" ", "_"), "")
    if found and not zone:
        raise Refusal(_("We do not know this time zone. Please write it like America/Los_Angeles, or like Pacific."))
    return zone


@cache
def _zones() -> dict[str, str]:
    named = {zone.lower(): zone for zone in available_timezones() if "/" in zone and not zone.startswith("Etc/")}
    words = {word.replace(" ", "_"): zone for zone, words in _ZONES.items() for word in words.split(", ")}
    return {**named, **words, "utc": "UTC"}


def day(cell: str, form: str | None, *, today: date) -> date | None:
    """A day that has been. `form` is how the program writes dates besides 2026-03-31: "DMY", "MDY" or None."""
    found = unicodedata.normalize("NFKC", text(cell))
    if not found:
        return None
    parts = _parts(found, form)
    try:
        result = date(*parts)
    except ValueError as error:
        raise Refusal(_("There is no such day. Please look at the order of day and month.")) from error
    if result > today:
        raise Refusal(_("This day is still to come. Please write a day that has been, or leave the cell empty."))
    if result.year < FIRST_YEAR:
        raise Refusal(_("This day is too long ago. Please look at the year."))
    return result


def _parts(found: str, form: str | None) -> tuple[int, int, int]:
    """Year, month, day as written."""
    if iso := _ISO.fullmatch(found):
        return int(iso[1]), int(iso[2]), int(iso[3])
    other = _OTHER_DATE.fullmatch(found)
    if other is None:
        raise Refusal(
            _("This does not look like a date. Please write it like 2026-03-31, with all four digits of the year.")
        )
    if form is None:
        raise Refusal(
            _(
                "Which part is the day and which the month? Please write dates like 2026-03-31, or say --date-form DMY "
                "or --date-form MDY for the whole file."
            )
        )
    first, second, year = int(other[1]), int(other[3]), int(other[4])
    return (year, second, first) if form == "DMY" else (year, first, second)


def refuse_minor(born: date, *, today: date) -> None:
    """Refuses who is not 18 on this day; who was born on 29 February is 18 on 1 March."""
    years = today.year - born.year - ((today.month, today.day) < (born.month, born.day))
    if years < ADULT:
        raise Refusal(
            _(
                "This person is not 18 yet. For now only adults can be recorded here. Please take the row out until "
                "their birthday."
            )
        )
