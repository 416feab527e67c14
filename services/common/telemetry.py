"""Structured logs with personal numbers masked, and metrics.

A log line is one JSON object: `ts level service event` and, where known, `request_id trace_id case_ref`.
"""

import logging
import sys
from collections.abc import MutableMapping
from typing import Any, TextIO

import orjson
import structlog
from prometheus_client import Counter, Histogram, start_http_server

from services.common import context, tls
from services.common.discretion import discreet
from services.common.settings import Settings

OURS = ("services", "gateway", "infra")
"""Packages whose lines are chosen with people in mind, and so may be asked for in every detail."""
SECURITY_LOG = "security"
"""Name of the logger `services.common.security_log` writes to."""
RPC_SECONDS = Histogram("onestop_rpc_seconds", "Time to answer an RPC, by method and status.", ["method", "status"])
RPC_FAILURES = Counter("onestop_rpc_failures_total", "RPCs that failed for a reason of ours.", ["method"])


def _add_ids(_logger: object, _method: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    ids = context.trace()
    if ids.request_id:
        line["request_id"] = ids.request_id
    if ids.traceparent:
        line["trace_id"] = ids.traceparent.split("-")[1]
    if ids.case_ref:
        line["case_ref"] = ids.case_ref
    return line


def _mask(_logger: object, _method: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Makes every text of the line discreet, nested or not; case numbers are told apart by their dashes."""
    for key, value in line.items():
        line[key] = _masked(value)
    return line


def _masked(value: Any) -> Any:
    if isinstance(value, str):
        return discreet(value)
    if isinstance(value, dict):
        return {key: _masked(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_masked(part) for part in value]
    return value


def _to_json(line: MutableMapping[str, Any], **_: Any) -> str:
    return orjson.dumps(line, default=str).decode()


def configure_logging(service: str, level: str, out: TextIO | None = None) -> None:
    """Sends every log line of this process, library lines included, to standard output, or to `out`, as JSON."""
    shared: list[Any] = [
        structlog.stdlib.add_log_level,
        structlog.processors.format_exc_info,
        _mask,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="ts"),
        _add_ids,
    ]
    structlog.configure(
        processors=[structlog.stdlib.filter_by_level, *shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(out or sys.stdout)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                _naming(service),
                structlog.processors.JSONRenderer(serializer=_to_json),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    if root.level < logging.INFO:
        root.setLevel(logging.INFO)  # what libraries say of their work quotes it: envelopes, statements
    for name in OURS:
        logging.getLogger(name).setLevel(level)
    logging.getLogger("pika").setLevel("WARNING")
    logging.getLogger(SECURITY_LOG).setLevel("INFO")  # whatever the level of all others


def _naming(service: str) -> Any:
    def name(_logger: object, _method: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        line["service"] = service
        return line

    return name


def serve_metrics(settings: Settings) -> None:
    """Answers Prometheus on `metrics_listen`, when set."""
    if settings.metrics_listen:
        host, port = settings.metrics_listen.rsplit(":", 1)
        if settings.tls_dir is not None:
            tls.measure(settings.tls_dir)
        start_http_server(int(port), host)
