"""Every change of a case is told, once, to whom the case concerns and to nobody else."""

import threading
from dataclasses import replace
from uuid import uuid4

import pytest
from onestop.cases.v1.cases_events_pb2 import CaseChanged
from onestop.cases.v1.cases_service_pb2 import (
    CASE_STATUS_ACCEPTED,
    CASE_STATUS_DECIDED,
    CASE_STATUS_PROCESSING,
    CASE_STATUS_REFUSED,
    CASE_STATUS_REGISTERED,
    CASE_STATUS_WITHDRAWN,
)

from services.common import sql
from services.common.context import Caller
from services.common.errors import InvalidInput
from services.common.times import utc_now
from services.notifications.conftest import CaseStory
from services.notifications.core.domain import KINDS, Kind, NoticeNotFound
from services.notifications.notices import usecases
from services.notifications.notices.usecases import Page


def page(case: CaseStory, who: Caller, token: str = "", size: int = 0) -> Page:
    return usecases.list_notices(case.database, who, token, size)


def kinds(case: CaseStory, who: Caller) -> list[Kind]:
    return [listed.notice.kind for listed in page(case, who).notices]


@pytest.mark.parametrize("event", KINDS)
def test_each_step_the_law_names_is_told(case: CaseStory, event: str) -> None:
    case.happens(event.removeprefix("cases."))
    [listed] = page(case, case.bearer).notices
    notice = listed.notice
    assert notice.kind is KINDS[event]
    assert (notice.case_ref, notice.version, notice.acted_by) == (case.ref, 1, "Phạm Thị Mai")
    assert (notice.agency_vi, notice.unit_en) == ("Sở Xây dựng", "Transport Division")


def test_the_newest_is_told_first_and_each_counts_until_it_is_read(case: CaseStory) -> None:
    case.happens("submitted")
    accepted = case.happens("accepted")
    assert kinds(case, case.bearer) == [Kind.ACCEPTED, Kind.SUBMITTED]
    assert page(case, case.bearer).unread == 2
    assert usecases.mark_read(case.database, case.bearer, [str(accepted.id)], utc_now()) == 1
    assert [listed.read_at is None for listed in page(case, case.bearer).notices] == [False, True]


def test_an_event_that_comes_again_or_under_another_id_is_told_once(case: CaseStory) -> None:
    event = case.happens("submitted")
    case.hear(event, replace(event, id=uuid4()))
    assert kinds(case, case.bearer) == [Kind.SUBMITTED]


def test_events_in_any_order_leave_the_case_with_whom_it_concerns_last(case: CaseStory) -> None:
    stranger = replace(case, owner="number-of-a-stranger", account="")
    late = stranger.event("submitted", 1)
    case.hear(case.event("accepted", 3), late, case.event("applicant_identified", 2))
    assert kinds(case, stranger.bearer) == []
    assert sorted(kinds(case, case.bearer)) == [Kind.ACCEPTED, Kind.SUBMITTED]


def test_a_case_put_right_takes_its_notices_with_it(case: CaseStory) -> None:
    mistyped = replace(case, owner="number-mistyped", account="")
    mistyped.happens("submitted")
    assert kinds(case, mistyped.bearer) == [Kind.SUBMITTED]
    case.hear(case.event("applicant_identified", 2))
    assert kinds(case, mistyped.bearer) == []
    assert kinds(case, case.bearer) == [Kind.SUBMITTED]


def test_who_filed_is_told_and_who_only_claims_the_number_is_not(case: CaseStory) -> None:
    case.happens("submitted")
    claims = replace(case.bearer, assurance=1)
    assert kinds(case, case.filer) == [Kind.SUBMITTED]
    assert kinds(case, claims) == []
    with pytest.raises(NoticeNotFound):
        usecases.mark_read(case.database, claims, [str(page(case, case.filer).notices[0].notice.notice_id)], utc_now())


def test_a_case_without_account_and_number_is_nobodys_to_be_told(case: CaseStory) -> None:
    nobodys = replace(case, owner="", account="")
    nobodys.happens("submitted")
    for subject in ("", "somebody"):
        assert kinds(case, Caller(subject, "Ai đó", frozenset({"citizen"}), assurance=2)) == []


def test_those_who_represent_a_firm_read_each_for_themselves(case: CaseStory) -> None:
    event = case.happens("submitted")
    one, other = (
        Caller(f"{name}-{case.ref}", "Ai đó", frozenset({"citizen"}), personal_number="001", assurance=2,
               firms=(case.owner,))
        for name in ("one", "other")
    )  # fmt: skip
    usecases.mark_read(case.database, one, [str(event.id)], utc_now())
    usecases.mark_read(case.database, one, [str(event.id)], utc_now())
    assert (page(case, one).unread, page(case, other).unread) == (0, 1)


