"""Journey: a certified copy while the person waits: filed, paid, accepted, decided and returned in one visit."""

import io
import json
import time
from datetime import UTC, datetime
from uuid import uuid4
from zoneinfo import ZoneInfo

import openpyxl

from e2e.client import Client, wait_for
from e2e.journeys.stage import Stage, promise, promise_refusal, this_time

PROCEDURE, WARD, SECTOR = "2.000815", "H29.035.00", "chung_thuc"
PERSON = {
    "kind": "person",
    "full_name": "Hoàng Gia Bảo",
    "identifier": "038203000017",
    "address": "2 Đại lộ Lê Lợi, tỉnh Thanh Hóa",
    "phone": "0903000017",
}
SIGNER = {"authority": "KT", "position": "Phó Chủ tịch", "name": "Võ Thành Công"}
PAGES, COPIES, FEE = 3, 2, 2 * (2 * 2_000 + 1_000)
AT_MOST_SECONDS = 300


def certification(stage: Stage) -> str:
    """Plays the journey; returns the case number."""
    clerk, began = stage.client("clerk"), time.monotonic()
    with stage.step("the clerk files what the person asks for; pages and copies make the fee"):
        ref: str = clerk.submit(_application(), str(uuid4()))["ref"]
        promise("what is due", clerk.dues(ref, "open")["total"], FEE)
        promise("what a worker may do", "give-at-once" in clerk.case(ref)["allowed_actions"], False)
        promise_refusal("giving it before it is paid", 409, lambda: clerk.act(ref, "give-at-once"))
        stage.say(f"        case {ref}")
    with stage.step("takes the cash"):
        promise("the dues", clerk.post(f"/cases/{ref}/cash", {"amount": FEE})["state"], "paid")
        wait_for("the payment on the case", lambda: clerk.case(ref), lambda case: case["fee_state"] == "paid")
        promise("what a worker may do", "give-at-once" in clerk.case(ref)["allowed_actions"])
    with stage.step("and gives the copies in one act, with an entry of each thing done and no receipt"):
        case = clerk.act(ref, "give-at-once", number="125", signer=SIGNER)
        promise("its number and who signs", (case["result"]["number"], case["result"]["signer"]), ("125", SIGNER))
        promise("the status", (case["status"], case["decision"]), (10, "granted"))
        promise("within five minutes", time.monotonic() - began < AT_MOST_SECONDS)
        done = _entries(clerk, ref)
        promise("what was done", [entry["action"] for entry in done][-4:], ["accept", "assign", "decide", "return"])
        promise("by whom", {entry["actor"]["role"] for entry in done[-4:]}, {"clerk"})
        promise("at one moment", len({entry["at"] for entry in done[-4:]}), 1)
    with stage.step("its row stands in the register of the day; its history verifies offline"):
        rows = [row for row in _register(clerk) if row[1] == ref]
        promise("whose it is", [row[3] for row in rows], [PERSON["full_name"]])
        stage.verify_history(clerk, ref)
    with stage.step("who asks for a receipt gets one"):
        _with_receipt(stage, clerk)
    return ref


def _with_receipt(stage: Stage, clerk: Client) -> None:
    ref: str = clerk.submit(_application(), str(uuid4()))["ref"]
    clerk.dues(ref, "open")
    clerk.post(f"/cases/{ref}/cash", {"amount": FEE})
    wait_for("the payment on the case", lambda: clerk.case(ref), lambda case: case["fee_state"] == "paid")
    promise("the status", clerk.act(ref, "give-at-once", receipt=True)["status"], 10)
    stage.verify_pdf(stage.fetch_paper(clerk, ref, "01"))


def _entries(client: Client, ref: str) -> list[dict[str, dict[str, str]]]:
    exported = json.loads(client.content(f"/cases/{ref}/history"))
    return [json.loads(each["entry"]) for each in exported["entries"]]


def _register(clerk: Client) -> list[tuple[object, ...]]:
    today = datetime.now(UTC).astimezone(ZoneInfo("Asia/Ho_Chi_Minh")).date().isoformat()
    content = clerk.content(f"/books/export?agency={WARD}&sector={SECTOR}&from_date={today}&to_date={today}")
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    return [] if sheet is None else list(sheet.iter_rows(min_row=5, values_only=True))


def _application() -> bytes:
    form = {
        "requester_name": PERSON["full_name"],
        "requester_personal_number": PERSON["identifier"],
        "document_name": this_time("Bằng tốt nghiệp đại học"),
        "pages": PAGES,
        "copies": COPIES,
    }
    application = {"procedure": PROCEDURE, "agency": WARD, "applicant": PERSON, "form": form}
    return json.dumps(application, ensure_ascii=False).encode()
