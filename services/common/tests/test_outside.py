"""Text from outside as it is kept."""

import unicodedata
from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.common import outside

CLEANERS = (
    outside.one_line, outside.prose, outside.bare_number, outside.tax_code, outside.case_number, outside.email
)  # fmt: skip


@given(st.text() | st.text("aA0 .-\u0301\u0334\u0339\u200b"))
@pytest.mark.parametrize("clean", CLEANERS)
def test_what_is_clean_stays_as_it_is(clean: Callable[[str], str], anything: str) -> None:
    assert clean(clean(anything)) == clean(anything)


@given(st.text() | st.text("aA0 .-\u0301\u0334\u0339\u200b"))
@pytest.mark.parametrize("clean", CLEANERS)
def test_what_is_kept_is_composed(clean: Callable[[str], str], anything: str) -> None:
    assert unicodedata.is_normalized("NFC", clean(anything))


@given(st.text(st.characters(exclude_categories=["Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp", "Zs", "Mn", "Lo", "So"])))
def test_nothing_that_shows_is_lost_or_made_up(seen: str) -> None:
    assert outside.one_line(seen) == unicodedata.normalize("NFC", seen)


@given(st.text())
def test_a_line_is_one_line_of_what_shows(anything: str) -> None:
    line = outside.one_line(anything)
    assert line.isprintable()
    assert line == " ".join(line.split())
    assert len(line) <= len(unicodedata.normalize("NFD", anything))


@given(st.lists(st.text()).map("\r\n".join))
def test_prose_is_lines_each_of_them_clean(anything: str) -> None:
    assert all(outside.one_line(line) == line for line in outside.prose(anything).split("\n"))


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Nguyễn\u00a0 Văn\tAn\n", "Nguyễn Văn An"),
        ("Nguye\u0302\u0303n", "Nguyễn"),
        ("\u200b", ""),
        ("\u3164", ""),
        ("\u2800", ""),
        ("Nguyễn \u202eAn Văn", "Nguyễn An Văn"),
        ("\uf0b7 Ảnh chân dung", "Ảnh chân dung"),
        ("❤\ufe0f", "❤"),
        ("a\u034f\u0301", "á"),
        ("12\u202f000", "12 000"),
        ("mềm\u00admại", "mềmmại"),
        ("\ud800", ""),
    ],
)
def test_a_line_is_what_a_reader_sees(typed: str, kept: str) -> None:
    assert outside.one_line(typed) == kept


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Một\r\nHai\u2028Ba\n\n", "Một\nHai\nBa"),
        ("  a \t b  \n\n  c", "a b\n\nc"),
        ("\ufeffchữ", "chữ"),
    ],
)
def test_prose_keeps_its_lines(typed: str, kept: str) -> None:
    assert outside.prose(typed) == kept


@pytest.mark.parametrize(
    "typed",
    [
        "038 203 000 017\u200b",
        "038.203.000.017",
        "038-203‑000–017",
        "\u202a038203000017\u202c",
        "０３８２０３０００017",
    ],
)
def test_a_number_is_bare(typed: str) -> None:
    assert outside.bare_number(typed) == "038203000017"


@pytest.mark.parametrize("typed", ["O38203000017", "038/203", "038203000017x", "٠٣٨"])
def test_what_makes_a_number_wrong_stays_in_it(typed: str) -> None:
    assert outside.bare_number(typed) == typed


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("0312 68 78 78 - 001", "0312687878-001"),
        ("0312687878001", "0312687878-001"),
        ("0312687878 – 001", "0312687878-001"),
        ("031.268.7878", "0312687878"),
        ("038203000017", "038203000017"),
    ],
)
def test_a_tax_code_has_the_dash_of_its_unit(typed: str, kept: str) -> None:
    assert outside.tax_code(typed) == kept


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("0903 000 017", "0903000017"),
        ("0903.000.017", "0903000017"),
        ("tel:0903000017", "0903000017"),
        ("ĐT: 0903 000 017;", "0903000017"),
        ("028 3829 7643 ext. 12", "02838297643 máy lẻ 12"),
        ("(028) 3829 7643 (máy lẻ: 0012)", "02838297643 máy lẻ 0012"),
        ("+81 3-3466-3311, nhánh 5", "+81334663311 máy lẻ 5"),
        ("\u202a0903000017\u202c", "0903000017"),
        ("+84 90 300 00 17", "0903000017"),
        ("+84 (0)903 000 017", "0903000017"),
        ("0084903000017", "0903000017"),
        ("84903000017", "0903000017"),
        ("02838297643", "02838297643"),
        ("(028) 3829 7643", "02838297643"),
        ("+84 28 3829 7643", "02838297643"),
        ("1900 6828", "19006828"),
        ("+81 3-3466-3311", "+81334663311"),
        ("0081334663311", "+81334663311"),
    ],
)
def test_a_telephone_number_is_kept_as_it_is_dialled(typed: str, kept: str) -> None:
    assert outside.phone(typed) == kept
    assert outside.phone(kept) == kept


