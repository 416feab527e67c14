"""Whatever is sent, the answer has the headers of every answer and says nothing about what runs here."""

import socket
from email.message import Message
from email.parser import BytesParser
from urllib.parse import urlsplit

import orjson
import pytest

from e2e.conftest import System
from gateway.middleware import SECURITY_HEADERS

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

GET = b"GET /api/v1/procedures HTTP/1.1\r\nHost: gateway\r\n"
LOG_IN = b"POST /api/v1/auth/login HTTP/1.1\r\nHost: gateway\r\nContent-Type: application/json\r\n"
CHUNKED = LOG_IN + b"Transfer-Encoding: chunked\r\n\r\n"


def answer_to(base_url: str, sent: bytes) -> tuple[int, Message, bytes]:
    address = urlsplit(base_url)
    with socket.create_connection((address.hostname or "", address.port or 80), timeout=30) as connection:
        connection.sendall(sent)
        connection.shutdown(socket.SHUT_WR)
        whole = b"".join(iter(lambda: connection.recv(65_536), b""))
    head, _, body = whole.partition(b"\r\n\r\n")
    line, _, headers = head.partition(b"\r\n")
    return int(line.split()[1]), BytesParser().parsebytes(headers), body


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        pytest.param(b"what is this\r\n\r\n", 400, id="no HTTP"),
        pytest.param(GET + b"X: a\n\r\n", 400, id="a bare LF in a head"),
        pytest.param(GET.replace(b"\r\n", b"\n") + b"\n", 400, id="only bare LFs"),
        pytest.param(GET + b"Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400, id="two lengths"),
        pytest.param(GET + b"Content-Length: 1e3\r\n\r\n", 400, id="no length"),
        pytest.param(GET + b"Transfer-Encoding: zip\r\n\r\n", 501, id="an unknown coding"),
        pytest.param(GET + b"Expect: the-best\r\n\r\n", 417, id="an expectation"),
        pytest.param(b"GET /" + b"a" * 9_000 + b" HTTP/1.1\r\n\r\n", 414, id="a long address"),
        pytest.param(GET + b"X: " + b"x" * 20_000 + b"\r\n\r\n", 431, id="a long header"),
        pytest.param(GET + b"X: " + b"x" * 90_000 + b"\r\n\r\n", 431, id="a head over all bounds"),
        pytest.param(GET + b"X: y\r\n" * 200 + b"\r\n", 431, id="many headers"),
        pytest.param(CHUNKED + b"2\r\n{}\n0\r\n\r\n", 400, id="a bare LF after a chunk"),
        pytest.param(CHUNKED + b"2\n{}\r\n0\r\n\r\n", 400, id="a bare LF after a size"),
        pytest.param(CHUNKED + b"zz\r\n{}\r\n0\r\n\r\n", 400, id="no size"),
        pytest.param(CHUNKED + b"2\r\n{}\r\n0\r\nbad trailer\r\n\r\n", 400, id="a bad trailer"),
        pytest.param(CHUNKED + b"5\r\n{}", 400, id="a chunk cut short"),
        pytest.param(LOG_IN + b"Content-Length: 999999999\r\n\r\n{}", 413, id="more than is taken"),
    ],
)
def test_what_the_server_itself_refuses_looks_like_all_else(system: System, sent: bytes, status: int) -> None:
    found, headers, body = answer_to(system.base_url, sent)
    assert found == status
    assert {name: headers[name] for name, _ in SECURITY_HEADERS} == dict(SECURITY_HEADERS)
    assert headers["Content-Type"] == "application/problem+json"
    assert headers["Cache-Control"] == "no-store"
    assert orjson.loads(body)["status"] == status
    assert b"gunicorn" not in body.lower()
