"""One hierarchy of errors; its kinds say the HTTP status, `rpc_errors` the one of gRPC.

A concrete error is a class: its docstring says it to the reader of the code, `vi` and `en` say it to the user, `code`
names it to machines. The kind (its base class) decides the statuses.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Self

from services.common import limits


@dataclass(frozen=True, slots=True)
class FieldError:
    """One wrong input: where it is (JSON pointer, RFC 6901), what is wrong and what to do."""

    pointer: str
    code: str
    vi: str
    en: str


def pointer(*parts: str | int) -> str:
    """Returns a JSON pointer (RFC 6901)."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in parts)


MORE = "more"  # the code of what stands for the fields left out


def told(fields: Sequence[FieldError]) -> tuple[FieldError, ...]:
    """Returns the first of the fields, as many as an answer holds, and how many more there are."""
    if fields and fields[-1].code == MORE:
        return tuple(fields)
    shown: list[FieldError] = []
    left = limits.PROBLEM_BYTES
    for field in fields[: limits.PROBLEM_FIELDS]:
        short = FieldError(_cut(field.pointer), field.code, _cut(field.vi), _cut(field.en))
        left -= sum(len(text.encode(errors="replace")) for text in (short.pointer, short.code, short.vi, short.en))
        if left < 0:
            break
        shown.append(short)
    if more := len(fields) - len(shown):
        shown.append(FieldError("", MORE, f"Và còn {more} chỗ sai nữa.", f"And {more} more."))
    return tuple(shown)


def _cut(text: str) -> str:
    """Cuts a text to the length a person reads: what it quotes may come from outside and be of any length."""
    return text if len(text) <= limits.PROBLEM_TEXT else text[: limits.PROBLEM_TEXT] + "…"


@dataclass(frozen=True, slots=True)
class Possible:
    """Something the caller may do instead of what was refused, by its name in addresses."""

    action: str
    vi: str
    en: str


class OnestopError(Exception):
    """Something the caller should hear about; `possible` is what they may do instead, where something was refused.

    `security_event` is what the security log calls a call refused so (`security_log.Event`); empty = it says nothing.
    """

    code: ClassVar[str] = "internal"
    vi: ClassVar[str] = "Hệ thống gặp lỗi. Hãy thử lại; nếu vẫn lỗi, báo cho bộ phận hỗ trợ kèm mã yêu cầu."
    en: ClassVar[str] = "Something went wrong on our side. Try again; if it stays, tell support the request id."
    http_status: ClassVar[int] = 500
    security_event: str = ""

    def __init__(self, *, fields: Sequence[FieldError] = (), retry_after: int = 0, **places: object) -> None:
        self.message_vi = _cut(self.vi.format(**places))
        self.message_en = _cut(self.en.format(**places))
        self.fields = tuple(fields)
        self.retry_after = retry_after
        self.possible: tuple[Possible, ...] = ()
        super().__init__(self.message_en)


class InvalidInput(OnestopError):
    """The input is wrong; `fields` say where."""

    code = "invalid-input"
    vi = "Dữ liệu gửi lên chưa đúng. Hãy sửa các mục được nêu rồi gửi lại."
    en = "Some of the input is wrong. Correct the fields named and send it again."
    http_status = 400


class Unauthenticated(OnestopError):
    """Nobody is logged in, or the token is not good."""

    code = "unauthenticated"
    vi = "Bạn chưa đăng nhập hoặc phiên đã hết hạn. Hãy đăng nhập lại."
    en = "You are not logged in, or your session has ended. Log in again."
    http_status = 401
    security_event = "call_denied"


class SessionEnded(Unauthenticated):
    """The session was logged out, expired or ended for safety."""

    code = "session-ended"
    vi = "Phiên làm việc đã kết thúc. Hãy đăng nhập lại."
    en = "The session has ended. Log in again."


class PermissionDenied(OnestopError):
    """The caller is known and may not do this."""

    code = "permission-denied"
    vi = "Tài khoản của bạn không có quyền thực hiện việc này."
    en = "Your account is not allowed to do this."
    http_status = 403
    security_event = "call_denied"


class NotFound(OnestopError):
    """The thing does not exist, or the caller may not see it."""

    code = "not-found"
    vi = "Không tìm thấy nội dung bạn yêu cầu."
    en = "What you asked for was not found."
    http_status = 404

    @classmethod
    def withheld(cls, **places: object) -> Self:
        """Makes the error for a thing that exists and that the caller may not see: they hear the same text, the
        security log more."""
        error = cls(**places)  # type: ignore[arg-type]  # places of the message
        error.security_event = "call_denied"
        return error


class Conflict(OnestopError):
    """The state of things does not allow this."""

    code = "conflict"
    vi = "Trạng thái hiện tại không cho phép thực hiện việc này."
    en = "The present state does not allow this."
    http_status = 409


class PreconditionFailed(OnestopError):
    """The thing changed since the caller saw it."""

    code = "precondition-failed"
    vi = "Dữ liệu đã thay đổi từ lúc bạn mở. Hãy tải lại rồi thử lại."
    en = "It changed since you opened it. Reload it and try again."
    http_status = 412


class TooLarge(OnestopError):
    """The body or file is over the limit."""

    code = "too-large"
    vi = "Nội dung gửi lên vượt quá dung lượng cho phép."
    en = "What you sent is larger than allowed."
    http_status = 413


class UnsupportedMedia(OnestopError):
    """Content of a kind that is not taken."""

    code = "unsupported-media"
    vi = "Loại nội dung này không được hỗ trợ."
    en = "This kind of content is not supported."
    http_status = 415


class Unprocessable(OnestopError):
    """Well formed, but it contradicts something."""

    code = "unprocessable"
    vi = "Yêu cầu mâu thuẫn với dữ liệu đã có."
    en = "The request contradicts what is already known."
    http_status = 422


class RateLimited(OnestopError):
    """Too many calls."""

    code = "rate-limited"
    vi = "Bạn thao tác quá nhanh. Hãy chờ một lát rồi thử lại."
    en = "Too many requests. Wait a moment and try again."
    http_status = 429
    security_event = "rate_limited"


class Internal(OnestopError):
    """Our fault."""


class Unavailable(OnestopError):
    """Something this needs does not answer now."""

    code = "unavailable"
    vi = "Hệ thống tạm thời chưa phục vụ được. Hãy thử lại sau ít phút."
    en = "The service is temporarily unavailable. Try again in a few minutes."
    http_status = 503

    def __init__(self, *, fields: Sequence[FieldError] = (), retry_after: int = 5, **places: object) -> None:
        super().__init__(fields=fields, retry_after=retry_after, **places)


class DeadlineExceeded(OnestopError):
    """It took too long."""

    code = "deadline-exceeded"
    vi = "Hệ thống phản hồi quá chậm. Hãy thử lại."
    en = "The system took too long to answer. Try again."
    http_status = 504
