"""The benchmark's own parts: the load generator loses and mixes up nothing, the report adds up."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from e2e.bench.cpu import Meter
from e2e.bench.life import PHASES
from e2e.bench.load import Answer, Run, drive, request
from e2e.bench.measure import FLOOR, Series
from e2e.bench.report import MANY, figures, table


class Echo(BaseHTTPRequestHandler):
    """Answers a POST with its own body, in two pieces."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:  # named by the standard library
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(201)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body[:1])
        self.wfile.flush()
        self.wfile.write(body[1:])

    def log_message(self, *_: object) -> None:
        """Says nothing."""


@pytest.fixture
def port() -> Iterator[int]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Echo)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_address[1]
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("clients", [1, 4, 100])
def test_every_request_gets_its_own_answer(port: int, clients: int) -> None:
    bodies = [b"%d" % (10**n) for n in range(1, 41)]
    run = drive(port, [request("POST", "/", body) for body in bodies], clients)
    assert [answer.body for answer in run.answers] == bodies
    assert {answer.status for answer in run.answers} == {201}
    assert all(0 < answer.seconds <= run.seconds for answer in run.answers)


def series(name: str, rate: float, floor: float = 500) -> Series:
    answers = [Answer(200, b"", 0.01), Answer(200, b"", 0.03)]
    return Series(name, MANY, Meter(dict), [Run(len(answers) / rate, answers)], [Run(len(answers) / floor, answers)])


def test_the_last_line_relates_every_phase_to_the_floor() -> None:
    rates = dict(zip(PHASES, (250, 200, 400, 300, 500, 800), strict=True))
    measured = {(name, MANY): series(name, rate) for name, rate in {FLOOR: 500, **rates}.items()}
    line = json.loads(figures(measured, event_p50_ms=12.5, event_p50_ms_rabbitmq=None, ready_s=9, idle_mb=700))
    assert (line["floor_rps"], line["submit_rps"], line["submit_ratio"]) == (500, 250, 0.5)
    assert (line["life_min_ratio"], line["life_slowest"]) == (0.4, "accept")
    assert line["life_rps"] == pytest.approx(6 / sum(1 / rate for rate in rates.values()), abs=0.1)
    assert (line["event_p50_ms"], line["event_p50_ms_rabbitmq"]) == (12.5, None)


def test_the_table_has_a_line_for_every_series() -> None:
    measured = {(name, MANY): series(name, 100) for name in (FLOOR, *PHASES)}
    lines = table(measured).splitlines()
    assert [line.split()[0] for line in lines[1:]] == [FLOOR, *PHASES]
    assert all(line.split()[1:5] == ["16", "100", "20.0", "29.0"] for line in lines[1:])
