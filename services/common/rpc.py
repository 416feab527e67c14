"""gRPC servers: authentication, authorization, errors, deadlines, ids and health in one place."""

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import grpc
import structlog
from grpc_health.v1 import health, health_pb2, health_pb2_grpc

from services.common import context, incoming, limits, security_log, tls
from services.common.access import AccessTable
from services.common.channels import (
    CASE_REF_KEY,
    MESSAGE_OPTIONS,
    PROBLEM_KEY,
    REQUEST_ID_KEY,
    TRACEPARENT_KEY,
    open_channel,
)
from services.common.context import Caller
from services.common.declared import access_of, call_name, service_of
from services.common.errors import Internal, OnestopError
from services.common.rpc_errors import status_of, to_problem
from services.common.settings import ServiceSettings
from services.common.telemetry import RPC_FAILURES, RPC_SECONDS

log = structlog.get_logger()

# Connections end now and then, so that callers resolve names again and new replicas get their share of the calls.
_SERVER_OPTIONS = [
    *MESSAGE_OPTIONS,
    ("grpc.so_reuseport", 0),
    ("grpc.max_connection_age_ms", int(limits.CONNECTION_AGE.total_seconds() * 1000)),
    ("grpc.max_connection_age_grace_ms", int(limits.UPLOAD_DEADLINE.total_seconds() * 1000)),
]

__all__ = ["Server", "build_server", "open_channel"]

Authenticate = Callable[[str], Caller]
AddToServer = Callable[[grpc.Server], None]


class _Gate(grpc.ServerInterceptor):
    """Stands before every handler: who calls, may they, under which ids and deadline, and how errors leave."""

    def __init__(self, authenticate: Authenticate, access: AccessTable) -> None:
        self._authenticate = authenticate
        self._streams = ThreadPoolExecutor(limits.STREAMS_AT_ONCE, thread_name_prefix="streams")
        self._access = access
        self._of_commands = {name.partition(".")[0] for name in access if "." in name}
        self._guarded: dict[str, Any] = {}

    def intercept_service(self, continuation: Any, details: grpc.HandlerCallDetails) -> Any:
        """Builds what a method is guarded by once: gRPC asks for it at every call."""
        guarded = self._guarded.get(details.method)
        if guarded is None:
            handler = continuation(details)
            service, method = details.method[1:].split("/", 1)
            if handler is None or service.startswith("grpc."):
                return handler
            build = self._streaming if handler.response_streaming else self._unary
            guarded = self._guarded[details.method] = build(handler, method)
            if handler.request_streaming or handler.response_streaming:
                self._set_apart(guarded)
        return guarded

    def _set_apart(self, handler: Any) -> None:
        """Gives what lasts as long as somebody sends or reads threads of its own; other calls keep theirs."""
        behaviour = handler.stream_unary or handler.unary_stream or handler.stream_stream
        behaviour.experimental_thread_pool = self._streams

    def _unary(self, handler: Any, method: str) -> Any:
        behaviour = handler.stream_unary if handler.request_streaming else handler.unary_unary
        make = (
            grpc.stream_unary_rpc_method_handler if handler.request_streaming else grpc.unary_unary_rpc_method_handler
        )
        of_commands = method in self._of_commands

        def answer(request: Any, call: grpc.ServicerContext) -> Any:
            started = time.perf_counter()
            name = call_name(method, request) if of_commands else method
            try:
                with self._admitted(name, request, call):
                    response = behaviour(request, call)
                    security_log.answered(name, context.caller_or_none(), request)
            except Exception as error:  # noqa: BLE001  # every error leaves as a Problem
                _abort(call, name, started, error)
            RPC_SECONDS.labels(name, "OK").observe(time.perf_counter() - started)
            return response

        return make(answer, incoming.reading(handler.request_deserializer), handler.response_serializer)

    def _streaming(self, handler: Any, method: str) -> Any:
        def answer(request: Any, call: grpc.ServicerContext) -> Iterator[Any]:
            started = time.perf_counter()
            try:
                with self._admitted(method, request, call):
                    yield from _told(method, request, handler.unary_stream(request, call))
            except Exception as error:  # noqa: BLE001  # every error leaves as a Problem
                _abort(call, method, started, error)
            RPC_SECONDS.labels(method, "OK").observe(time.perf_counter() - started)

        read = incoming.reading(handler.request_deserializer)
        return grpc.unary_stream_rpc_method_handler(answer, read, handler.response_serializer)

    @contextmanager
    def _admitted(self, method: str, request: Any, call: grpc.ServicerContext) -> Iterator[None]:
        """Runs the body as whoever calls; a refusal, before or inside, is told to the security log."""
        metadata = {key: value for key, value in call.invocation_metadata() if isinstance(value, str)}
        case_ref = metadata.get(CASE_REF_KEY, "")
        ids = context.ids_of(
            metadata.get(REQUEST_ID_KEY, ""),
            metadata.get(TRACEPARENT_KEY, ""),
            case_ref if security_log.is_identifier(case_ref) else "",
        )
        rule = self._access[method]
        authorization = metadata.get("authorization", "")
        token = authorization.removeprefix("Bearer ")
        who = None
        with context.acting(None, ids, call.time_remaining(), call.is_active):
            try:
                who = self._authenticate(token) if token and not rule.anonymous else None
                rule.check(who)
                with context.as_caller(who):
                    yield
            except OnestopError as error:
                security_log.refused(method, error, who, request)
                raise