@pytest.mark.parametrize(
    "typed",
    ["", "0123", "090300001", "09030000177", "01690000017", "0903000017 / 0912000017", "+84123", "+0123456789", "abc"],
)
def test_what_cannot_be_dialled_is_no_telephone_number(typed: str) -> None:
    assert outside.phone(typed) is None


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("2003-12-31", "2003-12-31"),
        ("31/12/2003", "2003-12-31"),
        ("1/2/2003", "2003-02-01"),
        ("31.12.2003", "2003-12-31"),
        ("31 - 12 – 2003", "2003-12-31"),
        ("31 12 2003", "2003-12-31"),
        ("20031231", "2003-12-31"),
        ("31122003", "2003-12-31"),
        ("ngày 31 tháng 12 năm 2003", "2003-12-31"),
        ("1945", "1945"),
        ("năm 1945", "1945"),
        ("1945-06", "1945-06"),
        ("06/1945", "1945-06"),
        ("tháng 6 năm 1945", "1945-06"),
        ("1945-00-00", "1945"),
        ("00/00/1945", "1945"),
        ("00/06/1945", "1945-06"),
        ("19440000", "1944"),
        ("19440600", "1944-06"),
        (" 1945\u200b", "1945"),
    ],
)
def test_a_date_is_read_as_people_write_it(typed: str, kept: str) -> None:
    assert str(outside.partial_date(typed)) == kept


@pytest.mark.parametrize(
    "typed",
    [
        "", "45", "31/12/03", "12/31/2003", "31/02/2003", "1945-00-15", "15/00/1945", "0000", "1945-13", "19", "194",
        "2003-12-31T00:00:00Z", "1-2-3-2003", "2003-123-1", "-1945", "1945-", "١٩٤٥", "hôm qua", "20031331",
    ],
)  # fmt: skip
def test_what_names_no_day_month_or_year_is_no_date(typed: str) -> None:
    assert outside.partial_date(typed) is None


@given(st.dates(date(1800, 1, 1), date(2199, 12, 31)))
def test_every_day_is_read_in_every_order(day: date) -> None:
    known = outside.PartialDate(day.year, day.month, day.day)
    for written in ("%Y-%m-%d", "%d/%m/%Y", "%Y%m%d", "%d%m%Y", "%d.%m.%Y", "ngày %d tháng %m năm %Y"):
        assert outside.partial_date(day.strftime(written)) == known


@given(st.text())
def test_whatever_is_typed_is_a_date_that_reads_itself_or_none(anything: str) -> None:
    read = outside.partial_date(anything)
    assert read is None or outside.partial_date(str(read)) == read


@pytest.mark.parametrize(
    ("known", "after"),
    [
        ("2026", False),
        ("2027", True),
        ("2026-11", False),
        ("2026-12", True),
        ("2026-11-29", False),
        ("2026-11-30", True),
    ],
)
def test_a_date_is_to_come_when_no_day_it_may_be_has_come(known: str, after: bool) -> None:
    read = outside.partial_date(known)
    assert read is not None
    assert read.is_after(date(2026, 11, 29)) is after


@pytest.mark.parametrize(
    "typed",
    [
        "g01.029.00-261129-0001",
        " G01.029.00-261129-0001 ",
        "G01.029.00‑261129–0001",
        "G01.029.00 - 261129 - 0001",
        "“G01.029.00-261129-0001”.",
        "(g01.029.00-261129-0001),",
    ],
)
def test_a_case_number_is_read_however_it_is_typed(typed: str) -> None:
    assert outside.case_number(typed) == "G01.029.00-261129-0001"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("lan@example.vn", "lan@example.vn"),
        (" lan @ example.vn ", "lan@example.vn"),
        ("lan\u200b＠example.vn.", "lan@example.vn"),
        ("Nguyễn Thị Lan <lan@example.vn>;", "lan@example.vn"),
        ("mailto:lan.o'brien@example.ie", "lan.o'brien@example.ie"),
        ("lan@tênmiền.vn", "lan@tênmiền.vn"),
        ("hỏi lan nhé", "hỏi lan nhé"),
    ],
)
def test_an_address_is_without_what_comes_along_when_it_is_copied(typed: str, kept: str) -> None:
    assert outside.email(typed) == kept


@pytest.mark.parametrize("typed", ["5,6,1975", "5 tháng 6, 1975", "sinh ngày 5/6/1975", "05.06.1975."])
def test_a_date_is_read_whatever_parts_it(typed: str) -> None:
    assert str(outside.partial_date(typed)) == "1975-06-05"
