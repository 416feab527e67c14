"""Journey: a clerk files for a person at the counter, takes cash, and has to refuse with form 03."""

import json
from uuid import uuid4

from e2e.client import wait_for
from e2e.journeys.stage import Stage, promise, promise_refusal

PROCEDURE, AGENCY = "3.000347", "G01.029.00"
FEE_COUNTER = 135_000
PERSON = {
    "kind": "person",
    "full_name": "Hoàng Gia Bảo",
    "identifier": "038203000017",
    "address": "2 Đại lộ Lê Lợi, tỉnh Thanh Hóa",
    "phone": "0903000017",
}
REASON = "Giấy phép lái xe đang bị tạm giữ; chưa đủ điều kiện đổi."


def counter(stage: Stage) -> str:
    """Plays the journey; returns the case number."""
    clerk = stage.client("clerk")
    with stage.step("the clerk has the register fill the form of who stands at the counter; he sees that it was asked"):
        asked = {"personal_number": PERSON["identifier"], "purpose": "Nộp hồ sơ đổi giấy phép lái xe tại quầy"}
        filled = clerk.post(f"/procedures/{PROCEDURE}/prefill", asked)
        promise("the name the register gives", filled["form"]["full_name"], PERSON["full_name"])
        promise("his own papers, which stay closed", any(paper["stored"] for paper in filled["papers"]), False)
    with stage.step("and files for Hoàng Gia Bảo"):
        ref: str = clerk.submit(application(), str(uuid4()))["ref"]
        promise("the channel", clerk.case(ref)["channel"], "counter")
        stage.say(f"        case {ref}")
    with stage.step(f"takes {FEE_COUNTER:,} đồng in cash, exactly what is due"):
        promise("what is due", clerk.dues(ref, "open")["total"], FEE_COUNTER)
        promise_refusal("another amount", 400, lambda: clerk.post(f"/cases/{ref}/cash", {"amount": FEE_COUNTER - 1}))
        promise("the dues", clerk.post(f"/cases/{ref}/cash", {"amount": FEE_COUNTER})["state"], "paid")
    with stage.step("refuses the case at intake; form 03 says why"):
        wait_for("the payment on the case", lambda: clerk.case(ref), lambda case: case["fee_state"] == "paid")
        promise("the status", clerk.act(ref, "refuse", reason=REASON)["status"], 3)
        stage.verify_pdf(stage.fetch_paper(clerk, ref, "03"))
    with stage.step("and hands the money back"):
        promise("what is owed", clerk.dues(ref, "refund_owed")["total"], FEE_COUNTER)
        promise("the dues", clerk.post(f"/cases/{ref}/refund", {})["state"], "refunded")
    with stage.step("a refused case cannot be accepted any more"):
        promise_refusal("accepting it", 409, lambda: clerk.act(ref, "accept"))
    with stage.step("its history verifies offline"):
        stage.verify_history(clerk, ref)
    return ref


def application() -> bytes:
    """Writes what the clerk files for him."""
    form = {
        "full_name": PERSON["full_name"],
        "personal_number": PERSON["identifier"],
        "birth_date": "2003-12-31",
        "sex": "male",
        "nationality": "Việt Nam",
        "permanent_residence": PERSON["address"],
        "phone": PERSON["phone"],
        "licence_number": "380123456789",
        "licence_class": "A1",
        "reason": "damaged",
        "return_method": "counter",
    }
    application = {"procedure": PROCEDURE, "agency": AGENCY, "applicant": PERSON, "form": form}
    return json.dumps(application, ensure_ascii=False).encode()
