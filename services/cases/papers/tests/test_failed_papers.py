"""A paper that could not be issued shows on its case with the reason, and goes when it is issued after all."""

from typing import Any

import pytest
from onestop.common.v1.text_pb2 import Text
from onestop.documents.v1 import documents_events_pb2

from services.cases.core import actions
from services.cases.core.context import CasesContext
from services.cases.core.domain.status import CaseStatus as S
from services.cases.core.messages.cases import case_message
from services.cases.core.usecases import act as acting
from services.cases.core.usecases.read import get, history
from services.cases.events import HANDLERS
from services.cases.filing.usecases.submit import submit
from services.cases.handling.domain.errors import ResultNotIssued, ResultNotPrinted
from services.cases.handling.tests.test_reopening import issue
from services.cases.history.usecases.timeline import read
from services.cases.papers.domain.errors import NoPaperIssued
from services.cases.supplements.tests.test_supplements import do, events
from services.cases.testing.samples import CLERK, GRANTED, LAN, LEADER, OFFICER, criminal_record, sent
from services.cases.testing.stand_ins import Clock
from services.cases.work.store.worklist import Query
from services.cases.work.usecases.search import search
from services.common.errors import InvalidInput
from services.common.events import Event

KEY = ("Hệ thống chưa có khóa ký số của cơ quan", "The system has no sealing key of the agency")
STORE = ("Kho lưu trữ tệp không trả lời", "The store of files does not answer")


@pytest.fixture
def ref(ctx: CasesContext, clock: Clock) -> str:
    """A case decided, its result ordered and not issued."""
    filed, _ = submit(ctx, LAN, sent(criminal_record(form=criminal_record()["form"] | {"fee_group": "exempt"})))
    do(ctx, CLERK, filed.ref, actions.Accept())
    do(ctx, OFFICER, filed.ref, actions.Assign(OFFICER.subject))
    clock.forward(days=1)
    do(ctx, OFFICER, filed.ref, GRANTED)
    return filed.ref


def result_of(ctx: CasesContext, ref: str) -> str:
    return [body.paper.paper_id for body in events(ctx, ref) if body.paper.form == "result"][-1]


def fail(ctx: CasesContext, ref: str, reason: tuple[str, str] = KEY, paper_id: str = "") -> None:
    """As documents tells it."""
    body = documents_events_pb2.PaperFailed(
        case_ref=ref,
        paper_id=paper_id or result_of(ctx, ref),
        form="result",
        title=Text(vi="Thông báo kết quả giải quyết thủ tục hành chính", en="Result of the administrative procedure"),
        reason=Text(vi=reason[0], en=reason[1]),
    )
    with ctx.database.transaction() as conn:
        event = Event("documents.paper_failed", ref, ref, 1, body.SerializeToString())
        HANDLERS[event.type](ctx, conn, event)


def listed(ctx: CasesContext, **asked: Any) -> dict[str, int]:
    """The agency's cases, each with how many papers of it failed."""
    lines, _ = search(ctx, OFFICER, lambda **scope: Query(**scope, order="received", page_size=1_000, **asked))
    return {line.ref: line.papers_failed for line in lines}


def test_clerk_and_applicant_see_it_with_its_reason_and_so_does_the_worklist(ctx: CasesContext, ref: str) -> None:
    assert ref not in listed(ctx, papers_failed=True)
    fail(ctx, ref)
    for who in (LAN, CLERK):
        seen = get(ctx, who, ref)
        [failed] = case_message(seen.case, seen.form, ctx.rules_of(seen.case), []).papers_failed
        assert (failed.paper_id, failed.form) == (result_of(ctx, ref), "result")
        assert (failed.reason.vi, failed.reason.en) == KEY
        assert failed.title.vi == "Thông báo kết quả giải quyết thủ tục hành chính"
    assert listed(ctx, papers_failed=True)[ref] == listed(ctx)[ref] == 1


def test_the_timeline_tells_it_in_a_sentence(ctx: CasesContext, ref: str) -> None:
    fail(ctx, ref)
    told = [(entry.text.vi, entry.text.en) for entry in read(ctx, LAN, ref).entries]
    title = "Thông báo kết quả giải quyết thủ tục hành chính", "Result of the administrative procedure"
    vi = f"Chưa phát hành được “{title[0]}”: {KEY[0]}. Hệ thống sẽ tự thử lại."
    en = f"“{title[1]}” could not be issued yet: {KEY[1]}. It is tried again."
    assert (vi, en) in told


def test_returning_the_result_says_what_is_wrong_instead_of_in_a_few_minutes(ctx: CasesContext, ref: str) -> None:
    with pytest.raises(ResultNotIssued):
        do(ctx, CLERK, ref, actions.Return())
    fail(ctx, ref)
    with pytest.raises(ResultNotPrinted) as refused:
        do(ctx, CLERK, ref, actions.Return())
    assert KEY[0] in refused.value.message_vi
    assert KEY[1] in refused.value.message_en


def test_told_again_it_is_noted_once_and_another_reason_takes_its_place(ctx: CasesContext, ref: str) -> None:
    for _ in range(3):
        fail(ctx, ref)
    noted = len(history(ctx, CLERK, ref)[1])
    fail(ctx, ref)
    assert len(history(ctx, CLERK, ref)[1]) == noted
    fail(ctx, ref, STORE)
    assert [failed.reason_vi for failed in get(ctx, CLERK, ref).case.papers_failed] == [STORE[0]]
    assert len(history(ctx, CLERK, ref)[1]) == noted + 1


