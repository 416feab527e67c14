"""What reports on a document come to."""

from itertools import permutations
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.exchange.envelopes.domain import Status
from services.exchange.receiving.domain import advances

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
