"""Cases that may be the same are told of before filing and on the clerk's view; nobody is kept from filing."""

from uuid import uuid4

import orjson
import pytest

from services.cases.domain import actions
from services.cases.domain.errors import AgencyOutOfScope, AssuranceTooLow
from services.cases.domain.likeness import likeness
from services.cases.store import duplicates
from services.cases.tests.conftest import Clock, FilesAtHand
from services.cases.tests.samples import (
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
from services.cases.usecases import drafts
from services.cases.usecases.act import act
from services.cases.usecases.check import check
from services.cases.usecases.office import Office
from services.cases.usecases.read import open_case
from services.cases.usecases.submit import submit
from services.cases.usecases.supplement import Sent, resubmit
from services.common import limits
from services.common.context import Caller
from services.common.testing.plugin import ByHand


@pytest.fixture(autouse=True)
def nothing_filed(office: Office, by_hand: ByHand) -> None:
    with by_hand(office.database) as conn:
        conn.exec_driver_sql(
            "TRUNCATE cases, case_messages, history, applications, submissions, counters, drafts, outbox"
        )


def content(application: object) -> bytes:
    return orjson.dumps(application)


def codes(office: Office, who: Caller, application: object, draft_id: str = "") -> list[str]:
    return [each.code for each in check(office, who, content(application), draft_id).warnings]


def alike(office: Office, who: Caller, ref: str) -> list[str]:
    return [each.ref for each in open_case(office, who, ref).alike]


def file(office: Office, who: Caller, application: dict[str, object]) -> str:
    return submit(office, who, sent(application))[0].ref


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("Hộ kinh doanh Phở Hùng", "15 Lê Lai, phường Bến Thành"), ("PHỞ HÙNG", "15 Lê Lai - P. Bến Thành")),
        (("Hộ kinh doanh Hoà Bình", "số 3, đường Láng"), ("Hộ kinh doanh Hòa Bình", "3 Láng")),
        (("Phở Hùng", "15 Lê Lai, Q.1, Thành phố Hồ Chí Minh"), ("pho hung", "15 lê lai quận 1 TP. Hồ Chí Minh")),
    ],
)  # fmt: skip
def test_names_and_addresses_that_mean_the_same_have_one_key(one: tuple[str, str], other: tuple[str, str]) -> None:
    assert likeness(one) == likeness(other) != ""


def test_other_names_and_places_have_other_keys_and_nothing_has_none() -> None:
    assert likeness(("Phở Hùng", "15 Lê Lai")) != likeness(("Phở Hùng", "16 Lê Lai"))
    assert likeness(("Phở Hùng", "15 Lê Lai")) != likeness(("Phở Hưng Thịnh", "15 Lê Lai"))
    assert likeness(("Hộ kinh doanh", "15 Lê Lai")) == likeness((None, "15 Lê Lai")) == ""


def test_a_check_names_everything_filing_would_refuse_and_files_nothing(office: Office, files: FilesAtHand) -> None:
    files.owner = HUNG.subject
    found = check(office, LAN, content(licence_exchange(agency="H29.035.00", form={})), "")
    pointers = {error.pointer for error in found.errors}
    assert {"/agency", "/form/full_name", "/attachments/0/file_id"} <= pointers
    assert "/procedure" in {error.pointer for error in check(office, LAN, b'{"procedure": 1}', "").errors}
    with office.database.autocommit() as conn:
        assert conn.exec_driver_sql("SELECT count(*) FROM cases").scalar_one() == 0


def test_a_check_finds_nothing_wrong_with_what_filing_takes(office: Office) -> None:
    found = check(office, LAN, content(licence_exchange()), "")
    assert (list(found.errors), found.warnings) == ([], [])


def test_who_may_not_file_at_all_hears_it_from_the_check(office: Office) -> None:
    low = Caller("low", "Thấp", frozenset({"citizen"}), assurance=1)
    with pytest.raises(AssuranceTooLow):
        check(office, low, content(licence_exchange()), "")
    far = Caller("far", "Xa", frozenset({"clerk"}), ("H01",))
    with pytest.raises(AgencyOutOfScope):
        check(office, far, content(licence_exchange()), "")


