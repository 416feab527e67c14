"""Journey: a commune takes a case in for another; the term starts when the competent one has received it."""

import json
from pathlib import Path
from uuid import uuid4

from e2e.client import Client, Json, wait_for
from e2e.journeys.stage import Stage, promise, promise_refusal, this_time

CODE, COMPETENT, INTAKE = "9.000041", "H29.035.00", "H29.036.00"
FILE = Path(__file__).with_suffix(".yaml")
PERSON = {
    "kind": "person",
    "full_name": "Hoàng Gia Bảo",
    "identifier": "038203000017",
    "address": "2 Đại lộ Lê Lợi, tỉnh Thanh Hóa",
    "phone": "0903000017",
}
SISTER = {
    "full_name": "Hoàng Thị Ngọc",
    "capacity": "proxy",
    "proof": "identity_card",
    "proof_number": "038306000018",
    "authorisation": "giay_uy_quyen_nhan",
}


def another_commune(stage: Stage) -> str:
    """Plays the journey; returns the case number."""
    clerk, officer = stage.client("commune.clerk"), stage.client("ward.officer")
    with stage.step("a procedure is published that every commune takes in, whatever the place of residence"):
        stage.client("admin").publish(FILE.read_bytes())
    with stage.step("a clerk of another commune files what Bảo brings: an original and two copies"):
        ref: str = clerk.submit(_application(), str(uuid4()))["ref"]
        case = clerk.case(ref)
        promise("who took it in", (case["channel"], case["intake_agency"]), ("counter", INTAKE))
        promise("who decides", case["agency_code"], COMPETENT)
        stage.say(f"        case {ref}")
    with stage.step("compares the copies with the original and takes the case in: no date yet"):
        case = clerk.act(ref, "compare-originals", papers=["van_bang"])
        promise("who compared", [each["name"] for each in case["originals"]], ["Lý Thị Hoa"])
        case = clerk.act(ref, "accept")
        promise("the status and the date", (case["status"], case["due_date"]), (2, ""))
        stage.verify_pdf(stage.fetch_paper(clerk, ref, "01"))
    with stage.step("nobody handles it before the competent commune has received it"):
        promise_refusal("handling it", 409, lambda: officer.act(ref, "verify", reason="Hỏi nơi cấp bằng"))
        promise_refusal("receiving it where it was taken in", 403, lambda: clerk.act(ref, "receive"))
        promise("it waits there", ref in _to_receive(officer))
    with stage.step("the competent commune receives it: the term starts, the receipt gets its date"):
        case = officer.act(ref, "receive")
        promise("a date", case["due_date"] > "")
        promise("it waits no more", ref in _to_receive(officer), False)
        _replaced(clerk, ref)
    with stage.step("it decides; the commune that took it in only watches"):
        promise_refusal("assigning it elsewhere", 403, lambda: clerk.act(ref, "assign"))
        officer.act(ref, "assign")
        promise("the status", officer.act(ref, "decide", decision="granted")["status"], 9)
        wait_for("the result", lambda: clerk.case(ref), lambda seen: seen["result_file_id"])
    with stage.step("and hands the result to his sister, against her identity card and his authorisation"):
        promise_refusal(
            "without her authorisation", 400, lambda: _hand_over(clerk, ref, SISTER | {"authorisation": ""})
        )
        returned = _hand_over(clerk, ref, SISTER)
        promise("the status", returned["status"], 10)
        promise("to whom", returned["result_return"]["receiver"]["full_name"], SISTER["full_name"])
    with stage.step("the control slip shows the hand-over, and the history verifies offline"):
        stage.verify_pdf(stage.fetch_paper(clerk, ref, "06"))
        stage.verify_history(officer, ref)
    return ref


def _to_receive(officer: Client) -> list[str]:
    return [line["ref"] for line in officer.get("/cases", to_receive="true", page_size=100)["cases"]]


def _replaced(clerk: Client, ref: str) -> None:
    """Waits for the receipt with the date, which replaces the one without."""
    wait_for(
        "the receipt with a date",
        lambda: [each for each in clerk.get(f"/cases/{ref}/papers")["papers"] if each["form"] == "01"],
        lambda receipts: len(receipts) > 1 and receipts[-1]["replaces"] == receipts[0]["paper_id"],
    )


def _hand_over(clerk: Client, ref: str, receiver: Json) -> Json:
    return clerk.act(ref, "return", receiver=receiver)


def _application() -> bytes:
    application = {
        "procedure": CODE,
        "agency": COMPETENT,
        "intake_agency": INTAKE,
        "applicant": PERSON,
        "form": {"full_name": PERSON["full_name"], "personal_number": PERSON["identifier"], "about": this_time("Bằng")},
        "handed_in": [
            {"paper": "van_bang", "kind": "original"},
            {"paper": "van_bang", "kind": "copy", "copies": 2},
            {"paper": "giay_uy_quyen_nhan", "kind": "original"},
        ],
    }
    return json.dumps(application, ensure_ascii=False).encode()
