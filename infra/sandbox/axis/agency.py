"""An agency behind the axis: it verifies what it gets, reports and answers, each document once."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import ClassVar, Self

from lxml import etree

from infra.sandbox.axis import edxml
from infra.sandbox.axis.edxml import Attachment, Document, Letter, Organ, Signatory
from infra.sandbox.axis.signing import Signer, Unproven, Verifier

# Between one packet and the next, so that the case is seen to move.
PACE = timedelta(milliseconds=250)
REFUSED, ANSWERED = "02", "06"
BEFORE_THE_ANSWER = {
    "01": "Văn bản đã đến hệ thống",
    "03": "Đã vào sổ văn bản đến",
    "04": "Đã phân công xử lý",
    "05": "Đang xử lý",
}
"""What is reported of a document that was taken in, by the status codes of QĐ 28/2018/QĐ-TTg, in their order."""
BAD_SIGNATURE = "Từ chối tiếp nhận: chữ ký số không hợp lệ"


@dataclass(frozen=True, slots=True)
class Reply:
    """A packet to send back, not before `at`."""

    kind: str
    envelope: bytes
    at: datetime


@dataclass(frozen=True, slots=True)
class Said:
    """The answer of an agency; `attachments` go along."""

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
        self._lock = threading.Lock()
        self._answered: set[str] = set()
        self._numbers: Iterator[int] = count(1)

    @classmethod
    def load(cls, exchange_dir: Path, pace: timedelta) -> Self:
        return cls(Signer.load(exchange_dir, cls.organ.code), Verifier(exchange_dir / "ca.crt.pem"), pace)

    def says(self, document: Document) -> Said | str:
        """Returns the answer to a document, or why the agency does not take it in."""
        raise NotImplementedError

    def replies(self, envelope: bytes, now: datetime) -> list[Reply]:
        """Lists everything this agency will send about a packet it received.

        Raises:
            edxml.Unreadable.
        """
        root = edxml.parse(envelope)
        if edxml.addresses(root).kind == "status" or not self._first_time(document := edxml.read(root)):
            return []
        said = self.says(document) if self._genuine(root, document) else BAD_SIGNATURE
        if isinstance(said, str):
            return [self._report(document, REFUSED, now, said)]
        moments = (now + self._pace * turn for turn in count())
        reports = [self._report(document, status, next(moments), why) for status, why in BEFORE_THE_ANSWER.items()]
        answer = self._answer(document, said, next(moments))
        return [*reports, answer, self._report(document, ANSWERED, next(moments), "Đã trả lời")]

    def _first_time(self, document: Document) -> bool:
        with self._lock:
            known = document.reference.document_id in self._answered
            self._answered.add(document.reference.document_id)
            return not known

    def _genuine(self, root: etree._Element, document: Document) -> bool:
        try:
            return self._verifier.sender_of(root) == document.sender.code
        except Unproven:
            return False

    def _answer(self, question: Document, said: Said, at: datetime) -> Reply:
        letter = Letter(
            sender=self.organ,
            receiver=question.sender,
            # The numbers begin anew with each process, the time keeps them apart.
            number=f"{at.astimezone(edxml.VIETNAM):%H%M%S}{next(self._numbers)}",
            notation=self.notation,
            at=at,
            subject=said.subject,
            content=said.content,
            signer=self.signatory,
            answers=question.reference,
            attachments=said.attachments,
        )
        return Reply("edoc", self._signer.sign(edxml.write_letter(letter)), at)

    def _report(self, document: Document, status: str, at: datetime, description: str) -> Reply:
        report = edxml.write_report(self.organ, document.reference, status, at, description)
        return Reply("status", self._signer.sign(report), at)
