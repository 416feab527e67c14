"""What can be printed is one rule, which is that of the press; and the press prints whatever it is given."""

import io
import json
import unicodedata
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import pypdf
import pytest
import typst
from PIL import Image

from services.common.outside import prose
from services.contracts import printable
from services.documents.papers import coverage
from services.documents.papers.domain import form_of
from services.documents.papers.forms import CURRENT, FORMS
from services.documents.papers.press import FONTS, SHIPPED, Press
from services.documents.tests.samples import facts

SEALED_AT = datetime(2026, 1, 5, 2, 6, 7, tzinfo=UTC)
CLEAN = [c for c in coverage.candidates() if prose(c) == c]
PRINTABLE = frozenset(c for c in CLEAN if printable.shown(c).text == c)


def printed(press: Press, key: str, **changes: Any) -> str:
    form, data = form_of(key), facts(key, **changes)
    paper = press.print(form, "p-1", form.number(12, data), data, "Công an Thành phố Hồ Chí Minh", SEALED_AT)
    pages = pypdf.PdfReader(io.BytesIO(paper.pdf)).pages
    return "\n".join(page.extract_text() for page in pages)


def one_line(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.slow
def test_the_rule_at_the_doors_is_what_the_press_prints() -> None:
    missing = frozenset(coverage.refused(CLEAN))
    assert frozenset(CLEAN) - missing == PRINTABLE
    assert len(PRINTABLE) > 5_000
    assert not PRINTABLE & set("✅😊王한ภខꪀꨀ")


@pytest.mark.slow
def test_what_the_press_lacks_is_refused_at_the_doors() -> None:
    missing = coverage.refused([c for c in CLEAN if 0x2000 < ord(c) < 0x12000])
    told = [c for c in missing if not printable.unprintable(c)]
    assert all(unicodedata.normalize("NFKC", c) != c and not printable.shown(c).replaced for c in told)
    assert coverage.refused([printable.shown(c).text for c in told]) == []


LETTERS = [c for c in sorted(PRINTABLE) if c.isalpha() and not printable.unprintable(f"{c}\u0301")]


@pytest.mark.slow
def test_every_letter_carries_every_mark() -> None:
    """Names of the Central Highlands have letters with two marks, of which none is composed: ô̆, ơ̆, ê̆."""
    marks = [chr(code) for code in range(0x300, 0x370)]
    both = [unicodedata.normalize("NFC", letter + mark) for letter in LETTERS for mark in marks]
    assert coverage.refused(both) == []
    assert {"ô", "ơ", "ê", "ư", "č", "ƀ", "đ", "Ð", "Ω", "й"} <= set(LETTERS)


def test_no_letter_is_lost_under_its_mark() -> None:
    """The press says nothing when it loses one, so each is looked at."""
    plain, marked = ink(LETTERS), ink([unicodedata.normalize("NFC", f"{letter}\u0306") for letter in LETTERS])
    lost = [letter for letter, alone, both in zip(LETTERS, plain, marked, strict=True) if both < 0.75 * alone]
    assert lost == []


@pytest.mark.slow
def test_every_character_that_can_be_printed_shows_something() -> None:
    every = sorted(PRINTABLE)
    assert [c for c, dark in zip(every, ink(every), strict=True) if not dark] == []


def ink(texts: Sequence[str]) -> list[int]:
    """How many points are not white, of each text set by itself."""
    sheet = b"#set page(width: 24pt, height: 24pt, margin: 4pt)\n"
    sheet += f"#set text(font: ({', '.join(map(json.dumps, FONTS))}), size: 12pt)\n".encode()
    sheet += b"#for each in json(bytes(sys.inputs.texts)) { page(each) }"
    compiler, dark = typst.Compiler(font_paths=[SHIPPED], ignore_system_fonts=True), []
    for start in range(0, len(texts), 500):
        inputs = {"texts": json.dumps(texts[start : start + 500], ensure_ascii=False)}
        pages: Any = compiler.compile(sheet, format="png", ppi=100, sys_inputs=inputs)
        pictures = pages if isinstance(pages, list) else [pages]
        dark += [sum(Image.open(io.BytesIO(page)).convert("L").histogram()[:250]) for page in pictures]
    return dark


@pytest.mark.parametrize("key", FORMS[CURRENT])
def test_every_form_is_printed_with_codes_for_what_no_font_has_and_says_so(press: Press, key: str) -> None:
    odd = "王小明 ✅\x07 \uf0b7 ＡＢ"
    changes: dict[str, Any] = {"agency_name": f"Công an {odd}"}
    if key != "07":
        changes["applicant"] = {"full_name": odd, "address": "12 Lê Lợi 😊", "phone": "０９０"}
    text = one_line(printed(press, key, **changes))
    assert "[U+2705]" in text
    assert "Ghi chú: mã trong ngoặc vuông" in text
    assert "AB" in text


def test_a_paper_without_such_characters_has_no_note(press: Press) -> None:
    assert "ngoặc vuông" not in one_line(
        printed(press, "01", applicant={"full_name": "H’Linh Niê ô̆ ơ̆", "address": "５０㎡"})
    )


def test_marks_on_what_cannot_carry_them_are_printed_too(press: Press) -> None:
    """Each of these has a glyph, but no font has both."""
    reason = "𝐍\u0301 ❤\u0489\u20e3 ກ\u0301 ק\u0302"
    assert coverage.refused([reason]) == [reason]
    text = one_line(printed(press, "03", reason=f"Lý do: {reason}"))
    assert "Lý do: 𝐍[U+0301] ❤" in text


def test_a_volume_of_a_register_is_printed_whatever_one_line_of_it_holds(press: Press) -> None:
    row = facts("07")["rows"][0]
    odd = row | {
        "no": 2,
        "applicant_name": "金 ✅",
        "address": "\x01\ud83d 12 Lê Lợi",
        "case_ref": "G01.029.00-260105-010002",
    }
    text = one_line(printed(press, "07", rows=[row, odd, row | {"no": 3}]))
    assert "[U+91D1] [U+2705]" in text
    assert text.count("Nguyễn Thị Lan") >= 2


@pytest.mark.parametrize("key", ["01", "07"])
def test_a_word_of_500_letters_stays_within_its_column(press: Press, key: str) -> None:
    word = "Ấ" * 500
    rows = [facts("07")["rows"][0] | {"address": word}]
    changes = {"rows": rows} if key == "07" else {"applicant": {"full_name": "Lan", "address": word}}
    lines = [line for line in printed(press, key, **changes).splitlines() if "ẤẤẤ" in line]
    assert sum(line.count("Ấ") for line in lines) == 500
    assert max(line.count("Ấ") for line in lines) < 60
