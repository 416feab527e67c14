"""A process dies at a named point, as if by a power cut; a client that asks again finds everything right, once."""

import json
import uuid
from collections.abc import Callable, Iterator
from secrets import randbelow

import pytest
import requests

from e2e.client import Client, Json, Refused, wait_for
from e2e.conftest import System
from e2e.faults.chaos.stories import application
from e2e.journeys.birth import application as chained_application
from services.contracts import audit

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]


def patiently(ask: Callable[[], Json]) -> Json:
    """Asks until there is an answer: what died is being started again."""

    def attempt() -> Json:
        try:
            return ask()
        except (requests.RequestException, Refused):
            return {}

    return wait_for("an answer", attempt, bool)


def submit_until_answered(client: Client, body: bytes, key: str) -> Json:
    return patiently(lambda: client.submit(body, key))


def arm(system: System, point: str) -> None:
    (system.killpoints / point).touch()


def wait_until_struck(system: System) -> None:
    wait_for("the process to die", lambda: [*system.killpoints.iterdir()], lambda armed: armed == [])


def actions_of(client: Client, ref: str) -> list[str]:
    """What the verified history says was done."""
    export = patiently(lambda: client.get(f"/cases/{ref}/history"))
    audit.verify(export)
    return [json.loads(entry["entry"])["action"] for entry in export["entries"]]


@pytest.fixture(autouse=True)
def whole_again(system: System) -> Iterator[None]:
    """Leaves the shared system as it was found: everything that died is back."""
    yield
    wait_for("everything to be back", lambda: requests.get(f"{system.base_url}/readyz", timeout=10).ok, bool)


@pytest.fixture(scope="module")
def lan(system: System) -> Client:
    return Client(system.base_url).log_in("lan")


@pytest.fixture(scope="module")
def clerk(system: System) -> Client:
    return Client(system.base_url).log_in("clerk")


@pytest.mark.parametrize(("point", "stored"), [("cases.before_commit", False), ("cases.after_commit", True)])
def test_a_submission_cut_off_by_a_crash_is_one_case_when_sent_again(
    system: System, lan: Client, point: str, *, stored: bool
) -> None:
    key, body = str(uuid.uuid4()), application(number())
    before = len(lan.get("/cases", order="received", page_size=100)["cases"])
    arm(system, point)
    with pytest.raises((Refused, requests.RequestException)):
        lan.submit(body, key)
    wait_until_struck(system)
    answer = submit_until_answered(lan, body, key)
    assert answer["replayed"] is stored
    assert len(lan.get("/cases", order="received", page_size=100)["cases"]) == before + 1
    assert actions_of(lan, answer["ref"]) == ["submit"]


@pytest.mark.parametrize(
    "point",
    ["relay.after_claim", "relay.after_confirm", "relay.after_mark", "consumer.after_inbox", "consumer.after_commit"],
)
def test_an_event_cut_off_by_a_crash_has_exactly_one_effect(
    system: System, lan: Client, clerk: Client, point: str
) -> None:
    arm(system, point)
    ref = submit_until_answered(lan, application(number()), str(uuid.uuid4()))["ref"]
    wait_until_struck(system)
    total = dues_of(clerk, ref, "open")["total"]
    wait_for("the counter", lambda: pays(clerk, ref, total), bool)
    wait_for("the payment in the history", lambda: actions_of(lan, ref), lambda done: "payment_settled" in done)
    assert actions_of(lan, ref) == ["submit", "payment_settled"]
    assert [payment["amount"] for payment in dues_of(clerk, ref, "paid")["payments"]] == [total]


def test_a_crash_between_a_chains_change_and_its_parts_leaves_neither_or_both(another_system: System) -> None:
    system = another_system
    lan, clerk = (Client(system.base_url).log_in(name) for name in ("lan", "clerk"))
    ref = submit_until_answered(lan, chained_application(lan), str(uuid.uuid4()))["ref"]
    arm(system, "chain.before_children")
    with pytest.raises((Refused, requests.RequestException)):
        clerk.act(ref, "accept", version=1)
    wait_until_struck(system)
    assert actions_of(lan, ref) == ["submit"]
    assert [part["ref"] for part in patiently(lambda: lan.case(ref))["parts"]] == [""] * 4
    patiently(lambda: clerk.act(ref, "accept", version=1))
    assert actions_of(lan, ref) == ["submit", "accept", "child_opened"]
    opened = [part["ref"] for part in patiently(lambda: lan.case(ref))["parts"] if part["ref"]]
    assert len(opened) == 1
    assert actions_of(lan, opened[0]) == ["submit"]


def number() -> int:
    """Of an application like no other."""
    return randbelow(10**9)


def dues_of(clerk: Client, ref: str, state: str) -> Json:
    def dues() -> Json:
        return patiently(lambda: clerk.get(f"/cases/{ref}/dues"))

    return wait_for(f"dues {state}", dues, lambda seen: seen["state"] == state)


def pays(clerk: Client, ref: str, total: int) -> bool:
    """Takes the cash; when the answer got lost, looks whether it was taken."""
    try:
        clerk.post(f"/cases/{ref}/cash", {"amount": total})
    except (Refused, requests.RequestException):
        return bool(patiently(lambda: clerk.get(f"/cases/{ref}/dues"))["state"] == "paid")
    return True
