"""Journey: what a clerk files at the counter belongs to Lan: she answers, pays, talks and is given the result."""

import json
from functools import partial
from uuid import uuid4

from e2e.client import Client, Json, wait_for
from e2e.journeys.stage import Stage, promise, promise_refusal, scan, this_time

PROCEDURE, AGENCY, FEE = "2.000488", "G01.029.00", 200_000
LAN = {"kind": "person", "full_name": "Nguyễn Thị Lan", "identifier": "079301000019", "phone": "0903000019"}
HER_FIRM = "0314409058-001"
FIRM = {"kind": "firm", "full_name": "Chi nhánh Bến Thành Công ty cổ phần Phương Nam", "identifier": HER_FIRM}
PROOF = "giay_to_giam_phi"


def counter_online(stage: Stage) -> str:
    """Plays the journey; returns the case number."""
    clerk, officer, lan, hung = (stage.client(name) for name in ("clerk", "officer", "lan", "hung"))
    with stage.step("the clerk files for Lan at the counter; she finds the case in her list, nobody else does"):
        ref: str = clerk.submit(_application(LAN), str(uuid4()))["ref"]
        promise("the channel", lan.case(ref)["channel"], "counter")
        promise("in her list", ref in _listed(lan))
        promise("in another's list", ref in _listed(hung), False)
        promise_refusal("seeing another's case", 404, lambda: hung.case(ref))
        promise_refusal("withdrawing another's case", 404, lambda: hung.act(ref, "withdraw", 1))
        stage.say(f"        case {ref}")
    with stage.step("she pays online what is due; another account sees no dues"):
        promise("the status", clerk.act(ref, "accept")["status"], 6)
        promise("what is due", lan.dues(ref, "open")["total"], FEE)
        promise_refusal("another's dues", 404, lambda: hung.get(f"/cases/{ref}/dues"))
        promise("what the provider's page said", lan.pay(ref)["outcome"], "success")
        wait_for("status 4", lambda: lan.case(ref), lambda case: case["status"] == 4)
    with stage.step("she reads her receipt and answers a supplement"):
        stage.verify_pdf(stage.fetch_paper(lan, ref, "01"))
        officer.act(ref, "assign")
        officer.act(ref, "request-supplement", pins=[{"paper": PROOF, "reason": "missing"}], reason="Thiếu giấy tờ")
        stage.verify_pdf(stage.fetch_paper(lan, ref, "02"))
        paper = {
            "paper": PROOF,
            "file_id": lan.upload("giay.pdf", scan("Giấy xác nhận", "Nguyễn Thị Lan", ref))["file_id"],
        }
        promise("the status", lan.act(ref, "resubmit", attachments=[paper])["status"], 2)
        promise_refusal("another's papers", 404, partial(hung.content, f"/files/{paper['file_id']}/content"))
        promise("another's list of papers", hung.get(f"/cases/{ref}/papers")["papers"], [])
    with stage.step("she asks, and the officer, who could not write before, answers"):
        lan.say(ref, "Khi nào em nhận được kết quả ạ?")
        officer.say(ref, "Đúng hẹn, chị nhé.")
        promise("the conversation", len(lan.get(f"/cases/{ref}/conversation")["messages"]), 2)
    with stage.step("she is given the result: on the case, as a file, and in her own store"):
        officer.act(ref, "assign")
        officer.grant(ref)
        done = wait_for("the result", lambda: lan.case(ref), lambda case: case["result_file_id"])
        promise("the file", lan.content(f"/files/{done['result_file_id']}/content").startswith(b"%PDF"))
        promise_refusal("another's result", 404, partial(hung.content, f"/files/{done['result_file_id']}/content"))
        wait_for("the result in her store", partial(_stored, lan, ref), lambda found: "result" in found)
        promise("in another's store", _stored(hung, ref), [])
    with stage.step("who acted for whom is on the case and in its history, which verifies"):
        acted = [(one["full_name"], one["standing"]) for one in lan.case(ref)["acting"]]
        promise("who acted", acted, [("Phạm Thị Mai", "clerk"), ("Nguyễn Thị Lan", "self")])
        history = json.loads(stage.verify_history(lan, ref).read_text("utf-8"))
        actors = [json.loads(line["entry"])["actor"].get("as") for line in history["entries"]]
        promise("the history says it", {"clerk", "self"} <= set(actors))
    _of_a_firm(stage, clerk, lan, hung)
    return ref


def _of_a_firm(stage: Stage, clerk: Client, lan: Client, hung: Client) -> None:
    with stage.step("a firm's case is seen by who represents it by the business register, once she takes the firm up"):
        ref = clerk.submit(_application(FIRM), str(uuid4()))["ref"]
        promise_refusal(
            "taking up a firm of somebody else", 403, partial(hung.post, "/me/firms", {"tax_code": HER_FIRM})
        )
        promise("the firm", lan.post("/me/firms", {"tax_code": HER_FIRM})["tax_code"], HER_FIRM)
        lan.refresh()
        promise(
            "withdrawn by", lan.act(ref, "withdraw", reason="Không cần nữa")["acting"][-1]["standing"], "representative"
        )
        promise_refusal("seeing a firm's case", 404, lambda: hung.case(ref))


def _listed(client: Client) -> list[str]:
    return [line["ref"] for line in client.get("/cases", order="received", page_size=100)["cases"]]


def _stored(client: Client, ref: str) -> list[str]:
    papers = client.get("/me/papers", page_size=100)["papers"]
    return [paper["origin"] for paper in papers if paper["source_case"] == ref]


def _application(applicant: Json) -> bytes:
    residence = "12 Lê Lợi, phường Bến Thành, TP. Hồ Chí Minh"
    form = {
        "certificate_type": "1",
        "purpose": this_time("Xin việc"),
        "full_name": "Nguyễn Thị Lan",
        "personal_number": LAN["identifier"],
        "birth_date": "2001-05-20",
        "sex": "female",
        "nationality": "Việt Nam",
        "permanent_residence": residence,
        "fee_group": "standard",
        "history": [{"from": "2016-09", "residence": residence}],
    }
    application = {"procedure": PROCEDURE, "agency": AGENCY, "applicant": applicant, "form": form}
    return json.dumps(application, ensure_ascii=False).encode()
