"""“The database is wrong” as a reason to supplement: it names the register and whom to ask to correct it (NĐ 118/2025,
Điều 17.2.a as amended by NĐ 309/2026)."""

import pytest

from services.cases.core.context import CasesContext
from services.cases.core.domain.case_parts import Pin
from services.cases.core.usecases.read import get
from services.cases.filing.usecases.submit import submit
from services.cases.procedures.folder import load_shared
from services.cases.supplements.messages import choices_response, supplement_message
from services.cases.supplements.tests.test_supplements import ask, faults, paper
from services.cases.supplements.usecases import Sent, resubmit
from services.cases.testing.samples import CLERK, LAN, licence_exchange, sent
from services.common.errors import InvalidInput

POPULATION = "Cơ sở dữ liệu quốc gia về dân cư"
NAME = Pin("/form/full_name", "db_mismatch")
HEALTH = Pin("giay_kham_suc_khoe", "db_mismatch", "Kết luận ghi sai hạng")


@pytest.fixture
def ref(ctx: CasesContext) -> str:
    return submit(ctx, LAN, sent(licence_exchange()))[0].ref


def test_nd309_17_2_a_form_02_names_the_register_and_whom_to_ask_to_correct_it(ctx: CasesContext, ref: str) -> None:
    asked = ask(ctx, ref, NAME, HEALTH)
    by_police = f"dữ liệu trong {POPULATION} chưa đúng; đề nghị liên hệ Công an cấp xã nơi cư trú để chỉnh sửa."
    by_clinic = (
        "dữ liệu trong Sổ sức khỏe điện tử chưa đúng; đề nghị liên hệ Cơ sở khám bệnh, chữa bệnh đã cập nhật dữ liệu "
        "để chỉnh sửa. Kết luận ghi sai hạng"
    )
    assert paper(ctx, ref, "02")["items"] == [
        f"Mục “Họ, chữ đệm và tên”: {by_police}",
        f"Giấy tờ “Giấy khám sức khỏe của người lái xe”: {by_clinic}",
    ]
    case = asked.case
    assert case.supplement is not None
    item, _ = supplement_message(case.supplement, case.supplement.pins, asked.rules).items
    assert (item.register_name.vi, item.register_name.en) == (POPULATION, "National population database")
    assert item.correct_at_name.en == "the commune police where you live"


def test_the_officer_may_name_another_register_or_another_place(ctx: CasesContext, ref: str) -> None:
    pin = Pin("/form/phone", "db_mismatch", register="land", correct_at="Chi nhánh Văn phòng đăng ký đất đai quận 1")
    asked = ask(ctx, ref, pin).case.supplement
    assert asked is not None
    assert (asked.pins[0].register, asked.pins[0].correct_at) == ("Cơ sở dữ liệu quốc gia về đất đai", pin.correct_at)


@pytest.mark.parametrize(
    ("pin", "fault"),
    [
        (Pin("anh_chan_dung", "db_mismatch"), ("/pins/0/register", "required")),
        (Pin("/form/phone", "db_mismatch", register="CSDL tàu cá"), ("/pins/0/correct_at", "required")),
    ],
)
def test_what_nothing_here_knows_the_officer_must_say(
    ctx: CasesContext, ref: str, pin: Pin, fault: tuple[str, str]
) -> None:
    with pytest.raises(InvalidInput) as caught:
        ask(ctx, ref, pin)
    assert faults(caught.value) == [fault]


def test_it_is_answered_by_saying_that_the_register_is_right_now_or_by_the_paper(ctx: CasesContext, ref: str) -> None:
    ask(ctx, ref, NAME, HEALTH)
    with pytest.raises(InvalidInput):
        resubmit(ctx, LAN, ref, 0, Sent())
    answered = resubmit(ctx, LAN, ref, 0, Sent(note="Đã được chỉnh sửa ngày 05/03/2026"))
    assert answered.case.supplement_items == ()


def test_the_choices_of_a_supplement_list_the_registers(ctx: CasesContext, ref: str) -> None:
    seen = get(ctx, CLERK, ref)
    told = choices_response(seen.case, seen.rules)
    assert "db_mismatch" in [each.value for each in told.reasons]
    assert {each.value: each.correct_at.vi for each in told.registers}["population"] == "Công an cấp xã nơi cư trú"


def test_nd309_17_2_a_every_rule_set_in_force_from_2026_on_has_the_reason() -> None:
    """A case filed today must be able to say it, not only one of the rule set it was first written for."""
    lasting = [each for each in load_shared().rules if each.effective_to is None or each.effective_to.year >= 2026]
    assert len(lasting) > 1
    for rules in lasting:
        assert "db_mismatch" in [each.code for each in rules.supplement_reasons], rules.id


def test_another_reason_names_no_register(ctx: CasesContext, ref: str) -> None:
    asked = ask(ctx, ref, Pin("/form/phone", "mismatch", register="population")).case.supplement
    assert asked is not None
    assert asked.pins[0].register == ""
