"""PDF files: what acts, carries or fetches is refused; what only looks like it, or is a little off, is taken."""

import io
from typing import Any

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Encryption, Name, Stream, String

from services.common import limits
from services.documents.files.inspect import PDF
from services.documents.files.refusals import (
    PdfActive,
    PdfCertificateEncrypted,
    PdfDamaged,
    PdfEncrypted,
    PdfTooComplex,
)
from services.documents.tests.samples import kind_of, pdf


def script() -> Dictionary:
    return Dictionary(S=Name.JavaScript, JS=String("app.alert(1)"))


def link() -> Dictionary:
    return Dictionary(S=Name.URI, URI=String("https://dichvucong.gov.vn/"))


ACTIVE: list[dict[str, Any]] = [
    {"OpenAction": script()},
    {"OpenAction": Dictionary(S=Name.Launch, F=String("cmd.exe"))},
    {"OpenAction": link()},
    {"OpenAction": Dictionary(S=Name.GoTo, D=Array([]), Next=link())},
    {"OpenAction": Dictionary(S=Name.GoTo, D=Array([]), Next=Array([Dictionary(S=Name.Named, N=Name.Print), link()]))},
    {"AA": Dictionary(WC=link())},
    {"AA": Dictionary(DP=Dictionary(S=Name.GoTo, D=Array([]), Next=link()))},
    {"Names": Dictionary(JavaScript=Dictionary(Names=Array([])))},
    {"Names": Dictionary(EmbeddedFiles=Dictionary(Names=Array([])))},
    {"AcroForm": Dictionary(Fields=Array([]), XFA=Array([]))},
    {"Hidden": Array([Array([Dictionary(Deep=Dictionary(Subtype=Name.RichMedia))])])},
    {"Hidden": Dictionary(Type=Name.Filespec, EF=Dictionary())},
    {"Hidden": Array([Dictionary(S=Name.SubmitForm)])},
    {"Hidden": Dictionary(S=Name.GoToR, F=String("other.pdf"))},
    {"Hidden": Dictionary(S=Name.ImportData, F=String("data.fdf"))},
    {"Hidden": Dictionary(Type=Name.Filespec, F=String("\\\\attacker.example\\share\\a.pdf"))},
    {"Hidden": Dictionary(Type=Name.Filespec, FS=Name.URL, F=String("a"))},
    {"Hidden": Dictionary(F=String("https://attacker.example/a"))},
    {"Hidden": Dictionary(Ref=Dictionary(F=String("other.pdf"), Page=0))},
    {"Hidden": Dictionary(S=Name.URI, URI=String("file://attacker.example/share"))},
    {"URI": Dictionary(Base=String("file://attacker.example/share/"))},
    {"Hidden": Dictionary(S=Name.URI, URI=String("java\nscript:alert(1)"))},
    {"Hidden": Dictionary(S=Name.URI, URI=String("\\\\attacker.example\\share"))},
]


@pytest.mark.parametrize("root", ACTIVE)
def test_a_pdf_that_acts_carries_files_or_reaches_out_is_refused(root: dict[str, Any]) -> None:
    with pytest.raises(PdfActive):
        kind_of(pdf(**root))


def test_a_stream_whose_bytes_are_another_files_is_refused() -> None:
    with pytest.raises(PdfActive, match="another file or computer"):
        kind_of(made(lambda document: Stream(document, b"", F=String("https://attacker.example/a"))))


HARMLESS: list[dict[str, Any]] = [
    {"OpenAction": Array([Name.Fit])},
    {"OpenAction": Dictionary(S=Name.GoTo, D=Array([]))},
    {"AA": Dictionary(WP=Dictionary(S=Name.Named, N=Name.NextPage))},
    {"Hidden": Dictionary(Type=Name.Annot, Subtype=Name.Link, A=link())},
    {"Hidden": Dictionary(S=Name.URI, URI=String("mailto:motcua@example.vn"))},
    {"Hidden": Dictionary(S=Name.URI, URI=String("file:///C:/Users/Lan/giay.docx"))},
    {"Hidden": Dictionary(Type=Name.Annot, F=4)},
]


