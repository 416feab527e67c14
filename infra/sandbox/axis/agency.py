"""The agency behind the axis: Cục Hồ sơ nghiệp vụ, which verifies what it is asked, reports and answers."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Self
from zoneinfo import ZoneInfo

from services.exchange import edxml
from services.exchange.domain import BadEnvelope, BadSignature, Status
from services.exchange.packets import Document, Organ, Packet, Signatory, StatusReport
from services.exchange.signing import Signer, Verifier

CODE = "G01.001.00"
ORGAN = Organ(CODE, "Cục Hồ sơ nghiệp vụ, Bộ Công an", "Hà Nội")
SIGNATORY = Signatory("TL. CỤC TRƯỞNG", "Trưởng phòng", "Ngô Thị Hoa")
# Between one packet and the next, so that the case is seen to move.
PACE = timedelta(milliseconds=250)
VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
DESCRIPTIONS = {
    Status.ARRIVED: "Văn bản đã đến hệ thống",
    Status.REFUSED: "Từ chối tiếp nhận: chữ ký số không hợp lệ",
    Status.REGISTERED: "Đã vào sổ văn bản đến",
    Status.ASSIGNED: "Đã phân công Phòng Hồ sơ",
    Status.IN_PROGRESS: "Đang tra cứu",
    Status.DONE: "Đã trả lời",
}


@dataclass(frozen=True, slots=True)
class Reply:
    """A packet to send back, not before `at`."""

    kind: str
    envelope: bytes
    at: datetime


class RecordsOffice:
    """Answers each document once, however often it arrives."""

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
        return cls(Signer.load(exchange_dir, CODE), Verifier(exchange_dir / "ca.crt.pem"), pace)

    def replies(self, envelope: bytes, now: datetime) -> list[Reply]:
        """Everything this agency will send about a packet it received."""
        packet = edxml.read(edxml.load(envelope))
        if not isinstance(packet, Document) or not self._first_time(packet):
            return []
        if not self._genuine(envelope, packet):
            return [self._reply(_report(packet, Status.REFUSED, now), now)]
        life: list[Status | None] = [
            Status.ARRIVED, Status.REGISTERED, Status.ASSIGNED, Status.IN_PROGRESS, None, Status.DONE
        ]  # fmt: skip
        moments = [now + self._pace * turn for turn in range(len(life))]
        return [
            self._reply(self._answer(packet, at) if status is None else _report(packet, status, at), at)
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

    def _answer(self, question: Document, at: datetime) -> Document:
        local = at.astimezone(VIETNAM).replace(microsecond=0)
        return Document(
            sender=ORGAN,
            receivers=(question.sender,),
            # The numbers begin anew with each process, the time keeps them apart.
            number=f"{local:%H%M%S}{next(self._numbers)}",
            notation="HSNV-P2",
            day=local.date(),
            place="Hà Nội",
            subject=f"Trả lời: {question.subject}",
            content="Qua tra cứu hồ sơ nghiệp vụ, không có thông tin án tích của người được hỏi.",
            signer=SIGNATORY,
            at=local,
            answers=(question.reference,),
        )

    def _reply(self, packet: Packet, at: datetime) -> Reply:
        kind = "edoc" if isinstance(packet, Document) else "status"
        return Reply(kind, self._signer.sign(self._writer.write(packet)), at)


def _report(document: Document, status: Status, at: datetime) -> StatusReport:
    return StatusReport(ORGAN, document.reference, status, at.replace(microsecond=0), DESCRIPTIONS[status])
