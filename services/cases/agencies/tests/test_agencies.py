"""A part of a chain that an agency outside handles: what it reports and decides, and what people do when it is away."""

from itertools import permutations

import orjson
import pytest
from onestop.cases.v1 import cases_events_pb2
from onestop.exchange.v1 import exchange_events_pb2 as exchange_pb
from sqlalchemy import text

from services.cases.agencies.domain import NotUndelivered
from services.cases.chains.domain.errors import HandledOutside
from services.cases.chains.tests.test_chains import case, decide, do, part
from services.cases.core import actions
from services.cases.core.context import CasesContext
from services.cases.core.domain.errors import CaseNotFound
from services.cases.core.domain.status import CaseStatus as S
from services.cases.core.usecases.read import get
from services.cases.events import HANDLERS
from services.cases.filing.usecases.submit import submit
from services.cases.history.usecases import timeline
from services.cases.testing.samples import CLERK, LAN, LEADER, OFFICER, WARD_OFFICER, birth, sent
from services.common.events import Event


@pytest.fixture
def parent(ctx: CasesContext) -> str:
    """A chained case whose birth is registered, so that the insurance part is on its way."""
    ref = submit(ctx, LAN, sent(birth()))[0].ref
    do(ctx, CLERK, ref, actions.Accept())
    decide(ctx, WARD_OFFICER, part(ctx, ref, "khai_sinh").ref)
    return ref


@pytest.fixture
def card(ctx: CasesContext, parent: str) -> str:
    return part(ctx, parent, "the_bhyt").ref


def events_of(ctx: CasesContext, ref: str) -> list[tuple[str, cases_events_pb2.CaseChanged]]:
    with ctx.database.autocommit() as conn:
        rows = conn.execute(text("SELECT type, data FROM outbox WHERE subject = :ref ORDER BY seq"), {"ref": ref}).all()
    return [(row.type, cases_events_pb2.CaseChanged.FromString(row.data)) for row in rows]


def dispatch_id(ctx: CasesContext, ref: str) -> str:
    return str(case(ctx, ref).case_id)


def reported(ctx: CasesContext, ref: str, code: str) -> None:
    body = exchange_pb.EnvelopeStatusChanged(
        case_ref=ref,
        dispatch_id=dispatch_id(ctx, ref),
        status_code=code,
        description="…",
        at="2026-03-02T09:00:00+07:00",
    )
    hear(ctx, "exchange.status_changed", ref, body.SerializeToString())


def failed(ctx: CasesContext, ref: str) -> None:
    body = exchange_pb.EnvelopeFailed(case_ref=ref, dispatch_id=dispatch_id(ctx, ref), reason="HTTP 503")
    hear(ctx, "exchange.envelope_failed", ref, body.SerializeToString())


def answered(ctx: CasesContext, ref: str, decision: str = "granted", reason: str = "") -> None:
    body = exchange_pb.AnswerReceived(
        case_ref=ref,
        dispatch_id=dispatch_id(ctx, ref),
        subject="Kết quả",
        decision=decision,
        reason=reason,
        result_number="TE1",
        result_file_id="card-file" if decision == "granted" else "",
        result_sha256=b"\2" * 32 if decision == "granted" else b"",
        signed_by="Lý Minh Trí",
    )
    hear(ctx, "exchange.answer_received", ref, body.SerializeToString())


def hear(ctx: CasesContext, event_type: str, ref: str, data: bytes) -> None:
    with ctx.database.transaction() as conn:
        HANDLERS[event_type](ctx, conn, Event(event_type, ref, ref, 1, data))


def test_it_is_ordered_to_be_sent_with_its_form_and_papers_under_a_number_of_the_sender(
    ctx: CasesContext, parent: str, card: str
) -> None:
    ((kind, change),) = events_of(ctx, card)
    order = change.dispatch
    assert (kind, order.dispatch_id) == ("cases.dispatched", dispatch_id(ctx, card))
    assert (order.from_agency, order.to_agency) == ("H29.035.00", "G24.029.00")
    assert orjson.loads(order.case_json)["form"]["child_name"] == "Trần Bảo An"
    (file,) = order.files
    assert (file.paper, file.sha256) == ("giay_khai_sinh", b"\1" * 32)
    assert file.file_id == case(ctx, part(ctx, parent, "khai_sinh").ref).result_file_id
    assert len(order.grant) > 40
    assert card.startswith("H29.035.00-")
    assert case(ctx, card).agency_code == "G24.029.00"


def test_reports_carry_it_through_the_national_statuses_to_the_decision(
    ctx: CasesContext, parent: str, card: str
) -> None:
    seen = []
    for code in ("01", "03", "04", "05"):
        reported(ctx, card, code)
        seen.append(case(ctx, card).status)
    assert seen == [S.REGISTERED, S.ACCEPTED, S.PROCESSING, S.PROCESSING]
    assert case(ctx, card).clock.due is not None
    assert part(ctx, parent, "the_bhyt").progress.due == case(ctx, card).clock.due  # type: ignore[union-attr]
    answered(ctx, card)
    reported(ctx, card, "06")
    decided = case(ctx, card)
    assert (decided.status, decided.decision, decided.decided_by) == (S.DECIDED, "granted", "Lý Minh Trí")
    assert decided.result_file_id == "card-file"
    assert part(ctx, parent, "the_bhyt").granted
    assert do(ctx, CLERK, card, actions.Return()).status is S.RETURNED
    assert not case(ctx, card).slip_due