@pytest.mark.parametrize("root", HARMLESS)
def test_links_that_people_click_and_places_to_open_at_are_taken(root: dict[str, Any]) -> None:
    assert kind_of(pdf(**root)) == PDF


@pytest.mark.parametrize(
    "name", ["/JS", "/AA", "/XFA", "/EF", "/OpenAction", "/JavaScript", "/EmbeddedFiles", "/Launch"]
)
def test_a_picture_or_font_may_be_called_anything(name: str) -> None:
    def resources(document: pikepdf.Pdf) -> Dictionary:
        picture = Stream(document, b"\0", Type=Name.XObject, Subtype=Name.Image, Width=1, Height=1)
        font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
        return Dictionary(
            XObject=Dictionary({name: document.make_indirect(picture)}),
            Font=Dictionary({name: document.make_indirect(font)}),
        )

    assert kind_of(made(resources)) == PDF


def test_active_content_is_found_in_compressed_object_streams_and_behind_escaped_names() -> None:
    packed = made(lambda _: script(), object_stream_mode=pikepdf.ObjectStreamMode.generate)
    assert b"JavaScript" not in packed
    with pytest.raises(PdfActive, match="script"):
        kind_of(packed)
    plain = pdf(OpenAction=Dictionary(S=Name.JavaScript, Pad=String("xxxx")))
    escaped = plain.replace(b"/JavaScript", b"/J#61vaScript").replace(b"(xxxx)", b"(xx)")
    assert (len(escaped), b"/JavaScript" in escaped) == (len(plain), False)
    with pytest.raises(PdfActive):
        kind_of(escaped)


@pytest.mark.parametrize("revision", [2, 3, 4, 6])
def test_a_pdf_that_opens_without_a_password_is_taken_whoever_may_change_it(revision: int) -> None:
    assert kind_of(encrypted(pdf(), user="", revision=revision)) == PDF


@pytest.mark.parametrize("revision", [2, 3, 4, 6])
def test_a_pdf_that_opens_without_a_password_is_looked_into_all_the_same(revision: int) -> None:
    with pytest.raises(PdfActive):
        kind_of(encrypted(pdf(OpenAction=script()), user="", revision=revision))


def test_a_pdf_that_needs_a_password_is_refused_saying_so() -> None:
    with pytest.raises(PdfEncrypted, match="password"):
        kind_of(encrypted(pdf(), user="x"))


def test_a_pdf_encrypted_for_certain_people_is_not_called_damaged() -> None:
    content = encrypted(pdf(), user="", revision=3).replace(b"/Filter /Standard", b"/Filter /PubliSec")
    with pytest.raises(PdfCertificateEncrypted, match="certain people"):
        kind_of(content)


@pytest.mark.parametrize(
    "before", [b"\xef\xbb\xbf", b"\n", b"\x1b%-12345X@PJL\r\n", b"HTTP/1.1 200 OK\r\n\r\n", b"\n" * 1_000]
)
def test_a_pdf_may_begin_within_its_first_kilobyte(before: bytes) -> None:
    assert kind_of(before + pdf()) == PDF


def test_active_content_is_found_behind_bytes_in_front_too() -> None:
    with pytest.raises(PdfActive):
        kind_of(b"\n" + pdf(OpenAction=script()))


@pytest.mark.parametrize("off", [-2, 3, 1_000])
def test_a_pdf_whose_table_of_contents_is_elsewhere_is_taken_as_every_viewer_does(off: int) -> None:
    assert kind_of(misplaced(pdf(), off)) == PDF


def test_a_pdf_that_needs_repair_is_looked_into_all_the_same() -> None:
    with pytest.raises(PdfActive):
        kind_of(misplaced(pdf(OpenAction=script()), -2))


def test_a_pdf_that_can_be_repaired_in_two_ways_is_refused() -> None:
    content = pdf()
    at = content.index(b"1 0 obj")
    other = b"1 0 obj\n<< /Type /Catalog /OpenAction << /S /JavaScript >> >>\nendobj\n"
    with pytest.raises(PdfDamaged):
        kind_of(misplaced(content[:at] + other + content[at:], -2))


