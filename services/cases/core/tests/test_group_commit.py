import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import pytest

from services.cases.core import actions
from services.cases.core.context import CasesContext
from services.cases.core.domain.status import CaseStatus
from services.cases.core.group_commit import Batcher
from services.cases.core.store import cases as store
from services.cases.core.usecases.act import act
from services.cases.filing.domain import OnlineNumbersExhausted
from services.cases.filing.store.submissions import StoredCase
from services.cases.filing.usecases.submit import SubmitRequest, submit
from services.cases.testing.samples import CLERK, LAN, criminal_record, sent
from services.cases.testing.stand_ins import Clock
from services.common import context
from services.common.context import Trace
from services.common.errors import DeadlineExceeded

TRANSACTIONS = "SELECT count(DISTINCT xmin::text) FROM cases WHERE ref LIKE %s"


def await_waiting(batcher: Batcher[Any, Any], count: int) -> None:
    deadline = time.monotonic() + 10
    while len(batcher._waiting) < count:
        assert time.monotonic() < deadline
        time.sleep(0.005)


def file_together(ctx: CasesContext, submissions: list[SubmitRequest]) -> list[Future[tuple[StoredCase, bool]]]:
    """Files these while the desk is held up, so that they all wait for the same transaction."""
    held_up = threading.Event()
    ctx.group_commit.submissions._worker.submit(held_up.wait)
    with ThreadPoolExecutor(len(submissions)) as people:
        filing = [people.submit(submit, ctx, LAN, submission) for submission in submissions]
        await_waiting(ctx.group_commit.submissions, len(submissions))
        held_up.set()
    return filing


def test_submissions_that_wait_together_are_stored_in_one_transaction(ctx: CasesContext, clock: Clock) -> None:
    clock.now = datetime(2026, 3, 9, 2, 0, tzinfo=UTC)
    filed = [each.result()[0].ref for each in file_together(ctx, [sent(criminal_record()) for _ in range(5)])]
    assert sorted(filed) == [f"G01.029.00-260309-{number:04d}" for number in range(1, 6)]
    with ctx.database.autocommit() as conn:
        assert conn.exec_driver_sql(TRANSACTIONS, ("%-260309-%",)).scalar_one() == 1


def test_the_same_key_twice_in_one_transaction_is_one_case(ctx: CasesContext, clock: Clock) -> None:
    clock.now = datetime(2026, 3, 10, 2, 0, tzinfo=UTC)
    twice = [sent(criminal_record())] * 2
    answers = [each.result() for each in file_together(ctx, twice)]
    assert {filed.ref for filed, _ in answers} == {"G01.029.00-260310-0001"}
    assert sorted(replayed for _, replayed in answers) == [False, True]


def test_one_that_cannot_be_stored_keeps_no_other_out(ctx: CasesContext, clock: Clock) -> None:
    clock.now = datetime(2026, 3, 11, 2, 0, tzinfo=UTC)
    with ctx.database.autocommit() as conn:
        conn.exec_driver_sql("INSERT INTO counters VALUES ('G01.029.00', '2026-03-11', 8998, 9000)")
    filing = file_together(ctx, [sent(criminal_record()) for _ in range(4)])
    failed = [each.exception() for each in filing]
    assert sorted(type(error).__name__ for error in failed) == ["NoneType"] * 2 + [OnlineNumbersExhausted.__name__] * 2
    assert {each.result()[0].ref[-4:] for each in filing if each.exception() is None} == {"8999", "9000"}


def test_who_waits_too_long_is_told_and_finds_the_case_later(ctx: CasesContext, clock: Clock) -> None:
    clock.now = datetime(2026, 3, 12, 2, 0, tzinfo=UTC)
    held_up = threading.Event()
    ctx.group_commit.submissions._worker.submit(held_up.wait)
    submission = sent(criminal_record())
    with context.acting(None, Trace(), seconds=0.05), pytest.raises(DeadlineExceeded):
        submit(ctx, LAN, submission)
    held_up.set()
    assert submit(ctx, LAN, submission)[0].ref == "G01.029.00-260312-0001"


def accept(ctx: CasesContext, ref: str) -> CaseStatus:
    return act(ctx, CLERK, ref, 0, actions.Accept()).case.status


def filed(ctx: CasesContext, count: int) -> list[str]:
    return [submit(ctx, LAN, sent(criminal_record()))[0].ref for _ in range(count)]


def test_actions_that_wait_together_are_stored_in_one_transaction(ctx: CasesContext, clock: Clock) -> None:
    clock.now = datetime(2026, 3, 13, 2, 0, tzinfo=UTC)
    refs = filed(ctx, 4)
    held_up = threading.Event()
    ctx.group_commit.changes._worker.submit(held_up.wait)
    with ThreadPoolExecutor(len(refs)) as people:
        accepting = [people.submit(accept, ctx, ref) for ref in refs]
        await_waiting(ctx.group_commit.changes, len(refs))
        held_up.set()
    assert {each.result() for each in accepting} == {CaseStatus.PAYMENT_REQUESTED}
    with ctx.database.autocommit() as conn:
        assert conn.exec_driver_sql(TRANSACTIONS, ("%-260313-%",)).scalar_one() == 1


def test_a_case_that_somebody_has_locked_holds_up_no_other(ctx: CasesContext, clock: Clock) -> None:
    clock.now = datetime(2026, 3, 14, 2, 0, tzinfo=UTC)
    locked, free = filed(ctx, 2)
    with ThreadPoolExecutor(1) as people:
        with ctx.database.transaction() as conn:
            store.read(conn, locked, lock=True)
            waiting = people.submit(accept, ctx, locked)
            assert accept(ctx, free) is CaseStatus.PAYMENT_REQUESTED
            assert not waiting.done()
        assert waiting.result() is CaseStatus.PAYMENT_REQUESTED
