"""One hierarchy of errors and one table from kind to gRPC and HTTP status.

A concrete error is a class: its docstring says it to the reader of the code, `vi` and `en` say it to the user, `code`
names it to machines. The kind (its base class) decides the statuses.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Self

import grpc
from onestop.common.v1 import problem_pb2

from services.common import limits


@dataclass(frozen=True, slots=True)
class FieldError:
    """One wrong input: where it is (JSON pointer, RFC 6901), what is wrong and what to do."""

    pointer: str
    code: str
    vi: str
    en: str


def pointer(*parts: str | int) -> str:
    """A JSON pointer (RFC 6901)."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in parts)


MORE = "more"  # the code of what stands for the fields left out


def told(fields: Sequence[FieldError]) -> tuple[FieldError, ...]:
    """The first of the fields, as many as an answer holds, and how many more there are."""
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
    """As much of a text as a person reads: what it quotes may come from outside and be of any length."""
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
    grpc_status: ClassVar[grpc.StatusCode] = grpc.StatusCode.INTERNAL
    http_status: ClassVar[int] = 500
    security_event: str = ""

    def __init__(self, *, fields: Sequence[FieldError] = (), retry_after: int = 0, **places: object) -> None:
        self.message_vi = _cut(self.vi.format(**places))
        self.message_en = _cut(self.en.format(**places))
        self.fields = tuple(fields)
        self.retry_after = retry_after
        self.possible: tuple[Possible, ...] = ()
        super().__init__(self.message_en)

    def to_problem(self) -> problem_pb2.Problem:
        return problem_pb2.Problem(
            code=self.code,
            message_vi=self.message_vi,
            message_en=self.message_en,
            retry_after_seconds=self.retry_after,
            fields=[
                problem_pb2.FieldProblem(pointer=f.pointer, code=f.code, message_vi=f.vi, message_en=f.en)
                for f in told(self.fields)
            ],
            possible=[problem_pb2.PossibleAction(action=p.action, name_vi=p.vi, name_en=p.en) for p in self.possible],
        )


class InvalidInput(OnestopError):
    """The input is wrong; `fields` say where."""

    code = "invalid-input"
    vi = "Dữ liệu gửi lên chưa đúng. Hãy sửa các mục được nêu rồi gửi lại."
    en = "Some of the input is wrong. Correct the fields named and send it again."
    grpc_status = grpc.StatusCode.INVALID_ARGUMENT
    http_status = 400


class Unauthenticated(OnestopError):
    """Nobody is logged in, or the token is not good."""

    code = "unauthenticated"
    vi = "Bạn chưa đăng nhập hoặc phiên đã hết hạn. Hãy đăng nhập lại."
    en = "You are not logged in, or your session has ended. Log in again."
    grpc_status = grpc.StatusCode.UNAUTHENTICATED
    http_status = 401
    security_event = "call_denied"


class PermissionDenied(OnestopError):
    """The caller is known and may not do this."""

    code = "permission-denied"
    vi = "Tài khoản của bạn không có quyền thực hiện việc này."
    en = "Your account is not allowed to do this."
    grpc_status = grpc.StatusCode.PERMISSION_DENIED
    http_status = 403
    security_event = "call_denied"


class NotFound(OnestopError):
    """There is no such thing, or none the caller may see."""

    code = "not-found"
    vi = "Không tìm thấy nội dung bạn yêu cầu."
    en = "What you asked for was not found."
    grpc_status = grpc.StatusCode.NOT_FOUND
    http_status = 404

    @classmethod
    def withheld(cls, **places: object) -> Self:
        """There is such a thing, and it is not the caller's to see: they hear the same, the security log hears more."""
        error = cls(**places)  # type: ignore[arg-type]  # places of the message
        error.security_event = "call_denied"
        return error


class Conflict(OnestopError):
    """The state of things does not allow this."""

    code = "conflict"
    vi = "Trạng thái hiện tại không cho phép thực hiện việc này."
    en = "The present state does not allow this."
    grpc_status = grpc.StatusCode.ABORTED
    http_status = 409


