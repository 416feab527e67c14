"""Journey: Nguyễn Thị Lan exchanges her driving licence online, from the prefilled form to the verified result."""

import json
from functools import partial
from urllib.parse import urlsplit
from uuid import uuid4

import requests

from e2e.client import Client, Json, wait_for
from e2e.journeys.signing import detached_jws
from e2e.journeys.stage import Stage, promise, promise_refusal, scan

PROCEDURE, AGENCY = "3.000347", "G01.029.00"
FEE_ONLINE = 115_000
MAILBOX = "lan@example.vn"
TOLD = ("submitted", "accepted", "payment_settled", "handed_over", "decided", "returned")


def licence(stage: Stage) -> str:
    """Plays the journey; returns the case number."""
    lan = stage.client("lan")
    ref = _apply(stage, lan)
    stand_ins = _take_in_and_pay(stage, lan, ref)
    _decide_and_return(stage, ref)
    _check_what_came_of_it(stage, lan, ref)
    _check_what_was_told(stage, lan, ref, stand_ins)
    return ref


def _apply(stage: Stage, lan: Client) -> str:
    with stage.step("Lan logs in; the registers fill most of her form"):
        prefilled = lan.get(f"/procedures/{PROCEDURE}/prefill")
        promise("the name on the form", prefilled["form"]["full_name"], "Nguyễn Thị Lan")
        promise("at least half of the form is filled", prefilled["share"] >= 0.5)
    with stage.step("she uploads her health certificate; it is found clean"):
        certificate = lan.upload("giay-kham-suc-khoe.pdf", _health_certificate())
        promise("the file", (certificate["state"], certificate["media_type"]), ("clean", "application/pdf"))
    body = _application(prefilled, certificate["file_id"])
    with stage.step("a signature over other bytes is refused, and nothing is stored"):
        wrong = detached_jws(body + b" ", stage.home / "applicants", "lan")
        promise_refusal("a wrong signature", 422, lambda: lan.submit(body, str(uuid4()), wrong))
    with stage.step("she files it, signed with her own certificate"):
        receipt = lan.submit(body, str(uuid4()), detached_jws(body, stage.home / "applicants", "lan"))
        ref: str = receipt["ref"]
        promise("the status", receipt["status"], 1)
        stage.say(f"        case {ref}")
    with stage.step("nobody else sees it: not another citizen, not another agency's officer"):
        for stranger in (stage.client("hung"), stage.client("ward.officer")):
            promise_refusal("reading it", 404, partial(stranger.case, ref))
    return ref


def _take_in_and_pay(stage: Stage, lan: Client, ref: str) -> str:
    """Returns where the stand-ins of provider and mail server answer."""
    with stage.step("the clerk finds it by her name without accents and takes it in; now the fee is due"):
        clerk = stage.client("clerk")
        found = clerk.search(name="nguyen thi lan", procedure=PROCEDURE, order="received")["cases"]
        promise("the case is found", ref in [line["ref"] for line in found])
        promise("the status", clerk.act(ref, "accept")["status"], 6)
        promise("what is due", lan.dues(ref, "open")["total"], FEE_ONLINE)
    with stage.step(f"she pays {FEE_ONLINE:,} đồng on the provider's page; the provider's notice starts the clock"):
        paid = lan.pay(ref)
        paid_at = paid["pay_url"]
        promise("what the provider's page said", (paid["case_ref"], paid["outcome"]), (ref, "success"))
        promise("a page for people that leads to her case", f'href="/cases/{ref}"' in paid["page"])
        paid = wait_for("status 4", lambda: lan.case(ref), lambda case: case["status"] == 4)
        promise("the fee", paid["fee_state"], "paid")
        promise("a due date with its reasons", bool(paid["due_date"] and paid["explanation"]))
    with stage.step("the receipt, form 01, is issued and sealed"):
        stage.verify_pdf(stage.fetch_paper(lan, ref, "01"))
    provider = urlsplit(paid_at)
    return f"{provider.scheme}://{provider.netloc}"


