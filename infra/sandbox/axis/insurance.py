"""Bảo hiểm xã hội, which takes whole cases in and issues health insurance cards."""

import random
from typing import Any

import orjson
import typst

from infra.sandbox.axis.agency import Agency, Said
from infra.sandbox.axis.edxml import Attachment, Document, Organ, Signatory
from services.common.text import vn_known_date

# What is agreed with those who send cases here: the file the case is in, and the one the decision goes back in.
CASE_FILE, OUTCOME_FILE = "ho-so.json", "ket-qua.json"
NOT_A_CASE = "Từ chối tiếp nhận: gói tin không có hồ sơ đọc được"
NO_CERTIFICATE = "Hồ sơ không kèm giấy khai sinh của trẻ."
# A child whose name has this word is found to be insured already, so that a denial can be seen.
INSURED_ALREADY = "Đã Có Thẻ"
_CARD = """
#set page(width: 86mm, height: 54mm, margin: 5mm)
#set text(font: ("Liberation Serif", "Libertinus Serif"), size: 9pt, lang: "vi")
#let card = json(bytes(sys.inputs.card))
#align(center)[*THẺ BẢO HIỂM Y TẾ* \\ (bản thử nghiệm, không có giá trị)]
Mã số: *#card.number* \\
Họ và tên: *#card.name* \\
Ngày sinh: #card.birth_date \\
Nơi khám chữa bệnh ban đầu: #card.clinic
"""


class SocialInsurance(Agency):
    """Grants a card to every child whose birth certificate comes along, unless the child has a card."""

    organ = Organ("G24.029.00", "Bảo hiểm xã hội Thành phố Hồ Chí Minh", "Thành phố Hồ Chí Minh")
    signatory = Signatory("KT. GIÁM ĐỐC", "Phó Giám đốc", "Lý Minh Trí")
    notation = "BHXH-CST"

    def says(self, document: Document) -> Said | str:
        case = _case(document)
        if case is None:
            return NOT_A_CASE
        if not any(attachment.description == "giay_khai_sinh" for attachment in document.attachments):
            return _decided(document, {"decision": "denied", "reason": NO_CERTIFICATE})
        form = case["form"]
        if INSURED_ALREADY in form["child_name"]:
            return _decided(document, {"decision": "denied", "reason": "Trẻ đã được cấp thẻ bảo hiểm y tế."})
        number = f"TE1790{random.randint(0, 10**9 - 1):09d}"  # noqa: S311  # the number of a made-up card
        card = {
            "number": number,
            "name": form["child_name"],
            "birth_date": vn_known_date(form["child_birth_date"]),
            "clinic": form.get("clinic", "–"),
        }
        pdf: bytes = typst.compile(_CARD.encode(), sys_inputs={"card": orjson.dumps(card).decode()})
        issued = Attachment(f"the-bhyt-{number}.pdf", "application/pdf", pdf, "Thẻ bảo hiểm y tế")
        return _decided(document, {"decision": "granted", "reason": "", "number": number}, issued)


def _case(document: Document) -> dict[str, Any] | None:
    """Reads the case that the document carries; None when it carries no readable case."""
    for attachment in document.attachments:
        if attachment.name == CASE_FILE:
            try:
                case = orjson.loads(attachment.content)
            except orjson.JSONDecodeError:
                return None
            return case if isinstance(case, dict) and "child_name" in case.get("form", {}) else None
    return None


def _decided(document: Document, outcome: dict[str, str], *papers: Attachment) -> Said:
    said = Attachment(OUTCOME_FILE, "application/json", orjson.dumps(outcome), "Kết quả giải quyết")
    granted = outcome["decision"] == "granted"
    content = "Đã cấp thẻ bảo hiểm y tế." if granted else f"Không cấp thẻ: {outcome['reason']}"
    return Said(f"Kết quả: {document.subject}", content, (said, *papers))
