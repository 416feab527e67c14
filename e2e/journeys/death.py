"""Journey: one form after a death: its registration, the removal of the residence, and the funeral costs that are paid.

As NĐ 301/2026 has it from September 2026 on: the death within 24 hours, each benefit apart and only the one asked for.
"""

import json
from uuid import uuid4

from e2e.client import Client, Json, wait_for
from e2e.journeys.stage import Stage, promise, promise_refusal, scan

PROCEDURE, WARD = "2.002913", "H29.035.00"
POLICE = "G01.029.35"
PARTS = ["khai_tu", "xoa_thuong_tru", "tro_giup"]
"""The parts asked for; benefits for people of merit and of social insurance are not."""
EXTRACT = "trich_luc_khai_tu"


def death(stage: Stage) -> str:
    """Plays the journey to three results; returns the number of the whole."""
    lan, ward, police = stage.client("lan"), stage.client("ward.officer"), stage.client("ward.police")
    clerk = stage.client("clerk")
    with stage.step("the removal of a residence is no procedure to file by itself"):
        alone = json.loads(application(lan)) | {"procedure": "1.003197", "agency": POLICE}
        promise_refusal("filing it alone", 422, lambda: lan.submit(json.dumps(alone).encode(), str(uuid4())))
    with stage.step("Lan files one form after her father's death; only the parts she asks for are planned"):
        ref: str = lan.submit(application(lan), str(uuid4()))["ref"]
        promise("the parts planned", [part["code"] for part in lan.case(ref)["parts"]], PARTS)
        clerk.act(ref, "accept")
        opened = {code for code, part in _parts(lan, ref).items() if part["ref"]}
        promise("what is open", opened, {"khai_tu"})
        stage.say(f"        case {ref}")
    with stage.step("the ward registers the death within 24 hours; the extract goes on to what was waiting for it"):
        first = _parts(lan, ref)["khai_tu"]["ref"]
        clerk.act(first, "accept")
        told = [line["vi"] for line in lan.case(first)["explanation"]]
        promise("the hours told", sum("24 giờ" in line for line in told), 1)
        ward.act(first, "assign")
        extract = ward.upload("trich-luc.pdf", scan("Trích lục khai tử", "Nguyễn Văn Phúc", "Chết ngày 05/9/2026."))
        ward.act(first, "decide", decision="granted", result={"file_id": extract["file_id"]})
        stage.verify_pdf(stage.fetch_paper(lan, first, "result"))
        waiting = wait_for("the parallel parts", lambda: _parts(lan, ref), lambda parts: parts["tro_giup"]["ref"])
        promise("both go on at once", waiting["xoa_thuong_tru"]["ref"] != "")
        for code in PARTS[1:]:
            held = [each["paper"] for each in lan.case(waiting[code]["ref"])["attachments"]]
            promise(f"the extract in {code}", EXTRACT in held)
    with stage.step("the police remove the residence, the ward grants the funeral costs; none sees the other's part"):
        residence, support = waiting["xoa_thuong_tru"]["ref"], waiting["tro_giup"]["ref"]
        promise_refusal("the ward looking into the police's part", 404, lambda: ward.case(residence))
        for taker, officer, part in ((police, police, residence), (clerk, ward, support)):
            taker.act(part, "accept")
            officer.act(part, "assign")
            officer.grant(part)
        whole = wait_for("the whole", lambda: lan.case(ref), lambda case: case["status"] == 9)
        promise("what came of it", whole["decision"], "granted")
    with stage.step("every history verifies offline, and the whole is returned"):
        for each in (ref, first, residence, support):
            stage.verify_history(lan, each)
        wait_for("the result", lambda: clerk.case(ref), lambda case: case["result_file_id"])
        promise("the status", clerk.act(ref, "return")["status"], 10)
        stage.verify_pdf(stage.fetch_paper(lan, ref, "result"))
    return ref


def _parts(client: Client, ref: str) -> dict[str, Json]:
    return {part["code"]: part for part in client.case(ref)["parts"]}


def application(lan: Client) -> bytes:
    """The one form, with the death notice on paper."""
    prefilled = lan.get(f"/procedures/{PROCEDURE}/prefill")
    form = {
        **prefilled["form"],
        "relation": "child",
        "deceased_name": "Nguyễn Văn Phúc",
        "deceased_birth_date": "1945",
        "deceased_sex": "male",
        "last_residence": "12 Lê Lợi, phường Bến Thành",
        "death_date": "2026-09-05",
        "death_time": "05:40",
        "death_place": "Bệnh viện Thống Nhất, Thành phố Hồ Chí Minh",
        "removal": "asked",
        "benefit": "social_assistance",
        "assistance_ground": "pension",
        "funeral_recipient": "Nguyễn Thị Lan",
        "payment": "cash",
        "result_return": "electronic",
    }
    content = scan("Giấy báo tử", "Nguyễn Văn Phúc", "Bệnh viện Thống Nhất, ngày 05 tháng 9 năm 2026.")
    papers = [{"paper": "giay_bao_tu", "file_id": lan.upload("giay-bao-tu.pdf", content)["file_id"]}]
    application = {
        "procedure": PROCEDURE,
        "agency": WARD,
        "applicant": prefilled["applicant"],
        "form": form,
        "attachments": papers,
    }
    return json.dumps(application, ensure_ascii=False).encode()
