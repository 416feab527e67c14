"""The journeys of a case: every action leaves a status, a clock, a chain that verifies and one event."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from functools import partial
from typing import Any

import orjson
import pytest
from onestop.cases.v1 import cases_events_pb2
from onestop.documents.v1 import documents_events_pb2, documents_service_pb2
from onestop.exchange.v1 import exchange_events_pb2
from onestop.payments.v1 import payments_events_pb2

from services.cases.core import actions
from services.cases.core.context import CasesContext
from services.cases.core.domain.errors import ActionNotAllowed, CaseNotFound, RoleNotAllowed, VersionConflict
from services.cases.core.domain.status import CaseStatus as S
from services.cases.core.usecases.act import act, record
from services.cases.core.usecases.read import get, history
from services.cases.core.visibility import CaseView
from services.cases.events import HANDLERS
from services.cases.filing.usecases.submit import submit
from services.cases.handling.domain.errors import ResultNotIssued
from services.cases.supplements.domain.errors import SupplementAlreadyAsked
from services.cases.supplements.usecases import Sent, resubmit
from services.cases.testing.samples import (
    CLERK,
    GRANTED,
    HUNG,
    LAN,
    LEADER,
    OFFICER,
    WARD_OFFICER,
    criminal_record,
    licence_exchange,
    sent,
)
from services.cases.testing.stand_ins import Clock
from services.common.context import Caller
from services.common.errors import InvalidInput
from services.common.events import Event
from services.contracts import audit
from services.contracts.application import AttachmentPart

Do = Callable[..., CaseView]


@pytest.fixture
def do(ctx: CasesContext) -> Do:
    """`do(CLERK, ref, actions.Accept())`, at whatever version the case is."""

    def done(who: Caller, ref: str, command: actions.Command, version: int = 0) -> CaseView:
        return act(ctx, who, ref, version, command)

    return done


def file(ctx: CasesContext, application: dict[str, Any], who: Caller = LAN) -> str:
    return submit(ctx, who, sent(application))[0].ref


def hear(ctx: CasesContext, event_type: str, ref: str, body: Any) -> None:
    """Handles an event as the consumer does, in a transaction."""
    with ctx.database.transaction() as conn:
        HANDLERS[event_type](ctx, conn, Event(event_type, ref, ref, 1, body.SerializeToString()))


def settle(ctx: CasesContext, ref: str) -> None:
    body = payments_events_pb2.PaymentSettled(case_ref=ref, payment_id="p1", amount=115_000, method="vnpay")
    hear(ctx, "payments.settled", ref, body)


def issue(ctx: CasesContext, ref: str, form: str, paper_id: str = "paper-1") -> None:
    paper = documents_service_pb2.Paper(
        paper_id=paper_id, case_ref=ref, form=form, number="7/TB-KQ", file_id="file-result", sha256=bytes(32)
    )
    hear(ctx, "documents.paper_issued", ref, documents_events_pb2.PaperIssued(paper=paper))


def events(ctx: CasesContext, ref: str) -> list[tuple[str, cases_events_pb2.CaseChanged]]:
    with ctx.database.autocommit() as conn:
        rows = conn.exec_driver_sql(
            "SELECT type, data FROM outbox WHERE subject = %s ORDER BY aggregate_version", (ref,)
        ).all()
    return [(kind, cases_events_pb2.CaseChanged.FromString(bytes(data))) for kind, data in rows]


def verified(ctx: CasesContext, who: Caller, ref: str) -> audit.Verified:
    """The history, exported and verified offline."""
    number, entries = history(ctx, who, ref)
    exported = [{"seq": seq, "entry": entry.decode(), "hash": hashed.hex()} for seq, entry, hashed in entries]
    return audit.verify({"ref": number, "entries": exported, "head": entries[-1][2].hex()})


def test_a_licence_is_exchanged_online(ctx: CasesContext, do: Do, clock: Clock) -> None:
    ref = file(ctx, licence_exchange())
    held = do(CLERK, ref, actions.Accept("Đủ giấy tờ"), 1).case
    assert (held.status, held.clock.due, held.version) == (S.PAYMENT_REQUESTED, None, 2)

    clock.forward(days=1)
    settle(ctx, ref)
    paid = get(ctx, LAN, ref).case
    assert (paid.status, paid.fee_state) == (S.PROCESSING, "paid")
    assert (paid.clock.effective, paid.clock.due) == (date(2026, 3, 3), date(2026, 3, 10))

    do(LEADER, ref, actions.Assign(OFFICER.subject))
    decided = do(OFFICER, ref, GRANTED).case
    assert (decided.status, decided.decided_by, decided.clock.due) == (S.DECIDED, OFFICER.name, date(2026, 3, 10))
    with pytest.raises(ResultNotIssued):
        do(CLERK, ref, actions.Return())
    issue(ctx, ref, "result")
    returned = do(CLERK, ref, actions.Return("Trao tại quầy")).case
    assert (returned.status, returned.result_file_id) == (S.RETURNED, "file-result")

    published = events(ctx, ref)
    assert [kind for kind, _ in published] == [
        "cases.submitted_with_files",
        "cases.accepted",
        "cases.payment_settled",
        "cases.assigned",
        "cases.decided",
        "cases.paper_issued",
        "cases.returned",
    ]
    assert [body.paper.form for _, body in published] == ["", "", "01", "", "result", "", ""]
    assert verified(ctx, LAN, ref).entries == returned.version == 7
    assert verified(ctx, LAN, ref).head == returned.history_head


def test_the_receipt_shows_what_form_01_asks(ctx: CasesContext, do: Do) -> None:
    ref = file(ctx, licence_exchange())
    settle(ctx, ref)
    accepted = do(CLERK, ref, actions.Accept()).case
    [order] = [body.paper for _, body in events(ctx, ref) if body.paper.form == "01"]
    data = orjson.loads(order.data_json)
    assert accepted.status is S.ACCEPTED
    assert data["case_ref"] == ref
    assert data["agency_name"] == "Công an Thành phố Hồ Chí Minh"
    assert data["applicant"]["full_name"] == "Nguyễn Thị Lan"
    assert (data["due_date"], data["due_time"], data["days"]) == ("2026-03-09", "17:00", 5)
    assert data["papers"] == [{"name": "Giấy khám sức khỏe của người lái xe", "kind": "electronic", "copies": 1}]
    assert data["fee"] == 115_000
    assert data["history_head"] == accepted.history_head
    assert data["received_at"] == "2026-03-02T09:00+07:00"
    assert all(line["vi"] and line["en"] for line in data["explanation"])


def test_a_criminal_record_is_supplemented_once_and_another_agency_is_asked(
    ctx: CasesContext, do: Do, clock: Clock
) -> None:
    ref = file(ctx, criminal_record(form=criminal_record()["form"] | {"fee_group": "exempt"}))
    do(CLERK, ref, actions.Accept())
    asked = do(CLERK, ref, actions.RequestSupplement(("Bản sao thẻ sinh viên",), "Thiếu giấy tờ")).case
    assert (asked.status, asked.clock.due, asked.supplement_items) == (
        S.SUPPLEMENT_REQUESTED,
        None,
        ("Bản sao thẻ sinh viên",),
    )

    clock.forward(days=8)  # Tuesday 10 March, 09:00
    paper = AttachmentPart(paper="giay_to_bo_sung", file_id="file-2")
    again = resubmit(ctx, LAN, ref, asked.version, Sent(b"", [paper], "Đã bổ sung")).case
    assert (again.status, again.clock.effective, again.clock.due) == (
        S.ACCEPTED,
        date(2026, 3, 10),
        date(2026, 3, 24),
    )
    assert [attachment.file_id for attachment in again.attachments] == ["file-2"]
    with pytest.raises(SupplementAlreadyAsked):
        do(CLERK, ref, actions.RequestSupplement(("Thêm nữa",)))

    do(OFFICER, ref, actions.Assign(OFFICER.subject))
    do(OFFICER, ref, actions.Consult("c-1", "G01.001.00", "Xác minh án tích", "Đề nghị tra cứu", "2026-03-16"))
    status = partial(exchange_events_pb2.EnvelopeStatusChanged, case_ref=ref, consultation_id="c-1")
    hear(ctx, "exchange.status_changed", ref, status(status_code="03", at="2026-03-10T10:00:00+07:00"))
    hear(ctx, "exchange.status_changed", ref, status(status_code="01", at="2026-03-10T02:30:00+00:00"))
    [asking] = get(ctx, LAN, ref).case.consultations
    assert asking.status_code == "03"  # the older report came late and does not win
    answer = exchange_events_pb2.AnswerReceived(case_ref=ref, consultation_id="c-1", content="Không có án tích")
    hear(ctx, "exchange.answer_received", ref, answer)
    hear(ctx, "exchange.answer_received", ref, answer)
    [asking] = get(ctx, LAN, ref).case.consultations
    assert (asking.answer, bool(asking.answered_at)) == ("Không có án tích", True)

    do(LEADER, ref, actions.Decide("denied", "Chưa đủ điều kiện"))
    published = events(ctx, ref)
    [order] = [body.consultation for kind, body in published if kind == "cases.consultation_requested"]
    assert (order.to_agency, order.due_date, order.asked_by) == ("G01.001.00", "2026-03-16", OFFICER.name)
    assert [body.paper.form for _, body in published if body.paper.form] == ["01", "02", "01", "result"]
    [files] = [list(body.file_ids) for kind, body in published if kind == "cases.resubmitted"]
    assert files == ["file-2"]
    assert verified(ctx, LAN, ref).entries == len(published) == 10


def test_a_counter_case_paid_in_cash_is_refused_with_form_03(ctx: CasesContext, do: Do) -> None:
    ref = file(ctx, criminal_record(), CLERK)
    settle(ctx, ref)
    paid = get(ctx, CLERK, ref).case
    assert (paid.status, paid.fee_state, paid.clock.due) == (S.REGISTERED, "paid", None)
    settle(ctx, ref)
    assert get(ctx, CLERK, ref).case.version == paid.version
    refused = do(CLERK, ref, actions.Refuse("Không thuộc thẩm quyền giải quyết")).case
    assert (refused.status, refused.reason) == (S.REFUSED, "Không thuộc thẩm quyền giải quyết")
    assert [body.paper.form for _, body in events(ctx, ref)] == ["", "", "03"]
    assert get(ctx, CLERK, ref).allowed_actions == ["control-slip"]


def test_a_stopped_case_runs_on_with_the_days_it_had_left(ctx: CasesContext, do: Do, clock: Clock) -> None:
    ref = file(ctx, licence_exchange())
    settle(ctx, ref)
    do(CLERK, ref, actions.Accept())  # Monday 2 March, due Monday 9 March
    clock.forward(days=1)
    stopped = do(LEADER, ref, actions.Stop("Chờ kết luận vi phạm")).case
    assert (stopped.status, stopped.clock.remaining, stopped.clock.due) == (S.STOPPED, 4, None)
    clock.forward(days=7)
    resumed = do(LEADER, ref, actions.Resume()).case
    assert (resumed.status, resumed.clock.due) == (S.PROCESSING, date(2026, 3, 16))


def test_a_case_stopped_while_it_waits_for_its_fee_waits_again_unless_it_was_paid(ctx: CasesContext, do: Do) -> None:
    waiting, paid = file(ctx, licence_exchange()), file(ctx, licence_exchange())
    for ref in (waiting, paid):
        do(CLERK, ref, actions.Accept())
        do(LEADER, ref, actions.Stop("Xác minh"))
    settle(ctx, paid)
    assert get(ctx, LAN, paid).case.status is S.STOPPED
    assert do(LEADER, waiting, actions.Resume()).case.status is S.PAYMENT_REQUESTED
    resumed = do(LEADER, paid, actions.Resume()).case
    assert (resumed.status, resumed.clock.due) == (S.PROCESSING, date(2026, 3, 9))


def test_a_case_asked_for_more_before_it_was_accepted_is_registered_again(ctx: CasesContext, do: Do) -> None:
    ref = file(ctx, licence_exchange())
    do(CLERK, ref, actions.RequestSupplement(("Ảnh chân dung",)))
    form = orjson.dumps(licence_exchange()["form"] | {"licence_class": "C"})
    again = resubmit(ctx, LAN, ref, 0, Sent(form))
    assert (again.case.status, again.case.clock.due) == (S.REGISTERED, None)
    assert orjson.loads(get(ctx, LAN, ref).form)["licence_class"] == "C"
    assert [body.paper.form for _, body in events(ctx, ref)] == ["", "02", ""]
    with ctx.database.autocommit() as conn:
        kept = conn.exec_driver_sql(
            "SELECT content FROM applications WHERE case_id = %s AND version = 3", (again.case.case_id,)
        ).scalar_one()
    assert bytes(kept) == form


def test_a_resubmission_is_checked_like_an_application(ctx: CasesContext, do: Do) -> None:
    ref = file(ctx, licence_exchange())
    do(CLERK, ref, actions.RequestSupplement(("Ảnh chân dung",)))
    with pytest.raises(InvalidInput) as caught:
        resubmit(ctx, LAN, ref, 0, Sent(b'{"phone": "1"}', [AttachmentPart(paper="la", file_id="f")]))
    assert {"/form/phone", "/attachments/0/paper"} <= {field.pointer for field in caught.value.fields}
    with pytest.raises(InvalidInput):
        resubmit(ctx, LAN, ref, 0, Sent(b"{"))
    many = [AttachmentPart(paper="anh_chan_dung", file_id=f"f{n}") for n in range(50)]
    with pytest.raises(InvalidInput):
        resubmit(ctx, LAN, ref, 0, Sent(b"", many))
    assert get(ctx, LAN, ref).case.status is S.SUPPLEMENT_REQUESTED


def test_an_applicant_withdraws(ctx: CasesContext, do: Do) -> None:
    ref = file(ctx, criminal_record())
    assert do(LAN, ref, actions.Withdraw("Không còn nhu cầu")).case.status is S.WITHDRAWN
    with pytest.raises(ActionNotAllowed):
        do(CLERK, ref, actions.Accept())


def test_a_question_that_cannot_be_delivered_is_seen_on_the_case(ctx: CasesContext, do: Do) -> None:
    ref = file(ctx, criminal_record(form=criminal_record()["form"] | {"fee_group": "exempt"}))
    do(CLERK, ref, actions.Accept())
    do(OFFICER, ref, actions.Assign(OFFICER.subject))
    do(OFFICER, ref, actions.Consult("c-9", "G01.001.00", "Hỏi", "Nội dung"))
    failed = exchange_events_pb2.EnvelopeFailed(case_ref=ref, consultation_id="c-9", reason="Trục không trả lời")
    hear(ctx, "exchange.envelope_failed", ref, failed)
    [asking] = get(ctx, LAN, ref).case.consultations
    assert asking.status_code == "failed"


def test_a_paper_issued_twice_is_recorded_once(ctx: CasesContext) -> None:
    ref = file(ctx, criminal_record())
    issue(ctx, ref, "01", "paper-9")
    issue(ctx, ref, "01", "paper-9")
    case = get(ctx, LAN, ref).case
    assert (case.version, case.papers_issued, case.result_file_id) == (2, ("paper-9",), "")


def test_an_event_about_an_unknown_case_fails_and_so_is_tried_again(ctx: CasesContext) -> None:
    with pytest.raises(CaseNotFound):
        settle(ctx, "G01.029.00-260302-9998")


def test_two_clerks_cannot_overwrite_each_other(ctx: CasesContext, do: Do) -> None:
    ref = file(ctx, criminal_record())

    def attempt(command: actions.Command) -> str:
        try:
            do(CLERK, ref, command, 1)
        except VersionConflict:
            return "conflict"
        return "done"

    with ThreadPoolExecutor(2) as threads:
        outcomes = list(threads.map(attempt, [actions.Accept(), actions.Refuse("Sai thẩm quyền")]))
    assert sorted(outcomes) == ["conflict", "done"]
    assert verified(ctx, CLERK, ref).entries == 2


def test_without_a_version_concurrent_changes_all_happen_one_after_another(ctx: CasesContext, do: Do) -> None:
    ref = file(ctx, criminal_record(form=criminal_record()["form"] | {"fee_group": "exempt"}))
    do(CLERK, ref, actions.Accept())
    with ThreadPoolExecutor(3) as threads:
        list(threads.map(lambda n: do(OFFICER, ref, actions.Assign(f"officer-{n}")), range(3)))
    assert verified(ctx, CLERK, ref).entries == 5


def test_an_old_version_is_told_so(ctx: CasesContext, do: Do) -> None:
    ref = file(ctx, criminal_record())
    do(CLERK, ref, actions.Accept(), 1)
    with pytest.raises(VersionConflict):
        do(LAN, ref, actions.Withdraw(), 1)


def test_a_paper_issued_meanwhile_outdates_nobody_and_a_payment_does(ctx: CasesContext, do: Do) -> None:
    ref = file(ctx, criminal_record())
    issue(ctx, ref, "01")
    assert do(CLERK, ref, actions.Accept(), 1).case.version == 3
    settle(ctx, ref)
    with pytest.raises(VersionConflict):
        do(OFFICER, ref, actions.Assign("officer-1"), 3)
    issue(ctx, ref, "01", "paper-2")
    with pytest.raises(VersionConflict):
        do(OFFICER, ref, actions.Assign("officer-1"), 6)
    assert do(OFFICER, ref, actions.Assign("officer-1"), 4).case.version == 6


@pytest.mark.parametrize("who", [HUNG, WARD_OFFICER, Caller("a", "Quản trị", frozenset({"administrator"}))])
def test_a_case_out_of_scope_looks_like_none(ctx: CasesContext, do: Do, who: Caller) -> None:
    ref = file(ctx, licence_exchange())
    with pytest.raises(CaseNotFound):
        get(ctx, who, ref)
    with pytest.raises(CaseNotFound):
        history(ctx, who, ref)
    with pytest.raises(CaseNotFound):
        do(who, ref, actions.Withdraw())


@pytest.mark.parametrize("ref", ["", "H29", "G01.029.00-990101-0001", "G01.029.00-269901-0001", "'; DROP TABLE cases"])
def test_a_number_nobody_has_is_not_found(ctx: CasesContext, ref: str) -> None:
    with pytest.raises(CaseNotFound):
        get(ctx, LAN, ref)


def test_who_may_not_is_told_whose_business_it_is(ctx: CasesContext, do: Do) -> None:
    ref = file(ctx, licence_exchange())
    with pytest.raises(RoleNotAllowed) as caught:
        do(LAN, ref, actions.Accept())
    assert "cán bộ tiếp nhận" in caught.value.message_vi
    with pytest.raises(RoleNotAllowed):
        do(OFFICER, ref, actions.Accept())


def test_each_is_offered_what_they_may_do_now(ctx: CasesContext, do: Do) -> None:
    ref = file(ctx, licence_exchange())
    assert get(ctx, LAN, ref).allowed_actions == ["withdraw"]
    assert get(ctx, CLERK, ref).allowed_actions == [
        "accept",
        "request-supplement",
        "refuse",
        "assign",
        "withdraw",
        "control-slip",
        "compare-originals",
    ]
    assert get(ctx, LEADER, ref).allowed_actions == ["assign", "control-slip", "hold"]
    do(CLERK, ref, actions.Accept())
    assert get(ctx, LEADER, ref).allowed_actions == ["stop", "control-slip", "hold"]


@pytest.mark.parametrize("paid_at", ["", "2026-03-02T10:00:00+07:00"])
def test_a_case_stopped_before_its_receipt_gets_form_01_when_it_goes_on(
    ctx: CasesContext, clock: Clock, paid_at: str
) -> None:
    ref = submit(ctx, LAN, sent(criminal_record()))[0].ref
    assert act(ctx, CLERK, ref, 0, actions.Accept()).case.status is S.PAYMENT_REQUESTED
    clock.forward(days=1)
    act(ctx, LEADER, ref, 0, actions.Stop("Xác minh"))
    with ctx.database.transaction() as conn:
        paid = actions.SettlePayment("p", 100_000, "cash", "BL-1", paid_at=paid_at)
        record(ctx, conn, ref, paid, "payments")
    assert "01" not in get(ctx, CLERK, ref).case.newest_papers
    for _ in range(2):  # and none when it is stopped again
        act(ctx, LEADER, ref, 0, actions.Resume())
        act(ctx, LEADER, ref, 0, actions.Stop("Xác minh"))
    assert [(kind, body.paper.form) for kind, body in events(ctx, ref) if body.paper.form == "01"] == [
        ("cases.resumed", "01")
    ]
