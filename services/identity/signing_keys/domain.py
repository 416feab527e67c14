"""When a token signing key is published, signs, and is withdrawn."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from services.common import limits
from services.common.errors import Conflict

RETIRED_KEY_LISTED = limits.ACCESS_TOKEN_LIFE + 2 * limits.CLOCK_LEEWAY
"""How long a key that signs no more stays listed: until its last token expired everywhere."""


class NextKeyTooYoung(Conflict):
    """The next key may not sign before every verifier has had time to fetch it."""

    code = "next-key-too-young"
    vi = "Khóa kế tiếp mới được công bố. Hãy xoay khóa lại sau {seconds} giây."
    en = "The next key was published only just now. Rotate again in {seconds} seconds."


@dataclass(frozen=True, slots=True)
class KeyPeriod:
    """The life of one key: published, then signing, then listed until its last token expired."""

    kid: str
    published_at: datetime
    signing_from: datetime | None = None

    def check_may_sign(self, now: datetime) -> None:
        """Raises NextKeyTooYoung while some verifier may not have fetched this key yet."""
        wait = self.published_at + limits.SIGNING_KEYS_LIFE - now
        if wait > timedelta(0):
            seconds = int(wait.total_seconds()) + 1
            raise NextKeyTooYoung(retry_after=seconds, seconds=seconds)
