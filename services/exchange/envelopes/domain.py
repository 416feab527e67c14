"""Documents between agencies and reports about them, as QCVN 102:2016/BTTTT models them."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from services.common.errors import InvalidInput, Unprocessable
from services.contracts.privacy import Neutral, Recorded


class Status(StrEnum):
    """The status that the receiver of a document reports (QĐ 28/2018/QĐ-TTg)."""

    ARRIVED = "01"  # đã đến
    REFUSED = "02"  # từ chối tiếp nhận
    REGISTERED = "03"  # đã tiếp nhận
    ASSIGNED = "04"  # phân công
    IN_PROGRESS = "05"  # đang xử lý
    DONE = "06"  # hoàn thành
    RECALL = "13"  # lấy lại
    RECALL_AGREED = "15"  # đồng ý lấy lại
    RECALL_REFUSED = "16"  # từ chối lấy lại


def document_id(organ: str, day: date, number: str, notation: str) -> str:
    """Writes an edXML DocumentId: `G01.029.00,2026/01/05,12/CATP-HS`."""
    return f"{organ},{day:%Y/%m/%d},{number}/{notation}"


class BadEnvelope(InvalidInput):
    """The bytes are not an edXML envelope that can be read safely."""

    code = "bad-envelope"
    vi = "Gói tin edXML không hợp lệ: {why_vi}. Hãy sửa theo QCVN 102:2016/BTTTT rồi gửi lại."
    en = "This is not a valid edXML envelope: {why_en}. Correct it by QCVN 102:2016/BTTTT and send it again."


class BadSignature(Unprocessable):
    """The envelope's signature does not prove who sent it or what it says."""

    code = "bad-envelope-signature"
    security_event = "signature_refused"
    vi = "Chữ ký số của gói tin không hợp lệ: {why_vi}. Hãy ký lại bằng chứng thư số của cơ quan rồi gửi lại."
    en = "The envelope's signature is not valid: {why_en}. Sign it again with the agency's certificate and resend it."


@dataclass(frozen=True, slots=True)
class Organ:
    """A sender or receiver as the packet states it."""

    code: Neutral[str]
    name: Neutral[str] = ""
    address: Neutral[str] = ""
    in_charge: Recorded[str] = ""
    email: Recorded[str] = ""
    telephone: Recorded[str] = ""
    fax: Neutral[str] = ""
    website: Neutral[str] = ""


@dataclass(frozen=True, slots=True)
class Reference:
    """ResponseFor: the document this packet answers or reports on. `code` is number/notation."""

    organ: Neutral[str]
    code: Neutral[str]
    day: date
    document_id: Neutral[str]


@dataclass(frozen=True, slots=True)
class Signatory:
    """Who signs a document: thẩm quyền, chức vụ, họ tên."""

    competence: Neutral[str]
    position: Neutral[str]
    full_name: Recorded[str]


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file carried in the packet."""

    name: Recorded[str]
    media_type: Neutral[str]
    content: Recorded[bytes]
    description: Neutral[str] = ""


@dataclass(frozen=True, slots=True)
class Document:
    """An official letter (công văn) from one agency to others. `at` is when it was sent, to the second.

    `given_id` is what its sender calls it, where that is not what QCVN 102:2016 would.
    """

    sender: Organ
    receivers: tuple[Organ, ...]
    number: Neutral[str]
    notation: Neutral[str]
    day: date
    place: Neutral[str]
    subject: Recorded[str]
    content: Recorded[str]
    signer: Signatory
    at: datetime
    due: date | None = None
    staff: Recorded[str] = ""
    answers: tuple[Reference, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    given_id: Neutral[str] = ""

    @property
    def document_id(self) -> str:
        return self.given_id or document_id(self.sender.code, self.day, self.number, self.notation)

    @property
    def reference(self) -> Reference:
        """How another packet refers to this document."""
        return Reference(self.sender.code, f"{self.number}/{self.notation}", self.day, self.document_id)


@dataclass(frozen=True, slots=True)
class StatusReport:
    """The report of a receiver on a document (QĐ 28/2018/QĐ-TTg). `at` is to the second."""

    sender: Organ
    about: Reference
    status: Status
    at: datetime
    description: Recorded[str] = ""
    staff: Recorded[str] = ""


Packet = Document | StatusReport
