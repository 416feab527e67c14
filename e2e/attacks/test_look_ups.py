"""Nobody looks up whom they please: not with an invented case, another agency's, or a number that is not in it."""

import json
from collections.abc import Callable
from uuid import uuid4

import pytest

from e2e.attacks.watching import told
from e2e.client import Client, Json, Refused, wait_for
from e2e.conftest import System

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

LAN, HUNG, BAO = "079301000019", "001090000001", "038203000017"
FIELDS = ["full_name", "birth_date", "permanent_residence", "phone"]


@pytest.fixture(scope="module")
def ref(system: System) -> str:
    """A case of Hùng's, filed at the counter of the city's police."""
    clerk = Client(system.base_url).log_in("clerk")
    applicant = {"full_name": "Trần Văn Hùng", "identifier": HUNG, "address": "5 Tràng Tiền", "phone": "0904000001"}
    form = {
        "full_name": "Trần Văn Hùng",
        "personal_number": HUNG,
        "birth_date": "1990-02-15",
        "sex": "male",
        "nationality": "Việt Nam",
        "permanent_residence": "5 Tràng Tiền, Hà Nội",
        "phone": "0904000001",
        "licence_number": "010987654321",
        "licence_class": "C1",
        "reason": "damaged",
        "return_method": "counter",
    }
    application = {"procedure": "3.000347", "agency": "G01.029.00", "applicant": applicant, "form": form}
    return str(clerk.submit(json.dumps(application).encode(), str(uuid4()))["ref"])


def _refusal(act: Callable[[], object]) -> Refused:
    with pytest.raises(Refused) as refused:
        act()
    return refused.value


def _look_up(client: Client, number: str, ref: str) -> Json:
    purpose = {"text": "xem cho biết", "case_reference": ref}
    return client.post("/persons/look-up", {"personal_number": number, "fields": FIELDS, "purpose": purpose})


def _verify(client: Client, number: str, ref: str) -> Json:
    purpose = {"text": "xem cho biết", "case_reference": ref}
    return client.post("/persons/verify", {"personal_number": number, "full_name": "Ai đó", "purpose": purpose})


def _firm(client: Client, number: str, ref: str) -> Json:
    purpose = {"text": "xem cho biết", "case_reference": ref}
    return client.post("/firms/look-up", {"tax_code": number, "purpose": purpose})


def test_whoever_handles_the_case_may_look_up_whoever_is_in_it_and_the_person_sees_it(system: System, ref: str) -> None:
    for username in ("clerk", "officer"):
        found = _look_up(Client(system.base_url).log_in(username), HUNG, f" {ref.lower()} ")
        assert found["full_name"] == "Trần Văn Hùng"
    seen = Client(system.base_url).log_in("hung").get("/me/look-ups")["look_ups"]
    assert {line["case_reference"] for line in seen[:2]} == {ref}
    wait_for("it to be told", lambda: told(system.home, "looked_up", method="LookUpPerson", target=ref), bool, 10)


@pytest.mark.parametrize("ask", [_look_up, _verify])
@pytest.mark.parametrize("username", ["clerk", "officer", "ward.police"])
def test_an_invented_case_opens_no_register_and_is_told(
    system: System, username: str, ask: Callable[[Client, str, str], Json]
) -> None:
    worker = Client(system.base_url).log_in(username)
    account = worker.get("/me")["account_id"]
    before = len(told(system.home, "call_denied", account=account))
    for invented in ("draft-3.000347", "G01.029.00-260101-9999", "x"):
        assert _refusal(lambda ref=invented: ask(worker, LAN, ref)).status == 404  # type: ignore[misc]
    wait_for("told", lambda: len(told(system.home, "call_denied", account=account)) - before, lambda n: n == 3, 10)


@pytest.mark.parametrize("ask", [_look_up, _verify])
def test_another_agencys_case_opens_no_register_and_is_told(
    system: System, ref: str, ask: Callable[[Client, str, str], Json]
) -> None:
    for username in ("ward.police", "ward.officer"):
        worker = Client(system.base_url).log_in(username)
        account = worker.get("/me")["account_id"]
        assert _refusal(lambda worker=worker: ask(worker, HUNG, ref)).status == 404  # type: ignore[misc]
        wait_for("told", lambda who=account: told(system.home, "call_denied", account=who, target=ref), bool, 10)  # type: ignore[misc]


