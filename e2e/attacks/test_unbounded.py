"""One account creates without end: attempts to pay, drafts, filters, delegations."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
import requests

from e2e.client import Client, Refused, wait_for
from e2e.conftest import System
from e2e.faults.chaos.stories import application
from services.common import limits

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]


@pytest.fixture(scope="module")
def lan(system: System) -> Client:
    return Client(system.base_url).log_in("lan")


@pytest.fixture(scope="module")
def officer(system: System) -> Client:
    return Client(system.base_url).log_in("officer")


@pytest.fixture
def due(system: System, lan: Client) -> str:
    """A case of Lan's with a fee to pay."""
    ref: str = lan.submit(application(int(uuid4()) % 10**9), str(uuid4()))["ref"]
    lan.dues(ref, "open")
    return ref


def test_starting_to_pay_again_and_again_is_one_attempt(lan: Client, due: str) -> None:
    started = [lan.post(f"/cases/{due}/payments", {"provider": "vnpay"}) for _ in range(30)]
    assert len({each["payment_id"] for each in started}) == 1
    assert len({each["pay_url"] for each in started}) == 1
    assert len(lan.dues(due, "open")["payments"]) == 1


def test_starting_and_cancelling_ends_with_words(lan: Client, due: str) -> None:
    def start_and_cancel() -> None:
        url = lan.post(f"/cases/{due}/payments", {"provider": "vnpay"})["pay_url"]
        requests.get(url, timeout=10).raise_for_status()
        requests.post(url, data={"choice": "cancel"}, timeout=10).raise_for_status()
        wait_for(
            "the cancellation heard",
            lambda: {each["state"] for each in lan.dues(due, "open")["payments"]},
            lambda states: states == {"failed"},
        )

    assert until_refused(start_and_cancel) == (limits.PAYMENT_ATTEMPTS, "too-many-payments")


def test_our_own_pay_url_sent_as_a_notice_is_taken_as_nothing(system: System, lan: Client, due: str) -> None:
    url = lan.post(f"/cases/{due}/payments", {"provider": "vnpay"})["pay_url"]
    query = urlsplit(url).query
    notice = requests.get(f"{system.base_url}/api/v1/payments/vnpay/notice?{query}", timeout=10).json()
    assert notice["RspCode"] == "99"
    assert [each["state"] for each in lan.dues(due, "open")["payments"]] == ["started"]
    page = requests.get(f"{system.base_url}/payments/vnpay/return?{query}", timeout=10)
    assert (page.status_code, due in page.text) == (400, False)


def test_drafts_are_so_many(lan: Client) -> None:
    made, code = until_refused(lambda: lan.put(f"/drafts/{uuid4()}", {"procedure": "2.000488"}))
    assert made <= limits.DRAFTS_PER_ACCOUNT
    assert code == "too-many-drafts"
    for draft in lan.get("/drafts")["drafts"]:
        lan.delete(f"/drafts/{draft['draft_id']}")


def test_filters_are_so_many(officer: Client) -> None:
    made, code = until_refused(lambda: officer.put(f"/me/filters/{uuid4()}", {"assigned_to": "me"}))
    assert made <= limits.FILTERS_PER_ACCOUNT
    assert code == "too-many-filters"
    for kept in officer.get("/me/filters")["filters"]:
        officer.delete(f"/me/filters/{kept['name']}")


def test_delegations_are_so_many(officer: Client) -> None:
    leader = officer.get("/colleagues", role="leader")["colleagues"][0]
    day = datetime.now(UTC).date() + timedelta(days=2)
    wanted = {
        "delegate": leader["account_id"],
        "role": "officer",
        "from_day": day.isoformat(),
        "to_day": day.isoformat(),
        "reason": "Nghỉ phép",
    }
    made, code = until_refused(lambda: officer.post("/delegations", wanted))
    assert made <= limits.DELEGATIONS_PER_ACCOUNT
    assert code == "too-many-delegations"
    for granted in officer.get("/delegations")["delegations"]:
        officer.delete(f"/delegations/{granted['delegation_id']}")


def until_refused(create: Callable[[], object]) -> tuple[int, str]:
    """How many could be created, and the code that ended it."""
    for made in count():
        try:
            create()
        except Refused as refusal:
            return made, refusal.code
    raise AssertionError  # unreachable: counting has no end
