"""What used to leave no trace is told in the security log, and nothing told there says who anybody is."""

import json
import re
from collections.abc import Callable, Sequence
from uuid import uuid4

import pytest
import requests

from e2e.attacks.watching import security_lines, told
from e2e.client import Client, Json, Refused, wait_for
from e2e.conftest import System
from e2e.journeys.stage import scan

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

UNKNOWN = str(uuid4())
OWN_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
PERSONAL = re.compile(
    r"(?<![\d-])\d{9,12}(?![\d-])|Nguyễn|Trần|Phạm|Võ|Lê Minh|@|onestop-demo|127\.0\.0", re.IGNORECASE
)


def _heard(system: System, event: str, count: int = 1, **fields: str) -> None:
    wait_for(f"{event} {fields}", lambda: told(system.home, event, **fields), lambda lines: len(lines) >= count, 10)


def _application(procedure: str, prefilled: Json, attachments: Sequence[Json] = (), **form: object) -> bytes:
    application = {
        "procedure": procedure,
        "agency": "G01.029.00",
        "applicant": prefilled["applicant"],
        "form": {**prefilled["form"], **form},
        "attachments": attachments,
    }
    return json.dumps(application).encode()


def _licence(lan: Client, file_id: str) -> bytes:
    form = {"licence_number": "790123456789", "licence_class": "B", "reason": "expiring", "return_method": "counter"}
    attachments = [{"paper": "giay_kham_suc_khoe", "file_id": file_id}]
    return _application("3.000347", lan.get("/procedures/3.000347/prefill"), attachments, **form)


def _criminal_record(lan: Client) -> bytes:
    history: list[Json] = [{"from": "2004-01", "residence": "Hà Nội", "occupation": "Học sinh"}]
    prefilled = lan.get("/procedures/2.000488/prefill")
    purpose = f"Xin việc làm số {uuid4()}"
    return _application(
        "2.000488", prefilled, certificate_type="1", purpose=purpose, fee_group="standard", history=history
    )


def _content(client: Client, file_id: str) -> bytes:
    """The file's bytes; none while documents has not heard of its case."""
    try:
        return client.content(f"/files/{file_id}/content")
    except Refused as refusal:
        if refusal.code != "file-not-found":
            raise
        return b""


def _refused(act: Callable[[], object]) -> int:
    with pytest.raises(Refused) as refusal:
        act()
    return refusal.value.status


def test_denied_calls_are_told_by_whoever_denies_them(system: System) -> None:
    nobody, lan = Client(system.base_url), Client(system.base_url).log_in("lan")
    account = lan.get("/me")["account_id"]

    assert _refused(lambda: nobody.get("/me")) == 401
    assert _refused(lambda: lan.get("/delegations")) == 403

    _heard(system, "call_denied", service="gateway", method="read_me", code="unauthenticated")
    _heard(system, "call_denied", service="gateway", account=account, code="permission-denied")


def test_a_reused_refresh_token_is_an_alert(system: System) -> None:
    http = Client(system.base_url)
    pair = http.post("/auth/login", {"username": "lan", "password": "onestop-demo"})
    second = http.post("/auth/refresh", {"refresh_token": pair["refresh_token"]})
    http.post("/auth/refresh", {"refresh_token": second["refresh_token"]})

    assert _refused(lambda: http.post("/auth/refresh", {"refresh_token": pair["refresh_token"]})) == 401

    _heard(system, "refresh_token_reused", alert=True)  # type: ignore[arg-type]


def test_a_lost_answer_to_a_refresh_ends_no_session(system: System) -> None:
    http = Client(system.base_url)
    pair = http.post("/auth/login", {"username": "lan", "password": "onestop-demo"})
    lost = http.post("/auth/refresh", {"refresh_token": pair["refresh_token"]})
    again = http.post("/auth/refresh", {"refresh_token": pair["refresh_token"]})

    assert again["refresh_token"] == lost["refresh_token"]
    assert http.post("/auth/refresh", {"refresh_token": again["refresh_token"]})["access_token"]