def test_pages_follow_each_other_without_gap_or_repetition(case: CaseStory) -> None:
    told = [str(case.happens("assigned").id) for _ in range(5)]
    seen, token = [], ""
    while True:
        got = page(case, case.bearer, token, 2)
        seen += [str(listed.notice.notice_id) for listed in got.notices]
        assert got.unread == 5
        if not (token := got.next_token):
            break
    assert seen == told[::-1]


@pytest.mark.parametrize(
    "token", ["x", "'; DROP TABLE notice", "00000000-0000", "\u0661", "20260302T013000.000000_x", "99990101T000000.0_"]
)
def test_a_page_token_of_somebody_elses_making_is_refused(case: CaseStory, token: str) -> None:
    with pytest.raises(InvalidInput):
        page(case, case.bearer, token)


def test_marking_anothers_notice_or_none_marks_nothing(case: CaseStory) -> None:
    event = case.happens("submitted")
    for other in (str(uuid4()), "not an id"):
        with pytest.raises(NoticeNotFound):
            usecases.mark_read(case.database, case.bearer, [str(event.id), other], utc_now())
    assert page(case, case.bearer).unread == 1


def test_what_the_office_writes_is_told_and_what_the_applicant_wrote_is_not(case: CaseStory) -> None:
    case.happens("message_posted", said_by="citizen")
    assert kinds(case, case.bearer) == []
    case.happens("message_posted", said_by="officer")
    assert kinds(case, case.bearer) == [Kind.MESSAGE]


def test_what_an_agency_outside_reports_is_told_once_it_took_the_case_in_or_refused_it(case: CaseStory) -> None:
    for status in (CASE_STATUS_REGISTERED, CASE_STATUS_ACCEPTED, CASE_STATUS_PROCESSING, CASE_STATUS_PROCESSING):
        case.happens("agency_reported", status=status)
    assert kinds(case, case.bearer) == [Kind.ACCEPTED]


def test_a_refusal_by_an_agency_outside_is_told_and_what_it_reports_after_it_is_not(case: CaseStory) -> None:
    for status in (CASE_STATUS_REFUSED, CASE_STATUS_REFUSED):
        case.happens("agency_reported", status=status)
    assert kinds(case, case.bearer) == [Kind.REFUSED]


def test_a_report_about_a_part_called_off_is_no_refusal(case: CaseStory) -> None:
    case.happens("called_off", status=CASE_STATUS_REFUSED)
    case.happens("agency_reported", status=CASE_STATUS_REFUSED)
    assert kinds(case, case.bearer) == [Kind.STOPPED]


def test_a_decision_that_comes_for_a_case_withdrawn_is_not_told_as_its_result(case: CaseStory) -> None:
    case.happens("withdrawn", status=CASE_STATUS_WITHDRAWN)
    case.happens("agency_decided", status=CASE_STATUS_WITHDRAWN)
    assert kinds(case, case.bearer) == [Kind.WITHDRAWN]


def test_a_decision_of_an_agency_outside_is_told(case: CaseStory) -> None:
    case.happens("agency_decided", status=CASE_STATUS_DECIDED)
    assert kinds(case, case.bearer) == [Kind.DECIDED]


def test_a_case_disposed_of_is_forgotten_and_what_comes_late_is_not_told(case: CaseStory) -> None:
    event = case.happens("submitted")
    usecases.mark_read(case.database, case.bearer, [str(event.id)], utc_now())
    late = case.event("returned", 2)
    case.version = 2
    case.happens("disposed")
    case.hear(late)
    assert kinds(case, case.bearer) == []
    with case.database.transaction() as conn:
        assert sql.value(conn, "SELECT count(*) FROM reading WHERE notice_id = %(id)s", {"id": event.id}) == 0


def test_an_event_of_before_it_carried_names_is_told_by_the_codes(case: CaseStory) -> None:
    event = case.event("accepted", 1)
    body = CaseChanged.FromString(event.data)
    body.ClearField("notice")
    case.hear(replace(event, data=body.SerializeToString()))
    [listed] = page(case, case.bearer).notices
    assert (listed.notice.agency_vi, listed.notice.procedure_en) == ("G01.029.00", "3.000347")


def test_two_consumers_that_hear_the_same_at_once_tell_it_once(case: CaseStory) -> None:
    event = case.event("submitted", 1)
    copies = [replace(event, id=uuid4()) for _ in range(8)]
    threads = [threading.Thread(target=case.hear, args=(copy,)) for copy in copies]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert kinds(case, case.bearer) == [Kind.SUBMITTED]
