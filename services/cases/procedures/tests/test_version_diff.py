"""What changes between two versions is said in a clerk's words, in both languages."""

import copy
from typing import Any, get_args

import pytest
import yaml

from services.cases.core.domain.procedure import Procedure
from services.cases.core.domain.procedure_parts import FeeMoment
from services.cases.procedures.authoring.version_diff import differences
from services.cases.procedures.folder import FOLDER

CONTENT = yaml.safe_load((FOLDER / "1.001612.yaml").read_text(encoding="utf-8"))


def told(change: Any) -> list[tuple[str, str]]:
    content = copy.deepcopy(CONTENT)
    change(content)
    return [(d.vi, d.en) for d in differences(Procedure(**CONTENT), Procedure(**content))]


def test_the_same_version_changes_nothing() -> None:
    assert told(lambda _: None) == []


CASES: list[tuple[Any, str, str]] = [
    (lambda c: c.update(days=2, steps=[{**s, "days": None} for s in c["steps"]]),
     "Thời hạn giải quyết: 3 ngày làm việc → 2 ngày làm việc", "Time limit: 3 working days → 2 working days"),
    (lambda c: c.update(effective_from="2026-07-01"), "Có hiệu lực từ: 01/07/2025 → 01/07/2026",
     "In force from: 2025-07-01 → 2026-07-01"),
    (lambda c: c.update(cutoff="15:00"), "Giờ chốt nhận trong ngày: – → 15:00:00", "Daily cut-off: – → 15:00:00"),
    (lambda c: c.update(supplement_days=7), "Tự đóng hồ sơ không được bổ sung sau: – → 7 ngày làm việc",
     "Closes by itself without the supplement after: – → 7 working days"),
    (lambda c: c["legal_basis"].append("Nghị quyết 1"), "Thêm căn cứ pháp lý: Nghị quyết 1",
     "Legal basis added: Nghị quyết 1"),
    (lambda c: c["papers"].pop(0), "Bỏ giấy tờ “Bản sao biên bản họp thành viên hộ gia đình”",
     "Paper dropped: Copy of the minutes of the household's members"),
    (lambda c: c["papers"].append({"code": "anh", "name_vi": "Ảnh", "name_en": "Photograph"}), "Thêm giấy tờ “Ảnh”",
     "Paper added: Photograph"),
    (lambda c: c["papers"][0].update(required=["online"]),
     "Giấy tờ “Bản sao biên bản họp thành viên hộ gia đình”: bắt buộc khi nộp trực tuyến",
     "Copy of the minutes of the household's members: required online"),
    (lambda c: c["fees"][0]["amounts"][0].update(amount=0), "100.000 ₫ → 0 ₫", "100.000 ₫ → 0 ₫"),
    (lambda c: c.update(fees=[]), "Bỏ phí, lệ phí", "Fee dropped"),
    (lambda c: c["steps"][1].update(role="leader"), "do cán bộ giải quyết → lãnh đạo thực hiện",
     "done by officer → leader"),
    (lambda c: c["steps"][2].update(approves=False), "không còn phê duyệt đề xuất", "no longer approves a proposal"),
    (lambda c: (c["form_schema"]["properties"].pop("email"), c["prefill"].pop("email"),
                c["result"]["from_form"].remove("email")),
     "Biểu mẫu bỏ mục “Thư điện tử”", "Form field dropped: E-mail"),
    (lambda c: c["form_schema"]["required"].append("email"), "Mục “Thư điện tử” nay bắt buộc",
     "The field E-mail is now required"),
    (lambda c: c["form_schema"]["properties"]["email"].update(maxLength=10), "Mục “Thư điện tử” đổi cách điền",
     "What E-mail takes has changed"),
    (lambda c: c["fees"][0].update(due="return"), "thu khi tiếp nhận → khi trả kết quả", "due at intake → at return"),
    (lambda c: c["fees"][0]["amounts"][0].update(legal_basis="Nghị quyết 2"), "đổi nội dung", "changed"),
    (lambda c: c["papers"][0].update(valid_months=6), "số tháng còn giá trị: – → 6", "months it is taken for: – → 6"),
    (lambda c: c.update(retention_years=5), "Đổi retention_years: 20 → 5", "retention_years changed: 20 → 5"),
    (lambda c: c.update(proxy={"online": False}), "Nộp theo ủy quyền, cả trực tuyến: có → không",
     "Filing by proxy, also online: yes → no"),
    (lambda c: c.update(proxy={"exempt_relations": ["parent", "child"], "legal_basis": "Luật"}),
     "không cần giấy ủy quyền nếu là: – → cha hoặc mẹ, con", "no authorisation paper asked of: – → parent, child"),
    (lambda c: c.update(proxy={"exempt_relations": ["parent"], "legal_basis": "L",
                               "exempt_when": {"owner_sex": "male"}}),
     "điều kiện không cần giấy ủy quyền: – → owner_sex = male", "none asked only when: – → owner_sex = male"),
    (lambda c: c["prefill"].pop("phone"), "Đổi prefill", "prefill changed"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "vi", "en"), CASES, ids=[en[:30] for _, _, en in CASES])
def test_a_change_is_said(change: Any, vi: str, en: str) -> None:
    sentences = told(change)
    assert any(vi in said_vi and en in said_en for said_vi, said_en in sentences), sentences


def test_every_moment_at_which_a_fee_can_fall_due_has_a_name() -> None:
    for moment in get_args(FeeMoment):
        assert all(f"→ {moment}" not in vi for vi, _ in told(lambda c, due=moment: c["fees"][0].update(due=due)))
