"""A process that dies in the middle of a timer leaves everything to the next one, which does it once."""

import signal
import subprocess
import sys
from datetime import datetime
from typing import Any

import orjson
import pytest

from services.cases.calendar import usecases as calendar
from services.cases.calendar.domain import BilingualText
from services.cases.core import actions
from services.cases.core.context import CasesContext
from services.cases.core.usecases import act
from services.cases.core.usecases.read import get, history
from services.cases.deadlines.usecases.timers import run_timers
from services.cases.filing.usecases.submit import submit
from services.cases.testing.samples import CLERK, LAN, LEADER, criminal_record, sent
from services.cases.testing.stand_ins import Clock
from services.common.context import Caller
from services.common.database import Database
from services.common.testing.plugin import MakeDatabase
from services.common.times import VIETNAM
from services.contracts import audit

# A replica with nothing but timers, at a moment given.
REPLICA = """
import sys
from datetime import datetime
from services.cases.procedures.folder import load_catalogue
from services.cases.core.group_commit import GroupCommit
from services.cases.calendar.usecases import take_up
from services.cases.core.context import CasesContext
from services.cases.deadlines.usecases.timers import run_timers
from services.common.database import Database
database = Database(sys.argv[1], pool_size=2, name="replica")
ctx = CasesContext(database, load_catalogue(), None, GroupCommit(database), lambda: datetime.fromisoformat(sys.argv[2]))
take_up(ctx)
run_timers(ctx)
"""
POINTS = ("timer.before_commit", "timer.after_commit")
ADMIN = Caller("admin-account", "Quản trị", frozenset({"administrator"}))


@pytest.fixture
def database_url(fresh_database: MakeDatabase) -> str:
    return fresh_database("cases")


@pytest.fixture
def database(database_url: str) -> Any:
    """One of its own: what sleeps in the others is no business of these replicas."""
    database = Database(database_url, pool_size=5, name="cases-killed")
    yield database
    database.close()


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=VIETNAM)


def replica(database_url: str, moment: datetime, kill: str = "") -> int:
    """The exit code of a replica that runs its timers, or dies at a point on the way."""
    command = [sys.executable, "-c", REPLICA, database_url, moment.isoformat()]
    environment = {"PYTHONPATH": ":".join(sys.path), "ONESTOP_KILLPOINTS": kill}
    return subprocess.run(command, env=environment, check=False, capture_output=True, timeout=60).returncode


def cases(ctx: CasesContext, clock: Clock, number: int) -> list[str]:
    """Accepted cases, each due on 16 March 2026."""
    clock.now = at("2026-03-02T09:00")
    application = criminal_record()
    application["form"]["fee_group"] = "exempt"
    refs = [submit(ctx, LAN, sent(application))[0].ref for _ in range(number)]
    for ref in refs:
        act.act(ctx, CLERK, ref, 0, actions.Accept())
    return refs


def done(ctx: CasesContext, ref: str) -> list[str]:
    """What the history, which must verify, says was done."""
    name, entries = history(ctx, CLERK, ref)
    lines = [{"seq": seq, "entry": bytes(entry).decode(), "hash": hashed.hex()} for seq, entry, hashed in entries]
    audit.verify({"ref": name, "entries": lines, "head": entries[-1][2].hex()})
    return [orjson.loads(entry)["action"] for _, entry, _ in entries]


def published(ctx: CasesContext, ref: str) -> list[str]:
    with ctx.database.autocommit() as conn:
        return list(conn.exec_driver_sql("SELECT type FROM outbox WHERE subject = %s ORDER BY seq", (ref,)).scalars())


@pytest.mark.parametrize("point", POINTS)
@pytest.mark.parametrize("passes", [1, 2, 3])
def test_about_to_be_late_and_late_are_each_said_once(
    ctx: CasesContext, clock: Clock, database_url: str, point: str, passes: int
) -> None:
    refs = cases(ctx, clock, 2)
    moment = at("2026-03-16T17:00")
    assert replica(database_url, moment, f"{point}:{passes}") == -signal.SIGKILL
    assert replica(database_url, moment) == 0
    for ref in refs:
        assert done(ctx, ref) == ["submit", "accept", "nearly_due", "overdue"]
        assert [kind for kind in published(ctx, ref) if "due" in kind] == ["cases.nearly_due", "cases.overdue"]


@pytest.mark.parametrize("point", POINTS)
def test_a_due_date_is_counted_again_once(ctx: CasesContext, clock: Clock, database_url: str, point: str) -> None:
    [ref] = cases(ctx, clock, 1)
    off = BilingualText("nghỉ bù", "day in lieu")
    calendar.decide(ctx, ADMIN, at("2026-03-10T00:00").date(), working=False, name=off, legal_ground="QĐ 1")
    moment = at("2026-03-02T10:00")
    assert replica(database_url, moment, point) == -signal.SIGKILL
    assert replica(database_url, moment) == 0
    assert done(ctx, ref) == ["submit", "accept", "recount"]
    assert get(ctx, CLERK, ref).case.clock.due == at("2026-03-17T00:00").date()


@pytest.mark.parametrize("point", POINTS)
def test_a_case_nobody_completes_is_closed_once_with_one_notice(
    ctx: CasesContext, clock: Clock, database_url: str, point: str
) -> None:
    [ref] = cases(ctx, clock, 1)
    act.act(ctx, CLERK, ref, 0, actions.RequestSupplement(("Bản sao",)))
    moment = at("2026-06-01T09:00")
    assert replica(database_url, moment, point) == -signal.SIGKILL
    assert replica(database_url, moment) == 0
    assert done(ctx, ref) == ["submit", "accept", "request_supplement", "supplement_nearly_due", "close"]
    assert published(ctx, ref).count("cases.closed") == 1


def test_replicas_that_run_together_do_everything_once(ctx: CasesContext, clock: Clock, database_url: str) -> None:
    refs = cases(ctx, clock, 6)
    moment = at("2026-03-16T17:00")
    command = [sys.executable, "-c", REPLICA, database_url, moment.isoformat()]
    environment = {"PYTHONPATH": ":".join(sys.path)}
    together = [subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL) for _ in range(3)]
    assert [each.wait(60) for each in together] == [0, 0, 0]
    for ref in refs:
        assert done(ctx, ref) == ["submit", "accept", "nearly_due", "overdue"]


def test_the_apology_is_given_once_and_its_date_watched_after_a_crash(
    ctx: CasesContext, clock: Clock, database_url: str
) -> None:
    [ref] = cases(ctx, clock, 1)
    clock.now = at("2026-03-17T09:00")
    run_timers(ctx)
    act.act(ctx, LEADER, ref, 0, actions.Postpone("Chờ trả lời", at("2026-03-19T00:00").date()))
    moment = at("2026-03-20T09:00")
    assert replica(database_url, moment, "timer.before_commit") == -signal.SIGKILL
    assert replica(database_url, moment) == 0
    assert done(ctx, ref)[2:] == ["nearly_due", "overdue", "postpone", "nearly_due", "overdue"]
