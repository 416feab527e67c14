"""Connections that send a byte at a time, or never close, hold up nobody: a request has a thread once it is whole."""

import random
import selectors
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import pytest
import requests

from e2e.client import DEMO_PASSWORD, Client, wait_for
from e2e.conftest import System
from e2e.journeys.stage import scan
from services.common import limits

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

MANY = 64  # of each kind; the gateway has sixteen threads for requests
AT_ONCE = 5.0  # seconds in which an answer that waits for nobody is here, on any machine
A_BYTE_EVERY = 0.5
PIECES, A_PIECE_EVERY = 24, 0.5
ENDED_WITHIN = 60.0
LOG_IN = b"POST /api/v1/auth/login HTTP/1.1\r\nHost: gateway\r\nContent-Type: application/json\r\n"


class Drips:
    """Connections to one address that have each sent a beginning and now send a byte now and then."""

    def __init__(self, base_url: str, beginnings: list[bytes]) -> None:
        address = urlsplit(base_url)
        self._selector = selectors.DefaultSelector()
        self._stop = threading.Event()
        self.left = 0
        for beginning in beginnings:
            drip = socket.create_connection((address.hostname or "", address.port or 80))
            drip.sendall(beginning)
            drip.setblocking(False)
            self._selector.register(drip, selectors.EVENT_READ)
            self.left += 1
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _run(self) -> None:
        while not self._stop.wait(A_BYTE_EVERY):
            for key, _ in self._selector.select(0):
                self._hear(key.fileobj)  # type: ignore[arg-type]
            for key in list(self._selector.get_map().values()):
                try:
                    key.fileobj.send(b"a")  # type: ignore[union-attr]
                except OSError:
                    self._end(key.fileobj)  # type: ignore[arg-type]

    def _hear(self, drip: socket.socket) -> None:
        try:
            if drip.recv(65_536):
                return
        except OSError:
            pass
        self._end(drip)

    def _end(self, drip: socket.socket) -> None:
        self._selector.unregister(drip)
        drip.close()
        self.left -= 1

    def close(self) -> None:
        self._stop.set()
        self._thread.join()
        for key in list(self._selector.get_map().values()):
            self._end(key.fileobj)  # type: ignore[arg-type]


@contextmanager
def dripping(base_url: str, *beginnings: bytes) -> Iterator[Drips]:
    drips = Drips(base_url, [one for one in beginnings for _ in range(MANY)])
    try:
        yield drips
    finally:
        drips.close()


def large_upload(client: Client) -> bytes:
    token = client.authorization
    return (
        f"POST /api/v1/files?name=a HTTP/1.1\r\nHost: gateway\r\nAuthorization: {token}\r\n"
        "Content-Type: application/octet-stream\r\nContent-Length: 900000\r\n\r\n"
    ).encode()


def answers_at_once(base_url: str) -> None:
    assert requests.get(f"{base_url}/healthz", timeout=AT_ONCE).status_code == 200
    body = {"username": "clerk", "password": DEMO_PASSWORD}
    assert requests.post(f"{base_url}/api/v1/auth/login", json=body, timeout=AT_ONCE).status_code == 200


@pytest.mark.parametrize(
    "beginnings",
    [
        pytest.param((b"GET /api/v1/procedures HTTP/1.1\r\nX-A: ", b"GE"), id="heads"),
        pytest.param((LOG_IN + b"Content-Length: 200\r\n\r\n{",), id="small bodies"),
        pytest.param((LOG_IN + b"Content-Length: 900000\r\n\r\n{",), id="large bodies"),
        pytest.param((LOG_IN + b"Transfer-Encoding: chunked\r\n\r\n3000\r\n{",), id="chunks"),
        pytest.param((LOG_IN + b"Content-Length: 0000000000000000200\r\n\r\n{",), id="lengths oddly spelt"),
        pytest.param((LOG_IN + b"Content-Length: 200\r\nExpect: 100-continue\r\n\r\n",), id="asking whether to go on"),
        pytest.param((b"", LOG_IN), id="nothing and unfinished heads"),
    ],
)
def test_a_byte_at_a_time_stops_nobody_and_is_ended(system: System, beginnings: tuple[bytes, ...]) -> None:
    with dripping(system.base_url, *beginnings) as drips:
        answers_at_once(system.base_url)
        wait_for("every drip is ended", lambda: drips.left, lambda left: not left, ENDED_WITHIN)
        answers_at_once(system.base_url)


def test_a_head_made_to_be_hard_to_read_is_read_at_once(system: System) -> None:
    head = b"GET / HTTP/1.1\r\nContent-Length:" + b" " * 60_000 + b"x\nX: y\r\n\r\n"
    with dripping(system.base_url, head):
        answers_at_once(system.base_url)


def test_more_bodies_than_are_held_end_senders_and_not_the_server(system: System) -> None:
    """Connections are ended for others' sake, in the midst of what they send; nothing under way is lost by that."""
    length = limits.JSON_BODY_BYTES
    body = b"POST /nothing HTTP/1.1\r\nHost: g\r\nContent-Length: %d\r\n\r\n" % length + b" " * (length - MANY)
    with requests.Session() as honest:
        assert honest.get(f"{system.base_url}/healthz", timeout=AT_ONCE).status_code == 200
        with dripping(system.base_url, *[body] * 5):
            answers_at_once(system.base_url)
            assert honest.get(f"{system.base_url}/healthz", timeout=AT_ONCE).status_code == 200


def test_large_bodies_of_somebody_logged_in_take_no_request_thread_and_are_ended(system: System) -> None:
    with dripping(system.base_url, large_upload(Client(system.base_url).log_in("hung"))) as drips:
        answers_at_once(system.base_url)
        wait_for("every drip is ended", lambda: drips.left, lambda left: not left, ENDED_WITHIN)


def test_a_slow_and_honest_upload_succeeds_beside_them(system: System) -> None:
    lan = Client(system.base_url).log_in("lan")
    pause = threading.Event()
    numbers = random.Random(7)
    content = scan("Bảng kê", "Nguyễn Thị Lan", " ".join(f"{numbers.getrandbits(32):08x}" for _ in range(25_000)))
    assert len(content) > limits.JSON_BODY_BYTES

    def slowly() -> Iterator[bytes]:
        """In some twelve seconds: longer than a silence may last, and above the least rate."""
        piece = len(content) // PIECES + 1
        for at in range(0, len(content), piece):
            yield content[at : at + piece]
            pause.wait(A_PIECE_EVERY)

    with dripping(system.base_url, large_upload(Client(system.base_url).log_in("hung"))) as drips:
        wait_for("the account's own share", lambda: drips.left, lambda left: left <= limits.BODIES_PER_ACCOUNT)
        answer = requests.post(
            f"{system.base_url}/api/v1/files",
            params={"name": "giay.pdf"},
            data=slowly(),
            headers={"Authorization": lan.authorization, "Content-Type": "application/octet-stream"},
            timeout=60,
        )
    assert answer.status_code == 201, answer.text


def test_connections_that_do_not_close_when_told_to_hold_up_nobody(system: System) -> None:
    request = b"GET /healthz HTTP/1.1\r\nHost: gateway\r\nConnection: close\r\n\r\n"
    with dripping(system.base_url, request, b"NOT HTTP\r\n\r\n"):
        answers_at_once(system.base_url)
