"""The loop that issues papers hears of an order at once and gives way to everything else."""

import os
import sys
import threading
import time

import pytest
from sqlalchemy import text

from services.common import limits
from services.common.database import Database
from services.documents.conftest import LAN
from services.documents.papers import usecases as papers
from services.documents.papers.issuing_loop import NICENESS, issue_until
from services.documents.papers.store import CHANNEL
from services.documents.papers.tests.test_issuing import REF, order
from services.documents.papers.usecases import PaperIssuer

WITHIN = 20.0  # seconds


def test_a_new_order_wakes_the_loop_long_before_it_would_look_by_itself(
    database: Database, issuer: PaperIssuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "PAPER_POLL", 10 * WITHIN)
    stop, pause = threading.Event(), threading.Event()
    loop = threading.Thread(target=issue_until, args=(stop, database, issuer))
    loop.start()
    deadline = time.monotonic() + WITHIN
    try:
        for paper_id in ("first", "second"):
            order(database, paper_id)
            while not any(paper.paper_id == paper_id for paper in papers.list_papers(database, LAN, REF)):
                assert time.monotonic() < deadline
                pause.wait(0.02)
    finally:
        stop.set()
        with database.transaction() as conn:
            conn.execute(text(f"NOTIFY {CHANNEL}"))
        loop.join()


@pytest.mark.skipif(sys.platform != "linux", reason="threads have a priority of their own on Linux only")
def test_its_thread_alone_runs_at_a_lower_priority(database: Database, issuer: PaperIssuer) -> None:
    seen: list[int] = []

    def run() -> None:
        stop = threading.Event()
        stop.set()
        issue_until(stop, database, issuer)
        seen.append(os.getpriority(os.PRIO_PROCESS, 0))

    before = os.getpriority(os.PRIO_PROCESS, 0)
    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    assert seen == [NICENESS]
    assert os.getpriority(os.PRIO_PROCESS, 0) == before


def test_while_orders_come_only_those_that_waited_long_are_issued(database: Database, issuer: PaperIssuer) -> None:
    order(database, "waited")
    with database.transaction() as conn:
        conn.execute(text("UPDATE paper_orders SET ordered_at = now() - interval '3 s'"))
    order(database, "just-now")
    while papers.issue_next(database, issuer, limits.PAPER_PATIENCE):
        pass
    assert [paper.paper_id for paper in papers.list_papers(database, LAN, REF)] == ["waited"]
