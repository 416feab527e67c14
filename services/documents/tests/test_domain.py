"""Ranges, names and waits."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.common import limits
from services.documents.files.domain import (
    PDF,
    FileInfected,
    FileInQuarantine,
    FileState,
    RangeOutside,
    checked_range,
    display_name,
    require_downloadable,
)
from services.documents.papers.domain import retry_delay


@given(offset=st.integers(0, 200), length=st.integers(0, 200), size=st.integers(1, 100))
def test_a_range_never_reaches_past_the_end(offset: int, length: int, size: int) -> None:
    if offset >= size:
        with pytest.raises(RangeOutside):
            checked_range(offset, length, size)
        return
    taken = checked_range(offset, length, size)
    assert 1 <= taken <= size - offset
    assert taken == (size - offset if length == 0 else min(length, size - offset))


DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@pytest.mark.parametrize(
    ("given_name", "media_type", "shown"),
    [
        ("Giấy khám sức khỏe.pdf", PDF, "Giấy khám sức khỏe.pdf"),
        ("ảnh.JPEG", "image/jpeg", "ảnh.JPEG"),
        ("C:\\Users\\Lan\\đơn.docx", DOCX, "đơn.docx"),
        ("../../etc/passwd", PDF, "passwd.pdf"),
        ("a\r\nSet-Cookie: x.pdf", PDF, "a Set-Cookie- x.pdf"),
        ("Giấy\u00a0khai\u00a0sinh.pdf", PDF, "Giấy khai sinh.pdf"),
        ("", PDF, "file.pdf"),
        ("/", PDF, "file.pdf"),
        ("giay.hta", PDF, "giay.hta.pdf"),
        ("giay.pdf.exe", PDF, "giay.pdf.exe.pdf"),
        ("giay.pdf", DOCX, "giay.pdf.docx"),
        ("giay.pdf. . ", PDF, "giay.pdf"),
        ("giay.hta:.pdf", PDF, "giay.hta-.pdf"),
        ("giay\u202efdp.hta", PDF, "giayfdp.hta.pdf"),
    ],
)
def test_a_file_name_is_for_people_never_a_path_and_ends_as_the_content_is(
    given_name: str, media_type: str, shown: str
) -> None:
    assert display_name(given_name, media_type) == shown


def test_a_long_name_keeps_its_ending() -> None:
    assert display_name("a" * 999 + ".pdf", PDF).endswith("a.pdf")
    assert display_name("a" * 999, PDF).endswith("a.pdf")
    assert len(display_name("a" * 999, PDF)) == limits.FILE_NAME_LENGTH


def test_only_a_clean_file_leaves() -> None:
    require_downloadable("f", FileState.CLEAN, "")
    with pytest.raises(FileInQuarantine) as waiting:
        require_downloadable("f", FileState.QUARANTINED, "")
    assert waiting.value.retry_after > 0
    with pytest.raises(FileInfected, match="EICAR"):
        require_downloadable("f", FileState.INFECTED, "EICAR")


def test_waits_grow_to_five_minutes() -> None:
    waits = [retry_delay(attempts) for attempts in range(1, 9)]
    assert waits == sorted(waits)
    assert (waits[0], waits[-1]) == (timedelta(seconds=2), timedelta(minutes=5))
