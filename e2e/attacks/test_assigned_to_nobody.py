"""A case is given to somebody who does not exist, does not work there or cannot do the work."""

from uuid import uuid4

import pytest

from e2e.client import Client, Refused
from e2e.conftest import System
from e2e.faults.chaos.stories import application

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]

NOBODY = "00000000-0000-4000-8000-000000000000"


@pytest.fixture(scope="module")
def clerk(system: System) -> Client:
    return Client(system.base_url).log_in("clerk")


@pytest.fixture(scope="module")
def leader(system: System) -> Client:
    return Client(system.base_url).log_in("leader")


@pytest.fixture(scope="module")
def ref(clerk: Client) -> str:
    """A new case, which a clerk is to take in."""
    filed: str = clerk.submit(application(1), str(uuid4()))["ref"]
    return filed


def account_of(system: System, username: str) -> str:
    account: str = Client(system.base_url).log_in(username).get("/me")["account_id"]
    return account


@pytest.mark.parametrize("named", ["Ông Nam phòng 3", "lan", "clerk", NOBODY, "hung", "ward.officer", "officer"])
def test_only_a_worker_of_the_agency_who_can_handle_the_step_gets_the_case(
    system: System, leader: Client, ref: str, named: str
) -> None:
    people = {"lan", "hung", "ward.officer", "officer"}
    officer = account_of(system, named) if named in people else named
    with pytest.raises(Refused) as refused:
        leader.act(ref, "assign", officer=officer)
    assert (refused.value.status, refused.value.problem["errors"][0]["pointer"]) == (400, "/officer")
    seen = leader.case(ref)
    assert (seen["assigned_to"], seen["version"]) == ("", 1)


def test_in_bulk_neither(leader: Client, ref: str) -> None:
    body = {"action": "assign", "cases": [{"ref": ref, "version": 1}], "body": {"officer": "Ông Nam phòng 3"}}
    answer = leader.post("/cases/bulk", body)
    assert (answer["done"], answer["refused"]) == (0, 1)
    assert leader.case(ref)["assigned_to"] == ""


def test_somebody_from_the_list_of_colleagues_gets_it(system: System, leader: Client, ref: str) -> None:
    clerks = leader.get("/colleagues", role="clerk")["colleagues"]
    mai = next(one["account_id"] for one in clerks if one["full_name"] == "Phạm Thị Mai")
    assert mai == account_of(system, "clerk")
    assert leader.act(ref, "assign", officer=mai)["assigned_to"] == mai