@pytest.mark.parametrize("order", list(permutations(["01", "03", "06", "answer"])), ids=" ".join)
def test_any_order_of_what_comes_back_ends_the_same(ctx: CasesContext, card: str, order: tuple[str, ...]) -> None:
    for each in [*order, *order]:
        answered(ctx, card) if each == "answer" else reported(ctx, card, each)
    after = case(ctx, card)
    assert (after.status, after.decision, after.dispatch and after.dispatch.status_code) == (S.DECIDED, "granted", "06")


def test_a_refusal_or_denial_there_undoes_nothing_here(ctx: CasesContext, parent: str, card: str) -> None:
    reported(ctx, card, "02")
    assert case(ctx, card).status is S.REFUSED
    assert case(ctx, part(ctx, parent, "khai_sinh").ref).decision == "granted"
    assert case(ctx, parent).status is S.PROCESSING


def test_an_answer_that_says_no_decision_is_noted_and_the_next_one_decides(ctx: CasesContext, card: str) -> None:
    reported(ctx, card, "03")
    answered(ctx, card, decision="")
    after = case(ctx, card)
    assert (after.status, after.dispatch and after.dispatch.status_code) == (S.ACCEPTED, "unclear")
    answered(ctx, card, "denied", "Đã có thẻ")
    assert (case(ctx, card).status, case(ctx, card).reason) == (S.DECIDED, "Đã có thẻ")


def sent_back(ctx: CasesContext, ref: str) -> None:
    body = exchange_pb.AnswerReceived(
        case_ref=ref, dispatch_id=dispatch_id(ctx, ref), subject="Kết quả", refusal="Tệp chứa mã độc"
    )
    hear(ctx, "exchange.answer_received", ref, body.SerializeToString())


@pytest.mark.parametrize("order", list(permutations(["06", "sent back", "answer"])), ids=" ".join)
def test_an_answer_sent_back_decides_nothing_in_whatever_order(
    ctx: CasesContext, card: str, order: tuple[str, ...]
) -> None:
    happens = {
        "06": lambda: reported(ctx, card, "06"),
        "sent back": lambda: sent_back(ctx, card),
        "answer": lambda: answered(ctx, card),
    }
    reported(ctx, card, "03")
    for each in order:
        happens[each]()
    after = case(ctx, card)
    assert (after.status, after.decision, after.dispatch and after.dispatch.status_code) == (S.DECIDED, "granted", "06")


def test_an_answer_sent_back_leaves_the_case_where_it_was_and_shows_why(ctx: CasesContext, card: str) -> None:
    reported(ctx, card, "03")
    reported(ctx, card, "06")
    sent_back(ctx, card)
    after = case(ctx, card)
    assert after.dispatch is not None
    assert (after.status, after.decision, after.result_file_id) == (S.ACCEPTED, "", "")
    assert (after.dispatch.status_code, after.dispatch.description) == ("sent-back", "Tệp chứa mã độc")
    assert "Cơ quan giải quyết báo: đã trả lời nhưng tệp kết quả không nhận được nên đã trả lại." in [
        entry.text.vi for entry in timeline.read(ctx, WARD_OFFICER, card).entries
    ]


def test_nobody_here_handles_it_but_who_sent_it_sees_it(ctx: CasesContext, card: str) -> None:
    with pytest.raises(HandledOutside):
        do(ctx, CLERK, card, actions.Accept())
    with pytest.raises(CaseNotFound):
        get(ctx, OFFICER, card)
    assert get(ctx, WARD_OFFICER, card).allowed_actions == []
    assert get(ctx, LAN, card).allowed_actions == ["withdraw"]


def test_what_could_not_be_delivered_is_seen_on_the_whole_and_sent_again_by_a_person(
    ctx: CasesContext, parent: str, card: str
) -> None:
    with pytest.raises(NotUndelivered):
        do(ctx, WARD_OFFICER, card, actions.Resend())
    failed(ctx, card)
    progress = part(ctx, parent, "the_bhyt").progress
    assert progress is not None
    assert progress.undelivered
    assert "Cơ quan giải quyết báo: gói tin không gửi được." in [
        entry.text.vi for entry in timeline.read(ctx, WARD_OFFICER, parent).entries
    ]
    assert get(ctx, WARD_OFFICER, card).allowed_actions == ["resend", "call-off"]
    do(ctx, WARD_OFFICER, card, actions.Resend("Đã báo cơ quan bảo hiểm"))
    kind, change = events_of(ctx, card)[-1]
    assert (kind, change.dispatch.dispatch_id) == ("cases.resent", dispatch_id(ctx, card))
    assert not part(ctx, parent, "the_bhyt").progress.undelivered  # type: ignore[union-attr]
    answered(ctx, card)
    assert case(ctx, card).decision == "granted"


def test_what_cannot_be_delivered_may_be_called_off_and_the_whole_goes_on(
    ctx: CasesContext, parent: str, card: str
) -> None:
    failed(ctx, card)
    do(ctx, LEADER, card, actions.CallOff("Cơ quan bảo hiểm ngừng nhận"))
    assert case(ctx, card).status is S.REFUSED
    assert "không được tiếp nhận: Cơ quan bảo hiểm ngừng nhận" in "\n".join(
        line.vi for line in case(ctx, parent).clock.lines
    )


def test_what_comes_back_after_it_was_withdrawn_changes_no_status(ctx: CasesContext, parent: str, card: str) -> None:
    do(ctx, LAN, parent, actions.Withdraw())
    reported(ctx, card, "05")
    answered(ctx, card)
    assert (case(ctx, card).status, case(ctx, card).decision) == (S.WITHDRAWN, "")


def test_a_report_about_a_case_never_sent_is_refused(ctx: CasesContext, parent: str) -> None:
    with pytest.raises(CaseNotFound):
        reported(ctx, parent, "01")