class PreconditionFailed(OnestopError):
    """The thing changed since the caller saw it."""

    code = "precondition-failed"
    vi = "Dữ liệu đã thay đổi từ lúc bạn mở. Hãy tải lại rồi thử lại."
    en = "It changed since you opened it. Reload it and try again."
    grpc_status = grpc.StatusCode.FAILED_PRECONDITION
    http_status = 412


class TooLarge(OnestopError):
    """The body or file is over the limit."""

    code = "too-large"
    vi = "Nội dung gửi lên vượt quá dung lượng cho phép."
    en = "What you sent is larger than allowed."
    grpc_status = grpc.StatusCode.OUT_OF_RANGE
    http_status = 413


class UnsupportedMedia(OnestopError):
    """Content of a kind that is not taken."""

    code = "unsupported-media"
    vi = "Loại nội dung này không được hỗ trợ."
    en = "This kind of content is not supported."
    grpc_status = grpc.StatusCode.UNIMPLEMENTED
    http_status = 415


class Unprocessable(OnestopError):
    """Well formed, but it contradicts something."""

    code = "unprocessable"
    vi = "Yêu cầu mâu thuẫn với dữ liệu đã có."
    en = "The request contradicts what is already known."
    grpc_status = grpc.StatusCode.ALREADY_EXISTS
    http_status = 422


class RateLimited(OnestopError):
    """Too many calls."""

    code = "rate-limited"
    vi = "Bạn thao tác quá nhanh. Hãy chờ một lát rồi thử lại."
    en = "Too many requests. Wait a moment and try again."
    grpc_status = grpc.StatusCode.RESOURCE_EXHAUSTED
    http_status = 429
    security_event = "rate_limited"


class Internal(OnestopError):
    """Our fault."""


class Unavailable(OnestopError):
    """Something this needs does not answer now."""

    code = "unavailable"
    vi = "Hệ thống tạm thời chưa phục vụ được. Hãy thử lại sau ít phút."
    en = "The service is temporarily unavailable. Try again in a few minutes."
    grpc_status = grpc.StatusCode.UNAVAILABLE
    http_status = 503

    def __init__(self, *, fields: Sequence[FieldError] = (), retry_after: int = 5, **places: object) -> None:
        super().__init__(fields=fields, retry_after=retry_after, **places)


class DeadlineExceeded(OnestopError):
    """It took too long."""

    code = "deadline-exceeded"
    vi = "Hệ thống phản hồi quá chậm. Hãy thử lại."
    en = "The system took too long to answer. Try again."
    grpc_status = grpc.StatusCode.DEADLINE_EXCEEDED
    http_status = 504


KINDS: tuple[type[OnestopError], ...] = (
    InvalidInput,
    Unauthenticated,
    PermissionDenied,
    NotFound,
    Conflict,
    PreconditionFailed,
    TooLarge,
    UnsupportedMedia,
    Unprocessable,
    RateLimited,
    Internal,
    Unavailable,
    DeadlineExceeded,
)
KIND_BY_STATUS: dict[grpc.StatusCode, type[OnestopError]] = {kind.grpc_status: kind for kind in KINDS}


def from_problem(status: grpc.StatusCode, problem: problem_pb2.Problem) -> OnestopError:
    """The error another service raised, as its kind with its own code and texts; that service has told of it."""
    kind = KIND_BY_STATUS.get(status, Internal)
    error = kind(
        fields=[FieldError(f.pointer, f.code, f.message_vi, f.message_en) for f in problem.fields],
        retry_after=problem.retry_after_seconds,
    )
    error.code = problem.code  # type: ignore[misc]  # one instance carries the remote class's name
    error.message_vi = problem.message_vi
    error.message_en = problem.message_en
    error.possible = tuple(Possible(p.action, p.name_vi, p.name_en) for p in problem.possible)
    error.args = (problem.message_en,)
    error.security_event = ""
    return error
