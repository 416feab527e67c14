"""Journey: a household business goes through checking and approval; who proposes does not approve."""

import json
from uuid import uuid4

from e2e.client import Client, Json, wait_for
from e2e.journeys.stage import Stage, promise, promise_refusal, this_time

PROCEDURE, AGENCY = "1.001612", "H29.035.00"


def steps(stage: Stage) -> str:
    """Plays the journey; returns the case number."""
    officer, leader = stage.client("ward.officer"), stage.client("leader")
    with stage.step("Hùng registers his household business; it is taken in and paid"):
        case = registered_business(stage)
        ref: str = case["ref"]
        promise("where it is", (case["step_code"], case["unit_code"]), ("tham_dinh", "kinh_te"))
        promise("the step ends before the case", case["step_due_date"] < case["due_date"])
        stage.say(f"        case {ref}")
    with stage.step("the officer cannot decide; she proposes to grant and forwards it"):
        promise_refusal("deciding", 409, lambda: officer.grant(ref))
        promise_refusal("forwarding without a proposal", 400, lambda: officer.act(ref, "forward"))
        case = officer.act(ref, "forward", decision="granted", note="Tên không trùng")
        promise("where it is", (case["step_code"], case["unit_code"]), ("phe_duyet", "lanh_dao"))
    with stage.step("the leader sends it back once, then approves what is proposed again"):
        promise_refusal("approving her own proposal", 403, lambda: officer.grant(ref))
        promise("sent back to", leader.act(ref, "send-back", reason="Kiểm tra lại địa chỉ")["step_code"], "tham_dinh")
        officer.act(ref, "forward", decision="granted", note="Đã kiểm tra địa chỉ")
        promise("whose proposal", leader.case(ref)["proposal"]["by_name"], "Đặng Thị Hạnh")
        promise("the status", leader.grant(ref)["status"], 9)
    with stage.step("its history names every step and verifies offline"):
        history = json.loads(stage.verify_history(officer, ref).read_text(encoding="utf-8"))
        moves = [entry["data"]["step"] for entry in map(_entry, history["entries"]) if "step" in entry["data"]]
        promise("the steps", moves, ["tham_dinh", "phe_duyet", "tham_dinh", "phe_duyet"])
    return ref


def registered_business(stage: Stage) -> Json:
    """A household business that Hùng filed and paid for, handled from now on."""
    hung = stage.client("hung")
    ref: str = hung.submit(application(hung), str(uuid4()))["ref"]
    stage.client("clerk").act(ref, "accept")
    hung.pay(ref)
    return wait_for("status 4", lambda: hung.case(ref), lambda case: case["status"] == 4)


def _entry(exported: dict[str, str]) -> dict[str, dict[str, str]]:
    entry: dict[str, dict[str, str]] = json.loads(exported["entry"])
    return entry


def application(hung: Client) -> bytes:
    """A household business of Trần Văn Hùng's own."""
    prefilled = hung.get(f"/procedures/{PROCEDURE}/prefill")
    form = {
        **prefilled["form"],
        "business_name": this_time("Hộ kinh doanh Phở Hùng"),
        "business_address": "15 Lê Lai, phường Bến Thành",
        "lines_of_business": [{"code": "5610", "name": "Nhà hàng và dịch vụ ăn uống lưu động"}],
        "capital": 200_000_000,
        "established_by": "individual",
    }
    application = {"procedure": PROCEDURE, "agency": AGENCY, "applicant": prefilled["applicant"], "form": form}
    return json.dumps(application, ensure_ascii=False).encode()
