"""Runs every stand-in in one process, until SIGTERM."""

import signal
import sys
import threading

import structlog

from infra.sandbox import clamd
from infra.sandbox.app import create_app
from infra.sandbox.mail import smtp
from infra.sandbox.mail.letters import Letters
from infra.sandbox.server import address, listening
from infra.sandbox.settings import SandboxSettings
from services.common.settings import BadSettings
from services.common.telemetry import configure_logging

log = structlog.get_logger()


def main() -> None:
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    try:
        settings = SandboxSettings.load()
        configure_logging("sandbox", settings.log_level)
        letters = Letters()
        app = create_app(settings, letters)
        servers = [listening(app, settings.listen), scanner(settings.clamd), mail_server(settings.smtp, letters)]
    except (BadSettings, OSError) as error:
        sys.exit(f"sandbox: {error}")
    for server in servers:
        threading.Thread(target=server.serve_forever, daemon=True).start()
    log.info("serving", http=settings.listen, clamd=settings.clamd, smtp=settings.smtp)
    stop.wait()
    for server in servers:
        server.shutdown()


def scanner(listen: str) -> clamd.Server:
    """Returns the virus scanner, bound and ready; raises OSError when the address is taken."""
    try:
        return clamd.Server(address(listen), clamd.Session)
    except OSError as error:
        raise OSError(f"cannot listen on {listen}: is another process using it?") from error


def mail_server(listen: str, letters: Letters) -> smtp.Server:
    """Returns the mail server, bound and ready; raises OSError when the address is taken."""
    try:
        return smtp.Server(address(listen), letters)
    except OSError as error:
        raise OSError(f"cannot listen on {listen}: is another process using it?") from error


if __name__ == "__main__":
    main()
