"""The scanner's word decides; without its word nothing is clean."""

import socket
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from infra.sandbox import clamd
from services.documents.files.scanner import Clamd, ScannerUnavailable
from services.documents.tests.samples import EICAR


@contextmanager
def answering(answer: bytes) -> Iterator[Clamd]:
    """A daemon that says the same whatever it is sent."""

    class Session(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            clamd.scan_stream(_after_command(self))
            self.wfile.write(answer)

    def _after_command(session: socketserver.StreamRequestHandler) -> clamd.Readable:
        session.rfile.read(len(b"zINSTREAM\0"))
        return session.rfile

    with socketserver.TCPServer(("127.0.0.1", 0), Session) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield Clamd(f"127.0.0.1:{server.server_address[1]}")
        server.shutdown()
        thread.join()


def test_a_harmless_file_is_clean(scanner: Clamd) -> None:
    assert scanner.scan([b"a" * 300_000, b"b"]).clean


@pytest.mark.parametrize(
    "chunks", [[EICAR], [b"x" * 99 + EICAR + b"y"], [EICAR[:30], EICAR[30:]], [bytes([b]) for b in EICAR]]
)
def test_the_eicar_file_is_found_wherever_it_is_cut(scanner: Clamd, chunks: list[bytes]) -> None:
    assert scanner.scan(chunks).signature == "Win.Test.EICAR_HDB-1"


@pytest.mark.parametrize(
    "answer", [b"", b"INSTREAM size limit exceeded. ERROR\0", b"stream: OK FOUND? maybe\0", b"PONG\0", b"stream: O"]
)
def test_anything_but_ok_or_found_is_no_verdict(answer: bytes) -> None:
    with answering(answer) as scanner, pytest.raises(ScannerUnavailable):
        scanner.scan([b"x"])


def test_a_scanner_that_is_not_there_is_unavailable(no_scanner: Clamd) -> None:
    with pytest.raises(ScannerUnavailable):
        no_scanner.scan([b"x"])


def test_the_stand_in_speaks_the_protocol_of_clamd(clamd_address: str) -> None:
    host, port = clamd_address.split(":")

    def ask(sent: bytes) -> bytes:
        with socket.create_connection((host, int(port)), 5) as connection:
            connection.sendall(sent)
            connection.shutdown(socket.SHUT_WR)
            return b"".join(iter(lambda: connection.recv(4096), b""))

    assert ask(b"zPING\0") == b"PONG\0"
    assert ask(b"nPING\n") == b"PONG\n"
    assert ask(b"zVERSION\0").startswith(b"ClamAV ")
    assert ask(b"zSHUTDOWN\0") == b"UNKNOWN COMMAND\0"
    assert ask(b"zINSTREAM\0" + (2**31).to_bytes(4)) == b"INSTREAM size limit exceeded. ERROR\0"
    assert ask(b"zINSTREAM\0" + (0).to_bytes(4)) == b"stream: OK\0"
