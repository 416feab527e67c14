"""Journey: one form for a newborn child; four procedures at three agencies, one of them behind the document axis.

As NĐ 301/2026 has it from September 2026 on: the birth within 24 hours, the identity card apart and only if asked for.
"""

import json
from uuid import uuid4

from e2e.client import Client, Json, wait_for
from e2e.journeys.stage import Stage, promise, promise_refusal, scan

PROCEDURE, WARD = "3.000722", "H29.035.00"
POLICE, INSURANCE = "G01.029.35", "G24.029.00"
PARTS = ["khai_sinh", "thuong_tru", "the_bhyt", "the_can_cuoc"]
NO_HOUSING = "Chỗ ở đăng ký không thuộc sở hữu hoặc được chủ sở hữu đồng ý."


def birth(stage: Stage) -> str:
    """Plays the journey to four results; returns the number of the whole."""
    lan, ward, police = stage.client("lan"), stage.client("ward.officer"), stage.client("ward.police")
    ref = _file(stage, lan, "Trần Bảo An")
    with stage.step("the ward registers the birth within 24 hours; its result opens what was waiting for it"):
        birth_ref = _part(lan, ref, "khai_sinh")["ref"]
        _take_in(stage, ward, birth_ref)
        _check_hours(lan.case(birth_ref))
        ward.grant(birth_ref)
        waiting = wait_for("the parallel parts", lambda: _parts(lan, ref), lambda parts: parts["the_bhyt"]["ref"])
        promise("the identity card, which waits for the birth alone", waiting["the_can_cuoc"]["ref"] != "")
        stage.verify_pdf(stage.fetch_paper(lan, birth_ref, "result"))  # as soon as it is ready
        promise_refusal("the ward looking into the police's part", 404, lambda: ward.case(waiting["thuong_tru"]["ref"]))
    with stage.step("the insurance part travels as a signed envelope with form and birth certificate, and comes back"):
        card_ref = waiting["the_bhyt"]["ref"]
        card = wait_for("the card", lambda: lan.case(card_ref), lambda case: case["status"] == 9)
        promise("who decided", (card["agency_code"], card["decision"]), (INSURANCE, "granted"))
        content = _clean_file(lan, card["result_file_id"])
        promise("the card is a PDF", content[:5], b"%PDF-")
        stage.save(f"{card_ref}-the-bhyt.pdf", content)
        _check_envelope(stage, ward, card_ref)
    with stage.step("the police check the residence, which takes longer, and ask for a paper"):
        residence = waiting["thuong_tru"]["ref"]
        police.act(residence, "accept")
        before = lan.case(ref)["due_date"]
        police.act(residence, "verify", reason="Xác minh chỗ ở của cha mẹ")
        promise("the whole is due later", lan.case(ref)["due_date"] > before)
        _ask_and_answer(lan, police, ref, residence)
        police.act(residence, "assign")
        police.grant(residence)
    with stage.step("the identity card comes last, and the whole is done"):
        last = wait_for("the last part", lambda: _part(lan, ref, "the_can_cuoc"), lambda part: part["ref"])["ref"]
        _decide(stage, police, last)
        whole = wait_for("the whole", lambda: lan.case(ref), lambda case: case["status"] == 9)
        promise("what came of it", whole["decision"], "granted")
    with stage.step("she reads one story; every history verifies offline, and the whole is returned"):
        _check_story(stage, lan, ref)
        clerk = stage.client("clerk")
        wait_for("the result", lambda: clerk.case(ref), lambda case: case["result_file_id"])
        promise("the status", clerk.hand_over(ref)["status"], 10)
        stage.verify_pdf(stage.fetch_paper(lan, ref, "result"))
    return ref


def birth_refused_in_part(stage: Stage) -> str:
    """Plays the variant: the police refuse the residence, the insurance denies; the birth certificate stands."""
    lan, ward, police = stage.client("lan"), stage.client("ward.officer"), stage.client("ward.police")
    ref = _file(stage, lan, "Trần Đã Có Thẻ", card=False)
    with stage.step("the birth is registered; the police refuse the residence, the insurance denies the card"):
        birth_ref = _part(lan, ref, "khai_sinh")["ref"]
        _decide(stage, ward, birth_ref)
        parts = wait_for("the parallel parts", lambda: _parts(lan, ref), lambda parts: parts["thuong_tru"]["ref"])
        police.act(parts["thuong_tru"]["ref"], "refuse", reason=NO_HOUSING)
        whole = wait_for("the whole", lambda: lan.case(ref), lambda case: case["status"] == 9)
    with stage.step("the whole says what came of each part; the identity card was not asked for"):
        promise("what came of it", whole["decision"], "partly")
        told = whole["reason"].split("\n")
        promise("a line a part", len(told), len(PARTS) - 1)
        promise("the birth", told[0].endswith("đã giải quyết, có kết quả."))
        promise("the residence and why", told[1].endswith(NO_HOUSING))
        stage.verify_pdf(stage.fetch_paper(lan, ref, "result"))
    with stage.step("the birth certificate stands"):
        promise("the decision", lan.case(birth_ref)["decision"], "granted")
        stage.verify_pdf(stage.fetch_paper(lan, birth_ref, "result"))
    return ref


def _file(stage: Stage, lan: Client, child_name: str, *, card: bool = True) -> str:
    parts = PARTS if card else PARTS[:-1]
    with stage.step("Lan files one form for her child; the ward's counter takes it in and the first part opens"):
        ref: str = lan.submit(application(lan, child_name, card=card), str(uuid4()))["ref"]
        promise("the parts planned", [part["code"] for part in lan.case(ref)["parts"]], parts)
        stage.client("clerk").act(ref, "accept")
        opened = {code: bool(part["ref"]) for code, part in _parts(lan, ref).items()}
        promise("what is open", opened, {code: code == "khai_sinh" for code in parts})
        stage.say(f"        case {ref}")
    return ref