def test_who_read_which_case_file_and_history_is_told_of_workers_and_not_of_the_applicant(system: System) -> None:
    lan, clerk, officer = (Client(system.base_url).log_in(name) for name in ("lan", "clerk", "officer"))
    file_id = lan.upload("giay.pdf", scan("Giấy khám sức khỏe", "Nguyễn Thị Lan", "Đủ điều kiện."))["file_id"]
    ref = lan.submit(_licence(lan, file_id), str(uuid4()))["ref"]
    lan.case(ref)
    account = officer.get("/me")["account_id"]

    officer.case(ref)
    officer.get(f"/cases/{ref}/history")
    wait_for("the file to be the agency's", lambda: _content(officer, file_id), bool)
    clerk.get(f"/cases/{ref}/papers")
    officer.get("/cases", q="nguyen thi lan")

    for method, target in (("GetCase", ref), ("GetHistory", ref), ("GetFile", file_id)):
        _heard(system, "read", account=account, method=method, target=target)
    _heard(system, "read", account=account, method="SearchCases")
    _heard(system, "downloaded", account=account, target=file_id)
    _heard(system, "read", method="ListPapers", target=ref)
    assert told(system.home, "read", account=lan.get("/me")["account_id"]) == []


def test_a_case_of_another_agency_that_somebody_tries_is_told_though_they_hear_it_is_not_there(
    system: System,
) -> None:
    lan, ward = (Client(system.base_url).log_in(name) for name in ("lan", "ward.officer"))
    ref = lan.submit(_criminal_record(lan), str(uuid4()))["ref"]
    account = ward.get("/me")["account_id"]

    for path in (f"/cases/{ref}", f"/cases/{ref}/history", f"/cases/{ref}/timeline"):
        assert _refused(lambda path=path: ward.get(path)) == 404  # type: ignore[misc]

    _heard(system, "call_denied", 3, account=account, target=ref, code="case-not-found")


def test_what_administrators_decide_is_told(system: System) -> None:
    admin = Client(system.base_url).log_in("admin")
    account = admin.get("/me")["account_id"]
    off = {"working": False, "name_vi": "Ngày thử", "name_en": "A trial", "legal_ground": "QĐ 1/2027"}
    admin.put("/calendar/2027-03-17", off)
    admin.put("/calendar/2027-03-17", {**off, "working": True})

    _heard(system, "calendar_decided", 2, account=account, target="2027-03-17")


def test_forged_payment_notices_are_told(system: System) -> None:
    forged = "vnp_TxnRef=abc&vnp_Amount=1&vnp_SecureHash=00"
    requests.get(f"{system.base_url}/api/v1/payments/vnpay/notice?{forged}", timeout=30)

    _heard(system, "signature_refused", service="payments", code="bad-checksum")


def test_what_a_caller_names_their_request_by_is_nobodys_number(system: System) -> None:
    headers = {"X-Request-Id": "0793.0100.0666", "traceparent": "079301000666"}
    answer = requests.get(f"{system.base_url}/api/v1/cases/{UNKNOWN}", headers=headers, timeout=30)

    _heard(system, "call_denied", code="unauthenticated", request_id=answer.headers["X-Request-Id"])
    logs = "".join(log.read_text(errors="replace") for log in (system.home / "logs").glob("*.log"))
    assert "0793.0100.0666" not in logs
    assert "079301000666" not in logs


def test_no_line_says_who_anybody_is(system: System) -> None:
    lan = Client(system.base_url).log_in("lan")
    for typed in ("079301000019", "0912345678", "G01.029.00-260302-9999", UNKNOWN):
        _refused(lambda typed=typed: lan.get(f"/cases/{typed}"))  # type: ignore[misc]
    _refused(lambda: Client(system.base_url).post("/auth/login", {"username": "Nguyễn", "password": "x"}))

    lines = security_lines(system.home)
    assert len(lines) >= 3
    random = {"ts", "request_id", "trace_id"}  # hex digits may happen to look like a number
    told_of = [
        OWN_ID.sub("", str({name: value for name, value in line.items() if name not in random})) for line in lines
    ]
    assert [text for text in told_of if PERSONAL.search(text)] == []
