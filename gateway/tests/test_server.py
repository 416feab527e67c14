"""The gateway as it is started: one process under gunicorn, before the fakes."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass

import psutil
import pytest

from gateway.clients import SERVICES
from gateway.tests.conftest import Backend
from gateway.tests.fakes.common import REF, SLOW_REF
from services.common import limits
from services.common.testing.ports import free_ports

READY_WITHIN = 30.0
MIB = 1024 * 1024


@dataclass
class Gateway:
    process: "subprocess.Popen[bytes]"
    port: int

    def connect(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)

    def peak_mib(self) -> float:
        """Highest resident memory of the worker so far."""
        (worker,) = psutil.Process(self.process.pid).children()
        with open(f"/proc/{worker.pid}/status") as status:  # noqa: PTH123
            kib = next(int(line.split()[1]) for line in status if line.startswith("VmHWM"))
        return kib / 1024


def environment(backend: Backend, port: int) -> dict[str, str]:
    targets = {f"ONESTOP_{name.upper()}_TARGET": backend.targets[name] for name in SERVICES}
    return {**os.environ, **targets, "ONESTOP_LISTEN": f"127.0.0.1:{port}"}


@pytest.fixture(scope="module")
def gateway(backend: Backend) -> Iterator[Gateway]:
    with running(backend) as started:
        yield started


@contextmanager
def running(backend: Backend) -> Iterator[Gateway]:
    port = free_ports()
    command = [sys.executable, "-m", "gateway"]
    process = subprocess.Popen(command, env=environment(backend, port), stdout=subprocess.PIPE)
    started = Gateway(process, port)
    await_true(lambda: answers(started))
    yield started
    process.terminate()
    process.communicate(timeout=30)


def answers(gateway: Gateway) -> bool:
    assert gateway.process.poll() is None
    try:
        connection = gateway.connect()
        connection.request("GET", "/healthz")
        return connection.getresponse().status == 200
    except OSError:
        return False


def await_true(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + READY_WITHIN
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_a_hundred_megabytes_pass_through_in_bounded_memory(gateway: Gateway, backend: Backend) -> None:
    connection = gateway.connect()
    headers = {"Authorization": f"Bearer {backend.token('citizen')}", "Content-Length": str(limits.FILE_BYTES)}
    connection.request("POST", "/api/v1/files?name=warm", b"x" * MIB, {**headers, "Content-Length": str(MIB)})
    connection.getresponse().read()
    before = gateway.peak_mib()
    block = b"x" * MIB
    connection.request("POST", "/api/v1/files?name=big", (block for _ in range(limits.FILE_BYTES // MIB)), headers)
    answer = connection.getresponse()
    assert answer.status == 201
    answer.read()
    assert backend.documents.seen == limits.FILE_BYTES
    assert gateway.peak_mib() - before < 30


def test_one_byte_more_in_chunks_is_refused_and_nothing_is_kept(gateway: Gateway, backend: Backend) -> None:
    kept = len(backend.documents.contents)
    connection = gateway.connect()
    headers = {"Authorization": f"Bearer {backend.token('citizen')}", "Transfer-Encoding": "chunked"}
    blocks = [b"x" * MIB] * (limits.FILE_BYTES // MIB) + [b"x"]
    connection.request("POST", "/api/v1/files?name=big", iter(blocks), headers, encode_chunked=True)
    assert connection.getresponse().status == 413
    assert len(backend.documents.contents) == kept


def test_a_connection_is_kept_for_the_next_request(gateway: Gateway) -> None:
    connection = gateway.connect()
    for path in ("/healthz", "/api/v1/nothing", "/healthz"):
        connection.request("GET", path)
        connection.getresponse().read()
        if path == "/healthz":
            own = connection.sock.getsockname()
        assert connection.sock.getsockname() == own


def test_a_connection_ended_for_another_that_has_just_sent_does_not_end_the_worker(gateway: Gateway) -> None:
    (worker,) = psutil.Process(gateway.process.pid).children()
    address = ("127.0.0.1", gateway.port)
    with ExitStack() as opened:
        idle = [opened.enter_context(socket.create_connection(address)) for _ in range(limits.CONNECTIONS_OPEN - 1)]
        assert answers(gateway)
        worker.suspend()
        for _ in range(5):
            opened.enter_context(socket.create_connection(address))
        for one in idle:
            with suppress(OSError):  # some have been ended already
                one.sendall(b"GET /healthz HTTP/1.1\r\n")
        worker.resume()
        assert answers(gateway)
    assert psutil.Process(gateway.process.pid).children() == [worker]


def test_a_body_the_server_and_its_parser_tell_the_length_of_differently_is_refused(gateway: Gateway) -> None:
    with socket.create_connection(("127.0.0.1", gateway.port)) as sender:
        sender.sendall(b"POST /api/v1/auth/login HTTP/1.1\r\nHost: g\r\nContent-Type: application/json\r\n")
        sender.sendall(b"Content-Length: 0000000000000000200\r\n\r\n{")
        assert sender.recv(65_536).startswith(b"HTTP/1.1 400 ")


@pytest.mark.parametrize(("version", "told"), [(b"1.1", 1), (b"1.0", 0)])
def test_who_asks_whether_to_go_on_is_told_once_and_an_old_client_never(
    gateway: Gateway, version: bytes, told: int
) -> None:
    body = b'{"username": "nobody"}'
    with socket.create_connection(("127.0.0.1", gateway.port)) as sender:
        sender.sendall(b"POST /api/v1/auth/login HTTP/%b\r\nHost: g\r\nConnection: close\r\n" % version)
        sender.sendall(b"Expect: 100-continue\r\nContent-Length: %d\r\n\r\n" % len(body))
        heard = sender.recv(65_536) if told else b""
        sender.sendall(body)
        while more := sender.recv(65_536):
            heard += more
    assert heard.count(b"100 Continue") == told
    assert heard.count(b" 415 ") == heard.count(b"HTTP/") - told == 1


@pytest.mark.slow
def test_sigterm_lets_a_running_request_end(backend: Backend) -> None:
    with running(backend) as gateway:
        connection = gateway.connect()
        headers = {"Authorization": f"Bearer {backend.token('clerk')}"}
        connection.request("GET", f"/api/v1/cases/{SLOW_REF}", headers=headers)
        assert backend.cases.slow_call_came.wait(10)
        master = psutil.Process(gateway.process.pid)
        gateway.process.send_signal(signal.SIGTERM)
        await_true(lambda: all(one.status != psutil.CONN_LISTEN for one in master.net_connections()))
        backend.cases.slow_call_may_end.set()
        assert connection.getresponse().status == 200
        assert gateway.process.wait(30) == 0


def test_a_taken_port_is_said_in_one_line(gateway: Gateway, backend: Backend) -> None:
    command = [sys.executable, "-m", "gateway"]
    done = subprocess.run(command, env=environment(backend, gateway.port), capture_output=True, timeout=60, check=False)
    assert done.returncode == 1
    assert done.stderr.decode() == f"gateway: cannot listen on 127.0.0.1:{gateway.port}: is another process using it?\n"


def test_a_wrong_setting_is_said_in_one_line(backend: Backend) -> None:
    env = {**environment(backend, free_ports()), "ONESTOP_WEB_THREADS": "many"}
    done = subprocess.run([sys.executable, "-m", "gateway"], env=env, capture_output=True, timeout=60, check=False)
    assert done.returncode == 1
    assert done.stderr.decode().startswith("gateway: ONESTOP_WEB_THREADS")
    assert done.stderr.count(b"\n") == 1


def test_many_callers_at_once_each_get_their_own_answer(gateway: Gateway, backend: Backend) -> None:
    seen: dict[str, str] = {}

    def ask(name: str) -> None:
        connection = gateway.connect()
        for _ in range(5):
            headers = {"Authorization": f"Bearer {backend.token('clerk', subject=name)}", "X-Request-Id": name}
            connection.request("GET", f"/api/v1/cases/{REF}", headers=headers)
            answer = connection.getresponse()
            answer.read()
            seen[name] = answer.headers["X-Request-Id"]

    threads = [threading.Thread(target=ask, args=(f"user{i}",)) for i in range(24)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert seen == {f"user{i}": f"user{i}" for i in range(24)}
    callers = [call.caller for call in backend.asked.calls["GetCase"] if call.trace.request_id.startswith("user")]
    assert {caller.subject for caller in callers if caller} == set(seen)
