"""Journey: a supplement pinned to fields and papers, a second one a leader approves, and a result corrected."""

import json
from functools import partial
from http import HTTPStatus
from uuid import uuid4

from e2e.client import Client, Json, Refused, wait_for
from e2e.journeys.stage import Stage, promise, promise_refusal, scan

PROCEDURE, AGENCY = "2.000488", "G01.029.00"
PROOF = "giay_to_giam_phi"
ERROR = "Kết quả ghi sai nơi cư trú."


def corrections(stage: Stage) -> str:
    """Plays the journey; returns the case number."""
    hung, clerk, officer = stage.client("hung"), stage.client("clerk"), stage.client("officer")
    with stage.step("Hùng files; the clerk takes the case in, an officer takes it over"):
        ref: str = hung.submit(_application(hung), str(uuid4()))["ref"]
        stage.say(f"        case {ref}")
        promise("the status", clerk.act(ref, "accept")["status"], 2)
        officer.act(ref, "assign")
    _ask(stage, officer, hung, ref)
    _answer(stage, hung, ref)
    _look_at_changes(stage, officer, ref)
    _ask_again(stage, officer, hung, ref)
    _correct(stage, officer, hung, ref)
    with stage.step("its history tells all of it and verifies offline"):
        history = json.loads(stage.verify_history(hung, ref).read_text("utf-8"))
        actions = [json.loads(line["entry"])["action"] for line in history["entries"]]
        asked = ["request_supplement", "resubmit", "propose_supplement", "approve_supplement", "resubmit", "reopen"]
        promise("what was done", [action for action in actions if action in asked], asked)
    return ref


def _ask(stage: Stage, officer: Client, hung: Client, ref: str) -> None:
    with stage.step("everything is asked at once, pinned to two fields and a paper; form 02 numbers it by name"):
        choices = officer.get(f"/cases/{ref}/supplement-choices")
        promise("reasons to choose from", "expired" in [reason["value"] for reason in choices["reasons"]])
        nonsense = partial(officer.act, ref, "request-supplement", pins=[{"field": "/form/shoes", "reason": "missing"}])
        promise("the field at fault", _faults(promise_refusal("asking for no field", 400, nonsense).problem), ["enum"])
        pins = [
            {"field": "/form/purpose", "reason": "other", "ask": "Ghi rõ nơi nộp phiếu"},
            {"paper": PROOF, "reason": "expired", "ask": "Nộp giấy còn hạn"},
            {"field": "/form/other_name", "reason": "missing"},
        ]
        asked = officer.act(ref, "request-supplement", pins=pins, reason="Chưa đủ căn cứ")
        promise("the status", asked["status"], 5)
        names = [item["name"]["en"] for item in asked["supplement"]["items"]]
        promise("the items by name", names, ["Purpose", "Proof of a reduced or waived fee", "Other name"])
        promise("its last day is told", "by the end of" in " ".join(line["en"] for line in asked["outlook"]))
        stage.verify_pdf(stage.fetch_paper(hung, ref, "02"))


def _answer(stage: Stage, hung: Client, ref: str) -> None:
    with stage.step("Hùng may change what was asked and nothing else, and answers every item or says why not"):
        sneaking = partial(hung.act, ref, "resubmit", form={"purpose": "Du học tại Nhật Bản", "nationality": "Lào"})
        refused = promise_refusal("changing what was not asked", 400, sneaking).problem
        promise("the faults", sorted(_faults(refused)), ["not-asked", "unanswered", "unanswered"])
        answered = hung.act(
            ref,
            "resubmit",
            form={"purpose": "Du học tại Nhật Bản"},
            attachments=[_proof(hung, "còn hạn")],
            cannot=[{"item": 3, "reason": "Tôi không có tên gọi khác"}],
        )
        promise("the status", answered["status"], 2)
        promise("nothing else changed", answered["form"]["nationality"], "Việt Nam")
        states = [bool(each["superseded_version"]) for each in answered["attachments"]]
        promise("the old paper stays beside the new", states, [True, False])


def _look_at_changes(stage: Stage, officer: Client, ref: str) -> None:
    with stage.step("the officer sees what changed: old and new, field by field, both files, and what is not given"):
        changes = officer.get(f"/cases/{ref}/changes")
        [field] = changes["fields"]
        promise("the field", field["text"]["en"], "Purpose: “Xin việc làm” → “Du học tại Nhật Bản”")
        [paper] = changes["papers"]
        promise("both files", [len(paper[side]) for side in ("old", "new")], [1, 1])
        promise("what is not given", [each["item"]["name"]["en"] for each in changes["not_given"]], ["Other name"])
        for file in (*paper["old"], *paper["new"]):
            wait_for("the file opened to the agency", partial(_content, officer, file["file_id"]), bool)


