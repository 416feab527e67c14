"""The letters that arrived."""

import threading
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default

KEPT = 500


@dataclass(frozen=True, slots=True)
class Arrived:
    """A letter as it came: to whom the envelope said, and its bytes."""

    to: str
    content: bytes
    at: datetime

    def shown(self) -> dict[str, str]:
        message = message_from_bytes(self.content, policy=default)
        body = message.get_body(("plain",))
        return {
            "to": self.to,
            "from": str(message["From"] or ""),
            "subject": str(message["Subject"] or ""),
            "message_id": str(message["Message-ID"] or ""),
            "auto_submitted": str(message["Auto-Submitted"] or ""),
            "text": str(body.get_content()).replace("\r\n", "\n") if body else "",
            "at": self.at.isoformat(),
        }


class Letters:
    """Every mailbox there is."""

    def __init__(self) -> None:
        self._all: deque[Arrived] = deque(maxlen=KEPT)
        self._lock = threading.Lock()

    def put(self, recipients: Sequence[str], content: bytes) -> None:
        with self._lock:
            self._all.extend(Arrived(to, content, datetime.now(UTC)) for to in recipients)

    def newest_first(self) -> list[Arrived]:
        with self._lock:
            return list(reversed(self._all))
