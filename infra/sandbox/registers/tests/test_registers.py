"""The registers' contract, over real HTTP."""

import base64
import hashlib
import json
import threading
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
import urllib3
from flask import Flask

from infra.sandbox import registers
from infra.sandbox.server import listening
from infra.sandbox.settings import SandboxSettings

KEY = "register-key"
LAN = "079301000019"


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    app = Flask("registers")
    app.register_blueprint(registers.create_blueprint(SandboxSettings(registers_api_key=KEY, vnpay_secret="s")))
    server = listening(app, "127.0.0.1:0")
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def headers(**changes: str) -> dict[str, str]:
    return {
        "Content-Type": "application/json",
        "X-Api-Key": KEY,
        "X-Road-Client": "VN-TEST/GOV/H29/MOTCUA",
        "X-Road-Id": str(uuid4()),
        "X-Road-Issue": "H29.001.00-260102-0001",
        "X-Road-UserId": "VN-officer-1",
        **changes,
    }


def body(**changes: Any) -> dict[str, Any]:
    whole = {
        "agency": "G01.029.00",
        "officer": "officer-1",
        "case_reference": "H29.001.00-260102-0001",
        "purpose": "kiểm tra người nộp",
        "legal_basis": "Nghị định 118/2025/NĐ-CP",
        "salt": "abc",
        "personal_number": LAN,
        **changes,
    }
    return {name: value for name, value in whole.items() if value is not None}


def post(address: str, path: str, content: Any, sent: dict[str, str] | None = None) -> urllib3.BaseHTTPResponse:
    return urllib3.request("POST", address + "/registers" + path, body=json.dumps(content), headers=sent or headers())


def test_tt136_2026_a_verification_says_of_each_fact_one_of_four_things_and_discloses_nothing(address: str) -> None:
    declared = {"full_name": "nguyễn  thị lan", "birth_date": "2001-05-21", "sex": "female"}

    answer = post(address, "/population/verify", body(declared=declared))

    facts = {"full_name": "match", "birth_date": "mismatch", "sex": "match"}
    assert answer.json() == {"answer": "mismatch", "facts": facts}
    unknown = post(address, "/population/verify", body(personal_number="001090000099", declared=declared))
    assert unknown.json() == {"answer": "no_data", "facts": {}}


@pytest.mark.parametrize(
    ("number", "birth_date", "said"),
    [
        ("079045000031", "1945", "match"),
        ("079045000031", "1945-03-02", "inconclusive"),
        ("079145000032", "1945", "inconclusive"),
        ("079145000032", "1945-07", "mismatch"),
        ("079150000034", "1950", "inconclusive"),
    ],
    ids=["the year alone", "a day of that year", "the year of a month", "another month", "an unreadable entry"],
)
def test_tt136_2026_a_day_of_which_one_side_knows_less_is_inconclusive(
    address: str, number: str, birth_date: str, said: str
) -> None:
    answer = post(address, "/population/verify", body(personal_number=number, declared={"birth_date": birth_date}))
    assert answer.json() == {"answer": said, "facts": {"birth_date": said}}


def test_a_number_alone_says_not_whose_it_is(address: str) -> None:
    assert post(address, "/population/verify", body(declared={})).json() == {"answer": "inconclusive", "facts": {}}


def test_only_the_fields_asked_for_are_given(address: str) -> None:
    answer = post(address, "/population/fetch", body(fields=["full_name", "sex"]))

    assert answer.json() == {"person": {"full_name": "Nguyễn Thị Lan", "sex": "female"}}


def test_a_firm_is_given_by_tax_code(address: str) -> None:
    answer = post(address, "/business/fetch", body(personal_number=None, tax_code="0314409058-002"))

    assert answer.json()["firm"]["status"] == "suspended"


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("/population/fetch", body(personal_number="001090000099", fields=["sex"])),
        ("/business/fetch", body(tax_code="0100000000")),
    ],
)
def test_what_no_register_knows_is_not_found(address: str, path: str, content: dict[str, Any]) -> None:
    answer = post(address, path, content)

    assert answer.status == 404
    assert answer.headers["X-Road-Error"] == "Server.NotFound"


@pytest.mark.parametrize("name", ["agency", "officer", "case_reference", "purpose", "legal_basis", "salt"])
def test_a_call_that_does_not_account_for_itself_is_refused(address: str, name: str) -> None:
    for value in (None, "", "  ", 7):
        answer = post(address, "/population/fetch", body(fields=["sex"], **{name: value}))

        assert answer.status == 400
        assert name in answer.json()["message"]


@pytest.mark.parametrize("name", ["X-Road-Client", "X-Road-Id", "X-Road-Issue", "X-Road-UserId"])
def test_a_call_without_an_xroad_header_is_refused(address: str, name: str) -> None:
    sent = headers()
    del sent[name]

    answer = post(address, "/population/fetch", body(fields=["sex"]), sent)

    assert (answer.status, name in answer.json()["message"]) == (400, True)


def test_header_and_body_must_name_the_same_case(address: str) -> None:
    answer = post(address, "/population/fetch", body(fields=["sex"]), headers(**{"X-Road-Issue": "another"}))

    assert answer.status == 400


@pytest.mark.parametrize("key", ["", "wrong"])
def test_a_caller_without_the_key_is_not_let_in(address: str, key: str) -> None:
    answer = post(address, "/population/fetch", body(fields=["sex"]), headers(**{"X-Api-Key": key}))

    assert answer.status == 401


@pytest.mark.parametrize("fields", [None, [], "sex", ["blood_group"], [["sex"]]])
def test_fields_the_register_does_not_hold_are_refused(address: str, fields: object) -> None:
    assert post(address, "/population/fetch", body(fields=fields)).status == 400


def test_the_answer_proves_which_request_it_answers(address: str) -> None:
    sent = headers()
    answer = post(address, "/population/fetch", body(fields=["sex"]), sent)

    lines = "\n".join(f"{n}: {sent[n]}" for n in ("X-Road-Client", "X-Road-Id", "X-Road-Issue", "X-Road-UserId"))
    content = json.dumps(body(fields=["sex"])).encode()
    expected = hashlib.sha512(hashlib.sha512(lines.encode()).digest() + hashlib.sha512(content).digest()).digest()
    assert answer.headers["X-Road-Request-Hash"] == base64.b64encode(expected).decode()
    assert answer.headers["X-Road-Id"] == sent["X-Road-Id"]


def test_it_fails_when_told_to_and_then_recovers(address: str) -> None:
    urllib3.request(
        "POST", address + "/registers/admin/behaviour", json={"status": 503, "times": 1}, headers={"X-Api-Key": KEY}
    )

    assert post(address, "/population/fetch", body(fields=["sex"])).status == 503
    assert post(address, "/population/fetch", body(fields=["sex"])).status == 200


def test_it_remembers_what_it_was_asked(address: str) -> None:
    sent = headers()
    post(address, "/population/fetch", body(fields=["sex"]), sent)

    calls = urllib3.request("GET", address + "/registers/admin/calls", headers={"X-Api-Key": KEY}).json()["calls"]

    assert calls[-1]["path"] == "/registers/population/fetch"
    assert calls[-1]["headers"]["X-Road-Id"] == sent["X-Road-Id"]
