"""Cases that may be the same are told of before filing and on the clerk's view; nobody is kept from filing."""

from uuid import uuid4

import orjson
import pytest

from services.cases.core import actions
from services.cases.core.context import CasesContext
from services.cases.core.domain.duplicate_key import duplicate_key
from services.cases.core.domain.errors import AgencyOutOfScope
from services.cases.core.usecases.act import act
from services.cases.drafts import usecases as drafts
from services.cases.duplicates import store as duplicates
from services.cases.filing.domain import AssuranceTooLow
from services.cases.filing.usecases.check import check
from services.cases.filing.usecases.submit import submit
from services.cases.handling.usecases.opening import open_case
from services.cases.supplements.usecases import Sent, resubmit
from services.cases.testing.samples import (
    CLERK,
    HUNG,
    LAN,
    OFFICER,
    WARD_OFFICER,
    criminal_record,
    household_business,
    licence_exchange,
    of,
    sent,
)
from services.cases.testing.stand_ins import Clock, FilesAtHand
from services.common import limits
from services.common.context import Caller
from services.common.testing.plugin import ByHand


@pytest.fixture(autouse=True)
def nothing_filed(ctx: CasesContext, by_hand: ByHand) -> None:
    with by_hand(ctx.database) as conn:
        conn.exec_driver_sql(
            "TRUNCATE cases, case_messages, history, applications, submissions, counters, drafts, outbox"
        )


def content(application: object) -> bytes:
    return orjson.dumps(application)


def codes(ctx: CasesContext, who: Caller, application: object, draft_id: str = "") -> list[str]:
    return [each.code for each in check(ctx, who, content(application), draft_id).warnings]


def alike(ctx: CasesContext, who: Caller, ref: str) -> list[str]:
    return [each.ref for each in open_case(ctx, who, ref).similar]


def file(ctx: CasesContext, who: Caller, application: dict[str, object]) -> str:
    return submit(ctx, who, sent(application))[0].ref


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("Hộ kinh doanh Phở Hùng", "15 Lê Lai, phường Bến Thành"), ("PHỞ HÙNG", "15 Lê Lai - P. Bến Thành")),
        (("Hộ kinh doanh Hoà Bình", "số 3, đường Láng"), ("Hộ kinh doanh Hòa Bình", "3 Láng")),
        (("Phở Hùng", "15 Lê Lai, Q.1, Thành phố Hồ Chí Minh"), ("pho hung", "15 lê lai quận 1 TP. Hồ Chí Minh")),
    ],
)  # fmt: skip
def test_names_and_addresses_that_mean_the_same_have_one_key(one: tuple[str, str], other: tuple[str, str]) -> None:
    assert duplicate_key(one) == duplicate_key(other) != ""


def test_other_names_and_places_have_other_keys_and_nothing_has_none() -> None:
    assert duplicate_key(("Phở Hùng", "15 Lê Lai")) != duplicate_key(("Phở Hùng", "16 Lê Lai"))
    assert duplicate_key(("Phở Hùng", "15 Lê Lai")) != duplicate_key(("Phở Hưng Thịnh", "15 Lê Lai"))
    assert duplicate_key(("Hộ kinh doanh", "15 Lê Lai")) == duplicate_key((None, "15 Lê Lai")) == ""


def test_a_check_names_everything_filing_would_refuse_and_files_nothing(ctx: CasesContext, files: FilesAtHand) -> None:
    files.owner = HUNG.subject
    found = check(ctx, LAN, content(licence_exchange(agency="H29.035.00", form={})), "")
    pointers = {error.pointer for error in found.errors}
    assert {"/agency", "/form/full_name", "/attachments/0/file_id"} <= pointers
    assert "/procedure" in {error.pointer for error in check(ctx, LAN, b'{"procedure": 1}', "").errors}
    with ctx.database.autocommit() as conn:
        assert conn.exec_driver_sql("SELECT count(*) FROM cases").scalar_one() == 0


def test_a_check_finds_nothing_wrong_with_what_filing_takes(ctx: CasesContext) -> None:
    found = check(ctx, LAN, content(licence_exchange()), "")
    assert (list(found.errors), found.warnings) == ([], [])


def test_who_may_not_file_at_all_hears_it_from_the_check(ctx: CasesContext) -> None:
    low = Caller("low", "Thấp", frozenset({"citizen"}), assurance=1)
    with pytest.raises(AssuranceTooLow):
        check(ctx, low, content(licence_exchange()), "")
    far = Caller("far", "Xa", frozenset({"clerk"}), ("H01",))
    with pytest.raises(AgencyOutOfScope):
        check(ctx, far, content(licence_exchange()), "")