def test_issued_after_all_it_is_gone_whatever_the_order_of_arrival(ctx: CasesContext, ref: str) -> None:
    fail(ctx, ref)
    issue(ctx, ref)
    fail(ctx, ref)  # overtaken by what was issued
    assert get(ctx, LAN, ref).case.papers_failed == ()
    assert listed(ctx)[ref] == 0
    assert do(ctx, CLERK, ref, actions.Return()).case.status is S.RETURNED


def test_a_case_whose_result_cannot_be_issued_is_opened_again_and_another_takes_its_place(
    ctx: CasesContext, ref: str
) -> None:
    reopen = actions.Reopen("Tệp kết quả bị khóa", "Điều 12", 2)
    with pytest.raises(ResultNotIssued):
        do(ctx, LEADER, ref, reopen)
    fail(ctx, ref)
    failed = result_of(ctx, ref)
    opened = do(ctx, LEADER, ref, reopen).case
    assert (opened.status, opened.papers_failed, opened.corrections[0].paper_id) == (S.PROCESSING, (), "")
    do(ctx, OFFICER, ref, GRANTED)
    assert result_of(ctx, ref) != failed
    assert events(ctx, ref)[-1].paper.replaces_paper_id == ""
    good = issue(ctx, ref)
    case = get(ctx, LAN, ref).case
    assert (case.result_file_id, case.corrections[0].corrected_file_id) == (good, good)
    assert do(ctx, CLERK, ref, actions.Return()).case.status is S.RETURNED


def test_a_result_issued_just_before_is_the_wrong_one_that_the_next_replaces(ctx: CasesContext, ref: str) -> None:
    fail(ctx, ref)
    do(ctx, LEADER, ref, actions.Reopen("Tệp kết quả bị khóa", "Điều 12", 2))
    wrong, file = result_of(ctx, ref), issue(ctx, ref)
    assert get(ctx, LAN, ref).case.corrections[0].file_id == file
    do(ctx, OFFICER, ref, GRANTED)
    assert events(ctx, ref)[-1].paper.replaces_paper_id == wrong


def test_a_result_given_up_is_neither_in_force_nor_failed_though_its_news_comes_after_the_next_decision(
    ctx: CasesContext, ref: str
) -> None:
    fail(ctx, ref)
    given_up = result_of(ctx, ref)
    do(ctx, LEADER, ref, actions.Reopen("Tệp kết quả bị khóa", "Điều 12", 2))
    fail(ctx, ref, STORE)
    assert get(ctx, LAN, ref).case.papers_failed == ()
    do(ctx, OFFICER, ref, GRANTED)
    fail(ctx, ref, STORE, given_up)
    assert get(ctx, LAN, ref).case.papers_failed == ()
    with ctx.database.transaction() as conn:
        paper = actions.IssuePaper(given_up, "result", "1/TB", "file-wrong", "00")
        acting.record(ctx, conn, ref, paper, "documents")
    case = get(ctx, LAN, ref).case
    assert (case.result_file_id, case.corrections[0].file_id) == ("", "file-wrong")
    assert case.corrections[0].corrected_file_id == ""
    good = issue(ctx, ref)
    case = get(ctx, LAN, ref).case
    assert (case.result_file_id, case.corrections[0].corrected_file_id) == (good, good)


def test_of_two_results_that_fail_after_a_correction_the_next_replaces_what_was_issued(
    ctx: CasesContext, ref: str
) -> None:
    first = result_of(ctx, ref)
    issue(ctx, ref)
    reopen = actions.Reopen("Sai nơi cư trú", "Điều 12", 2)
    for _ in range(2):
        do(ctx, LEADER, ref, reopen)
        do(ctx, OFFICER, ref, GRANTED)
        assert events(ctx, ref)[-1].paper.replaces_paper_id == first
        fail(ctx, ref)


def test_of_a_result_issued_again_and_again_the_next_replaces_the_version_issued_last(
    ctx: CasesContext, ref: str
) -> None:
    """Documents takes no second paper in the place of one."""
    issue(ctx, ref)
    first = result_of(ctx, ref)
    case = do(ctx, CLERK, ref, actions.ReissuePaper("Dấu mờ", first)).case
    second = case.newest_papers["result"]
    with ctx.database.transaction() as conn:
        paper = actions.IssuePaper(second, "result", "8/TB-KQ", "file-second", "00")
        acting.record(ctx, conn, ref, paper, "documents")
    third = do(ctx, CLERK, ref, actions.ReissuePaper("Dấu vẫn mờ", second)).case.newest_papers["result"]
    fail(ctx, ref, KEY, third)
    opened = do(ctx, LEADER, ref, actions.Reopen("Sai nơi cư trú", "Điều 12", 2)).case
    assert (opened.corrections[0].paper_id, opened.corrections[0].file_id) == (second, "file-second")
    do(ctx, OFFICER, ref, GRANTED)
    assert events(ctx, ref)[-1].paper.replaces_paper_id == second


def test_a_clerk_has_it_tried_again_as_it_was_ordered(ctx: CasesContext, ref: str) -> None:
    paper_id = result_of(ctx, ref)
    again = actions.ReissuePaper("Đã có khóa ký số", paper_id)
    with pytest.raises((InvalidInput, NoPaperIssued)):
        do(ctx, CLERK, ref, again)
    fail(ctx, ref)
    assert "reissue-paper" in get(ctx, CLERK, ref).allowed_actions
    case = do(ctx, CLERK, ref, again).case
    ordered = events(ctx, ref)[-1].paper
    assert (ordered.paper_id, ordered.form, ordered.replaces_paper_id, ordered.data_json) == (paper_id, "", "", b"{}")
    assert case.newest_papers["result"] == paper_id
    assert case.papers_replaced == ()
    assert [failed.paper_id for failed in case.papers_failed] == [paper_id]