def _decide_and_return(stage: Stage, ref: str) -> None:
    clerk, officer = stage.client("clerk"), stage.client("officer")
    with stage.step("the officer takes the step and grants the exchange"):
        promise("who works on it", bool(officer.act(ref, "assign")["assigned_to"]))
        decided = officer.grant(ref)
        promise("the decision", (decided["status"], decided["decision"]), (9, "granted"))
    with stage.step("two clerks cannot overwrite each other"):
        stale = decided["version"] - 1
        promise_refusal("an action on an old version", 412, lambda: clerk.act(ref, "return", stale))
    with stage.step("the result is sealed and the clerk returns it"):
        wait_for("the result on the case", lambda: clerk.case(ref), lambda case: case["result_file_id"])
        promise("the status", clerk.hand_over(ref)["status"], 10)


def _check_what_came_of_it(stage: Stage, lan: Client, ref: str) -> None:
    with stage.step("she downloads the result; pyHanko's own command and `onestop verify` find it valid"):
        result = stage.fetch_paper(lan, ref, "result")
        stage.verify_pdf(result)
    with stage.step("a copy with one bit changed is found out"):
        stage.detect_forgery(result)
    with stage.step("anyone can check the paper by its QR code and the case by its number"):
        paper = lan.paper(ref, "result")
        checked = stage.client().get(f"/public/papers/{paper['paper_id']}")
        promise("the public check", (checked["sha256"], checked["case_ref"]), (paper["sha256"], ref))
        promise("the public status", stage.client().get(f"/public/cases/{ref}")["status"], 10)
    with stage.step("its history verifies offline"):
        stage.verify_history(lan, ref)


def _check_what_was_told(stage: Stage, lan: Client, ref: str, stand_ins: str) -> None:
    with stage.step("she was told of each step at once, in her words, by whom and until when"):
        told = wait_for("the last notice", lambda: notices_of(lan, ref), lambda seen: set(TOLD) <= seen.keys())
        promise("who took it in", told["accepted"]["acted_by"], stage.client("clerk").get("/me")["full_name"])
        promise("when the result is due", bool(told["payment_settled"]["due"]))
        for kind in TOLD:
            stage.say(f"        {told[kind]['title']['vi']}: {told[kind]['text']['vi']}")
    with stage.step("nobody else is told, and what she has read is read"):
        promise("notices of it to another citizen", notices_of(stage.client("hung"), ref), {})
        lan.post("/me/notices/read", {"notice_ids": [each["notice_id"] for each in told.values()]})
        promise("all are read", all(each.get("read_at") for each in notices_of(lan, ref).values()))

    with stage.step("each was mailed to the address she gave, and no subject says more than the case"):
        titles = sorted(each["title"]["vi"] for each in told.values())
        mailed = partial(subjects_of, stand_ins, ref)
        subjects = wait_for("the mail", mailed, lambda seen: len(seen) >= len(titles))
        promise("the subjects", sorted(subjects), titles)


def subjects_of(stand_ins: str, ref: str) -> list[str]:
    """Lists the subjects of the letters about a case that arrived in Lan's mailbox."""
    letters = requests.get(f"{stand_ins}/mail/letters", timeout=10).json()["letters"]
    return [letter["subject"] for letter in letters if letter["to"] == MAILBOX and ref in letter["subject"]]


def notices_of(client: Client, ref: str) -> Json:
    """Returns the notices of a case among the newest that somebody is told, by kind."""
    page = client.get("/me/notices", page_size=100)
    return {each["kind"]: each for each in page["notices"] if each["case_ref"] == ref}


def _application(prefilled: Json, file_id: str) -> bytes:
    filled_in = {
        "licence_number": "790123456789",
        "licence_class": "B",
        "reason": "expiring",
        "return_method": "counter",
    }
    application = {
        "procedure": PROCEDURE,
        "agency": AGENCY,
        "applicant": prefilled["applicant"] | {"email": MAILBOX},
        "form": {**prefilled["form"], **filled_in},
        "attachments": [{"paper": "giay_kham_suc_khoe", "file_id": file_id}],
    }
    return json.dumps(application, ensure_ascii=False).encode()


def _health_certificate() -> bytes:
    return scan("Giấy khám sức khỏe của người lái xe", "Nguyễn Thị Lan", "Đủ điều kiện sức khỏe lái xe hạng B.")