def _ask_again(stage: Stage, officer: Client, hung: Client, ref: str) -> None:
    more: Json = {"pins": [{"field": "/form/copies", "reason": "missing"}], "reason": "Bỏ sót"}
    with stage.step("a second request is refused, and the refusal says what is possible: to propose it"):
        refused = promise_refusal("asking again", 409, lambda: officer.act(ref, "request-supplement", **more)).problem
        promise("the rule", refused["code"], "case-supplement-already-asked")
        promise("what is possible", "propose-supplement" in [each["action"] for each in refused["possible"]])
    with stage.step("it is proposed, which changes nothing, and goes out when the leader approves it"):
        promise("still running", officer.act(ref, "propose-supplement", **more)["status"] in (2, 4))
        promise("nothing to answer", hung.case(ref)["supplement"], None)
        approved = stage.client("leader").act(ref, "approve-supplement", note="Đúng là bỏ sót")
        promise("asked in whose name", (approved["status"], approved["supplement"]["by_name"]), (5, "Lê Minh Đức"))
        promise("answered", hung.act(ref, "resubmit", form={"copies": 2})["status"], 2)


def _correct(stage: Stage, officer: Client, hung: Client, ref: str) -> None:
    leader = stage.client("leader")
    with stage.step("the result is decided and returned; then its error is found"):
        officer.act(ref, "assign")
        officer.grant(ref)
        wait_for("the result on the case", lambda: hung.case(ref), lambda case: case["result_file_id"])
        promise("the status", stage.client("clerk").hand_over(ref)["status"], 10)
        wrong = hung.paper(ref, "result")
    with stage.step("a leader opens the case again, within three working days, and the clock says so"):
        reopening: Json = {"reason": ERROR, "legal_ground": "Quyết định 12/QĐ-CAT"}
        promise_refusal("a correction of a year", 400, lambda: leader.act(ref, "reopen", days=250, **reopening))
        opened = leader.act(ref, "reopen", days=3, **reopening)
        promise("the status", opened["status"], 4)
        promise("the reason of its clock", "3 working days" in " ".join(line["en"] for line in opened["explanation"]))
        promise("what the citizen is told", ERROR in hung.case(ref)["outlook"][0]["en"])
    with stage.step("the corrected result names the one it replaces, and the old one is marked as replaced"):
        officer.act(ref, "assign")
        officer.grant(ref, reason="Đã sửa nơi cư trú")
        corrected = wait_for(
            "the corrected result", lambda: hung.case(ref), lambda case: case["corrections"][0]["corrected_file_id"]
        )
        promise("the wrong file stays known", corrected["corrections"][0]["file_id"], wrong["file_id"])
        papers = {paper["paper_id"]: paper for paper in hung.get(f"/cases/{ref}/papers")["papers"]}
        new = papers[corrected["corrections"][0]["corrected_paper_id"]]
        promise("what it replaces, and why", (new["replaces"], new["reissue_reason"]), (wrong["paper_id"], ERROR))
        promise("the old one is marked", papers[wrong["paper_id"]]["replaced_by"]["number"], new["number"])
        promise("the status", stage.client("clerk").hand_over(ref)["status"], 10)
        stage.verify_pdf(stage.fetch_paper(hung, ref, "result"))


def _content(officer: Client, file_id: str) -> bytes:
    """A file handed in; nothing while documents has not heard that it was."""
    try:
        return officer.content(f"/files/{file_id}/content")
    except Refused as refusal:
        if refusal.status != HTTPStatus.NOT_FOUND:
            raise
        return b""


def _faults(problem: Json) -> list[str]:
    return [error["code"] for error in problem["errors"]]


def _application(hung: Client) -> bytes:
    prefilled = hung.get(f"/procedures/{PROCEDURE}/prefill")
    filled_in = {
        "certificate_type": "1",
        "purpose": "Xin việc làm",
        "fee_group": "exempt",
        "history": [{"from": "2004-01", "residence": "Hà Nội", "occupation": "Học sinh"}],
    }
    application = {
        "procedure": PROCEDURE,
        "agency": AGENCY,
        "applicant": prefilled["applicant"],
        "form": {**prefilled["form"], **filled_in},
        "attachments": [_proof(hung, "đã hết hạn")],
    }
    return json.dumps(application, ensure_ascii=False).encode()


def _proof(hung: Client, text: str) -> Json:
    content = scan("Giấy chứng nhận được miễn phí", "Trần Văn Hùng", f"Giấy {text}.")
    return {"paper": PROOF, "file_id": hung.upload("mien-phi.pdf", content)["file_id"]}
