"""Runs the gateway under gunicorn: `python -m gateway`."""

import logging
import socket
import sys
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication
from gunicorn.config import Config
from gunicorn.glogging import Logger

from gateway.app import create_app
from gateway.clients import Clients
from gateway.settings import GatewaySettings
from services.common import limits
from services.common.process import tune_gc
from services.common.settings import BadSettings
from services.common.telemetry import configure_logging, serve_metrics


def load(settings: GatewaySettings) -> Flask:
    """Builds the application of a worker after the fork: gRPC channels do not survive a fork."""
    clients = Clients.of(settings)
    return create_app(settings, clients, clients.token_verifier())


def server_options(settings: GatewaySettings) -> dict[str, Any]:
    """Returns gunicorn's settings; the benchmark's floor runs under the same."""
    return {
        "bind": settings.listen,
        "worker_class": "gateway.worker.Worker",
        "worker_connections": limits.CONNECTIONS_OPEN,
        "workers": settings.web_workers,
        "threads": settings.web_threads,
        "keepalive": 75,
        "timeout": 60,
        "graceful_timeout": int(limits.DRAIN_GRACE.total_seconds()),
        "limit_request_field_size": limits.SIGNATURE_BYTES,
        "forwarded_allow_ips": "",
        "control_socket_disable": True,
        "proc_name": "onestop-gateway",
        "logger_class": JsonLogger,
    }


class JsonLogger(Logger):  # type: ignore[misc]  # gunicorn has no types
    """gunicorn's own lines go where all others go, as JSON."""

    def setup(self, _cfg: Config) -> None:
        self.error_log.handlers.clear()
        self.error_log.propagate = True
        self.error_log.setLevel(logging.WARNING)


class Server(BaseApplication):  # type: ignore[misc]  # gunicorn has no types
    """gunicorn, told what to run and how by this program instead of by its command line."""

    def __init__(self, settings: GatewaySettings) -> None:
        self._settings = settings
        super().__init__()

    def load_config(self) -> None:
        for name, value in server_options(self._settings).items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        configure_logging("gateway", self._settings.log_level)
        app = load(self._settings)
        tune_gc()
        return app


def check_free(listen: str) -> None:
    """Raises OSError when the address is taken or not ours; gunicorn would try for long and tell in many lines."""
    host, port = listen.rsplit(":", 1)
    try:
        socket.create_server((host.strip("[]"), int(port))).close()
    except OSError as error:
        raise OSError(f"cannot listen on {listen}: is another process using it?") from error


def main() -> None:
    try:
        settings = GatewaySettings.load()
        check_free(settings.listen)
    except (BadSettings, OSError) as error:
        sys.exit(f"gateway: {error}")
    configure_logging("gateway", settings.log_level)
    serve_metrics(settings)
    Server(settings).run()


if __name__ == "__main__":
    main()
