"""A load generator light enough to share two cores with what it measures: one process, one thread, plain sockets."""

import selectors
import socket
import time
from collections import deque
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from typing import Self

RECEIVE_BYTES = 65_536
GIVE_UP_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back for one request, and after how long."""

    status: int
    body: bytes
    seconds: float


@dataclass(frozen=True, slots=True)
class Run:
    """A batch of requests: how long all took, and every answer in the order of the requests."""

    seconds: float
    answers: Sequence[Answer]

    @property
    def rate(self) -> float:
        return len(self.answers) / self.seconds


class Generator:
    """The process that makes the load; kept from batch to batch."""

    def __enter__(self) -> Self:
        self._pool = ProcessPoolExecutor(1, mp_context=get_context("spawn"))
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.shutdown()

    def run(self, port: int, requests: Sequence[bytes], clients: int) -> Run:
        """Sends the requests over so many kept connections, each with one request under way."""
        return self._pool.submit(drive, port, requests, clients).result()


class _Connection:
    """One kept connection and what it waits for."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=GIVE_UP_SECONDS)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.index = -1
        self.began = 0.0
        self._received = b""

    def send(self, index: int, request: bytes) -> None:
        self.index, self.began, self._received = index, time.perf_counter(), b""
        self.socket.sendall(request)

    def receive(self) -> Answer | None:
        """The answer once it is whole."""
        part = self.socket.recv(RECEIVE_BYTES)
        if not part:
            raise ConnectionError("the server closed a kept connection")
        self._received += part
        head, found, body = self._received.partition(b"\r\n\r\n")
        if not found or len(body) < _content_length(head):
            return None
        return Answer(int(head[9:12]), body, time.perf_counter() - self.began)


def drive(port: int, requests: Sequence[bytes], clients: int) -> Run:
    """Runs in the generator's process."""
    answers: dict[int, Answer] = {}
    waiting = deque(enumerate(requests))
    with selectors.DefaultSelector() as selector:
        connections = [_Connection(port) for _ in range(min(clients, len(requests)))]
        began = time.perf_counter()
        for connection in connections:
            selector.register(connection.socket, selectors.EVENT_READ, connection)
            connection.send(*waiting.popleft())
        while len(answers) < len(requests):
            events = selector.select(GIVE_UP_SECONDS)
            if not events:
                raise TimeoutError(f"no answer within {GIVE_UP_SECONDS:.0f} s")
            for key, _ in events:
                answer = key.data.receive()
                if answer is not None:
                    answers[key.data.index] = answer
                    if waiting:
                        key.data.send(*waiting.popleft())
        seconds = time.perf_counter() - began
        for connection in connections:
            connection.socket.close()
    return Run(seconds, [answers[index] for index in range(len(requests))])


def _content_length(head: bytes) -> int:
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            return int(value)
    raise ValueError(f"an answer without Content-Length: {head!r}")


def request(method: str, path: str, body: bytes = b"", **headers: str) -> bytes:
    """One HTTP/1.1 request as bytes; `_` in a header's name stands for `-`."""
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    if body:
        lines += ["Content-Type: application/json", f"Content-Length: {len(body)}"]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body
