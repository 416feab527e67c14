"""Sessions: how long one goes on."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import NamedTuple
from uuid import UUID

from services.common import limits
from services.common.access import ADMINISTRATOR, REGISTER_READER, STAFF_ADMINISTRATOR, WORKERS
from services.common.errors import NotFound, SessionEnded
from services.contracts.privacy import OwnUse


class RefreshTokenReused(SessionEnded):
    """A refresh token was used twice: one of the two who hold it should not, so the session ends for both."""

    code = "refresh-token-reused"
    security_event = ""  # told by the use case, which knows more
    vi = "Mã làm mới phiên đã được dùng ở nơi khác nên phiên bị kết thúc. Hãy đăng nhập lại."
    en = "The refresh token was already used elsewhere, so the session was ended. Log in again."


class SessionUnknown(NotFound):
    """No open session of the caller's has that id."""

    code = "session-unknown"
    vi = "Không có phiên làm việc này, hoặc phiên đã kết thúc."
    en = "There is no such session, or it has ended."


class Session(NamedTuple):
    """A log-in that goes on, as its holder sees it."""

    session_id: UUID
    started_at: datetime
    used_at: datetime
    expires_at: datetime
    device: OwnUse[str]


def left_idle(roles: Iterable[str], used_at: datetime, now: datetime) -> bool:
    """Returns whether a worker's session was not gone on with for so long that somebody else may sit there now."""
    works = not {*WORKERS, ADMINISTRATOR, STAFF_ADMINISTRATOR, REGISTER_READER}.isdisjoint(roles)
    return works and now - used_at > limits.SESSION_IDLE


class Refresh(Enum):
    """The outcome of presenting a refresh token."""

    ROTATE = "rotate"  # first use: the successor is issued
    REPEAT = "repeat"  # the answer was lost a moment ago: the same successor is given again
    REUSED = "reused"  # somebody else has used it: the session ends


@dataclass(frozen=True, slots=True)
class RefreshToken:
    """A refresh token as it is kept, by its hash; the token itself is not kept."""

    used_at: datetime | None
    successor_used: bool

    def presented(self, now: datetime) -> Refresh:
        """Judges this presentation.

        A used token is taken again only within `limits.REFRESH_GRACE` and only while its successor is unused: then the
        client cannot have received the successor, or has not needed it yet. Both answers carry the same successor, so
        a thief who repeats a token gains nothing that reuse detection would miss.
        """
        if self.used_at is None:
            return Refresh.ROTATE
        if not self.successor_used and now - self.used_at <= limits.REFRESH_GRACE:
            return Refresh.REPEAT
        return Refresh.REUSED
