"""Asks clamd whether a file carries malware, over its INSTREAM command."""

import re
import socket
import struct
import time
from collections.abc import Iterable
from dataclasses import dataclass

from services.common import limits
from services.common.errors import Unavailable

_COMMAND = b"zINSTREAM\0"
_END = struct.pack("!L", 0)
_FOUND = re.compile(rb"^stream: (?P<signature>.+) FOUND$")
_CLEAN = b"stream: OK"
_ANSWER_BYTES = 4_096


class ScannerUnavailable(Unavailable):
    """The virus scanner does not answer, or not with a verdict; the file stays in quarantine."""

    code = "scanner-unavailable"
    vi = "Chưa kiểm tra được mã độc. Tệp sẽ được kiểm tra lại sau ít phút."
    en = "The virus check is not available. The file will be checked again in a few minutes."


@dataclass(frozen=True, slots=True)
class Scan:
    """The finding of the scanner: the malware's name, or nothing."""

    signature: str = ""

    @property
    def clean(self) -> bool:
        return not self.signature


class Clamd:
    """A clamd listening on TCP."""

    def __init__(self, address: str) -> None:
        """Remembers the scanner's address; `address` is host:port."""
        host, _, port = address.rpartition(":")
        self._address = (host, int(port))

    def scan(self, chunks: Iterable[bytes]) -> Scan:
        """Sends a file's bytes; raises ScannerUnavailable unless clamd says OK or FOUND in time."""
        deadline = time.monotonic() + limits.SCAN_DEADLINE.total_seconds()
        try:
            with socket.create_connection(self._address, _left(deadline)) as connection:
                _send(connection, chunks, deadline)
                return _verdict(_receive(connection, deadline))
        except OSError as error:
            raise ScannerUnavailable from error


def _send(connection: socket.socket, chunks: Iterable[bytes], deadline: float) -> None:
    connection.sendall(_COMMAND)
    for chunk in chunks:
        connection.settimeout(_left(deadline))
        connection.sendall(struct.pack("!L", len(chunk)) + chunk)
    connection.sendall(_END)


def _receive(connection: socket.socket, deadline: float) -> bytes:
    answer = b""
    while not answer.endswith(b"\0") and len(answer) < _ANSWER_BYTES:
        connection.settimeout(_left(deadline))
        part = connection.recv(_ANSWER_BYTES)
        if not part:
            break
        answer += part
    return answer.rstrip(b"\0\n")


def _verdict(answer: bytes) -> Scan:
    if answer == _CLEAN:
        return Scan()
    if found := _FOUND.match(answer):
        return Scan(found["signature"].decode(errors="replace"))
    raise ScannerUnavailable


def _left(deadline: float) -> float:
    seconds = deadline - time.monotonic()
    if seconds <= 0:
        raise TimeoutError
    return seconds
