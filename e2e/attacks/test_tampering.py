"""Somebody with the database in their hands: the running system refuses it, or says which case was changed."""

import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime

import psycopg
import pytest
from sqlalchemy import make_url

from e2e.client import Client, Json, wait_for
from e2e.conftest import System
from e2e.journeys.criminal_record import criminal_record
from e2e.journeys.stage import Stage
from infra.local.home import Home

COMMAND_SECONDS = 120


@pytest.fixture
def home(system: System, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.setenv("ONESTOP_HOME", str(system.home))
    monkeypatch.setenv("ONESTOP_PORT_OFFSET", str(int(system.base_url.rsplit(":", 1)[1]) - 8080))
    return Home.load()


@pytest.fixture
def superuser(home: Home) -> Iterator[psycopg.Connection]:
    url = make_url(home.database_url("postgres")).set(drivername="postgresql", database="onestop_cases")
    with psycopg.connect(url.render_as_string(hide_password=False), autocommit=True) as connection:
        yield connection


def doctor() -> dict[str, dict[str, object]]:
    command = (sys.executable, "-m", "infra.cli", "doctor", "--service", "cases", "--json")
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=COMMAND_SECONDS)
    return {finding["id"]: finding for finding in json.loads(done.stdout)}


def _await_the_last_paper(clerk: Client, ref: str) -> None:
    """Waits until the case knows its control slip: what it hears later would store its state over what is tampered."""
    slip = clerk.paper(ref, "06")["paper_id"]
    wait_for(
        "the slip noted",
        lambda: clerk.get(f"/cases/{ref}/history")["entries"],
        lambda entries: any(_notes(json.loads(each["entry"]), slip) for each in entries),
    )


def _notes(entry: Json, paper_id: str) -> bool:
    return bool(entry["action"] == "paper_issued" and entry["data"]["paper_id"] == paper_id)


def test_a_decision_written_by_hand_is_refused_to_the_service_and_found_when_the_superuser_writes_it(
    system: System, home: Home, superuser: psycopg.Connection
) -> None:
    stage = Stage(system.base_url, system.home, system.home / "out", lambda _: None)
    ref = criminal_record(stage)
    _await_the_last_paper(stage.client("clerk"), ref)
    assert doctor()["histories"]["ok"]
    own = make_url(home.database_url("cases")).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(own, autocommit=True) as service:
        for statement in ("DELETE FROM history", "UPDATE history SET hash = ''", "TRUNCATE history"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                service.execute(statement)
    year = datetime.now(UTC).year
    for statement in ("DELETE FROM history", "TRUNCATE history", f"TRUNCATE history_{year}"):
        with pytest.raises(psycopg.errors.RaiseException):
            superuser.execute(statement)
    change = "UPDATE cases SET state = jsonb_set(state, '{decision}', %s) WHERE ref = %s"
    before = superuser.execute("SELECT state -> 'decision' FROM cases WHERE ref = %s", (ref,)).fetchone()
    assert before is not None
    superuser.execute(change, ('"denied"', ref))
    try:
        told = doctor()["histories"]
        assert not told["ok"]
        assert ref in str(told["found"])
    finally:
        superuser.execute(change, (json.dumps(before[0]), ref))
    assert doctor()["histories"]["ok"]
