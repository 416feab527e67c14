"""Journey: work on a counter case is stopped and goes on; then its applicant withdraws it in writing at the counter."""

from functools import partial
from uuid import uuid4

from e2e.client import Client, Json, wait_for
from e2e.journeys.counter import FEE_COUNTER, PERSON, application
from e2e.journeys.stage import Stage, promise, promise_refusal, scan

REASON = "Tôi chuyển ra nước ngoài nên không đổi giấy phép lái xe nữa."
DOUBT = "Chờ cơ quan điều tra kết luận về việc tạm giữ giấy phép lái xe."


def withdrawal(stage: Stage) -> str:
    """Plays the journey; returns the case number."""
    clerk, leader = stage.client("clerk"), stage.client("leader")
    with stage.step("the clerk files for Hoàng Gia Bảo, takes the fee in cash and takes the case in"):
        ref: str = clerk.submit(application(), str(uuid4()))["ref"]
        stage.say(f"        case {ref}")
        promise("what is due", clerk.dues(ref, "open")["total"], FEE_COUNTER)
        clerk.post(f"/cases/{ref}/cash", {"amount": FEE_COUNTER})
        wait_for("the payment on the case", lambda: clerk.case(ref), lambda case: case["fee_state"] == "paid")
        promise("the status", clerk.act(ref, "accept")["status"], 2)
    with stage.step("a leader stops it; a letter says on which ground, why, and how to complain; then it goes on"):
        promise("the status", leader.act(ref, "stop", reason=DOUBT)["status"], 8)
        stage.verify_pdf(stage.fetch_paper(clerk, ref, "suspension"))
        promise("the status", leader.act(ref, "resume")["status"], 4)
    _withdraw(stage, clerk, ref)
    with stage.step("his money is handed back"):
        promise("what is owed", clerk.dues(ref, "refund_owed")["total"], FEE_COUNTER)
        promise("the dues", clerk.post(f"/cases/{ref}/refund", {})["state"], "refunded")
    with stage.step("the case has ended: nobody decides it any more, and its history verifies offline"):
        promise_refusal("deciding it", 409, lambda: leader.act(ref, "decide", decision="denied", reason=REASON))
        stage.verify_history(clerk, ref)
    return ref


def _withdraw(stage: Stage, clerk: Client, ref: str) -> None:
    written: Json = {"reason": REASON, "requested_by": PERSON["full_name"], "requested_via": "counter"}
    with stage.step("he asks in writing to withdraw it; without his request the clerk cannot"):
        refused = promise_refusal("withdrawing on nobody's request", 400, partial(clerk.act, ref, "withdraw"))
        missing = [error["pointer"] for error in refused.problem["errors"]]
        promise("what is missing", missing, ["/requested_by", "/requested_via", "/request_file_id"])
    with stage.step("she scans the request in; the case is withdrawn and form 05 says: at his own request"):
        content = scan("Đơn đề nghị rút hồ sơ", PERSON["full_name"], REASON)
        request = clerk.upload("don-rut-ho-so.pdf", content)["file_id"]
        withdrawn = clerk.act(ref, "withdraw", request_file_id=request, **written)
        promise("the status", withdrawn["status"], 7)
        promise("his request on the case", [each["file_id"] for each in withdrawn["attachments"]][-1], request)
        stage.verify_pdf(stage.fetch_paper(clerk, ref, "05"))
