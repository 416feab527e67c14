"""Which characters a paper can show: one rule, asked at every door and kept by the press.

A paper is a PDF/A, in which every character has a glyph of a font that goes along. The press has Liberation Serif and
the fonts that Typst carries: Latin with every Vietnamese letter and mark, Greek, Cyrillic, Hebrew, Arabic, mathematics
and plain symbols; no emoji, no ideographs, none of the scripts of the region. Papers are written in Vietnamese (NĐ
30/2020), and identity papers give every name in Latin letters, so nobody is kept from filing.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from services.common.errors import FieldError
from services.common.outside import prose

# As `python -m services.documents.papers.coverage` prints it, which asks the press; code points, hexadecimal.
_RANGES = """
21-7e a1-ac ae-2ff 370-377 37a-37f 384-38a 38c 38e-3a1 3a3-482 48a-513 51a-51d 531-556 559-58a 58d-58f 5be 5c0
5c3 5c6 5d0-5ea 5ef-5f4 606-60c 61b 61f 621-63a 640-64a 660-66d 674 679-67b 67e-680 683-684 686-687 691 698 6a4
6a9 6af 6be 6cc 6f0-6f9 904-939 93d 950 958-961 964-97f e3f e81-e82 e84 e87-e88 e8a e8d e94-e97 e99-e9f ea1-ea3
ea5 ea7 eaa-eab ead-eb0 eb2-eb3 10d0-10ff 115f-1160 13a0-13f5 13f8-13fd 1d00-1db3 1db5-1dbf 1e00-1f15 1f18-1f1d
1f20-1f45 1f48-1f4d 1f50-1f57 1f59 1f5b 1f5d 1f5f-1f7d 1f80-1fb4 1fb6-1fc4 1fc6-1fd3 1fd6-1fdb 1fdd-1fef
1ff2-1ff4 1ff6-1ffe 2010-2027 2030-2040 2042 2044-2052 2054-205e 2070-2071 2074-208e 2090-209c 20a0-20c0
2100-211e 2120 2122 2124 2126-2151 2153-2184 2189 2190-23ff 2422-2423 2460-2606 2609-262f 2638-268b 2690-269c
26a0-26a7 26aa-26af 26b2 2701-2704 2706-2709 270c-2714 2717-2726 272a-274b 274d 274f-2752 2756 2758-275e
2761-277f 2794 2798-27af 27b1-2b73 2b76-2b95 2b97-2bff 2c60-2cee 2cf2-2cf3 2cf9-2cff 2e02-2e05 2e08-2e0a
2e17-2e18 2e1f 2e22-2e25 2e2e 3012 3016-3017 301a-301b 3030 3036 306e 3164 a46a-a46b a640-a641 a648-a649
a656-a657 a708-a727 a72d a730 a735 a765 a788-a78e a790-a791 a793 a7aa a7f8-a7f9 ab52 ab66 ab70-abbf fb00-fb06
fb13-fb17 fb1d fb1f-fb36 fb38-fb3c fb3e fb40-fb41 fb43-fb44 fb46-fb4f fb52-fb81 fb8a-fb95 fb9e-fb9f fbaa-fbad
fbe8-fbe9 fbfc-fbff fe66 fe70-fe74 fe76-fefc ffa0 fffd 10140-1018e 102e1-102fb 1d106-1d107 1d400-1d454
1d456-1d49c 1d49e-1d49f 1d4a2 1d4a5-1d4a6 1d4a9-1d4ac 1d4ae-1d4b9 1d4bb 1d4bd-1d4c3 1d4c5-1d505 1d507-1d50a
1d50d-1d514 1d516-1d51c 1d51e-1d539 1d53b-1d53e 1d540-1d544 1d546 1d54a-1d550 1d552-1d6a5 1d6a8-1d7cb
1d7ce-1d7ff 1ee00-1ee03 1ee05-1ee1f 1ee21-1ee22 1ee24 1ee27 1ee29-1ee32 1ee34-1ee37 1ee39 1ee3b 1ee42 1ee47
1ee49 1ee4b 1ee4d-1ee4f 1ee51-1ee52 1ee54 1ee57 1ee59 1ee5b 1ee5d 1ee5f 1ee61-1ee62 1ee64 1ee67-1ee6a
1ee6c-1ee72 1ee74-1ee77 1ee79-1ee7c 1ee7e 1ee80-1ee89 1ee8b-1ee9b 1eea1-1eea3 1eea5-1eea9 1eeab-1eebb
1eef0-1eef1 1f12f 1f6d1 1f780-1f7d8 1f7e0-1f7eb 1f800-1f80b 1f810-1f847 1f850-1f859 1f860-1f887 1f890-1f8ad
1f8b0-1f8b1
"""
_SHOWN = "".join(
    re.escape(chr(int(first, 16))) + (f"-{re.escape(chr(int(last, 16)))}" if last else "")
    for first, _, last in (each.partition("-") for each in _RANGES.split())
)
# Letters that carry marks: those of the text fonts. Under a mark that another font has not, the press loses the letter
# itself and does not say so.
_CARRIES = "A-Za-z\u00c0-\u02af\u0386-\u03ce\u0400-\u045f\u1e00-\u1e9b\u1e9e\u1ea0-\u1ef9"
_LONE_MARK = f"[\u0300-\u036f](?<![{_CARRIES}\u0300-\u036f][\u0300-\u036f])"
_UNSHOWN = re.compile(f"[^ \n\u0300-\u036f{_SHOWN}]|{_LONE_MARK}")
# What every font has, each character by itself: the Latin letters with their marks, and the signs of ordinary prose.
_NOT_PLAIN = re.compile("[^ \n!-~\u00a1-\u024f\u1e00-\u1eff\u2013\u2014\u2018-\u201d\u2022\u2026\u20ab\u2192]")


@dataclass(frozen=True, slots=True)
class Shown:
    """A text as a paper shows it, and the characters that codes stand for in it, each once."""

    text: str
    replaced: tuple[str, ...] = ()


def unprintable(text: str) -> str:
    """Returns the first character of a text that cannot be printed on paper; empty when all can.

    Invisible characters are dropped before, and forms that only look different (fullwidth letters, ㎡) are printed as
    the letters they are made of.
    """
    if text.isascii():
        return ""
    return next((c for c in _UNSHOWN.findall(prose(text)) if not _plainly(c)), "")


def shown(text: str) -> Shown:
    """Returns the text as it is printed whatever it holds: a character without a glyph by its code in square brackets,
    [U+2705]."""
    return _shown(text, _UNSHOWN)


def shown_plainly(text: str) -> Shown:
    """Returns the text as `shown` does, with codes for everything but Latin letters and the signs of ordinary prose."""
    return _shown(text, _NOT_PLAIN)


def require(text: str) -> str:
    """Returns the text if paper can show it; raises ValueError otherwise, for files that say what papers say."""
    if character := unprintable(text):
        raise ValueError(f"{text!r} holds {character!r}, which no paper can show")
    return text


def code_of(character: str) -> str:
    """Returns the code that stands for a character: [U+2705]."""
    return f"[U+{ord(character):04X}]"


def fault(place: str, text: str, name_vi: str = "", name_en: str = "") -> FieldError | None:
    """Makes the error for a text that cannot be printed on paper, or None; `place` is its JSON pointer."""
    if not (character := unprintable(text)):
        return None
    if unicodedata.combining(character):
        character = f"\N{DOTTED CIRCLE}{character}"
    field_vi, field_en = (f"Mục “{name_vi}”", f"“{name_en}”") if name_vi else ("Mục này", "This")
    return FieldError(
        place,
        "unprintable",
        f"{field_vi} có ký tự “{character}” không in được lên giấy; hãy bỏ ký tự này hoặc viết bằng chữ cái Latin.",
        f"{field_en} holds the character “{character}”, which no paper can show; leave it out or write Latin letters.",
    )


def _shown(text: str, unshown: re.Pattern[str]) -> Shown:
    text = prose(text)
    if text.isascii() or not (found := unshown.findall(text)):
        return Shown(text)
    replaced = dict.fromkeys(c for c in found if not _plainly(c, unshown))
    return Shown(unshown.sub(lambda match: _plainly(match[0], unshown) or code_of(match[0]), text), tuple(replaced))


@lru_cache(maxsize=1_024)
def _plainly(character: str, unshown: re.Pattern[str] = _UNSHOWN) -> str:
    """Returns the letters a compatibility character is made of, if all of them can be shown; else empty."""
    plain = unicodedata.normalize("NFKC", character)
    return "" if unshown.search(plain) else plain