def _told(method: str, request: Any, parts: Iterator[Any]) -> Iterator[Any]:
    """Yields the parts of a stream; with the first of them the security log hears that something left."""
    for number, part in enumerate(parts):
        if number == 0:
            security_log.answered(method, context.caller_or_none(), request, streamed=True)
        yield part


def _abort(call: grpc.ServicerContext, method: str, started: float, error: Exception) -> None:
    """Ends the call with the error's own status and its texts in the trailer."""
    if not isinstance(error, OnestopError):
        RPC_FAILURES.labels(method).inc()
        log.error("rpc failed", method=method, exc_info=error)
        error = Internal()
    RPC_SECONDS.labels(method, status_of(error).name).observe(time.perf_counter() - started)
    call.set_trailing_metadata(((PROBLEM_KEY, to_problem(error).SerializeToString()),))
    call.abort(status_of(error), error.message_en)


class Server:
    """A gRPC server with health, ready to start and to drain; `probes` answers health alone."""

    def __init__(
        self,
        server: grpc.Server,
        health_servicer: health.HealthServicer,
        services: Sequence[str],
        probes: grpc.Server | None = None,
    ) -> None:
        self.port = 0
        self._server = server
        self._health = health_servicer
        self._services = ("", *services)
        self._probes = probes

    def start(self) -> None:
        self._server.start()
        if self._probes is not None:
            self._probes.start()
        self._set(health_pb2.HealthCheckResponse.SERVING)

    def drain(self) -> None:
        """Says NOT_SERVING, lets running calls finish within the grace period, then stops."""
        self._set(health_pb2.HealthCheckResponse.NOT_SERVING)
        self._server.stop(limits.DRAIN_GRACE.total_seconds()).wait()
        if self._probes is not None:
            self._probes.stop(None).wait()

    def _set(self, status: Any) -> None:
        for name in self._services:
            self._health.set(name, status)


def build_server(
    settings: ServiceSettings,
    *,
    add: AddToServer,
    services: Sequence[str],
    authenticate: Authenticate,
    access: AccessTable | None = None,
) -> Server:
    """Returns a server for the servicers `add` registers.

    Args:
        services: full proto names, e.g. `onestop.cases.v1.CasesService`; their protos say who may call.
        authenticate: token to caller; raises Unauthenticated.
        access: name of a call to rule, in place of what the protos say; what is missing here cannot be called.

    Raises:
        OSError: the address is taken.
    """
    if access is None:
        access = access_of(*map(service_of, services))
    server = grpc.server(
        ThreadPoolExecutor(settings.grpc_workers, thread_name_prefix="rpc"),
        interceptors=[_Gate(authenticate, access)],
        options=_SERVER_OPTIONS,
    )
    add(server)
    health_servicer = health.HealthServicer()
    health_pb2_grpc.add_HealthServicer_to_server(health_servicer, server)
    if settings.reflection:
        from grpc_reflection.v1alpha import reflection  # noqa: PLC0415  # 2 MB, for developers

        reflection.enable_server_reflection([*services, reflection.SERVICE_NAME], server)
    probes = _probe_server(settings.health_listen, health_servicer) if settings.health_listen else None
    built = Server(server, health_servicer, services, probes)
    built.port = _bind(server, settings.listen, settings.tls_dir)
    return built


def _probe_server(listen: str, health_servicer: health.HealthServicer) -> grpc.Server:
    """Builds a server for health alone, without TLS: the prober of Kubernetes cannot speak mutual TLS."""
    server = grpc.server(ThreadPoolExecutor(1, thread_name_prefix="probes"), options=[("grpc.so_reuseport", 0)])
    health_pb2_grpc.add_HealthServicer_to_server(health_servicer, server)
    _bind(server, listen, None)
    return server


def _bind(server: grpc.Server, listen: str, tls_dir: Path | None) -> int:
    try:
        if tls_dir is None:
            return server.add_insecure_port(listen)
        return server.add_secure_port(listen, _server_credentials(tls_dir))
    except RuntimeError as error:
        raise OSError(f"cannot listen on {listen}: is another process using it?") from error


def _server_credentials(tls_dir: Path) -> grpc.ServerCredentials:
    """Makes credentials for mutual TLS; the files are read again for every connection, so a renewed certificate needs
    no restart."""

    def configuration() -> grpc.ServerCertificateConfiguration:
        pair = tls.Pair.read(tls_dir)
        return grpc.ssl_server_certificate_configuration([(pair.key, pair.certificate)], pair.authority)

    def renewed() -> grpc.ServerCertificateConfiguration | None:
        """Reads the files again; returns None, which keeps what was read last, in the middle of a renewal, when they do
        not match."""
        try:
            return configuration()
        except tls.BadPair as error:
            log.warning("certificate not taken", why=str(error))
            return None

    return grpc.dynamic_ssl_server_credentials(configuration(), renewed, True)  # type: ignore[arg-type]  # None is allowed