@pytest.mark.parametrize("off", [-20, -2, 1, 5, 1_000])
def test_an_object_that_a_viewer_finds_though_it_is_not_where_the_table_says_is_looked_into(off: int) -> None:
    with pytest.raises(PdfActive):
        kind_of(written(SCRIPT, off))
    assert kind_of(written(b"<</S/GoTo/D[3 0 R/Fit]>>", off)) == PDF


@pytest.mark.parametrize("length", [b"/Length 999", b"/Length 1", b""])
def test_a_stream_of_another_length_than_it_says_is_looked_into(length: bytes) -> None:
    with pytest.raises(PdfActive):
        kind_of(written(b"<</S/JavaScript" + length + b">>stream\nabc\nendstream"))
    assert kind_of(written(b"<<" + length + b">>stream\nabc\nendstream")) == PDF


def test_a_stray_object_that_stands_twice_is_not_guessed_at() -> None:
    content = written(b"<</S/GoTo/D[3 0 R/Fit]>>", 2)
    with pytest.raises(PdfDamaged):
        kind_of(content[: len(HEAD)] + b"4 0 obj\n" + SCRIPT + b"\nendobj\n" + content[len(HEAD) :])


@pytest.mark.parametrize(
    "what",
    [
        b"<</S/JavaScript/S/GoTo>>",  # one reader takes the first, another the last
        b"[" * 1_000 + b"]" * 1_000,  # deeper than qpdf reads
    ],
)
def test_what_readers_read_differently_is_refused(what: bytes) -> None:
    with pytest.raises(PdfDamaged):
        kind_of(written(what))


def test_an_object_that_is_nothing_is_no_damage() -> None:
    for nothing in (b"null", b""):
        assert kind_of(written(nothing)) == PDF


def test_a_pdf_cut_off_or_without_pages_is_refused() -> None:
    for cut in (10, 60, 200):
        with pytest.raises(PdfDamaged):
            kind_of(pdf()[:-cut])
    empty = io.BytesIO()
    pikepdf.new().save(empty)
    with pytest.raises(PdfDamaged):
        kind_of(empty.getvalue())


def test_a_pdf_of_too_many_objects_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "PDF_OBJECTS", 2)
    with pytest.raises(PdfTooComplex):
        kind_of(pdf())


def made(build: Any, **save: Any) -> bytes:
    """A PDF with what `build` makes for it, in a place nobody looks."""
    document = pikepdf.new()
    document.add_blank_page()
    document.Root.Hidden = document.make_indirect(build(document))
    out = io.BytesIO()
    document.save(out, **save)
    return out.getvalue()


HEAD, SCRIPT = b"%PDF-1.7\n", b"<</S/JavaScript/JS(app.alert(1))>>"


def written(fourth: bytes, off: int = 0) -> bytes:
    """A PDF by hand whose fourth object, opened with it, lies so many bytes off the place the table says."""
    objects = (
        b"<</Type/Catalog/Pages 2 0 R/OpenAction 4 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]>>",
        fourth,
    )
    content, table = HEAD, b"xref\n0 5\n0000000000 65535 f \n"
    for number, each in enumerate(objects, 1):
        table += b"%010d 00000 n \n" % (len(content) + (off if number == len(objects) else 0))
        content += b"%d 0 obj\n%s\nendobj\n" % (number, each)
    return content + table + b"trailer\n<</Size 5/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % len(content)


def encrypted(content: bytes, user: str, revision: Any = 6) -> bytes:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(content)) as document:
        rules = Encryption(user=user, owner="owner", R=revision, aes=revision >= 4, metadata=revision >= 4)
        document.save(out, encryption=rules)
    return out.getvalue()


def misplaced(content: bytes, off: int) -> bytes:
    """The PDF with its last pointer so many bytes off."""
    at = content.rfind(b"startxref") + len(b"startxref")
    return content[:at] + b"\n%d\n%%%%EOF\n" % (int(content[at:].split()[0]) + off)
