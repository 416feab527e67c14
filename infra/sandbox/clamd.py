"""A stand-in for ClamAV's daemon: its protocol, and one signature, the EICAR test file.

Speaks PING, VERSION and INSTREAM, each as `zCOMMAND\\0` (answers end with NUL) or `nCOMMAND\\n` (answers end with LF).
"""

import socketserver
import struct
from typing import Protocol

STREAM_MAX_BYTES = 128 * 1024 * 1024
COMMAND_MAX_BYTES = 1_024
# Written in two halves so that no scanner takes this source for the real thing.
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + rb"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
SIGNATURE = b"Win.Test.EICAR_HDB-1"


class Readable(Protocol):
    """The stream a command is read from."""

    def read(self, size: int, /) -> bytes: ...


class Server(socketserver.ThreadingTCPServer):
    """Listens until `shutdown()`; port 0 picks a free one, then `server_address` says which."""

    allow_reuse_address = True
    daemon_threads = True


class Session(socketserver.StreamRequestHandler):
    """One connection: one command and its answer, as clamd does outside an IDSESSION."""

    def handle(self) -> None:
        mark = self.rfile.read(1)
        if mark not in (b"z", b"n"):
            return
        end = b"\0" if mark == b"z" else b"\n"
        self.wfile.write(self._answer(_read_command(self.rfile, end)) + end)

    def _answer(self, command: bytes) -> bytes:
        if command == b"PING":
            return b"PONG"
        if command == b"VERSION":
            return b"ClamAV 1.4.6/onestop-sandbox"
        if command == b"INSTREAM":
            return scan_stream(self.rfile)
        return b"UNKNOWN COMMAND"


def scan_stream(stream: Readable) -> bytes:
    """Reads chunks, each after its length (4 bytes, network order), to one of length 0; answers as clamd would."""
    received, tail, found = 0, b"", False
    while size := _read_length(stream):
        received += size
        if received > STREAM_MAX_BYTES:
            return b"INSTREAM size limit exceeded. ERROR"
        chunk = stream.read(size)
        if len(chunk) < size:
            return b"INSTREAM: Error reading from socket. ERROR"
        found = found or EICAR in tail + chunk
        tail = (tail + chunk)[-len(EICAR) :]
    return b"stream: " + (SIGNATURE + b" FOUND" if found else b"OK")


def serve(host: str, port: int) -> None:
    """Answers until the process ends."""
    with Server((host, port), Session) as server:
        server.serve_forever()


def _read_command(stream: Readable, end: bytes) -> bytes:
    command = b""
    while not command.endswith(end) and len(command) < COMMAND_MAX_BYTES:
        byte = stream.read(1)
        if not byte:
            break
        command += byte
    return command.removesuffix(end)


def _read_length(stream: Readable) -> int:
    header = stream.read(4)
    return int(struct.unpack("!L", header)[0]) if len(header) == 4 else 0
