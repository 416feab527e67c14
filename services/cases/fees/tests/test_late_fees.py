"""Fees that fall due after intake: the clock stands until they are paid, and the result waits for its own."""

from datetime import date, datetime
from pathlib import Path

import pytest
import yaml
from onestop.cases.v1 import cases_events_pb2
from onestop.payments.v1 import payments_events_pb2

from services.cases.core import actions
from services.cases.core.context import CasesContext
from services.cases.core.domain.case import Case
from services.cases.core.domain.errors import ActionNotAllowed, AlreadyDecided
from services.cases.core.domain.status import CaseStatus as S
from services.cases.core.group_commit import GroupCommit
from services.cases.core.usecases import act
from services.cases.core.usecases.read import get
from services.cases.events import HANDLERS
from services.cases.fees.domain.errors import NothingToPay, ReturnFeeUnpaid
from services.cases.filing.usecases.submit import submit
from services.cases.handling.domain.errors import ResultNotIssued
from services.cases.procedures.folder import load_catalogue
from services.cases.supplements.usecases import Sent, resubmit
from services.cases.testing.samples import CLERK, GRANTED, LAN, LEADER, OFFICER, criminal_record, sent
from services.cases.testing.stand_ins import Clock, FilesAtHand
from services.common.database import Database
from services.common.errors import InvalidInput
from services.common.events import Event
from services.common.times import VIETNAM, rfc3339


def fee(code: str, due: str, amount: int) -> dict[str, object]:
    row = {"effective_from": date(2025, 1, 1), "amount": amount, "legal_basis": "Thông tư"}
    return {"code": code, "name_vi": f"Phí {code}", "name_en": f"Fee {code}", "due": due, "amounts": [row]}


@pytest.fixture
def ctx(database: Database, clock: Clock, files: FilesAtHand, catalogue_copy: Path) -> CasesContext:
    path = catalogue_copy / "2.000488.yaml"
    fees = [fee("bo_sung", "supplement", 10_000), fee("xac_minh", "handling", 50_000), fee("cap", "return", 20_000)]
    changed = yaml.safe_load(path.read_text(encoding="utf-8")) | {"fees": fees}
    path.write_text(yaml.safe_dump(changed), encoding="utf-8")
    return CasesContext(database, load_catalogue(catalogue_copy), files, GroupCommit(database), clock, metered=False)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=VIETNAM)


def accepted(ctx: CasesContext, clock: Clock) -> str:
    clock.now = at("2026-03-02T09:00")
    ref = submit(ctx, LAN, sent(criminal_record()))[0].ref
    act.act(ctx, CLERK, ref, 0, actions.Accept())
    act.act(ctx, OFFICER, ref, 0, actions.Assign(OFFICER.subject))
    return ref


def pay(ctx: CasesContext, ref: str, *codes: str) -> Case:
    """Payments says that these are paid, twice."""
    for _ in range(2):
        with ctx.database.transaction() as conn:
            act.record(ctx, conn, ref, actions.SettlePayment("p", 1, "cash", "BL-1", codes), "payments")
    return get(ctx, CLERK, ref).case


def charged(ctx: CasesContext, ref: str) -> list[tuple[str, list[str]]]:
    """The events that say something falls due, and what."""
    with ctx.database.autocommit() as conn:
        rows = conn.exec_driver_sql("SELECT type, data FROM outbox WHERE subject = %s ORDER BY seq", (ref,)).all()
    bodies = [(row.type, cases_events_pb2.CaseChanged.FromString(bytes(row.data))) for row in rows]
    return [(kind, [fee.code for fee in body.fees]) for kind, body in bodies if body.fees]


def test_nothing_is_due_at_intake_and_all_of_it_is_told(ctx: CasesContext, clock: Clock) -> None:
    case = get(ctx, LAN, accepted(ctx, clock)).case
    assert (case.status, case.fee_state) == (S.PROCESSING, "none")
    assert [(fee.code, fee.due, fee.state) for fee in case.fees] == [
        ("bo_sung", "supplement", "later"),
        ("xac_minh", "handling", "later"),
        ("cap", "return", "later"),
    ]


