"""Facts of papers as they are now and then: without what can be left out, and with as much as people really say."""

from typing import Any

from services.documents.papers.forms import FORMS
from services.documents.tests.samples import FACTS, RESULTS, TEN_DAYS, facts, result_facts

_OPTIONAL = (
    "procedure_name_en parent_agency_name history_head fee papers explanation legal_ground contact_name "
    "contact_phone partners complaint due_date old_due_time decided_by decided_at return_place register_no"
)
_LONG_NAME = "Công ty Trách nhiệm hữu hạn Một thành viên Thương mại Dịch vụ Xuất nhập khẩu Hoàng Phương Quỳnh"
_LONG_ADDRESS = (
    "Số 1234/56/78A đường Nguyễn Thị Minh Khai, khu phố 12, tổ dân phố 34, phường Xuân Hòa, Thành phố Hồ Chí Minh"
)
_LONG_REASON = (
    "Giấy tờ chứng minh chỗ ở hợp pháp không khớp với Cơ sở dữ liệu quốc gia về đất đai: diện tích trên hợp đồng thuê "
    "là 86 m², trong cơ sở dữ liệu là 68 m²; chủ sở hữu ghi trong cơ sở dữ liệu là người khác. "
)
_LONG: dict[str, Any] = {
    "procedure_name_vi": "Đăng ký khai sinh, đăng ký thường trú, cấp thẻ bảo hiểm y tế cho trẻ em dưới 6 tuổi và cấp "
    "thẻ căn cước cho người dưới 14 tuổi theo cơ chế một cửa liên thông",
    "procedure_name_en": "Birth registration, permanent residence, health insurance card for a child under six and "
    "identity card for a person under fourteen, as one chained service",
    "applicant": {
        "full_name": _LONG_NAME,
        "identifier": "0312345678-001",
        "address": _LONG_ADDRESS,
        "phone": "028 3829 7643 máy lẻ 1234",
        "email": "phong.hanh.chinh.tong.hop@hoang-phuong-quynh-xuat-nhap-khau.example.vn",
    },
}
_LONG_OF: dict[str, dict[str, Any]] = {
    "01": {
        "proxy": FACTS["applicant"] | {"paper": "Giấy ủy quyền có chứng thực"},
        "papers": [
            {
                "name": f"Giấy tờ thứ {n}: bản sao văn bằng, chứng chỉ chuyên môn do cơ sở đào tạo cấp",
                "kind": ("original", "certified_copy", "copy", "electronic")[n % 4],
                "copies": n % 3 + 1,
            }
            for n in range(1, 13)
        ],
        "confirmed": [{"name": "Giấy chứng sinh", "register": "Cơ sở dữ liệu hộ tịch điện tử"}],
        "sets": 2,
        "return_place": "Trả qua dịch vụ bưu chính công ích: " + _LONG_ADDRESS,
        "days": 30,
        "explanation": TEN_DAYS * 3,
    },
    "02": {"items": [_LONG_REASON] * 8, "reason": _LONG_REASON * 2, "closes": True},
    "03": {"reason": _LONG_REASON * 6, "proxy": FACTS["applicant"] | {"paper": "Giấy ủy quyền"}},
    "04": {"reason": _LONG_REASON * 4, "issued_date": "2026-01-13"},
    "05": {
        "reason": _LONG_REASON * 3,
        "requested_by": _LONG_NAME,
        "requested_via": "post",
        "requested_on": "2026-01-02",
        "legal_ground": "Nghị định 118/2025/NĐ-CP, Điều 21 khoản 1",
    },
    "06": {"rows": [row for _ in range(9) for row in facts("06")["rows"]], "old_due_date": "2026-01-09"},
    "07": {"rows": [row | {"no": 2 * n + row["no"]} for n in range(12) for row in facts("07")["rows"]], "volume": 12},
    "suspension": {"reason": _LONG_REASON * 4},
    "closure": {"items": [_LONG_REASON] * 4, "reason": _LONG_REASON * 2},
    "result": {"decision": "denied", "complaint": facts("closure")["complaint"], "reason": _LONG_REASON * 8},
}

_SIGNERS = {
    "01": {"lines": [], "name": "Phạm Thị Mai"},
    "04": {"lines": ["KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC"], "name": "Võ Thành Công"},
    "05": {"lines": ["TL. GIÁM ĐỐC", "TRƯỞNG PHÒNG"], "name": "Lê Minh Đức"},
    "result": {"lines": ["TM. ỦY BAN NHÂN DÂN", "KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH"], "name": "Võ Thành Công"},
}

PAPERS = {
    **{f"{family}-{key}": (family, key, facts(key)) for family, forms in FORMS.items() for key in forms},
    **{f"signed-{key}": ("", key, facts(key, signer=signer)) for key, signer in _SIGNERS.items()},
    "rows-11-06": ("", "06", facts("06", rows=(facts("06")["rows"] * 4)[:11])),
    "ten-days-01": ("", "01", facts("01", days=10, explanation=TEN_DAYS)),
    **{
        f"short-{key}": ("", key, facts(key, **dict.fromkeys(set(_OPTIONAL.split()) - set(form.required))))
        for key, form in FORMS["tt03-2025"].items()
    },
    **{
        f"long-{key}": ("", key, facts(key, **({} if key == "07" else _LONG), **_LONG_OF.get(key, {})))
        for key in FORMS["tt03-2025"]
    },
    **{f"certificate-{template}": ("", "result", result_facts(template)) for template in RESULTS},
}
"""By the name of their pictures: family, key and facts of papers."""
