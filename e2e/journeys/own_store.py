"""Journey: what Lan was issued and had accepted once is offered the next time, used by her consent, and hers."""

import json
from functools import partial
from uuid import uuid4

from e2e.client import Client, Json, wait_for
from e2e.journeys.stage import Stage, promise, promise_refusal, scan

PROCEDURE, AGENCY = "3.000347", "G01.029.00"
HEALTH, LICENCE = "giay_kham_suc_khoe", "gplx_cu"


def own_store(stage: Stage) -> str:
    """Plays the journey; returns the number of the second case."""
    lan = stage.client("lan")
    first = _licence_is_issued(stage, lan)
    ref = _next_filing(stage, lan, first)
    _she_decides(stage, lan, ref)
    _what_she_keeps_herself(stage, lan)
    with stage.step("a leader, and nobody else, puts the case under a legal hold and lifts it, each with a reason"):
        officer, leader = stage.client("officer"), stage.client("leader")
        promise_refusal("an officer's hold", 403, partial(officer.act, ref, "hold", reason="Khiếu nại"))
        promise("why it is held", leader.act(ref, "hold", reason="Khiếu nại")["legal_hold"], "Khiếu nại")
        promise("lifted", leader.act(ref, "lift-hold", reason="Đã giải quyết khiếu nại")["legal_hold"], "")
    _what_registers_know(stage)
    with stage.step("the second case's history verifies offline and names the papers reused"):
        history = json.loads(stage.verify_history(lan, ref).read_text("utf-8"))
        filed = json.loads(history["entries"][0]["entry"])["data"]["attachments"]
        promise("every paper filed was a stored one", all(one.get("stored_paper_id") for one in filed))
    return ref


def _licence_is_issued(stage: Stage, lan: Client) -> str:
    clerk, officer = stage.client("clerk"), stage.client("officer")
    with stage.step("Lan exchanges her licence, with her health certificate uploaded"):
        certificate = lan.upload("giay-kham.pdf", scan("Giấy khám sức khỏe", "Nguyễn Thị Lan", f"Số {uuid4()}"))
        attachments = [{"paper": HEALTH, "file_id": certificate["file_id"]}]
        ref: str = lan.submit(_application(lan, attachments), str(uuid4()))["ref"]
        clerk.act(ref, "accept")
        lan.pay(ref)
        wait_for("status 4", lambda: lan.case(ref), lambda case: case["status"] == 4)
        officer.act(ref, "assign")
        officer.grant(ref)
        wait_for("the result on the case", lambda: clerk.case(ref), lambda case: case["result_file_id"])
        stage.say(f"        case {ref}")
    with stage.step("the sealed result and the accepted certificate are in her store; her signatures were judged"):
        kept = wait_for("both papers", partial(_from_case, lan, ref), _are_judged)
        seen = {(one["origin"], one["signature"], one["legal_value"]) for one in kept}
        promise("what they are", seen, {("result", "sealed", "original"), ("filed", "none", "upload")})
    return ref


def _next_filing(stage: Stage, lan: Client, first: str) -> str:
    with stage.step("the next form offers both instead of uploads, with the text to consent to"):
        prefilled = lan.get(f"/procedures/{PROCEDURE}/prefill")
        offered = {one["paper"]: one["stored"] for one in prefilled["papers"]}
        chosen = {
            paper: next(one for one in offered[paper] if one["source_case"] == first) for paper in (HEALTH, LICENCE)
        }
        promise("a text in both languages", all(prefilled["consent"]["text"].values()))
    reused = [
        {"paper": paper, "stored_paper_id": one["stored_paper_id"], "consent": prefilled["consent"]["version"]}
        for paper, one in chosen.items()
    ]
    with stage.step("without her consent, and by anyone else, nothing is filed"):
        silent = [one | {"consent": ""} for one in reused]
        without = partial(lan.submit, _application(lan, silent), str(uuid4()))
        promise_refusal("filing without consent", 400, without)
        hung = stage.client("hung")
        promise_refusal("another's paper", 404, partial(hung.submit, _application(hung, reused), str(uuid4())))
    with stage.step("she files with both, uploading nothing"):
        ref: str = lan.submit(_application(lan, reused), str(uuid4()))["ref"]
        stage.say(f"        case {ref}")
        officer = stage.client("officer")
        attached = officer.case(ref)["attachments"]
        promise("the papers of the case", [one["stored_paper_id"] for one in attached],
                [one["stored_paper_id"] for one in reused])  # fmt: skip
        reuse = officer.case(ref)["reuse"]
        promise("the papers reused", reuse["papers_reused"], 2)
        promise("most fields are as the registers gave them", reuse["share"] >= 0.8)
    return ref


