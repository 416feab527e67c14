"""The sandbox as a process: everything mounted, ended by SIGTERM, clear about what it lacks."""

import os
import signal
import socket
import subprocess
import sys
import time

import pytest
import urllib3

from infra.sandbox.app import create_app
from infra.sandbox.settings import SandboxSettings
from services.common.testing.ports import free_ports

DEADLINE = 20.0
SECRETS = {"ONESTOP_REGISTERS_API_KEY": "key", "ONESTOP_VNPAY_SECRET": "secret"}


def start(**settings: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "infra.sandbox"],
        env={**os.environ, **settings},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.fixture
def ports() -> tuple[int, int, int]:
    first = free_ports(3)
    return first, first + 1, first + 2


def test_every_stand_in_is_mounted() -> None:
    app = create_app(SandboxSettings(registers_api_key="k", vnpay_secret="s"))

    assert {rule.rule.split("/")[1] for rule in app.url_map.iter_rules()} == {
        "registers",
        "vnpay",
        "axis",
        "mail",
        "healthz",
    }


@pytest.mark.slow
def test_it_answers_on_all_ports_until_it_is_told_to_end(ports: tuple[int, int, int]) -> None:
    http, clamd, smtp = (f"127.0.0.1:{port}" for port in ports)
    process = start(ONESTOP_LISTEN=http, ONESTOP_CLAMD=clamd, ONESTOP_SMTP=smtp, **SECRETS)
    try:
        until = time.monotonic() + DEADLINE
        while time.monotonic() < until and not answers(ports[1]):
            assert process.poll() is None
        assert urllib3.request("GET", f"http://{http}/healthz").json() == {"status": "ok"}
        with socket.create_connection(("127.0.0.1", ports[1])) as scanner:
            scanner.sendall(b"zPING\0")
            assert scanner.recv(16) == b"PONG\0"
        with socket.create_connection(("127.0.0.1", ports[2])) as mail:
            assert mail.recv(64).startswith(b"220 ")
        process.send_signal(signal.SIGTERM)
        assert process.wait(DEADLINE) == 0
    finally:
        process.kill()
        process.communicate()


def answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=0.2).close()
    except OSError:
        time.sleep(0.05)
        return False
    return True


@pytest.mark.slow
def test_a_missing_secret_and_a_busy_port_are_one_clear_line_each(ports: tuple[int, int, int]) -> None:
    lacking = start(ONESTOP_VNPAY_SECRET="secret")
    assert "ONESTOP_REGISTERS_API_KEY" in lacking.communicate(timeout=DEADLINE)[1]
    with socket.create_server(("127.0.0.1", 0)) as taken:
        busy = f"127.0.0.1:{taken.getsockname()[1]}"
        process = start(ONESTOP_LISTEN=f"127.0.0.1:{ports[0]}", ONESTOP_CLAMD=busy, **SECRETS)
        problem = process.communicate(timeout=DEADLINE)[1]
    assert problem == f"sandbox: cannot listen on {busy}: is another process using it?\n"
    assert process.returncode == 1
