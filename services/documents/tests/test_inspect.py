"""Only what shows and does nothing else is taken in; each refusal says what to do."""

import io
import zipfile
from typing import Any

import pikepdf
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pikepdf import Array, Dictionary, Name, String

from services.common import limits
from services.common.errors import UnsupportedMedia
from services.documents.inspect import JPEG, PDF, PNG, KindNotAccepted, TwoFilesInOne, media_type_of
from services.documents.inspect.image import ImageDamaged, ImageTooLarge
from services.documents.inspect.office import DOCX, XLSX, ArchiveNotAccepted, OfficeUnsafe
from services.documents.inspect.pdf import PdfActive, PdfDamaged, PdfEncrypted, PdfTooComplex
from services.documents.tests.samples import image, office, pdf


def kind_of(content: bytes) -> str:
    return media_type_of(io.BytesIO(content))


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (pdf(), PDF),
        (image("JPEG"), JPEG),
        (image("PNG"), PNG),
        (office("word"), DOCX),
        (office("spreadsheet"), XLSX),
        (pdf(OpenAction=Array([Name.Fit])), PDF),
        (pdf(OpenAction=Dictionary(S=Name.GoTo, D=Array([]))), PDF),
    ],
)
def test_harmless_files_are_known_by_their_content(content: bytes, kind: str) -> None:
    assert kind_of(content) == kind


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


ACTIVE: list[dict[str, Any]] = [
    {"OpenAction": Dictionary(S=Name.JavaScript, JS=String("app.alert(1)"))},
    {"OpenAction": Dictionary(S=Name.Launch, F=String("cmd.exe"))},
    {"OpenAction": Dictionary(S=Name.URI, URI=String("http://x"))},
    {"AA": Dictionary(WC=Dictionary(S=Name.URI))},
    {"Names": Dictionary(JavaScript=Dictionary(Names=Array([])))},
    {"Names": Dictionary(EmbeddedFiles=Dictionary(Names=Array([])))},
    {"AcroForm": Dictionary(Fields=Array([]), XFA=Array([]))},
    {"Hidden": Array([Array([Dictionary(Deep=Dictionary(Subtype=Name.RichMedia))])])},
    {"Hidden": Dictionary(Type=Name.Filespec, EF=Dictionary())},
    {"Hidden": Array([Dictionary(S=Name.SubmitForm)])},
]


@pytest.mark.parametrize("root", ACTIVE)
def test_a_pdf_that_acts_or_carries_files_is_refused(root: dict[str, Any]) -> None:
    with pytest.raises(PdfActive):
        kind_of(pdf(**root))


def test_active_content_is_found_in_compressed_object_streams_and_behind_escaped_names() -> None:
    document = pikepdf.new()
    document.add_blank_page()
    document.Root.Hidden = document.make_indirect(Dictionary(S=Name.JavaScript, JS=String("x")))
    packed = io.BytesIO()
    document.save(packed, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    assert b"JavaScript" not in packed.getvalue()
    with pytest.raises(PdfActive, match="J"):
        kind_of(packed.getvalue())
    plain = pdf(OpenAction=Dictionary(S=Name.JavaScript, Pad=String("xxxx")))
    escaped = plain.replace(b"/JavaScript", b"/J#61vaScript").replace(b"(xxxx)", b"(xx)")
    assert (len(escaped), b"/JavaScript" in escaped) == (len(plain), False)
    with pytest.raises(PdfActive, match=r"JavaScript|OpenAction"):
        kind_of(escaped)


@pytest.mark.parametrize("passwords", [("x", "y"), ("", "y")])
def test_an_encrypted_pdf_is_refused(passwords: tuple[str, str]) -> None:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf())) as document:
        document.save(out, encryption=pikepdf.Encryption(user=passwords[0], owner=passwords[1]))
    with pytest.raises(PdfEncrypted):
        kind_of(out.getvalue())


def test_a_pdf_cut_off_or_without_pages_is_refused() -> None:
    with pytest.raises(PdfDamaged):
        kind_of(pdf()[:-60])
    empty = io.BytesIO()
    pikepdf.new().save(empty)
    with pytest.raises(PdfDamaged):
        kind_of(empty.getvalue())


