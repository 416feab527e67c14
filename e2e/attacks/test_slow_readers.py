"""Whoever asks and does not read the answer holds up nobody: no thread waits, or one of those kept for such readers."""

import random
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from http import HTTPStatus
from io import BytesIO
from urllib.parse import urlsplit

import pytest
from PIL import Image

from e2e.attacks.test_slow_senders import MANY, answers_at_once
from e2e.client import Client, Refused, wait_for
from e2e.conftest import System

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

AHEAD = 20  # requests sent on one connection, more than any network takes the answers of
TAKEN = 1_024  # bytes its reader is ready to take
ELSEWHERE = "127.0.0.2"  # where such readers are, whose rate is their own


@contextmanager
def reading_nothing(base_url: str, asked: bytes, times: int) -> Iterator[list[socket.socket]]:
    """Connections on which so much was asked and nothing is read."""
    address = urlsplit(base_url)
    with ExitStack() as open_ones:
        readers = []
        for _ in range(times):
            reader = open_ones.enter_context(socket.socket())
            reader.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, TAKEN)
            reader.bind((ELSEWHERE, 0))
            reader.connect((address.hostname or "", address.port or 80))
            reader.sendall(asked)
            readers.append(reader)
        yield readers


def get(path: str, authorization: str = "") -> bytes:
    return f"GET {path} HTTP/1.1\r\nHost: gateway\r\nAuthorization: {authorization}\r\n\r\n".encode()


def photograph() -> bytes:
    """Twelve megabytes that nothing makes smaller: more than is kept for a reader anywhere."""
    made = BytesIO()
    Image.frombytes("RGB", (2_000, 2_000), random.Random(7).randbytes(12_000_000)).save(made, "PNG")
    return made.getvalue()


def served(readers: list[socket.socket]) -> socket.socket:
    """The first of them whose answer is the file: those who came while every place was taken were told to wait."""
    return next(
        reader for reader in readers if reader.recv(12, socket.MSG_PEEK | socket.MSG_WAITALL) == b"HTTP/1.1 200"
    )


def whole(reader: socket.socket) -> bytes:
    """What is read to the end of the connection's first answer."""
    seen = b""
    while b"\r\n\r\n" not in seen:
        seen += reader.recv(65_536)
    head, _, body = seen.partition(b"\r\n\r\n")
    length = next(int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:"))
    while len(body) < length:
        more = reader.recv(65_536)
        assert more, "cut off"
        body += more
    return body[:length]


def test_answers_nobody_reads_hold_up_nobody(system: System) -> None:
    asked = get("/api/v1/openapi.json") * AHEAD
    with reading_nothing(system.base_url, asked, MANY) as readers:
        wait_for("an answer", lambda: readers[-1].recv(1), bool)
        answers_at_once(system.base_url)


def test_downloads_nobody_reads_hold_up_nobody_and_one_read_late_is_whole(system: System) -> None:
    content = photograph()
    lan = Client(system.base_url).log_in("lan")
    path = f"/files/{lan.upload('anh.png', content)['file_id']}/content"

    def read_again() -> bytes:
        try:
            return lan.content(path)
        except Refused as refusal:
            if refusal.status != HTTPStatus.TOO_MANY_REQUESTS:
                raise
            return b""

    with reading_nothing(system.base_url, get(f"/api/v1{path}", lan.authorization), MANY) as readers:
        answers_at_once(system.base_url)
        assert whole(served(readers)) == content
    wait_for("a place for another", read_again, lambda read: read == content)
