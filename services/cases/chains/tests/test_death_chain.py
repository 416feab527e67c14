"""The death chain from 1 September 2026 (NĐ 301/2026): one form, and only the parts that are asked for."""

from datetime import date, datetime

import pytest

from services.cases.chains.tests.test_chains import case, decide, do, opened, part
from services.cases.core import actions
from services.cases.core.context import CasesContext
from services.cases.filing.usecases.submit import submit
from services.cases.testing.samples import CLERK, LAN, WARD_OFFICER, sent
from services.cases.testing.stand_ins import Clock
from services.common.errors import InvalidInput
from services.common.times import VIETNAM

FORM = {
    "requester_name": "Nguyễn Thị Lan",
    "requester_personal_number": "079301000019",
    "relation": "child",
    "deceased_name": "Nguyễn Văn Ba",
    "deceased_sex": "male",
    "last_residence": "12 Lê Lợi, phường Bến Thành",
    "death_date": "2026-09-06",
    "death_time": "05:40",
    "death_place": "Bệnh viện Chợ Rẫy",
    "removal": "asked",
    "benefit": "none",
}
INSURED = {
    "benefit": "social_insurance",
    "insurance_book": "7901234567",
    "relatives": [{"name": "Nguyễn Thị Lan", "relation": "Con", "benefit": "lump_sum", "vneid": "confirmed"}],
}


def filed(ctx: CasesContext, clock: Clock, **form: object) -> str:
    """Files and accepts the chain on Tuesday 8 September 2026 at 9."""
    clock.now = datetime(2026, 9, 8, 9, tzinfo=VIETNAM)
    applicant = {"full_name": "Nguyễn Thị Lan", "identifier": "079301000019"}
    whole = {"procedure": "2.002913", "agency": "H29.035.00", "applicant": applicant, "form": FORM | form}
    ref = submit(ctx, LAN, sent(whole))[0].ref
    do(ctx, CLERK, ref, actions.Accept())
    return ref


@pytest.mark.parametrize(
    ("form", "parts"),
    [
        ({}, ["khai_tu", "xoa_thuong_tru"]),
        ({"removal": "not_asked"}, ["khai_tu"]),
        (INSURED, ["khai_tu", "xoa_thuong_tru", "bao_hiem"]),
        ({"benefit": "merit", "merit_decision": "12/QĐ"}, ["khai_tu", "xoa_thuong_tru", "nguoi_co_cong"]),
        (
            {"benefit": "social_assistance", "assistance_ground": "pension"},
            ["khai_tu", "xoa_thuong_tru", "tro_giup"],
        ),
    ],
)
def test_nd301_a_death_has_the_parts_that_are_asked_for(
    ctx: CasesContext, clock: Clock, form: dict[str, object], parts: list[str]
) -> None:
    assert [child.code for child in case(ctx, filed(ctx, clock, **form)).children] == parts


def test_nd301_a_death_is_registered_within_24_hours_and_the_residence_within_a_working_day(
    ctx: CasesContext, clock: Clock
) -> None:
    ref = filed(ctx, clock, **INSURED)
    assert case(ctx, ref).clock.due == date(2026, 9, 10)
    first = do(ctx, CLERK, part(ctx, ref, "khai_tu").ref, actions.Accept())
    assert first.clock.due_at == datetime(2026, 9, 9, 9, tzinfo=VIETNAM)


def test_nd301_a_death_that_must_be_verified_takes_3_working_days(ctx: CasesContext, clock: Clock) -> None:
    child = part(ctx, filed(ctx, clock), "khai_tu").ref
    do(ctx, CLERK, child, actions.Accept())
    verifying = do(ctx, WARD_OFFICER, child, actions.Verify("Cần xác minh nơi chết")).clock
    assert (verifying.due, verifying.due_at) == (date(2026, 9, 11), None)


def test_nd301_benefits_follow_the_registration_and_have_terms_of_their_own(ctx: CasesContext, clock: Clock) -> None:
    ref = filed(ctx, clock, **INSURED)
    decide(ctx, WARD_OFFICER, part(ctx, ref, "khai_tu").ref)
    assert opened(ctx, ref) == {"khai_tu", "xoa_thuong_tru", "bao_hiem"}
    assert part(ctx, ref, "bao_hiem").apart
    assert part(ctx, ref, "bao_hiem").days == 8


def test_what_a_benefit_needs_is_asked_for_with_it(ctx: CasesContext, clock: Clock) -> None:
    with pytest.raises(InvalidInput) as refusal:
        filed(ctx, clock, benefit="social_insurance")
    assert "/form/insurance_book" in {each.pointer for each in refusal.value.fields}
