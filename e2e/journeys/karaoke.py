"""Journey: a karaoke licence, 3 + 3 + 10 working days over ward, police and provincial committee (NĐ 297/2025)."""

import json
from uuid import uuid4

from e2e.client import Client, Json, wait_for
from e2e.journeys.stage import Stage, promise, scan

PROCEDURE, CENTRE = "1.001612.KARAOKE", "H29.001.00"
PARTS = ["ho_kinh_doanh", "an_ninh_pccc", "giay_phep"]
FEE = 100_000


def karaoke(stage: Stage) -> str:
    """Plays the journey; returns the number of the whole."""
    hung, clerk, leader = stage.client("hung"), stage.client("clerk"), stage.client("leader")
    with stage.step("Hùng files one form; the whole is due after 16 working days, and its reasons say which"):
        ref: str = hung.submit(_application(hung), str(uuid4()))["ref"]
        whole = clerk.act(ref, "accept")
        promise("the parts", [part["code"] for part in hung.case(ref)["parts"]], PARTS)
        lines = [line["vi"] for line in hung.case(ref)["explanation"]]
        promise("the term of the whole", any("16 ngày làm việc" in line for line in lines))
        promise("a due date", whole["due_date"] != "")
        stage.say(f"        case {ref}")
    with stage.step("the ward registers the household business; its own levy is charged on that part"):
        business = _part(hung, ref, "ho_kinh_doanh")["ref"]
        promise("the status", clerk.act(business, "accept")["status"], 6)
        promise("what is due", hung.dues(business, "open")["total"], FEE)
        promise("the whole waits for the money", hung.case(ref)["status"], 6)
        hung.pay(business)
        officer = stage.client("ward.officer")
        wait_for("the payment", lambda: officer.case(business), lambda case: case["status"] == 4)
        officer.act(business, "forward", decision="granted", note="Tên không trùng")
        leader.grant(business)
    with stage.step("the police get the fire acceptance and the registration, and confirm"):
        police = _next(hung, ref, "an_ninh_pccc")
        papers = {paper["paper"] for paper in hung.case(police)["attachments"]}
        promise("the papers", papers, {"nghiem_thu_pccc", "dang_ky_hkd"})
        clerk.act(police, "accept")
        inspector = stage.client("officer")
        inspector.act(police, "assign")
        inspector.grant(police)
    with stage.step("the provincial committee licenses; the whole is granted"):
        licence = _next(hung, ref, "giay_phep")
        clerk.act(licence, "accept")
        leader.act(licence, "assign")
        leader.grant(licence)
        done = wait_for("the whole", lambda: hung.case(ref), lambda case: case["status"] == 9)
        promise("what came of it", done["decision"], "granted")
        stage.verify_history(hung, ref)
        stage.verify_pdf(stage.fetch_paper(hung, licence, "result"))
    return ref


def _next(client: Client, ref: str, code: str) -> str:
    """The number of a part, once the result it waits for is issued."""
    number: str = wait_for(f"part {code}", lambda: _part(client, ref, code), lambda part: part["ref"])["ref"]
    return number


def _part(client: Client, ref: str, code: str) -> Json:
    return next(part for part in client.case(ref)["parts"] if part["code"] == code)


def _application(hung: Client) -> bytes:
    prefilled = hung.get(f"/procedures/{PROCEDURE}/prefill")
    form = {
        **prefilled["form"],
        "business_name": "Hộ kinh doanh Karaoke Sông Quê",
        "business_address": "15 Lê Lai, phường Bến Thành",
        "lines_of_business": [{"code": "9329", "name": "Hoạt động vui chơi giải trí khác"}],
        "capital": 500_000_000,
        "rooms": 8,
    }
    content = scan("Nghiệm thu phòng cháy, chữa cháy", "Trần Văn Hùng", "15 Lê Lai, phường Bến Thành.")
    papers = [{"paper": "nghiem_thu_pccc", "file_id": hung.upload("nghiem-thu-pccc.pdf", content)["file_id"]}]
    application = {
        "procedure": PROCEDURE,
        "agency": CENTRE,
        "applicant": prefilled["applicant"],
        "form": form,
        "attachments": papers,
    }
    return json.dumps(application, ensure_ascii=False).encode()
