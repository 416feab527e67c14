# ruff: noqa: N802, ARG002  # methods and parameters are named by the protos
"""What changes under a channel that stays open: the addresses behind a name, and the certificates of both ends."""

import socket
import threading
import time
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from onestop.cases.v1 import cases_service_pb2 as pb
from onestop.cases.v1 import cases_service_pb2_grpc as pb_grpc

from services.common import tls
from services.common.access import PUBLIC
from services.common.context import Caller
from services.common.errors import Unavailable
from services.common.rpc import Server, build_server, open_channel
from services.common.settings import ServiceSettings
from services.common.testing.ports import free_ports
from services.common.testing.tls_folder import TlsFolder
from services.common.tests.tcp_proxy import proxy_to

PATIENCE = timedelta(seconds=15)  # gRPC left to itself asks for names again after thirty

CALLS_A_CONNECTION = 20  # the good ones pay for the retry that a cut connection may cost


class Cases(pb_grpc.CasesServiceServicer):
    def __init__(self) -> None:
        self.held = threading.Event()
        self.entered = threading.Event()

    def ListProcedures(self, request: Any, context: Any) -> pb.ListProceduresResponse:
        return pb.ListProceduresResponse()

    def Act(self, request: Any, context: Any) -> pb.ActResponse:
        """Answers when the test lets it, as a long call."""
        self.entered.set()
        self.held.wait(PATIENCE.total_seconds())
        return pb.ActResponse()


def _nobody(token: str) -> Caller:
    raise AssertionError("no token is sent here")


@contextmanager
def serving(listen: str, tls_dir: Path | None = None, cases: Cases | None = None) -> Iterator[Server]:
    server = build_server(
        ServiceSettings(listen=listen, database_url="postgresql://unused", tls_dir=tls_dir),
        add=lambda server: pb_grpc.add_CasesServiceServicer_to_server(cases or Cases(), server),  # type: ignore[abstract]
        services=["onestop.cases.v1.CasesService"],
        access={"ListProcedures": PUBLIC, "Act": PUBLIC},
        authenticate=_nobody,
    )
    server.start()
    try:
        yield server
    finally:
        server.drain()


class Names:
    """A name server that knows one address, whatever it is asked for: an A record, no AAAA."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.asked = 0
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self.port: int = self._socket.getsockname()[1]
        threading.Thread(target=self._answer, daemon=True).start()

    def _answer(self) -> None:
        while True:
            question, who = self._socket.recvfrom(4096)
            if not question:
                return
            self.asked += 1
            end = question.index(b"\0", 12) + 5
            wants_address = question[end - 4 : end - 2] == b"\0\1"
            head = question[:2] + b"\x81\x80\0\1" + (b"\0\1" if wants_address else b"\0\0") + bytes(4)
            record = b"\xc0\x0c\0\1\0\1" + bytes(4) + b"\0\4" + socket.inet_aton(self.address)
            self._socket.sendto(head + question[12:end] + (record if wants_address else b""), who)

    def close(self) -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as last:
            last.sendto(b"", ("127.0.0.1", self.port))


def until_answered(stub: pb_grpc.CasesServiceStub) -> None:
    """Calls until somebody answers.

    Raises:
        Unavailable: nobody did in all that time.
    """
    deadline = time.monotonic() + PATIENCE.total_seconds()
    while True:
        try:
            stub.ListProcedures(pb.ListProceduresRequest())
        except Unavailable:
            if time.monotonic() > deadline:
                raise
        else:
            return


def test_when_all_replicas_behind_a_name_are_replaced_calls_reach_the_new_ones() -> None:
    """As in an upgrade: the client began a moment ago, so gRPC's own patience with the name has only begun."""
    port = free_ports()
    names = Names("127.0.0.2")
    channel = open_channel(f"dns://127.0.0.1:{names.port}/cases.onestop.test:{port}")
    stub = pb_grpc.CasesServiceStub(channel)
    with serving(f"127.0.0.2:{port}"):
        until_answered(stub)
    names.address = "127.0.0.3"
    with serving(f"127.0.0.3:{port}"):
        until_answered(stub)
    names.address = "127.0.0.4"
    with serving(f"127.0.0.4:{port}"):
        until_answered(stub)
    assert names.asked >= 3
    channel.close()
    names.close()


