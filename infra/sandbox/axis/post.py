"""The axis's inboxes, in memory."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import count

from infra.sandbox.axis.faults import Faults

PACKETS_KEPT = 5_000


@dataclass(frozen=True, slots=True)
class Letter:
    """One packet in one agency's inbox, to be seen from `visible_at` on."""

    doc_id: str
    sender: str
    receiver: str
    kind: str
    envelope: bytes
    visible_at: datetime


class PostOffice:
    """Takes packets in and keeps them for their receivers; shared by all requests of the process."""

    def __init__(self, faults: Faults) -> None:
        self._faults = faults
        self._lock = threading.Lock()
        self._numbers: Iterator[int] = count(1)
        self._inboxes: dict[str, Letter] = {}
        self._taken: dict[tuple[str, str], str] = {}

    def taken(self, sender: str, message_id: str) -> str | None:
        """Returns the id under which this message was taken before."""
        with self._lock:
            return self._taken.get((sender, message_id)) if message_id else None

    def put(
        self, sender: str, receivers: list[str], kind: str, envelope: bytes, visible_at: datetime, message_id: str = ""
    ) -> str:
        """Puts a packet into every receiver's inbox; returns its id."""
        copies = 2 if self._faults.strikes("duplicate") else 1
        with self._lock:
            doc_id = ""
            for receiver in receivers * copies:
                doc_id = f"{next(self._numbers):012d}"
                self._inboxes[doc_id] = Letter(doc_id, sender, receiver, kind, envelope, visible_at)
            for old in list(self._inboxes)[: max(len(self._inboxes) - PACKETS_KEPT, 0)]:
                del self._inboxes[old]
            if message_id:
                self._taken[sender, message_id] = doc_id
            return doc_id

    def waiting(self, receiver: str, kind: str, now: datetime) -> list[Letter]:
        """Lists the letters that wait in an inbox, oldest first."""
        with self._lock:
            letters = [
                letter
                for letter in self._inboxes.values()
                if letter.receiver == receiver and letter.kind == kind and letter.visible_at <= now
            ]
        letters.sort(key=lambda letter: (letter.visible_at, letter.doc_id), reverse=self._faults.shuffle)
        return letters

    def letter(self, receiver: str, doc_id: str) -> Letter | None:
        with self._lock:
            letter = self._inboxes.get(doc_id)
        return letter if letter is not None and letter.receiver == receiver else None

    def remove(self, doc_id: str) -> None:
        with self._lock:
            self._inboxes.pop(doc_id, None)
