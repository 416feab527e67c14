"""What a command says when whoever answers is no gateway, and that what is typed stays one part of an address."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from typer.testing import CliRunner, Result

from infra.cli.__main__ import build
from infra.cli.gateway import path


@pytest.fixture
def elsewhere() -> Iterator[str]:
    """A web server that answers everything with a page of its own."""

    class Page(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(b"<html>welcome</html>")

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Page)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def show(url: str, ref: str = "H29-1") -> Result:
    return CliRunner().invoke(build(), ["case", "show", ref, "--user", "lan", "--url", url])


@pytest.fixture(autouse=True)
def password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ONESTOP_PASSWORD", "x")


@pytest.mark.parametrize(
    "url", ["127.0.0.1", "notaurl", "http://", "ftp://127.0.0.1", "http://[", "http://127.0.0.1:x"]
)
def test_an_address_nobody_can_call_is_told_in_words(url: str) -> None:
    answer = show(url)
    assert isinstance(answer.exception, SystemExit)
    assert (answer.exit_code, "--url" in answer.output) == (1, True)


def test_a_server_that_is_no_gateway_is_told_in_words(elsewhere: str) -> None:
    answer = show(elsewhere)
    assert isinstance(answer.exception, SystemExit)
    assert (answer.exit_code, "no gateway of onestop" in answer.output) == (1, True)


def test_what_is_typed_stays_one_part_of_an_address() -> None:
    assert path("cases", "../procedures?x#y") == "/cases/..%2Fprocedures%3Fx%23y"


@pytest.mark.parametrize("ref", ["", ".", ".."])
def test_what_names_nothing_is_refused_before_anybody_is_asked(elsewhere: str, ref: str) -> None:
    with pytest.raises(Exception, match="names nothing"):
        path("cases", ref)