def _check_hours(birth: Json) -> None:
    """The term is 24 hours from the acceptance; after 15:00 or on a day off, from the next working day; each told while
    the part is under way: of a part decided before its term began nothing was counted."""
    told = [line["vi"] for line in birth["explanation"]]
    promise("the hours told", sum("24 giờ" in line for line in told), 1)
    begins = ("tính ngay từ thời điểm này (Bộ luật Dân sự 2015", "đầu ngày làm việc kế tiếp")
    promise("the moment told", birth["due_at"] != "" and sum(each in " ".join(told) for each in begins) == 1)


def _decide(stage: Stage, officer: Client, ref: str) -> None:
    """Takes a part in and grants it, as its agency does."""
    _take_in(stage, officer, ref)
    officer.grant(ref)


def _take_in(stage: Stage, officer: Client, ref: str) -> None:
    clerk = stage.client("clerk") if officer.case(ref)["agency_code"] == WARD else officer
    clerk.act(ref, "accept")
    officer.act(ref, "assign")


def _ask_and_answer(lan: Client, police: Client, ref: str, residence: str) -> None:
    police.act(residence, "request-supplement", items=["Giấy tờ chứng minh chỗ ở hợp pháp"])
    story = lan.get(f"/cases/{ref}/timeline")
    promise("whom it waits for", [one["case_ref"] for one in story["now"] if one["applicant_acts"]], [residence])
    promise("the status of the whole", lan.case(ref)["status"], 5)
    promise_refusal("answering on the whole", 409, lambda: lan.act(ref, "resubmit", note="Đã bổ sung"))
    content = scan("Xác nhận chỗ ở hợp pháp", "Nguyễn Thị Lan", "12 Lê Lợi, phường Bến Thành.")
    paper = {"paper": "giay_to_cho_o", "file_id": lan.upload("cho-o.pdf", content)["file_id"]}
    promise("the status", lan.act(residence, "resubmit", attachments=[paper])["status"], 2)


def _check_envelope(stage: Stage, ward: Client, card_ref: str) -> None:
    """The envelope that left carries the case and the birth certificate; the ward's workers can read what came back."""
    messages = ward.get(f"/cases/{card_ref}/messages")["messages"]
    [sent] = [one for one in messages if (one["direction"], one["kind"]) == ("out", "document")]
    envelope = ward.content(f"/messages/{sent['message_id']}/envelope")
    for name in (b"ho-so.json", b"giay_khai_sinh"):
        promise(f"the envelope carries {name.decode()}", name in envelope)
    stage.save(f"{card_ref}-envelope.edxml", envelope)
    came = {(one["kind"], one["status_code"]) for one in messages if one["direction"] == "in"}
    promise("what came back", {("document", ""), ("status", "03")} <= came)


def _check_story(stage: Stage, lan: Client, ref: str) -> None:
    story = lan.get(f"/cases/{ref}/timeline")
    moments = [entry["at"] for entry in story["entries"]]
    promise("in order", moments, sorted(moments))
    refs = [ref, *(part["ref"] for part in lan.case(ref)["parts"])]
    promise("of all cases", {entry["case_ref"] for entry in story["entries"]}, set(refs))
    promise("who has it", [one["case_ref"] for one in story["now"]], [ref])
    stage.save(f"{ref}-timeline.json", json.dumps(story, ensure_ascii=False, indent=1).encode())
    for each in refs:
        stage.verify_history(lan, each)


def _clean_file(client: Client, file_id: str) -> bytes:
    """A file's bytes, once the scanner found it clean."""
    wait_for("the file clean", lambda: client.get(f"/files/{file_id}"), lambda file: file["state"] == "clean")
    return client.content(f"/files/{file_id}/content")


def _parts(client: Client, ref: str) -> dict[str, Json]:
    return {part["code"]: part for part in client.case(ref)["parts"]}


def _part(client: Client, ref: str, code: str) -> Json:
    return _parts(client, ref)[code]


def application(lan: Client, child_name: str = "Trần Bảo An", *, card: bool = True) -> bytes:
    """The one form, with the certificate from the hospital."""
    prefilled = lan.get(f"/procedures/{PROCEDURE}/prefill")
    form = {
        **prefilled["form"],
        "relation": "mother",
        "child_name": child_name,
        "child_birth_date": "2026-09-05",
        "child_birth_date_words": "Ngày năm tháng chín năm hai nghìn không trăm hai mươi sáu",
        "place_of_origin": "Thành phố Cần Thơ",
        "birth_certificate_number": "00123.GCS.79405.26",
        "identity_card": "asked" if card else "not_asked",
        **({"identity_card_return": "police"} if card else {}),
        "vneid_consent": "given",
        "vneid_account": "mother",
        "child_sex": "female",
        "birth_place": "Bệnh viện Từ Dũ, Thành phố Hồ Chí Minh",
        "mother_personal_number": prefilled["form"]["requester_personal_number"],
        "clinic": "Trạm Y tế phường Bến Thành",
    }
    content = scan("Giấy chứng sinh", child_name, "Bệnh viện Từ Dũ, ngày 05 tháng 9 năm 2026.")
    papers = [{"paper": "giay_chung_sinh", "file_id": lan.upload("giay-chung-sinh.pdf", content)["file_id"]}]
    application = {
        "procedure": PROCEDURE,
        "agency": WARD,
        "applicant": prefilled["applicant"],
        "form": form,
        "attachments": papers,
    }
    return json.dumps(application, ensure_ascii=False).encode()
