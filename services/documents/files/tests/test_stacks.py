"""A stack scanned as one file is split onto its papers: pages are images, none is left out, none is on two."""

import io

import pypdf
import pytest
import typst

from services.common.context import Caller
from services.common.database import Database
from services.common.errors import InvalidInput
from services.common.times import utc_now
from services.documents.conftest import AGENCY_NAME, INSPECTORS, LAN
from services.documents.core.blobs import Blobs
from services.documents.files import splitting, stacks
from services.documents.files import usecases as files
from services.documents.files.domain import File, FileNotFound
from services.documents.files.intake import Intake
from services.documents.files.scanner import Clamd
from services.documents.files.splitting import ScanPart
from services.documents.files.stacks import Stack
from services.documents.files.usecases import NewFile
from services.documents.tests.samples import image

CLERK = Caller("clerk", "Phạm Thị Mai", frozenset({"clerk"}), agencies=("G01.029.00",))


@pytest.fixture
def intake(blobs: Blobs, scanner: Clamd) -> Intake:
    return Intake(INSPECTORS, blobs, scanner, {"G01.029.00": AGENCY_NAME}.__getitem__)


def pages(count: int) -> bytes:
    """A PDF whose pages say their numbers."""
    content: bytes = typst.compile("#pagebreak()\n".join(f"Trang {n}\n" for n in range(1, count + 1)).encode())
    return content


def scanned(database: Database, intake: Intake, content: bytes, who: Caller = CLERK) -> File:
    return files.upload(database, intake, who, NewFile("tap quet.pdf"), [content], utc_now)


def text_of(database: Database, blobs: Blobs, file: File) -> list[str]:
    _, chunks = files.download(database, blobs, CLERK, str(file.file_id), 0, 0, utc_now())
    return [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(b"".join(chunks))).pages]


def codes(*parts: ScanPart, left_out: tuple[int, ...] = (), shared: tuple[int, ...] = (), images: int = 3) -> list[str]:
    return [each.code for each in splitting.faults(parts, left_out, shared, images)]


def test_tt01_2023_8_pages_are_held_against_images() -> None:
    assert codes(ScanPart("don", 1, 3, 3)) == []
    assert codes(ScanPart("don", 1, 3, 2)) == ["pages-not-images"]
    assert codes(ScanPart("don", 1, 3, 4)) == ["pages-not-images"]


def test_tt01_2023_8_a_paper_has_a_page_at_least() -> None:
    assert codes(ScanPart("don", 1, 3, 0, twice=(1, 2, 3))) == codes(ScanPart("don", 1, 3, 0)) == ["range"]


def test_tt01_2023_8_a_page_with_slips_pasted_on_is_scanned_twice_and_said_so() -> None:
    assert codes(ScanPart("don", 1, 3, 2, twice=(2,))) == []
    assert codes(ScanPart("don", 1, 2, 1, twice=(3,)), ScanPart("anh", 3, 3, 1)) == ["range"]


def test_tt01_2023_8_no_page_is_left_out_or_doubled_unless_said_so() -> None:
    assert codes(ScanPart("don", 1, 2, 2)) == ["page-left-out"]
    assert codes(ScanPart("don", 1, 2, 2), left_out=(3,)) == []
    assert codes(ScanPart("don", 1, 2, 2), left_out=(2, 3)) == ["page-not-left-out"]
    assert codes(ScanPart("don", 1, 2, 2), ScanPart("anh", 2, 3, 2)) == ["page-twice"]
    assert codes(ScanPart("don", 1, 2, 2), ScanPart("anh", 2, 3, 2), shared=(2,)) == []
    assert codes(ScanPart("don", 2, 1, 1), ScanPart("anh", 1, 3, 3)) == ["range"]
    assert codes(ScanPart("don", 1, 4, 4), ScanPart("anh", 1, 3, 3)) == ["range", *["page-twice"] * 3]


def test_each_paper_becomes_a_file_of_its_own(database: Database, blobs: Blobs, intake: Intake) -> None:
    stack = scanned(database, intake, pages(4))
    parts = (ScanPart("to_khai", 1, 1, 1), ScanPart("giay_chung_sinh", 2, 3, 2))
    made = stacks.split(database, intake, CLERK, Stack(str(stack.file_id), parts, left_out=(4,)), utc_now)
    assert [(each.file_name, each.split_from, each.certified_by) for each in made] == [
        ("to_khai.pdf", stack.file_id, ""),
        ("giay_chung_sinh.pdf", stack.file_id, ""),
    ]
    assert [text_of(database, blobs, each) for each in made] == [["Trang 1"], ["Trang 2", "Trang 3"]]


def test_a_certified_scan_bears_the_mark_of_the_clerk_and_the_agency_by_name(
    database: Database, blobs: Blobs, intake: Intake
) -> None:
    stack = scanned(database, intake, pages(2))
    parts = (ScanPart("bang", 1, 2, 2, certified=True),)
    [made] = stacks.split(database, intake, CLERK, Stack(str(stack.file_id), parts), utc_now)
    assert (made.certified_by, made.certified_agency, made.certified_at is not None) == (
        "Phạm Thị Mai",
        "G01.029.00",
        True,
    )
    first, second = text_of(database, blobs, made)
    assert "BẢN SAO ĐIỆN TỬ" in first
    assert "Phạm Thị Mai" in first
    assert f"Cơ quan: {AGENCY_NAME}" in first
    assert "G01.029.00" not in first
    assert "BẢN SAO ĐIỆN TỬ" not in second


def test_a_stack_is_split_by_whoever_scanned_it_and_only_as_its_pages_are(database: Database, intake: Intake) -> None:
    stack = scanned(database, intake, pages(2))
    asked = Stack(str(stack.file_id), (ScanPart("don", 1, 1, 1),))
    with pytest.raises(FileNotFound):
        stacks.split(database, intake, LAN, asked, utc_now)
    with pytest.raises(InvalidInput) as caught:
        stacks.split(database, intake, CLERK, asked, utc_now)
    assert [each.code for each in caught.value.fields] == ["page-left-out"]
    photo = scanned(database, intake, image("PNG", (30, 30)))
    with pytest.raises(InvalidInput) as caught:
        stacks.split(database, intake, CLERK, Stack(str(photo.file_id), asked.parts), utc_now)
    assert [each.code for each in caught.value.fields] == ["not-a-pdf"]
