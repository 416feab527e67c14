"""Packets the tests send."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import partial

from services.exchange.envelopes.domain import Attachment, Document, Organ, Reference, Signatory, Status, StatusReport

POLICE = "G01.029.00"
RECORDS = "G01.001.00"
WARD = "H29.035.00"
INSURANCE = "G24.029.00"
OTHERS = (WARD, INSURANCE, "H29.001.00", "G01.029.35", "H29.000.00")
"""Agencies with keys that few tests name."""

QUESTION = Document(
    sender=Organ(POLICE, "Công an Thành phố Hồ Chí Minh", "Thành phố Hồ Chí Minh"),
    receivers=(Organ(RECORDS, "Cục Hồ sơ nghiệp vụ, Bộ Công an", "Hà Nội"),),
    number="12",
    notation="CATP-HS",
    day=date(2026, 1, 5),
    place="Thành phố Hồ Chí Minh",
    subject="Xác minh án tích",
    content="Đề nghị quý cơ quan xác minh.\nMã số hồ sơ: G01.029.00-260105-0001",
    signer=Signatory("TL. GIÁM ĐỐC", "Trưởng phòng", "Lê Minh Đức"),
    at=datetime(2026, 1, 5, 1, 0, tzinfo=UTC),
    due=date(2026, 1, 20),
    staff="Lê Minh Đức",
)

ANSWER = Document(
    sender=Organ(RECORDS, "Cục Hồ sơ nghiệp vụ, Bộ Công an", "Hà Nội"),
    receivers=(Organ(POLICE, "Công an Thành phố Hồ Chí Minh", "Thành phố Hồ Chí Minh"),),
    number="7",
    notation="HSNV",
    day=date(2026, 1, 6),
    place="Hà Nội",
    subject="Trả lời xác minh án tích",
    content="Không có án tích.",
    signer=Signatory("TL. CỤC TRƯỞNG", "Trưởng phòng", "Ngô Thị Hoa"),
    at=datetime(2026, 1, 6, 2, 30, tzinfo=UTC),
    answers=(QUESTION.reference,),
    attachments=(Attachment("tra-loi.txt", "text/plain", b"Khong co an tich.", "Trả lời"),),
)


clock = partial(datetime.now, UTC)


def still(moment: datetime) -> Callable[[], datetime]:
    """A clock that stands still."""
    return lambda: moment


def report(status: Status, about: Reference = QUESTION.reference, at: datetime | None = None) -> StatusReport:
    return StatusReport(
        sender=ANSWER.sender,
        about=about,
        status=status,
        at=at or datetime(2026, 1, 5, 1, 5, tzinfo=UTC),
        description="Cục Hồ sơ nghiệp vụ",
    )
