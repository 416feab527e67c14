"""Journey: a man walks in for another with an authorisation paper, a husband files online without; papers name them."""

import json
from typing import Any
from uuid import uuid4

from e2e.client import Client, Json
from e2e.journeys.stage import Stage, promise, promise_refusal, scan, this_time

PROCEDURE, AGENCY = "2.000488", "G01.029.00"
LAN = {"full_name": "Nguyễn Thị Lan", "identifier": "079301000019"}
ABROAD = {
    "full_name": "Lê Hoàng Phúc",
    "identifier": "079190000023",
    "address": "31 Đinh Tiên Hoàng, phường Bến Thành, TP. Hồ Chí Minh",
}
WALKS_IN = {
    "full_name": "Đỗ Quốc Tuấn",
    "identifier": "001088000029",
    "address": "8 Hàng Bài, phường Cửa Nam, Hà Nội",
    "phone": "0908000029",
}
HUSBAND = {"full_name": "Trần Văn Hùng", "identifier": "001090000001"}
AUTHORISATION = "giay_uy_quyen"
REASON = "Lý lịch tư pháp của người này đang được xác minh theo một hồ sơ khác."


def proxy(stage: Stage) -> str:
    """Plays the journey; returns the number of the case taken in with form 01."""
    clerk = stage.client("clerk")
    authorised = WALKS_IN | {"authorisation": AUTHORISATION}
    with stage.step("somebody walks in for another without an authorisation paper: the clerk is told what is missing"):
        without = _application(ABROAD, WALKS_IN)
        promise("what a check says", _faults(clerk.check(without)["errors"]), ["/proxy/authorisation"])
        refusal = promise_refusal("filing", 400, lambda: clerk.submit(without, str(uuid4())))
        promise("the field", _faults(refusal.problem["errors"]), ["/proxy/authorisation"])
    with stage.step("he has it at home, and comes back; it is scanned, and the case waits in the queue of walk-ins"):
        ref = _filed_at_the_counter(stage, clerk, authorised)
        found = clerk.get("/cases", order="intake", channel="counter", unassigned="true", ref=ref)["cases"]
        promise("the queue", [each["ref"] for each in found], [ref])
        seen = clerk.case(ref)
        promise("whom it is for", seen["applicant"]["full_name"], ABROAD["full_name"])
        promise("who handed it in", {name: seen["proxy"][name] for name in authorised}, authorised)
    with stage.step("taken in, its receipt (form 01) names both"):
        clerk.act(ref, "accept")
        stage.verify_pdf(stage.fetch_paper(clerk, ref, "01"))
    with stage.step("another one is refused; form 03 is made out to the same two"):
        refused = _filed_at_the_counter(stage, clerk, authorised)
        clerk.act(refused, "refuse", reason=REASON)
        stage.fetch_paper(clerk, refused, "03").rename(stage.out / f"{ref}-03.pdf")
    _husband(stage)
    with stage.step("the history begins with who handed the case in, and verifies offline"):
        history = json.loads(stage.verify_history(clerk, ref).read_bytes())
        first = json.loads(history["entries"][0]["entry"])["data"]["proxy"]
        expected = {name: authorised[name] for name in ("full_name", "identifier", "authorisation")}
        promise("its first entry", first, expected)
    return ref


def _husband(stage: Stage) -> None:
    hung, lan = stage.client("hung"), stage.client("lan")
    with stage.step("a husband files online for his wife: for certificate number 1 no paper is asked of him"):
        ref: str = hung.submit(_application(LAN, HUSBAND | {"relation": "spouse"}), str(uuid4()))["ref"]
        promise("the relation", hung.case(ref)["proxy"]["relation"], "spouse")
        promise_refusal("her account", 404, lambda: lan.case(ref))
        promise("what anyone may know", stage.client().get(f"/public/cases/{ref}")["status"], 1)
    with stage.step("number 2 asks for one; and nobody files in another proxy's name"):
        number_2 = _application(LAN, HUSBAND | {"relation": "spouse"}, certificate_type="2")
        promise_refusal("number 2", 400, lambda: hung.submit(number_2, str(uuid4())))
        someone = _application(LAN, WALKS_IN | {"relation": "spouse"})
        refusal = promise_refusal("another's name", 400, lambda: hung.submit(someone, str(uuid4())))
        promise("the field", _faults(refusal.problem["errors"]), ["/proxy/identifier"])


def _filed_at_the_counter(stage: Stage, clerk: Client, proxy: Json) -> str:
    text = f"Ủy quyền cho ông {proxy['full_name']} nộp hồ sơ yêu cầu cấp Phiếu lý lịch tư pháp."
    file = clerk.upload("giay-uy-quyen.pdf", scan("Giấy ủy quyền", ABROAD["full_name"], text))
    paper = {"paper": AUTHORISATION, "file_id": file["file_id"]}
    ref: str = clerk.submit(_application(ABROAD, proxy, paper), str(uuid4()))["ref"]
    stage.say(f"        case {ref}")
    return ref


def _faults(errors: list[Json]) -> list[str]:
    return [each["pointer"] for each in errors]


def _application(applicant: Json, proxy: Json, *papers: Json, **form: Any) -> bytes:
    residence = "12 Lê Lợi, phường Bến Thành, TP. Hồ Chí Minh"
    filled = {
        "certificate_type": "1",
        "purpose": this_time("Bổ sung hồ sơ xin việc"),
        "full_name": applicant["full_name"],
        "personal_number": applicant["identifier"],
        "birth_date": "1990-05-12",
        "sex": "male",
        "nationality": "Việt Nam",
        "permanent_residence": residence,
        "fee_group": "exempt",
        "history": [{"from": "2004-09", "residence": residence}],
    }
    application = {
        "procedure": PROCEDURE,
        "agency": AGENCY,
        "applicant": applicant,
        "proxy": proxy,
        "form": filled | form,
        "attachments": papers,
    }
    return json.dumps(application, ensure_ascii=False).encode()
