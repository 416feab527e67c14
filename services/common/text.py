"""Vietnamese text: one Unicode form, folding for search, alphabetical order, masking, money and dates in prose."""

import re
import string
import unicodedata
from datetime import date
from functools import lru_cache

from services.common import limits
from services.common.outside import partial_date

_NUMBER = re.compile(
    r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"  # an id of ours, whose digits are nobody's number
    r"|(?<![0-9a-f])(?=[0-9]*[a-f])[0-9a-f]{40,}"  # nor are those of a digest
    r"|(?<![\d-])(\d{4})\d{6}(\d{2})(?!\d)"
    r"|(?<![\d-])(\d{3})\d{4}(\d{2})(?![\d-])"
    r"|(?<![\d-])(\+84\d{2}|\d{4})(\d{4,5})(\d{2})(?!\d)"
)


_MARKS = re.compile("[\u0300-\u036f]")
# Letters that do not decompose; Ð is what old fonts and keyboards write for Đ.
_CROSSED = str.maketrans({"đ": "d", "ð": "d"})
# +84 is how the world dials what is 0 at home; a point between digits only groups them.
_DIALLED = re.compile(r"\+\s*84\s*(?=\d)")
_GROUPED = re.compile(r"(?<=\d)\.(?=\d)")
_WORD = re.compile(r"[^\W_]+")
# People write K'Brơih and H\u02bcLinh with whatever mark their keyboard has; some of these count as letters.
_APOSTROPHES = dict.fromkeys(map(ord, "`\u00b4\u02b9\u02bb\u02bc\u02bd\u02c8\u2018\u2019\u201b\u2032\ua78c\uff07"), "'")
_JOINED = re.compile(r"[^\W_]+(?:'[^\W_]+)+")
# H' Linh is H'Linh, with the blank that keyboards put after the mark.
_PARTED = re.compile(r"\b([^\W\d_]') (?=[^\W_])")

# The Vietnamese alphabet, and f, j, w, z of other languages; a letter's rank is a character that sorts as it should.
_RANKS = dict(zip("aăâbcdđeêfghijklmnoôơpqrstuưvwxyz", string.ascii_uppercase + string.ascii_lowercase, strict=False))
_TONES = {"\u0300": "1", "\u0309": "2", "\u0303": "3", "\u0301": "4", "\u0323": "5"}  # huyền hỏi ngã sắc nặng


def nfc(text: str) -> str:
    return unicodedata.normalize("NFC", text)


def fold(text: str) -> str:
    """Folds a text for searching: no accents, đ as d, lower case, one apostrophe, single spaces; `đ` does not
    decompose."""
    bare = _MARKS.sub("", unicodedata.normalize("NFD", text)).lower().translate(_CROSSED)
    if not bare.isascii():
        bare = bare.translate(_APOSTROPHES)
    if not bare.isascii():  # marks of other scripts, of which hardly any text here has one
        bare = "".join(c for c in bare if unicodedata.category(c) != "Mn")
    return " ".join(bare.split())


def words(text: str) -> list[str]:
    """Returns the words of a text for searching, folded, in the order written.

    A number is one word however it is grouped, and a telephone number starts with 0: `+84 90.123.4567` gives
    `0901234567`, and `12/4B Lê Lợi, Q.1` gives `12 4b le loi q 1`.
    """
    return [word[: limits.SEARCH_WORD_LENGTH] for word in _WORD.findall(_joined(fold(text)))]


def unbroken(text: str) -> list[str]:
    """Returns the words of a text that apostrophes part, as people write them who leave the mark out: `oconnor`,
    `hlinh`."""
    if text.isascii() and "'" not in text:
        return []
    parted = _JOINED.findall(_PARTED.sub(r"\1", fold(text)))
    return [word.replace("'", "")[: limits.SEARCH_WORD_LENGTH] for word in parted]


def order_key(text: str) -> str:
    """Makes a key that sorts texts the Vietnamese way when compared byte by byte; it has a key for every word, a space
    between them.

    Word by word: by letters (a ă â … d đ e ê … o ô ơ … u ư), then by tone (none, huyền, hỏi, ngã, sắc, nặng), so
    that people of one given name stand together. Case and the place of the tone mark (hòa, hoà) do not matter.
    """
    return _bounded(_word_keys(text))


def name_key(full_name: str) -> str:
    """Makes a key that sorts people the Vietnamese way: by given name, which is the last word, then family name, then
    the rest."""
    keys = _word_keys(full_name)
    return _bounded(keys[-1:] + keys[:-1])


def same_name(one: str, other: str) -> bool:
    """Returns whether two texts are the same name, however its case, blanks and tone marks are written (Hòa, HOÀ)."""
    return _word_keys(one) == _word_keys(other)


def _joined(text: str) -> str:
    return _GROUPED.sub("", _DIALLED.sub("0", text))


def _word_keys(text: str) -> list[str]:
    """Makes a sort key for every word; an apostrophe does not part a word, so K'Brơih stands under K."""
    whole = nfc(text.lower()).translate(_APOSTROPHES).replace("'", "")
    return [_word_key(word) for word in _WORD.findall(_joined(whole))]


@lru_cache(maxsize=4096)  # there are few words that names are made of
def _word_key(word: str) -> str:
    letters, tones = zip(*map(_letter_key, word), strict=True)
    return f"{''.join(letters)}!{''.join(tones)}"


def _letter_key(letter: str) -> tuple[str, str]:
    """Returns the rank and the tone of a letter; either may be several characters."""
    parts = unicodedata.normalize("NFD", letter)
    bare = unicodedata.normalize("NFC", "".join(part for part in parts if part not in _TONES))
    return _RANKS.get(bare, bare), "".join(_TONES.get(part, "") for part in parts)


def _bounded(keys: list[str]) -> str:
    return " ".join(keys).encode()[: limits.SORT_KEY_BYTES].decode(errors="ignore")


def mask_number(number: str) -> str:
    """Masks a personal number or tax code but for its first four and last two characters: 0790******19."""
    if len(number) <= 6:
        return "*" * len(number)
    return number[:4] + "*" * (len(number) - 6) + number[-2:]


def mask_numbers_in(text: str) -> str:
    """Returns the text with every personal number, old identity number, tax code and telephone number masked."""
    return _NUMBER.sub(_masked, text)


def _masked(found: re.Match[str]) -> str:
    new, new_end, old, old_end, other, hidden, other_end = found.groups()
    if new:
        return f"{new}******{new_end}"
    if other:
        return f"{other}{'*' * len(hidden)}{other_end}"
    return f"{old}****{old_end}" if old else found[0]


def vnd(amount: int) -> str:
    """Writes an amount of money: 200.000 ₫."""
    return f"{amount:,}".replace(",", ".") + " ₫"


def vn_date(day: date) -> str:
    """Writes a day: 05/01/2026."""
    return f"{day.day:02d}/{day.month:02d}/{day.year}"


def vn_known_date(text: str) -> str:
    """Returns a date as it is kept, as people read it: `05/06/1945`, `tháng 6 năm 1945` or `năm 1945`; other text as it
    is."""
    known = partial_date(text)
    if known is None:
        return text
    if known.day is not None:
        return vn_date(known.first)
    return f"tháng {known.month} năm {known.year}" if known.month else f"năm {known.year}"


def vn_date_in_words(day: date) -> str:
    """Writes a day in words: `ngày 05 tháng 01 năm 2026`; days under 10 and months 1 and 2 take a leading zero (NĐ
    30/2020)."""
    month = f"{day.month:02d}" if day.month <= 2 else str(day.month)
    return f"ngày {day.day:02d} tháng {month} năm {day.year}"