def test_filing_the_same_again_is_warned_of_with_number_day_and_status(office: Office, clock: Clock) -> None:
    ref = file(office, LAN, licence_exchange())
    clock.forward(days=3)
    [warning] = check(office, LAN, content(licence_exchange()), "").warnings
    assert (warning.code, warning.ref) == ("same-applicant", ref)
    assert warning.vi == f"Đã có hồ sơ thủ tục này cho cùng người, nộp 3 ngày trước: {ref}, trạng thái “Mới đăng ký”."
    assert "3 days ago" in warning.en
    assert codes(office, HUNG, licence_exchange()) == []  # another account's cases are nobody else's business
    assert codes(office, LAN, criminal_record()) == []


def test_a_draft_of_the_same_procedure_is_warned_of_but_not_the_one_filed_from(office: Office) -> None:
    draft_id = str(uuid4())
    drafts.save(office, LAN, draft_id, 0, content(licence_exchange()))
    assert codes(office, LAN, licence_exchange()) == ["open-draft"]
    assert codes(office, LAN, licence_exchange(), draft_id) == []


def test_two_keys_with_the_same_content_are_two_cases_that_both_show_it(office: Office) -> None:
    one, two = file(office, LAN, licence_exchange()), file(office, LAN, licence_exchange())
    assert one != two
    assert (alike(office, CLERK, one), alike(office, CLERK, two)) == ([two], [one])
    assert alike(office, LAN, one) == []


def test_a_closed_case_is_shown_for_as_long_as_the_window_an_open_one_always(office: Office, clock: Clock) -> None:
    closed, open_case = file(office, LAN, criminal_record()), file(office, LAN, licence_exchange())
    act(office, CLERK, closed, 0, actions.Refuse("Sai thẩm quyền"))
    clock.now += limits.DUPLICATE_WINDOW
    assert alike(office, CLERK, file(office, LAN, criminal_record())) == [closed]
    clock.forward(seconds=1)
    assert closed not in alike(office, CLERK, file(office, LAN, criminal_record()))
    assert alike(office, CLERK, file(office, LAN, licence_exchange())) == [open_case]


def test_a_business_of_the_same_name_and_address_is_shown_whoever_files_it(office: Office) -> None:
    first = file(office, HUNG, household_business())
    form = household_business()["form"] | {
        "business_name": "Hộ kinh doanh PHỞ HÙNG",
        "business_address": "Số 15, đường Lê Lai, P. Bến Thành",
        "owner_name": "Nguyễn Thị Lan",
        "owner_birth_date": "2001-05-20",
        "owner_sex": "female",
    }
    again = of(LAN, household_business(form=form))
    second = file(office, LAN, again)
    [found] = open_case(office, WARD_OFFICER, second).alike
    assert (found.ref, found.same_applicant, found.same_subject) == (first, False, True)
    assert sorted(codes(office, CLERK, again)) == ["same-applicant", "same-subject"]
    assert codes(office, HUNG, household_business()) == ["same-applicant"]


def test_a_form_replaced_is_compared_by_what_it_says_now(office: Office) -> None:
    first, second = (
        file(office, HUNG, household_business()),
        file(
            office,
            LAN,
            of(LAN, household_business(form=household_business()["form"] | {"business_name": "Hộ kinh doanh Bún Lan"})),
        ),
    )
    assert alike(office, WARD_OFFICER, first) == []
    act(office, WARD_OFFICER, second, 0, actions.RequestSupplement(("Tên",)))
    resubmit(office, LAN, second, 0, Sent(orjson.dumps(of(LAN, household_business())["form"])))
    assert alike(office, WARD_OFFICER, first) == [second]


def test_a_worker_is_told_of_cases_of_her_agencies_only(office: Office) -> None:
    application = criminal_record()
    one, two = file(office, LAN, application), file(office, LAN, application)
    assert alike(office, OFFICER, one) == [two]
    with office.database.autocommit() as conn:
        conn.exec_driver_sql("UPDATE cases SET agency_code = 'H29.035.00' WHERE ref = %s", (two,))
    assert alike(office, OFFICER, one) == []
    assert alike(office, CLERK, one) == [two]


def test_duplicates_are_found_by_an_index(office: Office) -> None:
    file(office, HUNG, household_business())
    sought = {"procedure_code": "1", "identifier": "1", "likeness": "a", "but": "", "agencies": ["H29"], "most": 10}
    with office.database.transaction() as conn:
        conn.exec_driver_sql("SET LOCAL enable_seqscan = off")
        lines = conn.exec_driver_sql("EXPLAIN " + duplicates.OF_AGENCIES, sought | {"since": office.now()}).scalars()
        plan = "\n".join(lines)
    assert "identifier_procedure_code_received_at" in plan
    assert "likeness_procedure_code_received_at" in plan
