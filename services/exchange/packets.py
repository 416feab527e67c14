"""What travels between agencies: documents and reports about them, as QCVN 102:2016/BTTTT models them."""

from dataclasses import dataclass
from datetime import date, datetime

from services.exchange.domain import Status, document_id


@dataclass(frozen=True, slots=True)
class Organ:
    """A sender or receiver as the packet states it."""

    code: str
    name: str = ""
    address: str = ""
    in_charge: str = ""
    email: str = ""
    telephone: str = ""
    fax: str = ""
    website: str = ""


@dataclass(frozen=True, slots=True)
class Reference:
    """ResponseFor: the document this packet answers or reports on. `code` is number/notation."""

    organ: str
    code: str
    day: date
    document_id: str


@dataclass(frozen=True, slots=True)
class Signatory:
    """Who signs a document: thẩm quyền, chức vụ, họ tên."""

    competence: str
    position: str
    full_name: str


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file carried in the packet."""

    name: str
    media_type: str
    content: bytes
    description: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """An official letter (công văn) from one agency to others. `at` is when it was sent, to the second.

    `given_id` is what its sender calls it, where that is not what QCVN 102:2016 would.
    """

    sender: Organ
    receivers: tuple[Organ, ...]
    number: str
    notation: str
    day: date
    place: str
    subject: str
    content: str
    signer: Signatory
    at: datetime
    due: date | None = None
    staff: str = ""
    answers: tuple[Reference, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    given_id: str = ""

    @property
    def document_id(self) -> str:
        return self.given_id or document_id(self.sender.code, self.day, self.number, self.notation)

    @property
    def reference(self) -> Reference:
        """How another packet refers to this document."""
        return Reference(self.sender.code, f"{self.number}/{self.notation}", self.day, self.document_id)


@dataclass(frozen=True, slots=True)
class StatusReport:
    """What a receiver says of a document (QĐ 28/2018/QĐ-TTg). `at` is to the second."""

    sender: Organ
    about: Reference
    status: Status
    at: datetime
    description: str = ""
    staff: str = ""


Packet = Document | StatusReport
