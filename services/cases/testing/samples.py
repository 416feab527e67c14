"""People and applications as the demo data has them."""

from typing import Any
from uuid import uuid4

import orjson

from services.cases.core.domain.result import Result, Signatory
from services.cases.filing.usecases.submit import SubmitRequest
from services.cases.handling.domain.actions.deciding import Decide
from services.common.context import Caller

LAN = Caller("lan-account", "Nguyễn Thị Lan", frozenset({"citizen"}), personal_number="079301000019", assurance=2)
HUNG = Caller("hung-account", "Trần Văn Hùng", frozenset({"citizen"}), personal_number="001090000001", assurance=2)
CLERK = Caller("clerk-account", "Phạm Thị Mai", frozenset({"clerk"}), ("G01.029.00", "H29"))
OFFICER = Caller("officer-account", "Lê Minh Đức", frozenset({"officer"}), ("G01.029.00",))
LEADER = Caller("leader-account", "Võ Thành Công", frozenset({"leader"}), ("G01.029.00", "H29"))
COMMUNE_CLERK = Caller("commune-clerk-account", "Lý Thị Hoa", frozenset({"clerk"}), ("H29.036.00",))
WARD_POLICE = Caller("ward-police-account", "Trương Văn Nam", frozenset({"clerk", "officer"}), ("G01.029.35",))
WARD_COLLEAGUE = Caller("colleague", "Ngô Văn Bình", frozenset({"officer"}), ("H29.035.00",))
WARD_DEPUTY = Caller("deputy", "Kiêm Nhiệm", frozenset({"clerk"}), ("H29.035.00",))
WARD_OFFICER = Caller("ward-account", "Đặng Thị Hạnh", frozenset({"officer"}), ("H29.035.00",))

NUMBER_FIELDS = ("personal_number", "requester_personal_number", "owner_personal_number")
"""Fields of the forms here that hold the number of whoever files."""

GRANTED = Decide("granted", result=Result(Signatory("KT", "Phó Giám đốc", "Võ Thành Công")))
"""Grants a case of any procedure, with the result itself."""

_PERSON = {
    "full_name": "Nguyễn Thị Lan",
    "personal_number": "079301000019",
    "birth_date": "2001-05-12",
    "sex": "female",
    "nationality": "Việt Nam",
    "permanent_residence": "12 Lê Lợi, phường Bến Thành, TP. Hồ Chí Minh",
}


def licence_exchange(**changes: Any) -> dict[str, Any]:
    """Makes an application for 3.000347 with its health certificate."""
    application = {
        "procedure": "3.000347",
        "agency": "G01.029.00",
        "applicant": {"full_name": "Nguyễn Thị Lan", "identifier": "079301000019", "phone": "0901234567"},
        "form": _PERSON
        | {
            "phone": "0901234567",
            "licence_number": "790123456789",
            "licence_class": "B",
            "reason": "expiring",
            "return_method": "counter",
        },
        "attachments": [{"paper": "giay_kham_suc_khoe", "file_id": "file-1"}],
    }
    return application | changes


def criminal_record(**changes: Any) -> dict[str, Any]:
    """Makes an application for 2.000488, which needs no upload."""
    application = {
        "procedure": "2.000488",
        "agency": "G01.029.00",
        "applicant": {"full_name": "Nguyễn Thị Lan", "identifier": "079301000019"},
        "form": _PERSON
        | {
            "certificate_type": "1",
            "purpose": "Bổ sung hồ sơ xin việc",
            "fee_group": "standard",
            "history": [{"from": "2015-05", "residence": "12 Lê Lợi, phường Bến Thành", "occupation": "Học sinh"}],
        },
    }
    return application | changes


def birth(**changes: Any) -> dict[str, Any]:
    """Makes an application for 3.000722: one form for birth registration, residence, insurance card and identity
    card."""
    application = {
        "procedure": "3.000722",
        "agency": "H29.035.00",
        "applicant": {"full_name": "Nguyễn Thị Lan", "identifier": "079301000019", "phone": "0901234567"},
        "form": {
            "requester_name": "Nguyễn Thị Lan",
            "requester_personal_number": "079301000019",
            "phone": "0901234567",
            "relation": "mother",
            "child_name": "Trần Bảo An",
            "child_birth_date": "2026-02-20",
            "child_sex": "female",
            "birth_place": "Bệnh viện Từ Dũ, TP. Hồ Chí Minh",
            "child_residence": "12 Lê Lợi, phường Bến Thành, TP. Hồ Chí Minh",
            "mother_personal_number": "079301000019",
        },
        "attachments": [{"paper": "giay_chung_sinh", "file_id": "file-birth"}],
    }
    return application | changes


def birth_2026(**changes: Any) -> dict[str, Any]:
    """Makes an application for 3.000722 as it is from 1 September 2026, with the identity card."""
    older = birth()
    form = older["form"] | {
        "child_birth_date": "2026-09-05",
        "child_ethnicity": "Kinh",
        "child_nationality": "Việt Nam",
        "place_of_origin": "Cần Thơ",
        "identity_card": "asked",
        "identity_card_return": "police",
        "birth_certificate_number": "00123.GCS.79405.26",
    }
    return older | {"form": form} | changes


def karaoke(**changes: Any) -> dict[str, Any]:
    """Makes an application for 1.001612.KARAOKE: household business, police conditions and licence in one form."""
    business = household_business()
    form = {name: value for name, value in business["form"].items() if name != "established_by"} | {"rooms": 8}
    application = business | {
        "procedure": "1.001612.KARAOKE",
        "agency": "H29.001.00",
        "form": form,
        "attachments": [{"paper": "nghiem_thu_pccc", "file_id": "file-fire"}],
    }
    return application | changes


def household_business(**changes: Any) -> dict[str, Any]:
    """Makes an application for 1.001612, decided by a ward."""
    application = {
        "procedure": "1.001612",
        "agency": "H29.035.00",
        "applicant": {"full_name": "Trần Văn Hùng", "identifier": "001090000001"},
        "form": {
            "business_name": "Hộ kinh doanh Phở Hùng",
            "business_address": "15 Lê Lai, phường Bến Thành",
            "lines_of_business": [{"code": "5610", "name": "Nhà hàng và dịch vụ ăn uống lưu động"}],
            "capital": 200_000_000,
            "established_by": "individual",
            "owner_name": "Trần Văn Hùng",
            "owner_personal_number": "001090000001",
            "owner_birth_date": "1990-01-01",
            "owner_sex": "male",
            "owner_residence": "15 Lê Lai, phường Bến Thành",
            "phone": "0912345678",
        },
    }
    return application | changes


def of(who: Caller, application: dict[str, Any]) -> dict[str, Any]:
    """Returns the application as this account's holder files it, for themselves."""
    own = {"full_name": who.name, "identifier": who.personal_number}
    number = {name: who.personal_number for name in NUMBER_FIELDS if name in application["form"]}
    applicant = application["applicant"] | own
    return application | {"applicant": applicant, "form": application["form"] | number}


def sent(application: dict[str, Any], key: str = "") -> SubmitRequest:
    return SubmitRequest(orjson.dumps(application), key or str(uuid4()))