@pytest.mark.slow
def test_calls_go_on_over_two_renewals_of_short_certificates_without_one_failure(tmp_path: Path) -> None:
    life, margin = timedelta(seconds=8), timedelta(seconds=1)
    folder = TlsFolder(tmp_path / "tls")
    folder.issue(life)
    with serving("127.0.0.1:0", folder.path) as server, proxy_to("127.0.0.1", server.port) as proxy:
        channel = open_channel(f"127.0.0.1:{proxy.port}", folder.path)
        stub = pb_grpc.CasesServiceStub(channel)

        def call_until(moment: datetime) -> None:
            while datetime.now(UTC) <= moment:
                proxy.cut()
                for _ in range(CALLS_A_CONNECTION):
                    stub.ListProcedures(pb.ListProceduresRequest())

        for _ in range(2):
            end = tls.ends(folder.path / tls.CERTIFICATE)
            call_until(end - life / 2)
            folder.issue(life)
            call_until(end + margin)
        channel.close()


def test_a_call_in_flight_outlives_the_renewal_and_the_old_line_is_let_go_of(tmp_path: Path) -> None:
    folder = TlsFolder(tmp_path / "tls")
    folder.issue(timedelta(hours=1))
    cases = Cases()  # type: ignore[abstract]
    with serving("127.0.0.1:0", folder.path, cases) as server:
        channel = open_channel(f"127.0.0.1:{server.port}", folder.path)
        stub = pb_grpc.CasesServiceStub(channel)
        old = weakref.ref(line_of(channel))
        answers: list[object] = []
        long = threading.Thread(target=lambda: answers.append(stub.Act(pb.ActRequest())))
        long.start()
        cases.entered.wait(PATIENCE.total_seconds())
        folder.issue(timedelta(hours=2))
        deadline = time.monotonic() + PATIENCE.total_seconds()
        while old() is not None and time.monotonic() < deadline:
            stub.ListProcedures(pb.ListProceduresRequest())
        assert old() is None
        assert not answers
        cases.held.set()
        long.join()
        assert answers == [pb.ActResponse()]
        channel.close()


def line_of(channel: Any) -> Any:
    """The line a channel calls over now: a new one for each certificate."""
    return channel._lines.current()


def test_files_that_do_not_belong_together_are_not_taken(tmp_path: Path) -> None:
    """In the middle of a renewal the certificate may be new and the key old."""
    folder = TlsFolder(tmp_path / "tls")
    folder.issue(timedelta(hours=1))
    with serving("127.0.0.1:0", folder.path) as server, proxy_to("127.0.0.1", server.port) as proxy:
        channel = open_channel(f"127.0.0.1:{proxy.port}", folder.path)
        stub = pb_grpc.CasesServiceStub(channel)
        key = (folder.path / tls.KEY).read_bytes()
        folder.issue(timedelta(hours=1))
        (folder.path / tls.KEY).write_bytes(key)
        with pytest.raises(tls.BadPair, match="another key's"):
            tls.Pair.read(folder.path)
        proxy.cut()
        assert stub.ListProcedures(pb.ListProceduresRequest()) == pb.ListProceduresResponse()
        channel.close()


def test_the_days_left_are_shown_as_the_files_are_now(tmp_path: Path) -> None:
    folder = TlsFolder(tmp_path / "tls")
    folder.issue(timedelta(days=90))
    tls.measure(folder.path)
    assert 89 < days_shown() < 90
    folder.issue(timedelta(days=3))
    assert 2 < days_shown() < 3


def days_shown() -> float:
    samples = next(iter(tls.DAYS_LEFT.collect())).samples
    return next(sample.value for sample in samples if sample.labels["file"] == tls.CERTIFICATE)
