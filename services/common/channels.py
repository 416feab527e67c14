"""gRPC channels: calls that carry the present caller, the ids and the deadline, and raise our errors."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any, Self
from weakref import WeakKeyDictionary

import grpc
import structlog
from onestop.common.v1 import problem_pb2

from services.common import context, limits, tls
from services.common.errors import DeadlineExceeded, Internal, OnestopError, TooLarge, Unavailable
from services.common.rpc_errors import from_problem

log = structlog.get_logger()

PROBLEM_KEY = "onestop-problem-bin"
REQUEST_ID_KEY = "onestop-request-id"
CASE_REF_KEY = "onestop-case-ref"
TRACEPARENT_KEY = "traceparent"
CLIENT_ADDRESS_KEY = "onestop-client-address"
"""Set by the gateway alone, on calls that count by it; no header of a client's becomes metadata."""
CLIENT_DEVICE_KEY = "onestop-client-device"
"""Set by the gateway alone, at a log-in: what the client says of itself, in printable ASCII."""

MESSAGE_OPTIONS = [
    ("grpc.max_send_message_length", limits.GRPC_MESSAGE_BYTES),
    ("grpc.max_receive_message_length", limits.GRPC_MESSAGE_BYTES),
    ("grpc.max_metadata_size", limits.GRPC_METADATA_BYTES),
    ("grpc.absolute_max_metadata_size", limits.GRPC_METADATA_BYTES),
]
# Calls that change nothing: safe to make again when no answer came.
READS = {
    "onestop.identity.v1.IdentityService": (
        "ListSigningKeys", "ListEndedSessions", "ListSessions",
        "GetMe", "GetColleague", "ListColleagues", "CheckWorkers", "ListLookUps",
    ),
    "onestop.identity.v1.RegistersService": ("ListLookUpRequests",),
    "onestop.identity.v1.AccountsService": ("ListStaff",),
    "onestop.cases.v1.CasesService": (
        "ListProcedures", "GetProcedure", "GetCase", "SearchCases", "GetHistory", "GetPublicStatus",
    ),
    "onestop.cases.v1.LookUpsService": ("CheckInvolvement",),
    "onestop.cases.v1.CalendarService": ("ListDays", "ListDayChanges", "ListOutages"),
    "onestop.cases.v1.CatalogueService": (
        "GetProcedureSchema", "GetProcedureFile", "ListProcedureVersions", "GetProcedureChanges",
    ),
    "onestop.cases.v1.ConversationService": ("GetConversation",),
    "onestop.cases.v1.DelegationsService": ("ListDelegations",),
    "onestop.cases.v1.FiltersService": ("ListFilters",),
    "onestop.cases.v1.DraftsService": ("GetDraft", "ListDrafts", "CheckApplication"),
    "onestop.cases.v1.ChainsService": ("GetTimeline",),
    "onestop.cases.v1.BooksService": ("ListSectors",),
    "onestop.documents.v1.DocumentsService": (
        "GetFile", "DescribeFiles", "CheckResultFile", "ListPapers", "ListBooks", "CheckPaper",
    ),
    "onestop.cases.v1.CorrectionsService": ("GetSupplementChoices", "GetChanges"),
    "onestop.documents.v1.StoreService": ("ListStoredPapers", "ListPaperAccesses"),
    "onestop.payments.v1.PaymentsService": ("GetDues", "ReadReturn"),
    "onestop.exchange.v1.ExchangeService": ("ListMessages", "GetEnvelope"),
    "onestop.notifications.v1.NotificationsService": ("ListNotices",),
}  # fmt: skip
_RETRIES = {
    "methodConfig": [
        {
            "name": [{"service": service, "method": name} for service, names in READS.items() for name in names],
            "retryPolicy": {
                "maxAttempts": 4,
                "initialBackoff": "0.1s",
                "maxBackoff": "1s",
                "backoffMultiplier": 2,
                "retryableStatusCodes": ["UNAVAILABLE"],
            },
        }
    ],
    # When many calls fail, retrying would only add to the trouble.
    "retryThrottling": {"maxTokens": 20, "tokenRatio": 0.2},
}
# A service that died is back within seconds; gRPC's own back-off would leave it alone for up to two minutes. Replicas
# replaced have other addresses; gRPC would ask for them twice a minute, and calls would go to nobody until then.
_CLIENT_OPTIONS = [
    *MESSAGE_OPTIONS,
    ("grpc.lb_policy_name", "round_robin"),
    ("grpc.service_config", json.dumps(_RETRIES)),
    ("grpc.initial_reconnect_backoff_ms", 100),
    ("grpc.min_reconnect_backoff_ms", 100),
    ("grpc.max_reconnect_backoff_ms", 1000),
    ("grpc.dns_min_time_between_resolutions_ms", int(limits.NAMES_RESOLVED_EVERY.total_seconds() * 1000)),
]