def test_a_pdf_of_too_many_objects_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "PDF_OBJECTS", 2)
    with pytest.raises(PdfTooComplex):
        kind_of(pdf())


@pytest.mark.parametrize("content", [pdf(), image("PNG"), image("JPEG")])
def test_an_archive_hidden_behind_a_document_is_refused(content: bytes) -> None:
    with pytest.raises(TwoFilesInOne):
        kind_of(content + office())


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_an_image_cut_off_is_refused(kind: str) -> None:
    with pytest.raises(ImageDamaged):
        kind_of(image(kind, (400, 400))[:9000])


def test_an_image_of_too_many_pixels_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "IMAGE_PIXELS", 1000)
    with pytest.raises(ImageTooLarge):
        kind_of(image("PNG"))


def test_a_decompression_bomb_is_refused_without_being_decoded() -> None:
    header = bytearray(image("PNG"))
    header[16:24] = (60_000).to_bytes(4) * 2
    with pytest.raises(UnsupportedMedia):
        kind_of(bytes(header))


@pytest.mark.parametrize(
    "parts",
    [
        {"word/vbaProject.bin": b"x"},
        {"word/embeddings/oleObject1.bin": b"x"},
        {"word/activeX/activeX1.xml": b"x"},
        {"word/media/image1.png": office()},
        {"word/media/image1.png": b"MZ\x90\x00"},
        {"../../etc/passwd": b"x"},
        {"/etc/passwd": b"x"},
        {"word\\..\\..\\x": b"x"},
        {"WORD/DOCUMENT.XML": b"x"},
        {"word/big.xml": bytes(4 * limits.MIB)},
        {"word/_rels/a.rels": b'<R xmlns="x"><P Type="http://x/attachedTemplate" TargetMode="External"/></R>'},
        {"word/_rels/a.rels": b'<!DOCTYPE R [<!ENTITY a "b">]><R>&a;</R>'},
        {"word/_rels/a.rels": b"not xml"},
    ],
)
def test_an_office_file_with_more_than_text_and_pictures_is_refused(parts: dict[str, bytes]) -> None:
    with pytest.raises(OfficeUnsafe):
        kind_of(office(parts=parts))


def test_an_office_file_may_link_to_the_web() -> None:
    link = b'<R xmlns="x"><P Type="http://x/hyperlink" Target="https://x" TargetMode="External"/></R>'
    assert kind_of(office(parts={"word/_rels/document.xml.rels": link})) == DOCX


def test_an_office_file_of_too_many_or_too_large_entries_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "ARCHIVE_ENTRIES", 5)
    with pytest.raises(OfficeUnsafe, match="entries"):
        kind_of(office(parts={f"word/{n}.xml": b"x" for n in range(10)}))
    monkeypatch.setattr(limits, "ARCHIVE_BYTES", 100)
    with pytest.raises(OfficeUnsafe, match="too large"):
        kind_of(office())


def test_an_entry_that_is_a_symbolic_link_or_fails_its_checksum_is_refused() -> None:
    out = io.BytesIO(office(compression=zipfile.ZIP_STORED))
    with zipfile.ZipFile(out, "a") as archive:
        link = zipfile.ZipInfo("word/link")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    with pytest.raises(OfficeUnsafe, match="symbolic"):
        kind_of(out.getvalue())
    content = office(compression=zipfile.ZIP_STORED)
    with pytest.raises(OfficeUnsafe):
        kind_of(content.replace(b"<document/>", b"<documemt/>", 1))


def test_an_ordinary_archive_is_refused() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a.txt", "x")
    with pytest.raises(ArchiveNotAccepted):
        kind_of(out.getvalue())


@given(
    st.binary(max_size=300),
    st.sampled_from([b"%PDF-1.7\n", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xe0", b"PK\x03\x04", b""]),
)
def test_whatever_bytes_come_the_answer_is_a_refusal_not_a_crash(tail: bytes, head: bytes) -> None:
    with pytest.raises(UnsupportedMedia):
        kind_of(head + tail)