def _she_decides(stage: Stage, lan: Client, ref: str) -> None:
    officer = stage.client("officer")
    with stage.step("her consent is on record, and who opened the paper"):
        paper, consent = wait_for("the consents", lambda: _consents(lan, ref), lambda found: len(found) == 2)[0]
        promise("for which agency", consent["agency_code"], AGENCY)
        content = f"/files/{paper['file_id']}/content"
        wait_for("the file open to the agency", lambda: officer.content(content), bool)
        accesses = lan.get(f"/me/papers/{paper['stored_paper_id']}/accesses")["accesses"]
        promise("used and read", {"reused", "read"} <= {one["kind"] for one in accesses})
    with stage.step("she withdraws one consent before the decision, and cannot delete what a case needs"):
        withdrawn = lan.post(f"/me/consents/{consent['consent_id']}/withdraw", {})
        promise("access", (withdrawn["access_closed"], bool(withdrawn["consent"]["withdrawn_at"])), (True, True))
        promise_refusal("deleting it", 409, partial(lan.delete, f"/me/papers/{paper['stored_paper_id']}"))


def _what_registers_know(stage: Stage) -> None:
    hung = stage.client("hung")
    with stage.step("Hùng's health is in its register: the form says so, and he files without the certificate"):
        offered = {one["paper"]: one for one in hung.get(f"/procedures/{PROCEDURE}/prefill")["papers"]}
        promise("who has it", (offered[HEALTH]["required"], offered[HEALTH]["confirmed"]["register"]), (True, "health"))
        ref = hung.submit(_application(hung, []), str(uuid4()))["ref"]
        promise("what was not asked for", hung.case(ref)["reuse"]["registers"][HEALTH], "health")
    with stage.step("Lan's is not: without it she is told what is missing"):
        lan = stage.client("lan")
        refusal = promise_refusal("filing without it", 400, partial(lan.submit, _application(lan, []), str(uuid4())))
        promise("the reason", "paper-missing" in str(refusal))


def _what_she_keeps_herself(stage: Stage, lan: Client) -> None:
    with stage.step("a certificate that has expired is not offered, and refused by name when filed anyway"):
        old = lan.upload("giay-kham-cu.pdf", scan("Giấy khám sức khỏe", "Nguyễn Thị Lan", f"Cũ {uuid4()}"))
        said = {"file_id": old["file_id"], "paper_code": HEALTH, "name": "Giấy khám cũ", "expires_on": "2020-01-01"}
        kept = lan.post("/me/papers", said)
        prefilled = lan.get(f"/procedures/{PROCEDURE}/prefill")
        offered = [one["stored_paper_id"] for paper in prefilled["papers"] for one in paper["stored"]]
        promise("it is not offered", kept["stored_paper_id"] not in offered)
        used = {
            "paper": HEALTH,
            "stored_paper_id": kept["stored_paper_id"],
            "consent": prefilled["consent"]["version"],
        }
        filing = partial(lan.submit, _application(lan, [used]), str(uuid4()))
        promise("the reason", "paper-expired" in str(promise_refusal("an expired paper", 400, filing)))
    with stage.step("what no case needs she deletes, and its bytes are gone"):
        lan.delete(f"/me/papers/{kept['stored_paper_id']}")
        promise_refusal("reading it", 404, partial(lan.content, f"/files/{old['file_id']}/content"))


def _from_case(lan: Client, ref: str) -> list[Json]:
    return [one for one in lan.get("/me/papers")["papers"] if one["source_case"] == ref]


def _are_judged(papers: list[Json]) -> bool:
    return len(papers) == 2 and all(one["signature"] != "unjudged" for one in papers)


def _consents(lan: Client, ref: str) -> list[tuple[Json, Json]]:
    papers = lan.get("/me/papers")["papers"]
    return [(paper, consent) for paper in papers for consent in paper["consents"] if consent["case_ref"] == ref]


def _application(lan: Client, attachments: list[Json]) -> bytes:
    prefilled = lan.get(f"/procedures/{PROCEDURE}/prefill")
    filled_in = {"reason": "expiring", "return_method": "counter"}
    application = {
        "procedure": PROCEDURE,
        "agency": AGENCY,
        "applicant": prefilled["applicant"],
        "form": {**prefilled["form"], **filled_in},
        "attachments": attachments,
        "prefill": prefilled["receipt"],
    }
    return json.dumps(application, ensure_ascii=False).encode()