def open_channel(target: str, tls_dir: Path | None = None) -> grpc.Channel:
    """Returns a channel whose calls carry the present caller and raise OnestopError. Open it after any fork, never
    before.

    Raises:
        OSError: the files in `tls_dir` are missing or do not belong together.
    """
    return _Channel(
        _Line(grpc.insecure_channel(target, _CLIENT_OPTIONS)) if tls_dir is None else _Secured(target, tls_dir)
    )


class _Line:
    """A connection of gRPC's and the methods called over it."""

    def __init__(self, channel: grpc.Channel) -> None:
        self.channel = channel
        self._methods: WeakKeyDictionary[_Call, Any] = WeakKeyDictionary()

    def current(self) -> "_Line":
        return self

    def method(self, call: "_Call") -> Any:
        bound = self._methods.get(call)
        if bound is None:
            bound = self._methods[call] = call.bind(self.channel)
        return bound


class _Secured:
    """Lines to a target under mutual TLS, one after the other: a new one when the certificate's files have changed.

    gRPC reads a client's certificate once. A line replaced is let go of, not closed: the calls on it end as they would
    have, and with the last of them it is gone.
    """

    def __init__(self, target: str, folder: Path) -> None:
        self._target = target
        self._folder = folder
        self._changing = threading.Lock()
        self._pair = tls.Pair.read(folder)
        self._line = self._open(self._pair)
        self._look_at = self._next_look()

    def current(self) -> _Line:
        if time.monotonic() >= self._look_at and self._changing.acquire(blocking=False):
            try:
                self._look()
            finally:
                self._look_at = self._next_look()
                self._changing.release()
        return self._line

    def _look(self) -> None:
        try:
            pair = tls.Pair.read(self._folder)
        except tls.BadPair as error:
            log.warning("certificate not taken", why=str(error))
            return
        if pair != self._pair:
            self._pair, self._line = pair, self._open(pair)
            log.info("certificate renewed", target=self._target)

    def _open(self, pair: tls.Pair) -> _Line:
        credentials = grpc.ssl_channel_credentials(pair.authority, pair.key, pair.certificate)
        return _Line(grpc.secure_channel(self._target, credentials, _CLIENT_OPTIONS))

    @staticmethod
    def _next_look() -> float:
        return time.monotonic() + limits.CERTIFICATE_LOOK_EVERY.total_seconds()