def test_a_fee_asked_for_suspends_the_clock_until_it_is_paid(ctx: CasesContext, clock: Clock) -> None:
    ref = accepted(ctx, clock)
    assert get(ctx, LAN, ref).case.clock.due == date(2026, 3, 16)
    clock.now = at("2026-03-03T10:12")
    asked = act.act(ctx, OFFICER, ref, 0, actions.RequestPayment(("xac_minh",), "Xác minh tại nước ngoài")).case
    assert (asked.status, asked.fee_state, asked.clock.due) == (S.PAYMENT_REQUESTED, "open", None)
    clock.now = at("2026-03-04T09:00")
    paid = pay(ctx, ref, "xac_minh")
    assert (paid.status, paid.fee_state, paid.clock.due) == (S.PROCESSING, "paid", date(2026, 3, 17))
    assert "Tạm dừng từ 10:12 thứ Ba 03/03/2026 đến 09:00 thứ Tư 04/03/2026 chờ nộp phí, lệ phí." in [
        line.vi for line in get(ctx, LAN, ref).told
    ]
    assert charged(ctx, ref) == [("cases.payment_requested", ["xac_minh"])]
    with pytest.raises(NothingToPay):
        act.act(ctx, OFFICER, ref, 0, actions.RequestPayment())


def settled(ctx: CasesContext, ref: str, paid_at: str, *codes: str) -> Case:
    """Payments says so now, of money paid then."""
    body = payments_events_pb2.PaymentSettled(
        case_ref=ref, payment_id="p", amount=1, method="vnpay", transaction_ref="1", settled_at=paid_at, fees=codes
    )
    with ctx.database.transaction() as conn:
        HANDLERS["payments.settled"](ctx, conn, Event("payments.settled", ref, ref, 1, body.SerializeToString()))
    return get(ctx, CLERK, ref).case


def test_a_fee_counts_from_when_it_was_paid_though_the_case_hears_of_it_a_day_later(
    ctx: CasesContext, clock: Clock
) -> None:
    ref = accepted(ctx, clock)
    clock.now = at("2026-03-04T10:00")
    act.act(ctx, OFFICER, ref, 0, actions.RequestPayment(("xac_minh",)))
    clock.now = at("2026-03-10T11:00")
    paid = settled(ctx, ref, rfc3339(at("2026-03-09T10:00")), "xac_minh")
    assert (paid.status, paid.clock.due) == (S.PROCESSING, date(2026, 3, 19))  # from 16 March, three working days
    told = get(ctx, LAN, ref).told
    assert "Tạm dừng từ 10:00 thứ Tư 04/03/2026 đến 10:00 thứ Hai 09/03/2026 chờ nộp phí, lệ phí." in [
        line.vi for line in told
    ]
    assert any("thời gian chờ không tính 3 ngày làm việc" in line.vi for line in told)


@pytest.mark.parametrize("said", ["2026-03-01T10:00", "2026-03-20T10:00"])
def test_a_time_of_payment_is_never_before_it_was_asked_for_nor_after_now(
    ctx: CasesContext, clock: Clock, said: str
) -> None:
    ref = accepted(ctx, clock)
    clock.now = at("2026-03-04T10:00")
    act.act(ctx, OFFICER, ref, 0, actions.RequestPayment(("xac_minh",)))
    clock.now = at("2026-03-09T10:00")
    paid = settled(ctx, ref, rfc3339(at(said)), "xac_minh")
    assert paid.clock.due in (date(2026, 3, 16), date(2026, 3, 19))


def test_a_wait_of_minutes_for_a_fee_costs_no_day_and_says_so(ctx: CasesContext, clock: Clock) -> None:
    ref = accepted(ctx, clock)
    clock.now = at("2026-03-04T15:50")
    act.act(ctx, OFFICER, ref, 0, actions.RequestPayment(("xac_minh",)))
    clock.now = at("2026-03-04T16:20")
    paid = settled(ctx, ref, rfc3339(at("2026-03-04T16:10")), "xac_minh")
    assert paid.clock.due == date(2026, 3, 16)
    assert "thời gian chờ không mất ngày làm việc nào" in "\n".join(line.vi for line in get(ctx, LAN, ref).told)


def test_only_fees_that_fall_due_now_can_be_asked_for(ctx: CasesContext, clock: Clock) -> None:
    ref = accepted(ctx, clock)
    with pytest.raises(InvalidInput) as refused:
        act.act(ctx, OFFICER, ref, 0, actions.RequestPayment(("xac_minh", "cap")))
    assert [(field.pointer, field.vi) for field in refused.value.fields] == [
        ("/fees/1", "Chọn một trong: Phí xac_minh.")
    ]


