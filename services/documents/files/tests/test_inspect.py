"""A file is what its content says, taken when it only shows; whatever comes, the answer is a kind or a refusal."""

import contextlib
import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.common.errors import UnsupportedMedia
from services.documents.files.domain import ENDINGS
from services.documents.files.inspect import JPEG, PDF, PNG
from services.documents.files.inspect.office import DOCX, XLSX
from services.documents.files.refusals import CAUSES, KindNotAccepted, TwoFilesInOne
from services.documents.tests.samples import image, kind_of, office, pdf, png_with

EVERY_KIND = [
    (pdf(), PDF),
    (image("JPEG"), JPEG),
    (image("PNG"), PNG),
    (office("word"), DOCX),
    (office("spreadsheet"), XLSX),
]


@pytest.mark.parametrize(("content", "kind"), EVERY_KIND)
def test_harmless_files_are_known_by_their_content(content: bytes, kind: str) -> None:
    assert kind_of(content) == kind
    assert kind in ENDINGS


@pytest.mark.parametrize(
    "content",
    [
        b"hello",
        b"MZ" + bytes(200),
        b"#!/bin/sh\nrm -rf /",
        b"<html><script>",
        b"GIF89a" + bytes(99),
        b"<?xml version='1.0'?><a/>",
        bytes(500),
        b"Rar!\x1a\x07\x00" + bytes(99),
        b"",
    ],
)
def test_other_kinds_are_refused_naming_those_accepted(content: bytes) -> None:
    with pytest.raises(KindNotAccepted) as refused:
        kind_of(content)
    assert "PDF, JPEG, PNG, DOCX" in refused.value.message_vi
    assert "PDF, JPEG, PNG, DOCX" in refused.value.message_en


def archive(*names: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        for name in names:
            made.writestr(name, b"application/vnd.oasis.opendocument.text")
    return out.getvalue()


SLIDES = b'<Types xmlns="x"><Override ContentType="application/vnd.ms-powerpoint.presentation.main+xml"/></Types>'


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"\0\0\0\x18ftypheic" + bytes(99), "image-heic"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(999), "office-old-or-locked"),
        (archive("mimetype", "content.xml"), "file-kind-not-accepted"),
        (office(parts={"[Content_Types].xml": SLIDES}), "file-kind-not-accepted"),
        (archive("giay.pdf", "anh.jpg"), "archive-not-accepted"),
    ],
)
def test_who_sends_what_people_often_have_is_told_what_to_do_with_it(content: bytes, code: str) -> None:
    with pytest.raises(UnsupportedMedia) as refused:
        kind_of(content)
    assert refused.value.code == code


@pytest.mark.parametrize("content", [pdf(), image("PNG"), image("JPEG")])
def test_an_archive_hidden_behind_a_document_is_refused(content: bytes) -> None:
    with pytest.raises(TwoFilesInOne):
        kind_of(content + office())
    with pytest.raises(TwoFilesInOne):
        kind_of(content + office() + b"PK\x05\x06" + bytes(range(1, 90)))


@pytest.mark.parametrize(("content", "kind"), EVERY_KIND[:3])
def test_the_four_bytes_that_end_an_archive_may_stand_in_a_file_by_chance(content: bytes, kind: str) -> None:
    assert kind_of(_with_note(kind, b"PK\x05\x06" + bytes(range(1, 90)))) == kind


def _with_note(kind: str, note: bytes) -> bytes:
    if kind == PDF:
        return pdf(note.replace(b"\n", b"").replace(b"\r", b""))
    if kind == JPEG:
        return image("JPEG", comment=note)
    return png_with(b"noTe", note)


@pytest.mark.parametrize(("content", "_kind"), EVERY_KIND)
@pytest.mark.parametrize("more", [b"<script>alert(1)</script>", b"MZ\x90\0" + bytes(64), b"GIF89a" + bytes(9)])
def test_bytes_added_after_the_end_are_refused(content: bytes, _kind: str, more: bytes) -> None:
    with pytest.raises(UnsupportedMedia, match="after the end"):
        kind_of(content + more)


@pytest.mark.parametrize(("content", "kind"), EVERY_KIND)
def test_blanks_after_the_end_are_nothing(content: bytes, kind: str) -> None:
    assert kind_of(content + b"\r\n\0\0") == kind


@pytest.mark.parametrize("head", [b"MZ\x90\0", b"<html><script>x</script>", b"#!/bin/sh\n", b"GIF89a"])
def test_a_pdf_that_begins_as_something_else_is_refused(head: bytes) -> None:
    with pytest.raises(TwoFilesInOne):
        kind_of(head + pdf())


def test_an_ordinary_archive_is_refused() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a.txt", "x")
    with pytest.raises(UnsupportedMedia, match="Archives"):
        kind_of(out.getvalue())


def test_every_cause_of_a_refusal_is_told_in_both_languages() -> None:
    assert all(vi and en and vi != en for cause, (vi, en) in CAUSES.items() if cause)


@given(
    st.binary(max_size=300),
    st.sampled_from([b"%PDF-1.7\n", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xe0", b"PK\x03\x04", b"\n%PDF-", b""]),
)
def test_whatever_bytes_come_the_answer_is_a_refusal_not_a_crash(tail: bytes, head: bytes) -> None:
    with pytest.raises(UnsupportedMedia):
        kind_of(head + tail)


@given(st.integers(0, 10**9), st.integers(0, 255), st.sampled_from(EVERY_KIND))
def test_a_file_with_one_byte_changed_is_of_its_kind_or_refused(at: int, value: int, sample: tuple[bytes, str]) -> None:
    content, kind = sample
    changed = bytearray(content)
    changed[at % len(content)] = value
    with contextlib.suppress(UnsupportedMedia):
        assert kind_of(bytes(changed)) == kind
