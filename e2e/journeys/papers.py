"""Journey: the papers about a case: its control slip, a receipt issued again as a new version, the register."""

import io
import json
from datetime import UTC, datetime
from uuid import uuid4
from zoneinfo import ZoneInfo

import openpyxl
import requests

from e2e.client import CALL_SECONDS, Client, Json, wait_for
from e2e.journeys.stage import Stage, promise, promise_refusal

PROCEDURE, AGENCY, SECTOR = "2.000488", "G01.029.00", "ly_lich_tu_phap"
PERSON = {
    "kind": "person",
    "full_name": "Phan Thị Ngọc Ánh",
    "identifier": "052197000015",
    "address": "7 Nguyễn Huệ, phường Quy Nhơn, tỉnh Gia Lai",
    "phone": "0905000015",
}
REASON = "Số điện thoại trên giấy tiếp nhận bị in mờ."


def papers(stage: Stage) -> str:
    """Plays the journey; returns the case number."""
    clerk = stage.client("clerk")
    with stage.step("a case filed and taken in at the counter; the clerk asks for its control slip"):
        ref: str = clerk.submit(_application(), str(uuid4()))["ref"]
        stage.say(f"        case {ref}")
        clerk.act(ref, "accept")
        clerk.act(ref, "control-slip")
        first = clerk.paper(ref, "06")
    _decide(stage, clerk, ref)
    with stage.step("returning the result has the slip of the whole way issued; it replaces the first"):
        slip = _version_after(clerk, ref, first)
        promise("the form", (slip["family"], slip["form"]), ("tt03-2025", "06"))
        stage.verify_pdf(stage.fetch_paper(clerk, ref, "06"))
    _reissue(stage, clerk, ref)
    _keep_register(stage, clerk, ref)
    return ref


def _decide(stage: Stage, clerk: Client, ref: str) -> None:
    with stage.step("the officer decides, the clerk returns the result"):
        officer = stage.client("officer")
        officer.act(ref, "assign")
        officer.grant(ref)
        wait_for("the result on the case", lambda: clerk.case(ref), lambda case: case["result_file_id"])
        promise("the status", clerk.hand_over(ref)["status"], 10)


def _reissue(stage: Stage, clerk: Client, ref: str) -> None:
    with stage.step("the receipt is issued again, for a reason; the new version names the one it replaces"):
        old = clerk.paper(ref, "01")
        promise_refusal("a version without a reason", 400, lambda: _ask_again(clerk, ref, old, ""))
        _ask_again(clerk, ref, old, REASON)
        new = _version_after(clerk, ref, old)
        promise("why", new["reissue_reason"], REASON)
        promise("another number", new["number"] != old["number"])
        stage.verify_pdf(stage.fetch_paper(clerk, ref, "01"))
    with stage.step("the old one stays, and its public page says by which it was replaced"):
        promise("the old receipt is still there", bool(clerk.content(f"/files/{old['file_id']}/content")))
        checked = stage.client().get(f"/public/papers/{old['paper_id']}")
        promise("what replaced it", checked["replaced_by"]["number"], new["number"])
        page = requests.get(f"{stage.base_url}/check/{old['paper_id']}", timeout=CALL_SECONDS).text
        promise("the page names the new one", f"/check/{new['paper_id']}" in page and new["number"] in page)
        promise("but not the reason", REASON not in page)
    with stage.step("and cannot be replaced a second time"):
        promise_refusal("another successor", 409, lambda: _ask_again(clerk, ref, old, REASON))


def _keep_register(stage: Stage, clerk: Client, ref: str) -> None:
    today = datetime.now(UTC).astimezone(ZoneInfo("Asia/Ho_Chi_Minh")).date().isoformat()
    book = {"agency": AGENCY, "sector": SECTOR, "from_date": today, "to_date": today}
    with stage.step("the register of today's criminal records is issued, sealed; the same request twice is one"):
        promise("the agency's fields", SECTOR in [s["code"] for s in clerk.get("/sectors", agency=AGENCY)["sectors"]])
        key = str(uuid4())
        [volume] = clerk.post("/books", book, key)["volumes"]
        promise("the same key", clerk.post("/books", book, key)["volumes"][0]["paper_id"], volume["paper_id"])
        issued = wait_for(
            "the register",
            lambda: [v for v in clerk.get("/books", agency=AGENCY)["volumes"] if v["paper_id"] == volume["paper_id"]],
            bool,
        )[0]
        promise("the form", (issued["form"], issued["number"].split("/")[1]), ("07", "STD-BPTNTKQ"))
        stage.verify_pdf(stage.save(f"{ref}-register.pdf", clerk.content(f"/files/{issued['file_id']}/content")))
    with stage.step("and read out as a workbook, with dates that are dates; not by an officer of elsewhere"):
        query = "&".join(f"{name}={value}" for name, value in book.items())
        content = clerk.content(f"/books/export?{query}")
        stage.save(f"{ref}-register.xlsx", content)
        rows = [row for row in _rows(content) if row[1] == ref]
        promise("the case's line", [row[3] for row in rows], [PERSON["full_name"]])
        received = rows[0][7]
        promise("the day of receipt", isinstance(received, datetime) and received.date().isoformat(), today)
        promise_refusal("reading it", 403, lambda: stage.client("ward.officer").content(f"/books/export?{query}"))


def _ask_again(clerk: Client, ref: str, paper: Json, reason: str) -> Json:
    return clerk.act(ref, "reissue-paper", paper_id=paper["paper_id"], reason=reason)


def _version_after(client: Client, ref: str, paper: Json) -> Json:
    """The version that replaces a paper, once it is issued."""

    def issued() -> list[Json]:
        return [each for each in client.get(f"/cases/{ref}/papers")["papers"] if each["replaces"] == paper["paper_id"]]

    return wait_for(f"a new version of {paper['number']}", issued, bool)[0]


def _rows(content: bytes) -> list[tuple[object, ...]]:
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    return [] if sheet is None else list(sheet.iter_rows(min_row=5, values_only=True))


def _application() -> bytes:
    form = {
        "full_name": PERSON["full_name"],
        "personal_number": PERSON["identifier"],
        "birth_date": "1997-04-30",
        "sex": "female",
        "nationality": "Việt Nam",
        "permanent_residence": PERSON["address"],
        "certificate_type": "1",
        "purpose": "Bổ sung hồ sơ xin việc",
        "fee_group": "exempt",
        "history": [{"from": "2012-09", "residence": PERSON["address"], "occupation": "Học sinh"}],
    }
    application = {"procedure": PROCEDURE, "agency": AGENCY, "applicant": PERSON, "form": form}
    return json.dumps(application, ensure_ascii=False).encode()
