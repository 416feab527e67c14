"""The supervisor with real, tiny processes: how it starts, keeps, stops and complains."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from infra.local.home import ROOT
from infra.local.process import LocalRunError
from infra.local.supervisor import port_is_free, require_space
from services.common.testing.ports import free_ports

SECONDS = 20.0


class StandIn:
    """A supervisor in its own process, its output read as it comes."""

    def __init__(self, home: Path, specs: list[dict[str, Any]]) -> None:
        self.home = home
        self.output = home.with_name(f"{home.name}.{time.monotonic_ns()}.out")
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                (sys.executable, "-m", "infra.local.tests.standin", json.dumps(specs)),
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd=ROOT,
                env={**os.environ, "ONESTOP_HOME": str(home)},
            )

    @property
    def said(self) -> str:
        return self.output.read_text()

    def until(self, done: Callable[[], bool], what: str) -> None:
        deadline = time.monotonic() + SECONDS
        while not done():
            assert time.monotonic() < deadline, f"not {what} in time; it said:\n{self.said}"
            time.sleep(0.02)

    def ready(self) -> "StandIn":
        self.until(lambda: "ready" in self.said or self.process.poll() is not None, "ready")
        assert "ready" in self.said
        return self

    def ends(self, number: signal.Signals | None = None) -> int:
        """Its exit code, after this signal."""
        if number:
            self.process.send_signal(number)
        return self.process.wait(SECONDS)

    def child(self, name: str) -> psutil.Process:
        code = f"# {name}"
        (found,) = [child for child in psutil.Process(self.process.pid).children() if code in " ".join(child.cmdline())]
        return found


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def start(home: Path) -> Iterator[Callable[..., StandIn]]:
    started: list[StandIn] = []

    def begin(*specs: dict[str, Any]) -> StandIn:
        started.append(StandIn(home, list(specs)))
        return started[-1]

    yield begin
    for one in started:
        if one.process.poll() is None:
            one.ends(signal.SIGTERM)


def server(name: str, port: int, *needs: str) -> dict[str, Any]:
    code = f"""# {name}
import socket
server = socket.create_server(("127.0.0.1", {port}))
while True:
    server.accept()[0].close()
"""
    return {"name": name, "port": port, "needs": needs, "code": code}


def test_it_starts_in_the_order_of_needs_and_stops_everything_on_sigterm(start: Callable[..., StandIn]) -> None:
    port = free_ports(2)
    task = {"name": "schema", "needs": ["store"], "task": True, "code": "print('made')"}
    running = start(server("app", port + 1, "schema"), task, server("store", port)).ready()
    lines = running.said
    assert lines.index("store") < lines.index("schema") < lines.index("app ")
    assert running.ends(signal.SIGTERM) == 0
    assert port_is_free(port)
    assert port_is_free(port + 1)
    assert "stopped" in running.said


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGHUP])
def test_ctrl_c_and_a_closed_terminal_stop_it_too(start: Callable[..., StandIn], number: signal.Signals) -> None:
    port = free_ports()
    assert start(server("app", port)).ready().ends(number) == 0
    assert port_is_free(port)


def test_it_stops_only_what_it_started(start: Callable[..., StandIn]) -> None:
    mine, other = free_ports(), free_ports()
    stranger = subprocess.Popen((sys.executable, "-c", server("stranger", other)["code"]))
    try:
        start(server("app", mine)).ready().ends(signal.SIGTERM)
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_children_die_with_a_supervisor_that_is_killed(start: Callable[..., StandIn]) -> None:
    port = free_ports()
    running = start(server("app", port)).ready()
    child = running.child("app")
    running.ends(signal.SIGKILL)
    running.until(lambda: not child.is_running(), "dead")
    assert port_is_free(port)


def test_a_second_start_is_refused_in_one_line(start: Callable[..., StandIn]) -> None:
    port = free_ports()
    start(server("app", port)).ready()
    second = start(server("app", port))
    assert second.ends() == 1
    assert "already running from" in second.said
    assert "Traceback" not in second.said


def test_a_start_after_a_stop_finds_the_folder_of_the_first(start: Callable[..., StandIn], home: Path) -> None:
    port = free_ports()
    start(server("app", port)).ready().ends(signal.SIGTERM)
    (home / "data").write_text("kept")
    start(server("app", port)).ready().ends(signal.SIGTERM)
    assert (home / "data").read_text() == "kept"
    assert (home / "logs" / "app.log.1").exists()


def test_a_busy_port_is_told_in_one_line_that_says_what_to_do(start: Callable[..., StandIn]) -> None:
    port = free_ports()
    holder = subprocess.Popen((sys.executable, "-c", server("holder", port)["code"]))
    try:
        deadline = time.monotonic() + SECONDS
        while port_is_free(port) and time.monotonic() < deadline:
            time.sleep(0.02)
        refused = start(server("app", port))
        assert refused.ends() == 1
    finally:
        holder.kill()
        holder.wait()
    (line,) = [line for line in refused.said.splitlines() if "cannot run" in line]
    assert f"port {port} (app) is in use" in line
    assert "ONESTOP_PORT_OFFSET" in line
    assert "Traceback" not in refused.said


def test_a_process_that_dies_at_start_is_named_with_its_last_words_and_log(start: Callable[..., StandIn]) -> None:
    port = free_ports()
    broken = {"name": "broken", "needs": ["app"], "code": "import sys; sys.exit('Error: no such table')"}
    running = start(server("app", port), broken)
    assert running.ends() == 1
    (line,) = [line for line in running.said.splitlines() if "cannot run" in line]
    assert "broken ended with exit code 1: Error: no such table" in line
    assert "broken.log" in line
    assert "Traceback" not in running.said
    assert port_is_free(port)


def test_a_process_that_dies_later_is_started_again(start: Callable[..., StandIn]) -> None:
    port = free_ports()
    running = start(server("app", port)).ready()
    first = running.child("app")
    first.kill()
    running.until(lambda: "app was killed by SIGKILL" in running.said, "told of the death")
    running.until(lambda: not port_is_free(port), "listening again")
    assert running.child("app").pid != first.pid


def test_a_process_that_dies_again_and_again_ends_the_run(start: Callable[..., StandIn]) -> None:
    running = start({"name": "weak", "code": "import time; time.sleep(0.3); raise SystemExit('Error: too weak')"})
    assert running.ends() == 1
    assert "weak died 6 times within a minute" in running.said


def test_a_full_disk_is_told_before_anything_starts(tmp_path: Path) -> None:
    with pytest.raises(LocalRunError, match=r"only \d+ MB free .* ONESTOP_HOME"):
        require_space(tmp_path, needed=2**60)
