"""Accounts and sessions: who may log in, and how long a session goes on."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from services.common import limits
from services.common.access import WORKERS
from services.common.errors import NotFound, RateLimited, Unauthenticated
from services.common.text import nfc


class BadCredentials(Unauthenticated):
    """User name and password do not belong together; which of them is wrong is not said."""

    code = "bad-credentials"
    security_event = ""  # told by the use case, which knows more
    vi = "Tên đăng nhập hoặc mật khẩu không đúng. Hãy kiểm tra rồi nhập lại."
    en = "The user name or password is wrong. Check them and try again."


class TooManyLogIns(RateLimited):
    """Too many log-ins were tried of this name, whether it exists or not, or from this address."""

    code = "too-many-log-ins"
    security_event = ""  # told by the use case, which knows more
    vi = "Đăng nhập sai quá nhiều lần. Hãy chờ {seconds} giây rồi thử lại."
    en = "Too many failed log-ins. Try again in {seconds} s."


class SessionEnded(Unauthenticated):
    """The session was logged out, expired or ended for safety."""

    code = "session-ended"
    vi = "Phiên làm việc đã kết thúc. Hãy đăng nhập lại."
    en = "The session has ended. Log in again."


class ColleagueNotFound(NotFound):
    """No such worker, or none of the caller's agencies."""

    code = "colleague-not-found"
    vi = "Không tìm thấy cán bộ này trong cơ quan của bạn."
    en = "There is no such worker in your agencies."


class RefreshTokenReused(SessionEnded):
    """A refresh token was used twice: one of the two who hold it should not, so the session ends for both."""

    code = "refresh-token-reused"
    security_event = ""  # told by the use case, which knows more
    vi = "Mã làm mới phiên đã được dùng ở nơi khác nên phiên bị kết thúc. Hãy đăng nhập lại."
    en = "The refresh token was already used elsewhere, so the session was ended. Log in again."


@dataclass(frozen=True, slots=True)
class Account:
    """Who may log in, and as what."""

    account_id: str
    username: str
    full_name: str
    roles: tuple[str, ...]
    agencies: tuple[str, ...]
    personal_number: str
    assurance_level: int

    def works_with(self, agencies: Iterable[str]) -> bool:
        """Whether a worker, at one of the agencies, one below or one above."""
        others = tuple(agencies)
        return not set(WORKERS).isdisjoint(self.roles) and any(
            f"{own}.".startswith(f"{other}.") or f"{other}.".startswith(f"{own}.")
            for own in self.agencies
            for other in others
        )


def username_key(username: str) -> str:
    """The form user names are compared in."""
    return nfc(username).strip().casefold()


class Refresh(Enum):
    """What presenting a refresh token comes to."""

    ROTATE = "rotate"  # first use: the successor is issued
    REPEAT = "repeat"  # the answer was lost a moment ago: the same successor is given again
    REUSED = "reused"  # somebody else has used it: the session ends


@dataclass(frozen=True, slots=True)
class RefreshToken:
    """What is kept of a refresh token; the token itself is not."""

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