def test_filing_the_same_again_is_warned_of_with_number_day_and_status(ctx: CasesContext, clock: Clock) -> None:
    ref = file(ctx, LAN, licence_exchange())
    clock.forward(days=3)
    [warning] = check(ctx, LAN, content(licence_exchange()), "").warnings
    assert (warning.code, warning.ref) == ("same-applicant", ref)
    assert warning.vi == f"Đã có hồ sơ thủ tục này cho cùng người, nộp 3 ngày trước: {ref}, trạng thái “Mới đăng ký”."
    assert "3 days ago" in warning.en
    assert codes(ctx, HUNG, licence_exchange()) == []  # another account's cases are nobody else's business
    assert codes(ctx, LAN, criminal_record()) == []


def test_a_draft_of_the_same_procedure_is_warned_of_but_not_the_one_filed_from(ctx: CasesContext) -> None:
    draft_id = str(uuid4())
    drafts.save(ctx, LAN, draft_id, 0, content(licence_exchange()))
    assert codes(ctx, LAN, licence_exchange()) == ["open-draft"]
    assert codes(ctx, LAN, licence_exchange(), draft_id) == []


def test_two_keys_with_the_same_content_are_two_cases_that_both_show_it(ctx: CasesContext) -> None:
    one, two = file(ctx, LAN, licence_exchange()), file(ctx, LAN, licence_exchange())
    assert one != two
    assert (alike(ctx, CLERK, one), alike(ctx, CLERK, two)) == ([two], [one])
    assert alike(ctx, LAN, one) == []


def test_a_closed_case_is_shown_for_as_long_as_the_window_an_open_one_always(ctx: CasesContext, clock: Clock) -> None:
    closed, open_case = file(ctx, LAN, criminal_record()), file(ctx, LAN, licence_exchange())
    act(ctx, CLERK, closed, 0, actions.Refuse("Sai thẩm quyền"))
    clock.now += limits.DUPLICATE_WINDOW
    assert alike(ctx, CLERK, file(ctx, LAN, criminal_record())) == [closed]
    clock.forward(seconds=1)
    assert closed not in alike(ctx, CLERK, file(ctx, LAN, criminal_record()))
    assert alike(ctx, CLERK, file(ctx, LAN, licence_exchange())) == [open_case]


def test_a_business_of_the_same_name_and_address_is_shown_whoever_files_it(ctx: CasesContext) -> None:
    first = file(ctx, HUNG, household_business())
    form = household_business()["form"] | {
        "business_name": "Hộ kinh doanh PHỞ HÙNG",
        "business_address": "Số 15, đường Lê Lai, P. Bến Thành",
        "owner_name": "Nguyễn Thị Lan",
        "owner_birth_date": "2001-05-20",
        "owner_sex": "female",
    }
    again = of(LAN, household_business(form=form))
    second = file(ctx, LAN, again)
    [found] = open_case(ctx, WARD_OFFICER, second).similar
    assert (found.ref, found.same_applicant, found.same_subject) == (first, False, True)
    assert sorted(codes(ctx, CLERK, again)) == ["same-applicant", "same-subject"]
    assert codes(ctx, HUNG, household_business()) == ["same-applicant"]


def test_a_form_replaced_is_compared_by_what_it_says_now(ctx: CasesContext) -> None:
    first, second = (
        file(ctx, HUNG, household_business()),
        file(
            ctx,
            LAN,
            of(LAN, household_business(form=household_business()["form"] | {"business_name": "Hộ kinh doanh Bún Lan"})),
        ),
    )
    assert alike(ctx, WARD_OFFICER, first) == []
    act(ctx, WARD_OFFICER, second, 0, actions.RequestSupplement(("Tên",)))
    resubmit(ctx, LAN, second, 0, Sent(orjson.dumps(of(LAN, household_business())["form"])))
    assert alike(ctx, WARD_OFFICER, first) == [second]


def test_a_worker_is_told_of_cases_of_her_agencies_only(ctx: CasesContext) -> None:
    application = criminal_record()
    one, two = file(ctx, LAN, application), file(ctx, LAN, application)
    assert alike(ctx, OFFICER, one) == [two]
    with ctx.database.autocommit() as conn:
        conn.exec_driver_sql("UPDATE cases SET agency_code = 'H29.035.00' WHERE ref = %s", (two,))
    assert alike(ctx, OFFICER, one) == []
    assert alike(ctx, CLERK, one) == [two]


def test_duplicates_are_found_by_an_index(ctx: CasesContext) -> None:
    file(ctx, HUNG, household_business())
    sought = {"procedure_code": "1", "identifier": "1", "likeness": "a", "but": "", "agencies": ["H29"], "most": 10}
    with ctx.database.transaction() as conn:
        conn.exec_driver_sql("SET LOCAL enable_seqscan = off")
        lines = conn.exec_driver_sql("EXPLAIN " + duplicates.OF_AGENCIES, sought | {"since": ctx.now()}).scalars()
        plan = "\n".join(lines)
    assert "identifier_procedure_code_received_at" in plan
    assert "likeness_procedure_code_received_at" in plan
