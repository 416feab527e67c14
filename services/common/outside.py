"""Text from outside as it is kept: cleaned once, at the door, by the same few rules for forms, calls and envelopes.

Pure, and quick where there is nothing to clean: they are on the way of every submission.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

# Letters and marks that show nothing: joiners, fillers and variation selectors, which no category tells apart.
_UNSEEN = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\uffa0\ufe00-\ufe0f\U000e0100-\U000e01ef]")
# Braille's blank cell is a symbol; the others of ASCII and U+0085 are controls that part words or lines.
_BLANK_THOUGH_NO_SPACE = frozenset("\t\n\v\f\r\x1c\x1d\x1e\x1f\x85\u2800")
_LINE_END = re.compile("\r\n|[\n\v\f\r\x1c-\x1e\x85\u2028\u2029]")
_FULLWIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_GROUPING = frozenset(".·․‧∙•")  # what people and programs put between groups of digits
_AROUND = " .,:;!?()<>'\"“”‘’«»"  # what a number stands in when it is copied from a message
_DASHES = frozenset("-\u2212")  # the minus sign is no dash punctuation, and typed as one

_UNIT_OF_A_FIRM = re.compile(r"([0-9]{10})([0-9]{3})", re.ASCII)
_WHOLE = re.compile(
    r"([0-9]{1,18}|[0-9]{1,3}(?:([ .,])[0-9]{3})(?:\2[0-9]{3}){0,4}) ?(?:đồng|đ|vnđ|vnd|₫)?", re.IGNORECASE
)
_TRUNK_ZERO = re.compile(r"\(0\)")
_AT_HOME = re.compile(r"0[35789][0-9]{8}|02[0-9]{9}|1[89]00[0-9]{4,6}", re.ASCII)
_DIALLED_FROM_ABROAD = re.compile(r"(?:\+|00)84|84(?=[235789][0-9]{8,9}$)", re.ASCII)
_ABROAD = re.compile(r"(?:\+|00)([1-9][0-9]{6,14})", re.ASCII)
_EXTENSION = re.compile(
    r"[\s,;(]*(?:máy lẻ|máy nhánh|số lẻ|nhánh|ext\.?|extension)[\s.:]*([0-9]{1,5})\)?$", re.IGNORECASE
)
_CALLED = re.compile(r"^(?:tel|phone|điện thoại|đt|di động|sđt)\s*[.:]\s*", re.IGNORECASE)
_MAIL_TO = re.compile(r"^(?:mailto:)+", re.IGNORECASE)
_IN_ANGLES = re.compile(r".*<([^<>]*)>")

_YEARS = range(1800, 2200)  # of which people speak; what is told apart here are years from days, not right from wrong
_IN_WORDS = re.compile(r"(?:sinh|ngày|mồng|mùng|tháng|năm)\s*", re.IGNORECASE)
_PARTS = re.compile(r"[0-9]+(?:[-/. ][0-9]+){0,2}", re.ASCII)
_RUN = re.compile(r"[0-9]{8}", re.ASCII)


@dataclass(frozen=True, slots=True)
class PartialDate:
    """A day of which only the month, or only the year, may be known, as many birth dates are."""

    year: int
    month: int | None = None
    day: int | None = None

    def __str__(self) -> str:
        """Returns `1945`, `1945-06` or `1945-06-05`."""
        parts = [f"{self.year:04d}", *(f"{part:02d}" for part in (self.month, self.day) if part is not None)]
        return "-".join(parts)

    @property
    def first(self) -> date:
        """The earliest day it may be."""
        return date(self.year, self.month or 1, self.day or 1)

    def is_after(self, other: date) -> bool:
        """Returns whether, whichever day it is, it comes after `other`."""
        return self.first > other


def one_line(text: str) -> str:
    """Makes a text one line: composed (NFC), words one space apart, invisible characters removed.

    Controls, format characters (which may turn the direction of writing), private and unassigned characters are
    dropped.
    """
    if text.isprintable() and "  " not in text and (text.isascii() or _is_clean(text)):
        return text.strip(" ")
    seen = "".join(map(_shown, _UNSEEN.sub("", text)))
    return unicodedata.normalize("NFC", " ".join(seen.split()))


def prose(text: str) -> str:
    """Returns a text of any number of lines, each as `one_line` has it, ended by LF; empty lines at its ends are
    dropped."""
    if text.isprintable():
        return one_line(text)
    return "\n".join(map(one_line, _LINE_END.split(text))).strip("\n")


def bare_number(text: str) -> str:
    """Returns a number of a person, firm or paper without blanks, dots and dashes: `038 203.000-017` is 038203000017.

    Whatever else stands in it stays, for whoever judges it to see.
    """
    if text.isascii() and text.isalnum():
        return text
    bare = (c for c in one_line(_ascii_forms(text)) if c != " " and c not in _GROUPING and not _is_dash(c))
    return unicodedata.normalize("NFC", "".join(bare))


def item_number(text: str) -> str:
    """Returns the number of a postal item in capitals, without blanks: `eb 123 456 789 vn` is EB123456789VN."""
    return bare_number(text).upper()


def tax_code(text: str) -> str:
    """Returns a tax code as `bare_number`, with the dash before the three digits of a unit: 0312687878-001."""
    bare = bare_number(text)
    return "-".join(unit.groups()) if (unit := _UNIT_OF_A_FIRM.fullmatch(bare)) else bare


def whole_number(text: str) -> int | None:
    """Reads a whole number, or an amount of money, as people write it: `200.000.000 đồng`, `12`; None for any other
    text.

    Digits are grouped in threes by points, commas or blanks, all by the same.
    """
    found = _WHOLE.fullmatch(one_line(_ascii_forms(text)))
    return int(re.sub("[ .,]", "", found[1])) if found else None


def phone(text: str) -> str | None:
    """Reads a telephone number as it is dialled from here, a foreign number from its +; None for any other text.

    Mobile numbers have 10 digits, landlines 11 with their area code, hotlines begin with 1800 or 1900. What somebody is
    reached by behind a switchboard stays, in words: `02838297643 máy lẻ 12`.
    """
    written = _CALLED.sub("", one_line(_ascii_forms(text)).rstrip(",;."))
    if extension := _EXTENSION.search(written):
        number = _dialled(written[: extension.start()])
        return f"{number} máy lẻ {extension[1]}" if number else None
    return _dialled(written)


def email(text: str) -> str:
    """Takes off an e-mail address what is copied along with it: a name, `mailto:`, blanks, the sentence's full stop."""
    whole = one_line(_ascii_forms(text)).rstrip(" .,;")
    address = named[1] if (named := _IN_ANGLES.fullmatch(whole)) else whole
    bare = _MAIL_TO.sub("", address.replace(" ", "")).rstrip(".,;")
    return one_line(bare) if "@" in bare else whole