def test_a_result_is_handed_over_only_once_the_fee_due_with_it_is_paid(ctx: CasesContext, clock: Clock) -> None:
    ref = accepted(ctx, clock)
    act.act(ctx, OFFICER, ref, 0, GRANTED)
    with pytest.raises(ReturnFeeUnpaid):
        act.act(ctx, CLERK, ref, 0, actions.Return())
    asked = act.act(ctx, CLERK, ref, 0, actions.RequestPayment()).case
    assert (asked.status, asked.clock.due) == (S.PAYMENT_REQUESTED, date(2026, 3, 16))  # on time is judged at 9
    with pytest.raises(ReturnFeeUnpaid):
        act.act(ctx, CLERK, ref, 0, actions.Return())
    with pytest.raises(AlreadyDecided):
        act.act(ctx, LAN, ref, 0, actions.Withdraw())
    with pytest.raises(AlreadyDecided):
        act.act(ctx, LEADER, ref, 0, actions.Stop("Muộn"))
    paid = pay(ctx, ref, "cap")
    assert (paid.status, paid.fee_state) == (S.PAYMENT_REQUESTED, "paid")
    with pytest.raises(ResultNotIssued):
        act.act(ctx, CLERK, ref, 0, actions.Return())
    with ctx.database.transaction() as conn:
        act.record(ctx, conn, ref, actions.IssuePaper("r", "result", "1/TB-KQ", "file", "00"), "documents")
    assert act.act(ctx, CLERK, ref, 0, actions.Return()).case.status is S.RETURNED


def test_a_supplement_that_costs_restarts_the_clock_when_it_is_paid(ctx: CasesContext, clock: Clock) -> None:
    ref = accepted(ctx, clock)
    act.act(ctx, CLERK, ref, 0, actions.RequestSupplement(("Bản sao",)))
    clock.now = at("2026-03-05T09:00")
    held = resubmit(ctx, LAN, ref, 0, Sent(note="Đã bổ sung")).case
    assert (held.status, held.clock.due) == (S.PAYMENT_REQUESTED, None)
    clock.now = at("2026-03-06T09:00")
    paid = pay(ctx, ref, "bo_sung")
    assert (paid.status, paid.clock.effective, paid.clock.due) == (S.PROCESSING, date(2026, 3, 6), date(2026, 3, 20))
    assert charged(ctx, ref) == [("cases.resubmitted", ["bo_sung"])]


def test_fees_at_several_moments_are_each_waited_for(ctx: CasesContext, clock: Clock) -> None:
    ref = accepted(ctx, clock)
    act.act(ctx, CLERK, ref, 0, actions.RequestSupplement(("Bản sao",)))
    resubmit(ctx, LAN, ref, 0, Sent(note="Đã bổ sung"))
    pay(ctx, ref, "bo_sung")
    act.act(ctx, OFFICER, ref, 0, actions.RequestPayment())
    late = pay(ctx, ref, "bo_sung")  # what was said of the first fee says nothing of the second
    assert (late.status, late.fee_state) == (S.PAYMENT_REQUESTED, "open")
    assert pay(ctx, ref, "bo_sung", "xac_minh").status is S.PROCESSING
    act.act(ctx, OFFICER, ref, 0, GRANTED)
    act.act(ctx, CLERK, ref, 0, actions.RequestPayment())
    assert pay(ctx, ref, "bo_sung", "xac_minh", "cap").fee_state == "paid"


def test_a_case_stopped_while_it_waits_for_a_fee_waits_on_when_it_is_resumed(ctx: CasesContext, clock: Clock) -> None:
    ref = accepted(ctx, clock)
    act.act(ctx, OFFICER, ref, 0, actions.RequestPayment())
    act.act(ctx, LEADER, ref, 0, actions.Stop("Xác minh"))
    assert act.act(ctx, LEADER, ref, 0, actions.Resume()).case.status is S.PAYMENT_REQUESTED
    act.act(ctx, LEADER, ref, 0, actions.Stop("Xác minh"))
    pay(ctx, ref, "xac_minh")
    resumed = act.act(ctx, LEADER, ref, 0, actions.Resume()).case
    assert (resumed.status, resumed.clock.due) == (S.PROCESSING, date(2026, 3, 16))


