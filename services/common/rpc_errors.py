"""Errors on their way through gRPC: one table from kind to status, and the problem that carries the texts."""

import grpc
from onestop.common.v1 import problem_pb2
from onestop.common.v1.text_pb2 import Text

from services.common.errors import (
    Conflict,
    DeadlineExceeded,
    FieldError,
    Internal,
    InvalidInput,
    NotFound,
    OnestopError,
    PermissionDenied,
    Possible,
    PreconditionFailed,
    RateLimited,
    TooLarge,
    Unauthenticated,
    Unavailable,
    Unprocessable,
    UnsupportedMedia,
    told,
)

STATUS_BY_KIND: dict[type[OnestopError], grpc.StatusCode] = {
    InvalidInput: grpc.StatusCode.INVALID_ARGUMENT,
    Unauthenticated: grpc.StatusCode.UNAUTHENTICATED,
    PermissionDenied: grpc.StatusCode.PERMISSION_DENIED,
    NotFound: grpc.StatusCode.NOT_FOUND,
    Conflict: grpc.StatusCode.ABORTED,
    PreconditionFailed: grpc.StatusCode.FAILED_PRECONDITION,
    TooLarge: grpc.StatusCode.OUT_OF_RANGE,
    UnsupportedMedia: grpc.StatusCode.UNIMPLEMENTED,
    Unprocessable: grpc.StatusCode.ALREADY_EXISTS,
    RateLimited: grpc.StatusCode.RESOURCE_EXHAUSTED,
    Internal: grpc.StatusCode.INTERNAL,
    Unavailable: grpc.StatusCode.UNAVAILABLE,
    DeadlineExceeded: grpc.StatusCode.DEADLINE_EXCEEDED,
}
_KIND_BY_STATUS = {status: kind for kind, status in STATUS_BY_KIND.items()}


def status_of(error: OnestopError) -> grpc.StatusCode:
    """Returns the status of an error's class, or of the nearest class it descends from."""
    kinds = (kind for kind in type(error).__mro__ if kind in STATUS_BY_KIND)
    return STATUS_BY_KIND[next(kinds, Internal)]


def to_problem(error: OnestopError) -> problem_pb2.Problem:
    """Returns the error's code and texts, with as many of its fields as an answer holds."""
    return problem_pb2.Problem(
        code=error.code,
        message_vi=error.message_vi,
        message_en=error.message_en,
        retry_after_seconds=error.retry_after,
        fields=[field_problem(field) for field in told(error.fields)],
        possible=[problem_pb2.PossibleAction(action=p.action, name_vi=p.vi, name_en=p.en) for p in error.possible],
    )


def field_problem(field: FieldError) -> problem_pb2.FieldProblem:
    """Gives one wrong input as a message has it."""
    return problem_pb2.FieldProblem(pointer=field.pointer, code=field.code, message=Text(vi=field.vi, en=field.en))


def from_problem(status: grpc.StatusCode, problem: problem_pb2.Problem) -> OnestopError:
    """Rebuilds the error that another service raised, with its own code and texts; that service has logged it
    already."""
    kind = _KIND_BY_STATUS.get(status, Internal)
    error = kind(
        fields=[FieldError(f.pointer, f.code, f.message.vi, f.message.en) for f in problem.fields],
        retry_after=problem.retry_after_seconds,
    )
    error.code = problem.code  # type: ignore[misc]  # one instance carries the remote class's name
    error.message_vi = problem.message_vi
    error.message_en = problem.message_en
    error.possible = tuple(Possible(p.action, p.name_vi, p.name_en) for p in problem.possible)
    error.args = (problem.message_en,)
    error.security_event = ""
    return error
