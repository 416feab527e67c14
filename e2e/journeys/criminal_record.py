"""Journey: Trần Văn Hùng asks for his criminal record; something is missing, and another agency is consulted."""

import json
from functools import partial
from uuid import uuid4

from e2e.client import Client, Json, wait_for
from e2e.journeys.stage import Stage, promise, promise_refusal, scan, this_time
from services.exchange.envelopes.signing import Verifier

PROCEDURE, AGENCY, CONSULTED = "2.000488", "G01.029.00", "G01.001.00"
FEE = 200_000
MISSING = "Giấy tờ chứng minh thời gian làm việc ở nước ngoài từ năm 2010 đến năm 2015"


def criminal_record(stage: Stage) -> str:
    """Plays the journey; returns the case number."""
    with stage.step("Hùng files his prefilled application"):
        hung = stage.client("hung")
        body = _application(hung.get(f"/procedures/{PROCEDURE}/prefill"))
        ref: str = hung.submit(body, str(uuid4()))["ref"]
        stage.say(f"        case {ref}")
    with stage.step("the clerk takes it in; he pays and the clock starts"):
        clerk = stage.client("clerk")
        promise("the status", clerk.act(ref, "accept")["status"], 6)
        promise("what is due", hung.dues(ref, "open")["total"], FEE)
        promise("what the provider's page said", hung.pay(ref)["outcome"], "success")
        started = wait_for("status 4", lambda: hung.case(ref), lambda case: case["status"] == 4)
    with stage.step("the officer asks for what is missing, form 02, and the clock stops"):
        officer = stage.client("officer")
        officer.act(ref, "assign")
        asked = officer.act(
            ref, "request-supplement", items=[MISSING], reason="Chưa có giấy tờ về thời gian ở nước ngoài"
        )
        promise("the status and what to add", (asked["status"], asked["supplement_items"]), (5, [MISSING]))
        promise("the due date while the clock is stopped", asked["due_date"], "")
        promise("the reasons say why", asked["explanation"] not in ([], started["explanation"]))
        stage.verify_pdf(stage.fetch_paper(hung, ref, "02"))
    with stage.step("he adds it; the clock restarts from zero"):
        restarted = hung.act(ref, "resubmit", attachments=[_supplement(hung)], note="Đã bổ sung")
        promise("the status", restarted["status"], 2)
        promise("the whole time runs again", restarted["due_date"] >= started["due_date"])
    with stage.step("asking a second time is refused: everything is asked at once"):
        again = partial(officer.act, ref, "request-supplement", items=["Thêm giấy tờ khác"])
        promise_refusal("a second supplement request", 409, again)
    with stage.step("the officer asks another agency by signed envelope; its statuses and answer come back"):
        officer.act(ref, "assign")
        officer.act(
            ref, "consult", agency_code=CONSULTED, subject="Xác minh án tích", content="Đề nghị xác minh án tích."
        )
        wait_for("the answer and status 06", lambda: officer.case(ref)["consultations"], _is_answered)
    with stage.step("every envelope is in the log, and each is signed by the agency it is from"):
        _check_envelopes(stage, officer, ref)
    with stage.step("the result is decided, sealed, returned and verified"):
        officer.grant(ref)
        wait_for("the result on the case", lambda: clerk.case(ref), lambda case: case["result_file_id"])
        promise("the status", clerk.hand_over(ref)["status"], 10)
        stage.verify_pdf(stage.fetch_paper(hung, ref, "result"))
    with stage.step("its history tells all of it and verifies offline"):
        history = json.loads(stage.verify_history(hung, ref).read_text("utf-8"))
        actions = [json.loads(line["entry"])["action"] for line in history["entries"]]
        promise("one question and one answer", [actions.count(a) for a in ("consult", "answer_received")], [1, 1])
    return ref


def _is_answered(consultations: list[Json]) -> bool:
    return [(one["status_code"], bool(one["answer"])) for one in consultations] == [("06", True)]


def _check_envelopes(stage: Stage, officer: Client, ref: str) -> None:
    """The question, five statuses, the answer, our acknowledgement: saved, and verified with the axis's root only."""
    messages = wait_for(
        "our acknowledgement sent",
        lambda: officer.get(f"/cases/{ref}/messages")["messages"],
        lambda log: all(one["state"] in ("sent", "received") for one in log),
    )
    kinds = sorted((one["direction"], one["kind"], one["status_code"]) for one in messages)
    reported = [("in", "status", code) for code in ("01", "03", "04", "05", "06")]
    exchanged = [("in", "document", ""), *reported, ("out", "document", "06"), ("out", "status", "03")]
    promise("the messages", kinds, exchanged)
    verifier = Verifier(stage.home / "exchange" / "ca.crt.pem")
    for number, message in enumerate(messages, start=1):
        envelope = officer.content(f"/messages/{message['message_id']}/envelope")
        promise("the envelope's signer", verifier.verify(envelope).agency, message["from_agency"])
        stage.save(f"{ref}-envelope-{number:02d}-{message['direction']}-{message['kind']}.edxml", envelope)


def _application(prefilled: Json) -> bytes:
    filled_in = {
        "certificate_type": "1",
        "purpose": this_time("Xin việc làm"),
        "fee_group": "standard",
        "history": [{"from": "2004-01", "residence": "Hà Nội", "occupation": "Học sinh"}],
    }
    application = {
        "procedure": PROCEDURE,
        "agency": AGENCY,
        "applicant": prefilled["applicant"],
        "form": {**prefilled["form"], **filled_in},
    }
    return json.dumps(application, ensure_ascii=False).encode()


def _supplement(hung: Client) -> Json:
    content = scan("Giấy xác nhận thời gian làm việc", "Trần Văn Hùng", "Làm việc tại Nhật Bản từ 2010 đến 2015.")
    return {"paper": "giay_to_bo_sung", "file_id": hung.upload("xac-nhan-lam-viec.pdf", content)["file_id"]}