@pytest.mark.parametrize("ask", [_look_up, _verify])
def test_a_number_that_is_not_in_the_case_is_not_looked_up(
    system: System, ref: str, ask: Callable[[Client, str, str], Json]
) -> None:
    clerk = Client(system.base_url).log_in("clerk")
    assert _refusal(lambda: ask(clerk, LAN, ref)).code == "number-not-in-case"


def test_nor_is_a_firm(system: System, ref: str) -> None:
    clerk = Client(system.base_url).log_in("clerk")
    assert _refusal(lambda: _firm(clerk, "0100112437", ref)).code == "number-not-in-case"
    assert _refusal(lambda: _firm(clerk, "0100112437", "x")).status == 404


def test_a_citizen_verifies_themselves_only(system: System, ref: str) -> None:
    hung = Client(system.base_url).log_in("hung")
    assert _verify(hung, HUNG, "hồ sơ của tôi")["answer"] == "mismatch"
    assert _refusal(lambda: _verify(hung, LAN, ref)).status == 403
    assert _refusal(lambda: _look_up(hung, HUNG, ref)).status == 403


def test_without_a_case_it_takes_a_reason_and_somebody_else_and_is_an_alert(system: System) -> None:
    inspector, leader = (Client(system.base_url).log_in(name) for name in ("inspector", "leader"))
    asked = {"personal_number": LAN, "fields": FIELDS, "reason": "Xác minh theo công văn số 12/CV-CAT"}
    assert _refusal(lambda: inspector.post("/persons/look-up-requests", {**asked, "reason": "xem"})).status == 400
    request = inspector.post("/persons/look-up-requests", asked)
    made = f"/persons/look-up-requests/{request['request_id']}"
    for act in ("confirm", "look-up"):
        body = {"personal_number": LAN} if act == "look-up" else {}
        assert _refusal(lambda act=act, body=body: inspector.post(f"{made}/{act}", body)).status in {403, 409}  # type: ignore[misc]

    leader.post(f"{made}/confirm", {})
    assert _refusal(lambda: inspector.post(f"{made}/look-up", {"personal_number": HUNG})).status == 404
    assert inspector.post(f"{made}/look-up", {"personal_number": LAN})["full_name"] == "Nguyễn Thị Lan"
    assert _refusal(lambda: inspector.post(f"{made}/look-up", {"personal_number": LAN})).status == 404

    (seen, *_) = Client(system.base_url).log_in("lan").get("/me/look-ups")["look_ups"]
    assert seen["purpose"] == "Xác minh theo công văn số 12/CV-CAT (Võ Thành Công)"
    wait_for("the alert", lambda: told(system.home, "looked_up_without_case", alert=True), bool, 10)  # type: ignore[arg-type]
    assert LAN not in str(told(system.home, "looked_up_without_case"))


def test_at_the_counter_a_clerk_sees_what_the_form_needs_and_the_person_sees_the_clerk(system: System) -> None:
    clerk = Client(system.base_url).log_in("clerk")
    body = {"personal_number": LAN, "purpose": "Nộp hồ sơ tại quầy"}
    filled = clerk.post("/procedures/2.000488/prefill", body)

    assert filled["applicant"]["full_name"] == "Nguyễn Thị Lan"
    assert [paper["stored"] for paper in filled["papers"] if paper["stored"] or paper["confirmed"]] == []
    (seen, *_) = Client(system.base_url).log_in("lan").get("/me/look-ups")["look_ups"]
    assert (seen["case_reference"], seen["purpose"]) == ("counter-2.000488", "Nộp hồ sơ tại quầy")
    wait_for("told", lambda: told(system.home, "prefilled_at_counter", target="2.000488"), bool, 10)
    for username in ("lan", "officer", "leader", "inspector", "admin", "agency"):
        other = Client(system.base_url).log_in(username)
        assert _refusal(lambda other=other: other.post("/procedures/2.000488/prefill", body)).status == 403  # type: ignore[misc]
    assert _refusal(lambda: clerk.post("/procedures/2.000488/prefill", {**body, "purpose": " "})).status == 400
