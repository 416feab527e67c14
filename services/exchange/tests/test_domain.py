from datetime import timedelta
from itertools import permutations
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.common import limits
from services.exchange.domain import Status, advances, document_id, retry_delay
from services.exchange.tests.samples import QUESTION

LIFE = (Status.ARRIVED, Status.REGISTERED, Status.ASSIGNED, Status.IN_PROGRESS, Status.DONE)


def _settled(reports: tuple[Status, ...]) -> str:
    current = ""
    for reported in reports:
        if advances(current, reported):
            current = reported
    return current


def test_any_order_of_the_reports_of_one_life_ends_at_done() -> None:
    assert {_settled(order) for order in permutations(LIFE)} == {Status.DONE}


@given(st.lists(st.sampled_from(Status), max_size=8), st.randoms())
def test_any_shuffle_and_repetition_of_any_reports_ends_at_the_same_status(
    reports: list[Status], random: Random
) -> None:
    shuffled = reports * 2
    random.shuffle(shuffled)
    assert _settled(tuple(shuffled)) == _settled(tuple(reports))


@pytest.mark.parametrize("status", [Status.RECALL, Status.RECALL_AGREED, Status.RECALL_REFUSED])
def test_a_recall_may_come_while_work_is_in_progress(status: Status) -> None:
    assert advances(Status.IN_PROGRESS, status)


def test_a_refused_recall_does_not_stop_the_work_from_being_done() -> None:
    assert advances(Status.RECALL_REFUSED, Status.DONE)


def test_a_document_is_called_by_organ_day_and_number() -> None:
    assert document_id("H29.01", QUESTION.day, "12", "UBND-VP") == "H29.01,2026/01/05,12/UBND-VP"


@given(st.integers(1, limits.SEND_ATTEMPTS), st.floats(0, 1, exclude_max=True))
def test_the_wait_doubles_within_its_bounds(attempts: int, jitter: float) -> None:
    whole = min(limits.SEND_RETRY_FIRST * 2 ** (attempts - 1), limits.SEND_RETRY_MAX)
    assert timedelta(0) < whole / 2 <= retry_delay(attempts, jitter) <= whole