def test_what_was_handed_back_while_a_case_stood_is_paid_again_before_it_goes_on(
    ctx: CasesContext, clock: Clock
) -> None:
    ref = accepted(ctx, clock)
    act.act(ctx, OFFICER, ref, 0, actions.RequestPayment())
    pay(ctx, ref, "xac_minh")
    act.act(ctx, LEADER, ref, 0, actions.Stop("Xác minh"))
    for _ in range(2):
        with ctx.database.transaction() as conn:
            act.record(ctx, conn, ref, actions.RefundPayment("p", 50_000), "payments")
    back = get(ctx, CLERK, ref).case
    assert (back.fee_state, [fee.state for fee in back.fees]) == ("none", ["later", "refunded", "later"])
    resumed = act.act(ctx, LEADER, ref, 0, actions.Resume()).case
    assert (resumed.status, resumed.fee_state, resumed.clock.due) == (S.PAYMENT_REQUESTED, "open", None)
    paid = pay(ctx, ref, "xac_minh")
    assert (paid.status, paid.clock.due) == (S.PROCESSING, date(2026, 3, 16))


def test_handing_back_what_was_paid_twice_leaves_the_fee_paid(ctx: CasesContext, clock: Clock) -> None:
    ref = accepted(ctx, clock)
    act.act(ctx, OFFICER, ref, 0, actions.RequestPayment())
    paid = pay(ctx, ref, "xac_minh")
    back = payments_events_pb2.PaymentRefunded(case_ref=ref, payment_id="p", amount=50_000, surplus=True)
    with ctx.database.transaction() as conn:
        HANDLERS["payments.refunded"](ctx, conn, Event("payments.refunded", ref, ref, 2, back.SerializeToString()))
    assert get(ctx, CLERK, ref).case.fees == paid.fees
    act.act(ctx, LEADER, ref, 0, actions.Stop("Xác minh"))
    assert act.act(ctx, LEADER, ref, 0, actions.Resume()).case.status is S.PROCESSING


def test_the_money_of_a_case_that_ended_went_back_and_nothing_is_owed(ctx: CasesContext, clock: Clock) -> None:
    ref = accepted(ctx, clock)
    act.act(ctx, OFFICER, ref, 0, actions.RequestPayment())
    pay(ctx, ref, "xac_minh")
    act.act(ctx, LAN, ref, 0, actions.Withdraw())
    with ctx.database.transaction() as conn:
        act.record(ctx, conn, ref, actions.RefundPayment("p", 50_000), "payments")
    ended = get(ctx, CLERK, ref).case
    assert (ended.status, ended.fee_state) == (S.WITHDRAWN, "none")


def test_what_waits_for_its_intake_fee_is_not_returned(ctx: CasesContext, clock: Clock) -> None:
    ref = accepted(ctx, clock)
    act.act(ctx, OFFICER, ref, 0, actions.RequestPayment())
    with pytest.raises(ActionNotAllowed):
        act.act(ctx, CLERK, ref, 0, actions.Return())


@pytest.mark.parametrize("resumed_first", [False, True])
def test_a_fee_paid_before_a_stop_and_heard_of_after_it_counts_from_when_it_was_paid(
    ctx: CasesContext, clock: Clock, resumed_first: bool
) -> None:
    ref = accepted(ctx, clock)
    clock.now = at("2026-03-03T09:00")  # nine working days are left
    act.act(ctx, OFFICER, ref, 0, actions.RequestPayment(("xac_minh",)))
    clock.now = at("2026-03-09T16:30")  # paid on the 4th: three of the nine went by
    act.act(ctx, LEADER, ref, 0, actions.Stop("Xác minh"))
    clock.now = at("2026-03-10T09:00")
    if resumed_first:
        assert act.act(ctx, LEADER, ref, 0, actions.Resume()).case.status is S.PAYMENT_REQUESTED
        clock.now = at("2026-03-10T09:30")
    case = settled(ctx, ref, rfc3339(at("2026-03-04T09:00")), "xac_minh")
    if not resumed_first:
        assert (case.status, case.clock.remaining) == (S.STOPPED, 6)
        case = act.act(ctx, LEADER, ref, 0, actions.Resume()).case
    assert (case.status, case.clock.due) == (S.PROCESSING, date(2026, 3, 17))
    told = [line.vi for line in get(ctx, LAN, ref).told]
    assert "Tạm dừng từ 09:00 thứ Ba 03/03/2026 đến 09:00 thứ Tư 04/03/2026 chờ nộp phí, lệ phí." in told
    assert "Tạm dừng từ 16:30 thứ Hai 09/03/2026 đến 09:00 thứ Ba 10/03/2026 do dừng xử lý hồ sơ." in told
