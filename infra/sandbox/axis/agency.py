"""An agency behind the axis: it verifies what it gets, reports and answers, each document once."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import ClassVar, Self
from zoneinfo import ZoneInfo

from services.exchange import edxml
from services.exchange.domain import BadEnvelope, BadSignature, Status
from services.exchange.packets import Attachment, Document, Organ, Packet, Signatory, StatusReport
from services.exchange.signing import Signer, Verifier

# Between one packet and the next, so that the case is seen to move.
PACE = timedelta(milliseconds=250)
VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
DESCRIPTIONS = {
    Status.ARRIVED: "Văn bản đã đến hệ thống",
    Status.REGISTERED: "Đã vào sổ văn bản đến",
    Status.ASSIGNED: "Đã phân công xử lý",
    Status.IN_PROGRESS: "Đang xử lý",
    Status.DONE: "Đã trả lời",
}
BAD_SIGNATURE = "Từ chối tiếp nhận: chữ ký số không hợp lệ"


@dataclass(frozen=True, slots=True)
class Reply:
    """A packet to send back, not before `at`."""

    kind: str
    envelope: bytes
    at: datetime


@dataclass(frozen=True, slots=True)
class Said:
    """What an agency answers; `attachments` go along."""

    subject: str
    content: str
    attachments: tuple[Attachment, ...] = ()


class Agency:
    """Answers each document once, however often it arrives; what it answers is its kind's business."""

    organ: ClassVar[Organ]
    signatory: ClassVar[Signatory]
    notation: ClassVar[str]

    def __init__(self, signer: Signer, verifier: Verifier, pace: timedelta) -> None:
        self._signer = signer
        self._verifier = verifier
        self._pace = pace
        self._writer = edxml.Writer()
        self._lock = threading.Lock()
        self._answered: set[str] = set()
        self._numbers: Iterator[int] = count(1)

    @classmethod
    def load(cls, exchange_dir: Path, pace: timedelta) -> Self:
        return cls(Signer.load(exchange_dir, cls.organ.code), Verifier(exchange_dir / "ca.crt.pem"), pace)

    def says(self, document: Document) -> Said | str:
        """The answer to a document, or why the agency does not take it in."""
        raise NotImplementedError

    def replies(self, envelope: bytes, now: datetime) -> list[Reply]:
        """Everything this agency will send about a packet it received."""
        packet = edxml.read(edxml.load(envelope))
        if not isinstance(packet, Document) or not self._first_time(packet):
            return []
        said = self.says(packet) if self._genuine(envelope, packet) else BAD_SIGNATURE
        if isinstance(said, str):
            return [self._reply(self._report(packet, Status.REFUSED, now, said), now)]
        life: list[Status | None] = [
            Status.ARRIVED, Status.REGISTERED, Status.ASSIGNED, Status.IN_PROGRESS, None, Status.DONE
        ]  # fmt: skip
        moments = [now + self._pace * turn for turn in range(len(life))]
        return [
            self._reply(self._answer(packet, said, at) if status is None else self._report(packet, status, at), at)
            for status, at in zip(life, moments, strict=True)
        ]

    def _first_time(self, document: Document) -> bool:
        with self._lock:
            known = document.document_id in self._answered
            self._answered.add(document.document_id)
            return not known

    def _genuine(self, envelope: bytes, document: Document) -> bool:
        try:
            proof = self._verifier.verify(envelope)
        except (BadEnvelope, BadSignature):
            return False
        return proof.agency == document.sender.code and edxml.read(proof.root) == document

    def _answer(self, question: Document, said: Said, at: datetime) -> Document:
        local = at.astimezone(VIETNAM).replace(microsecond=0)
        return Document(
            sender=self.organ,
            receivers=(question.sender,),
            # The numbers begin anew with each process, the time keeps them apart.
            number=f"{local:%H%M%S}{next(self._numbers)}",
            notation=self.notation,
            day=local.date(),
            place=self.organ.address,
            subject=said.subject,
            content=said.content,
            signer=self.signatory,
            at=local,
            answers=(question.reference,),
            attachments=said.attachments,
        )

    def _report(self, document: Document, status: Status, at: datetime, why: str = "") -> StatusReport:
        description = why or DESCRIPTIONS[status]
        return StatusReport(self.organ, document.reference, status, at.replace(microsecond=0), description)

    def _reply(self, packet: Packet, at: datetime) -> Reply:
        kind = "edoc" if isinstance(packet, Document) else "status"
        return Reply(kind, self._signer.sign(self._writer.write(packet)), at)
