"""Long papers break over pages so that signatures never stand alone; form 02 says until when."""

import io

import pypdf
import pytest

from services.documents.papers.press import Press
from services.documents.papers.tests.test_press import printed, text_of
from services.documents.tests.samples import facts


@pytest.mark.parametrize("key", ["06", "07"])
def test_nd30_signatures_never_stand_alone_on_a_page_below_no_row(press: Press, key: str) -> None:
    """However many rows there are, the last is on the page of the signatures, and a header above it."""
    row, named = facts(key)["rows"][1], "note" if key == "06" else "applicant_name"
    pages_of = set()
    for count in range(1, 24):
        rows = [row | {named: f"Dòng {number:02d}"} for number in range(1, count + 1)]
        pages = pypdf.PdfReader(io.BytesIO(printed(press, key, rows=rows).pdf)).pages
        last = " ".join(pages[-1].extract_text().split())
        pages_of.add(len(pages))
        assert f"Dòng {count:02d}" in last
        assert ("Ghi chú" if key == "06" else "Mã hồ sơ") in last.partition("Dòng")[0]
    assert len(pages_of) > 1


@pytest.mark.parametrize("key", ["03", "05"])
def test_a_long_reason_is_broken_over_pages_and_its_last_sentence_goes_with_the_signatures(
    press: Press, key: str
) -> None:
    sentences = [
        f"Câu thứ {number}: giấy tờ không khớp với cơ sở dữ liệu, xin xem lại cho đúng." for number in range(30)
    ]
    pages = pypdf.PdfReader(io.BytesIO(printed(press, key, reason=" ".join(sentences)).pdf)).pages
    first, last = (" ".join(pages[at].extract_text().split()) for at in (0, -1))
    assert len(pages) > 1
    assert "Câu thứ 0:" in first
    assert "Câu thứ 29:" in last


@pytest.mark.parametrize(
    ("closes", "then"), [(True, "thì hồ sơ được đóng"), (False, "quyết định chờ thêm hoặc đóng hồ sơ")]
)
def test_form_02_says_until_when_and_what_comes_after(press: Press, closes: bool, then: str) -> None:
    text = text_of(printed(press, "02", last_day="2026-03-23", closes=closes))
    assert "chậm nhất đến hết ngày 23/03/2026;" in text
    assert then in text
    assert "chậm nhất" not in text_of(printed(press, "02", last_day=""))
