"""The HTTP server the stand-ins are served by."""

import structlog
from flask import Flask
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

log = structlog.get_logger()


class KeepAlive(WSGIRequestHandler):
    """HTTP/1.1, and no line a request on standard error."""

    protocol_version = "HTTP/1.1"
    # Head and body leave in two writes; without this the second waits for the client's delayed acknowledgement.
    disable_nagle_algorithm = True

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        log.debug("request", method=self.command, path=self.path.partition("?")[0], status=str(code), size=size)


def listening(app: Flask, listen: str) -> BaseWSGIServer:
    """Returns a server bound to `listen` (host:port) and ready to serve; raises OSError when the address is taken."""
    host, port = address(listen)
    return make_server(host, port, app, threaded=True, request_handler=KeepAlive)


def address(listen: str) -> tuple[str, int]:
    host, port = listen.rsplit(":", 1)
    return host, int(port)
