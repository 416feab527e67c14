"""A whole demonstration leaves no name, number, telephone or address where people are not looked for."""

import socket
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import psycopg
import pytest
import requests
from psycopg import sql

from e2e.attacks.witness import Found, Sought, Witness, known_before
from e2e.conftest import System, killable
from e2e.journeys.demo import JOURNEYS, play
from e2e.journeys.stage import Stage
from infra.local.home import BROKER_DATABASE, SERVICES, Home

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1500)]

EVENTS = {"outbox": "data", "inbox_attempts": "", "parked": "body"}
"""Tables of every service that are about events, and their column that carries what is told."""
BROKER = {"message": "body", "binding": ""}
ERRORS = ("last_error", "error")
"""Columns that say why something failed, in whatever table."""


@pytest.fixture(scope="module")
def metrics_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


@pytest.fixture(scope="module")
def talkative(tmp_path_factory: pytest.TempPathFactory, metrics_port: int) -> Iterator[System]:
    """A system that logs all it can, whose gateway is measured too."""
    extra = {"ONESTOP_LOG_LEVEL": "DEBUG", "ONESTOP_METRICS_LISTEN": f"127.0.0.1:{metrics_port}"}
    with killable(tmp_path_factory.mktemp("talkative"), extra) as started:
        yield started


@pytest.fixture(scope="module")
def witness(talkative: System, tmp_path_factory: pytest.TempPathFactory) -> Witness:
    """Whoever heard the whole demonstration."""
    stage = Stage(talkative.base_url, talkative.home, tmp_path_factory.mktemp("out"))
    with pytest.MonkeyPatch.context() as monkeypatch:
        heard = Witness()
        heard.listen(monkeypatch)
        failed = [title for title, journey in JOURNEYS.items() if not play(stage, title, journey)]
    assert failed == []
    return heard


@pytest.fixture(scope="module")
def sought(witness: Witness) -> Sought:
    texts = known_before() | witness.typed
    assert {"Nguyễn Thị Lan", "079301000019", "0903000019", "lan@example.com"} <= texts
    assert len(texts) > 200
    return Sought(texts)


def test_no_log_names_anybody(talkative: System, sought: Sought) -> None:
    logs = sorted((talkative.home / "logs").glob("*.log"))
    assert {log.stem for log in logs} >= {"gateway", "postgres", "sandbox", *SERVICES}
    assert _told((log.stem, found) for log in logs for found in sought.found_in(_text(log))) == []


def test_no_address_names_anybody(witness: Witness, sought: Sought) -> None:
    assert len(witness.urls) > 500
    assert _told(("url", found) for url in set(witness.urls) for found in sought.found_in_url(url)) == []


def test_no_refusal_names_anybody(witness: Witness, sought: Sought) -> None:
    assert len(witness.refusals) > 20
    assert _told(("refusal", found) for text in set(witness.refusals) for found in sought.found_in(text)) == []


def test_no_measure_names_anybody(talkative: System, sought: Sought, metrics_port: int) -> None:
    home = Home.load({"ONESTOP_HOME": str(talkative.home), "ONESTOP_PORT_OFFSET": str(_offset(talkative))})
    ports = {"gateway": metrics_port, **{name: home.ports.metrics(name) for name in SERVICES}}
    measures = {name: requests.get(f"http://127.0.0.1:{port}/metrics", timeout=30).text for name, port in ports.items()}
    assert all("python_info" in text for text in measures.values())
    assert _told((name, found) for name, text in measures.items() for found in sought.found_in(text)) == []


def test_nothing_kept_about_events_and_errors_names_anybody(talkative: System, sought: Sought) -> None:
    """What events are told apart by and why something failed; the events themselves carry what their hearers need."""
    home = Home.load({"ONESTOP_HOME": str(talkative.home), "ONESTOP_PORT_OFFSET": str(_offset(talkative))})
    kept = {name: "\n".join(_kept(home.owner_url(name), EVENTS)) for name in SERVICES}
    kept |= {"broker": "\n".join(_kept(home.owner_url(BROKER_DATABASE), BROKER))}
    assert "cases.submitted" in kept["cases"]
    assert _told((name, found) for name, text in kept.items() for found in sought.found_in(text)) == []


def _kept(url: str, tables: Mapping[str, str]) -> Iterator[str]:
    """Whatever stands in these tables but for the one column, and in the columns that hold errors."""
    columns = "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public'"
    with psycopg.connect(url.replace("+psycopg", "")) as conn:
        for table, column in conn.execute(columns).fetchall():
            if column != tables.get(table, column) or column in ERRORS:
                named = sql.SQL("SELECT DISTINCT {}::text FROM {}").format(*map(sql.Identifier, (column, table)))
                yield from (str(value) for (value,) in conn.execute(named))


def _text(log: Path) -> str:
    return log.read_text(errors="replace")


def _offset(system: System) -> int:
    return int(system.base_url.rsplit(":", 1)[1]) - 8080


def _told(places: Iterable[tuple[str, Found]]) -> list[str]:
    """What was found and where, once each."""
    return sorted({f"{place}: {found.text!r} in {found.line[:300]}" for place, found in places})