def _dialled(text: str) -> str | None:
    bare = _TRUNK_ZERO.sub("", bare_number(text)).translate({ord("("): None, ord(")"): None})
    dialled = _DIALLED_FROM_ABROAD.match(bare)
    home = f"0{bare[dialled.end() :].removeprefix('0')}" if dialled else bare
    if _AT_HOME.fullmatch(home):
        return home
    abroad = None if dialled else _ABROAD.fullmatch(bare)
    return f"+{abroad[1]}" if abroad else None


def partial_date(text: str) -> PartialDate | None:
    """Reads a date, or the known part of a date, as people and registers write it; None for any other text.

    Year first or last, parted by - / . , or in words; what is not known may be left out or zeros: `31/12/2003`,
    `2003-12-31`, `6/1945`, `tháng 6 năm 1945`, `1945`, `1945-00-00`, `19440000`. Days come before months.
    """
    clean = _IN_WORDS.sub("", one_line(_ascii_forms(text)).rstrip("."))
    parted = re.sub(r"\s*[-/.,]\s*", "-", "".join("-" if _is_dash(c) else c for c in clean))
    if _RUN.fullmatch(parted):
        return _dated(parted[:4], parted[4:6], parted[6:]) or _dated(parted[4:], parted[2:4], parted[:2])
    if not _PARTS.fullmatch(parted):
        return None
    parts = re.split("[- ]", parted)
    year, *rest = parts if len(parts[0]) == 4 else reversed(parts)
    return _dated(year, *rest)


def case_number(text: str) -> str:
    """Finds a case number in what somebody typed, or copied from within a sentence, and returns it as it is printed.

    It has capitals, plain dashes, no blanks, and nothing of the sentence around it.
    """
    plain = "".join("-" if _is_dash(c) else c for c in one_line(_ascii_forms(text)).strip(_AROUND) if c != " ")
    return unicodedata.normalize("NFC", "".join(c.upper() if c.isascii() else c for c in plain))


def _is_clean(text: str) -> bool:
    return not _UNSEEN.search(text) and "\u2800" not in text and unicodedata.is_normalized("NFC", text)


def _shown(character: str) -> str:
    """Returns the character as far as it shows."""
    if character in _BLANK_THOUGH_NO_SPACE:
        return " "
    category = unicodedata.category(character)
    if category[0] == "Z":
        return " "
    return "" if category[0] == "C" else character


def _ascii_forms(text: str) -> str:
    """Returns the text with fullwidth letters, digits and signs as ASCII has them."""
    return text if text.isascii() else text.translate(_FULLWIDTH)


def _is_dash(character: str) -> bool:
    return character in _DASHES or unicodedata.category(character) == "Pd"


def _dated(year: str, month: str = "00", day: str = "00") -> PartialDate | None:
    """Makes a date of these digits; zeros say that a part is not known, and then neither are the smaller parts."""
    if len(year) != 4 or int(year) not in _YEARS or len(month) > 2 or len(day) > 2:
        return None
    known = PartialDate(int(year), int(month) or None, int(day) or None)
    if known.day and not known.month:
        return None
    try:
        date(known.year, known.month or 1, known.day or 1)
    except ValueError:
        return None
    return known