class _Channel(grpc.Channel):
    """A channel whose calls carry the present caller, the ids and what is left of the deadline, and raise our errors.

    The same as client interceptors, which cost a tenth of a millisecond a call, as plain calls.
    """

    def __init__(self, lines: _Line | _Secured) -> None:
        self._lines = lines

    def unary_unary(self, *args: Any, **options: Any) -> Any:
        return _Call(self._lines, lambda channel: channel.unary_unary(*args, **options), limits.CALL_DEADLINE)

    def stream_unary(self, *args: Any, **options: Any) -> Any:
        return _Call(self._lines, lambda channel: channel.stream_unary(*args, **options), limits.UPLOAD_DEADLINE)

    def unary_stream(self, *args: Any, **options: Any) -> Any:
        return _StreamingCall(
            self._lines, lambda channel: channel.unary_stream(*args, **options), limits.UPLOAD_DEADLINE
        )

    def stream_stream(self, *args: Any, **options: Any) -> Any:
        raise NotImplementedError("no service streams both ways")

    def subscribe(self, callback: Any, try_to_connect: Any = False) -> None:
        self._lines.current().channel.subscribe(callback, try_to_connect)

    def unsubscribe(self, callback: Any) -> None:
        self._lines.current().channel.unsubscribe(callback)

    def close(self) -> None:
        self._lines.current().channel.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class _Call:
    """One RPC, called like a stub's own."""

    def __init__(self, lines: _Line | _Secured, bind: Callable[[grpc.Channel], Any], at_most: timedelta) -> None:
        self._lines = lines
        self.bind = bind
        self._at_most = at_most.total_seconds()

    def __call__(self, request: Any, timeout: float | None = None, metadata: Any = ()) -> Any:
        try:
            return self._begin(request, timeout, metadata)
        except grpc.RpcError as error:
            raise to_error(error) from error

    def _begin(self, request: Any, timeout: float | None, metadata: Any) -> Any:
        return self._lines.current().method(self)(
            request,
            timeout=context.seconds_left(timeout or self._at_most),
            metadata=(*metadata, *_outgoing_metadata()),
        )


class _StreamingCall(_Call):
    """One RPC that answers with a stream; abandoned, it is cancelled."""

    def __call__(self, request: Any, timeout: float | None = None, metadata: Any = ()) -> Any:
        return _translated(self._begin(request, timeout, metadata))


def _translated(responses: Any) -> Iterator[Any]:
    try:
        yield from responses
    except grpc.RpcError as error:
        raise to_error(error) from error
    finally:
        responses.cancel()


def _outgoing_metadata() -> Iterator[tuple[str, str]]:
    who, ids = context.caller_or_none(), context.trace()
    if who is not None:
        yield "authorization", f"Bearer {who.token}"
    if ids.request_id:
        yield REQUEST_ID_KEY, ids.request_id
    if ids.traceparent:
        yield TRACEPARENT_KEY, ids.traceparent
    if ids.case_ref:
        yield CASE_REF_KEY, ids.case_ref


def client_address(call: grpc.ServicerContext) -> str:
    """Returns the network address of the client, as the gateway saw it."""
    return _metadatum(call, CLIENT_ADDRESS_KEY)


def client_device(call: grpc.ServicerContext) -> str:
    """Returns what the client said of itself, as the gateway heard it."""
    return _metadatum(call, CLIENT_DEVICE_KEY)[: limits.DEVICE_LENGTH]


def _metadatum(call: grpc.ServicerContext, key: str) -> str:
    return next((str(value) for each, value in call.invocation_metadata() if each == key), "")


def to_error(call: Any) -> OnestopError:
    """Returns the OnestopError that a finished call carries."""
    for key, value in call.trailing_metadata() or ():
        if key == PROBLEM_KEY:
            return from_problem(call.code(), problem_pb2.Problem.FromString(value))
    return _of_grpc(call.code(), call.details() or "")


def _of_grpc(status: grpc.StatusCode, details: str) -> OnestopError:
    """Returns the error for a call that gRPC itself ended: no service refused it, so its status is not a problem's
    status."""
    if status is grpc.StatusCode.RESOURCE_EXHAUSTED and any(one in details for one in _REQUEST_TOO_LARGE):
        return TooLarge()
    if status is grpc.StatusCode.RESOURCE_EXHAUSTED and "Concurrent RPC limit" in details:
        return Unavailable()
    kind = _KINDS_OF_GRPC.get(status, Internal)
    if kind is Internal:
        log.error("call failed", status=status.name, details=details)
    return kind()


_REQUEST_TOO_LARGE = ("CLIENT: Sent message larger than max", "SERVER: Received message larger than max")
_KINDS_OF_GRPC: dict[grpc.StatusCode, type[OnestopError]] = {
    grpc.StatusCode.UNAVAILABLE: Unavailable,
    grpc.StatusCode.CANCELLED: Unavailable,
    grpc.StatusCode.UNKNOWN: Unavailable,
    grpc.StatusCode.UNIMPLEMENTED: Unavailable,  # a replica of the version before
    grpc.StatusCode.DEADLINE_EXCEEDED: DeadlineExceeded,
}
