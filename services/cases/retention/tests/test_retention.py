"""What a case holds goes when its time is over, never under a legal hold, and the chain still verifies."""

from dataclasses import replace
from datetime import timedelta

import orjson
import pytest
from onestop.cases.v1 import cases_events_pb2
from pydantic import ValidationError

from services.cases.core import actions
from services.cases.core.context import CasesContext
from services.cases.core.domain.case_parts import Actor
from services.cases.core.domain.errors import CaseDisposed, RoleNotAllowed
from services.cases.core.domain.procedure_parts import Retention
from services.cases.core.usecases.act import act
from services.cases.core.usecases.read import get, history
from services.cases.deadlines.domain.timers import next_timer
from services.cases.deadlines.usecases.timers import run_timers
from services.cases.filing.usecases.submit import submit
from services.cases.handling.tests.test_returning import ON_PAPER, SISTER, decided
from services.cases.history.usecases.replay import every
from services.cases.retention.domain import AlreadyHeld, Dispose, DisposeResult, NotHeld, results_kept
from services.cases.testing.samples import CLERK, LAN, LEADER, OFFICER, licence_exchange, sent
from services.cases.testing.stand_ins import Clock
from services.common.errors import InvalidInput
from services.contracts import audit

YEARS = 20


@pytest.fixture
def ref(ctx: CasesContext) -> str:
    """A case that was refused at intake, at the moment of the office's clock."""
    application = licence_exchange()
    application["applicant"]["address"] = "12 Lê Lợi"
    filed, _ = submit(ctx, LAN, sent(application))
    act(ctx, CLERK, filed.ref, 0, actions.Refuse("Không đủ điều kiện"))
    return filed.ref


def later(ctx: CasesContext, clock: Clock, years: int) -> None:
    clock.now = clock.now.replace(year=clock.now.year + years)
    run_timers(ctx)


def evidence(ctx: CasesContext, ref: str) -> list[bytes]:
    statement = "SELECT content FROM applications a JOIN cases c USING (case_id, filed_year) WHERE c.ref = %s"
    with ctx.database.autocommit() as conn:
        return [bytes(row.content) for row in conn.exec_driver_sql(statement, (ref,))]


def disposed(ctx: CasesContext, ref: str) -> list[cases_events_pb2.CaseChanged]:
    statement = "SELECT data FROM outbox WHERE subject = %s AND type = 'cases.disposed'"
    with ctx.database.autocommit() as conn:
        rows = conn.exec_driver_sql(statement, (ref,)).all()
    return [cases_events_pb2.CaseChanged.FromString(bytes(row.data)) for row in rows]


def test_form_and_uploads_go_once_when_the_period_is_over_and_not_a_day_before(
    ctx: CasesContext, clock: Clock, ref: str
) -> None:
    clock.forward(days=-1)
    later(ctx, clock, YEARS)
    assert get(ctx, LAN, ref).case.disposed_at is None
    clock.forward(days=1)
    run_timers(ctx)
    run_timers(ctx)
    seen = get(ctx, LAN, ref)
    assert (seen.form, evidence(ctx, ref)) == ("{}", [b""])
    applicant = seen.case.applicant
    assert (applicant.full_name, applicant.identifier) == ("Nguyễn Thị Lan", "079301000019")
    assert (applicant.address, applicant.phone, applicant.email) == ("", "", "")
    assert [list(event.file_ids) for event in disposed(ctx, ref)] == [["file-1"]]


def test_the_scan_of_an_authorisation_to_receive_goes_with_the_case(ctx: CasesContext, clock: Clock) -> None:
    returned = decided(ctx, handed_in=ON_PAPER)
    act(ctx, CLERK, returned, 0, actions.Return(receiver=SISTER))
    later(ctx, clock, YEARS)
    clock.forward(days=1)
    run_timers(ctx)
    assert [list(event.file_ids) for event in disposed(ctx, returned)] == [[SISTER.authorisation_file]]


def test_a_case_disposed_of_is_still_what_its_history_says(ctx: CasesContext, clock: Clock, ref: str) -> None:
    later(ctx, clock, YEARS)
    with ctx.database.autocommit() as conn:
        assert {each: mismatch for each, mismatch in every(conn) if each == ref} == {ref: None}


def test_the_history_of_a_case_disposed_of_still_verifies_and_keeps_the_digests(
    ctx: CasesContext, clock: Clock, ref: str
) -> None:
    later(ctx, clock, YEARS)
    number, entries = history(ctx, LAN, ref)
    exported = [{"seq": seq, "entry": entry.decode(), "hash": hashed.hex()} for seq, entry, hashed in entries]
    head = entries[-1][2].hex()
    assert audit.verify({"ref": number, "entries": exported, "head": head}).entries == 3
    assert orjson.loads(entries[0][1])["data"]["attachments"][0]["sha256"] == "00" * 32
    assert orjson.loads(entries[-1][1])["data"] == {"years": YEARS}


def test_a_legal_hold_keeps_everything_until_it_is_lifted(ctx: CasesContext, clock: Clock, ref: str) -> None:
    held = act(ctx, LEADER, ref, 0, actions.Hold("Đang có khiếu nại"))
    assert held.case.legal_hold == "Đang có khiếu nại"
    later(ctx, clock, YEARS + 5)
    assert get(ctx, LAN, ref).form != "{}"
    act(ctx, LEADER, ref, 0, actions.LiftHold("Khiếu nại đã giải quyết xong"))
    run_timers(ctx)
    assert get(ctx, LAN, ref).case.disposed_at == clock.now
    recorded = [orjson.loads(entry)["action"] for _, entry, _ in history(ctx, LAN, ref)[1]]
    assert recorded[-3:] == ["hold", "lift_hold", "dispose"]


def test_a_hold_is_a_leaders_with_a_reason_set_once_and_lifted_once(ctx: CasesContext, ref: str) -> None:
    for who in (CLERK, OFFICER):
        with pytest.raises(RoleNotAllowed):
            act(ctx, who, ref, 0, actions.Hold("Khiếu nại"))
    with pytest.raises(InvalidInput):
        actions.Hold(" ")
    with pytest.raises(NotHeld):
        act(ctx, LEADER, ref, 0, actions.LiftHold("Xong"))
    act(ctx, LEADER, ref, 0, actions.Hold("Khiếu nại"))
    with pytest.raises(AlreadyHeld):
        act(ctx, LEADER, ref, 0, actions.Hold("Thanh tra"))


def test_nothing_can_be_done_with_a_case_disposed_of(ctx: CasesContext, clock: Clock, ref: str) -> None:
    later(ctx, clock, YEARS)
    assert get(ctx, LEADER, ref).allowed_actions == []
    with pytest.raises(CaseDisposed):
        act(ctx, LEADER, ref, 0, actions.Hold("Muộn rồi"))


def test_an_open_case_is_kept_however_long_it_takes(ctx: CasesContext, clock: Clock) -> None:
    filed, _ = submit(ctx, LAN, sent(licence_exchange()))
    clock.now += timedelta(days=366 * (YEARS + 1))
    run_timers(ctx)
    assert get(ctx, LAN, filed.ref).form != "{}"


def test_nd23_2015_each_kind_of_document_has_its_own_time_and_books_are_permanent(ctx: CasesContext) -> None:
    procedure = ctx.catalogue.find("3.000347", ctx.today())
    assert (procedure.file_years, procedure.result_years, procedure.retention.book) == (YEARS, None, "permanent")
    short = Retention.model_validate({"file": 2, "result": 20})
    certification = procedure.model_copy(update={"retention": short})
    assert (certification.file_years, certification.result_years) == (2, 20)
    for_good = procedure.model_copy(update={"retention": Retention.model_validate({"file": "permanent"})})
    assert for_good.file_years is None
    for wrong in (0, -1, "forever"):
        with pytest.raises(ValidationError):
            Retention.model_validate({"book": wrong})


def test_file_and_result_go_each_in_its_time_and_never_under_a_hold(ctx: CasesContext, ref: str) -> None:
    case = replace(get(ctx, LAN, ref).case, result_file_id="result-1")
    rules = ctx.rules_of(case)
    kept = Retention.model_validate({"file": 2, "result": 5})
    rules.procedure = rules.procedure.model_copy(update={"retention": kept})
    first = next_timer(case, rules)
    assert first is not None
    assert isinstance(first.command, Dispose)
    assert (first.command.years, first.at.year) == (2, case.since.year + 2)
    then = next_timer(replace(case, disposed_at=first.at), rules)
    assert then is not None
    assert isinstance(then.command, DisposeResult)
    assert (then.command.years, then.at.year) == (5, case.since.year + 5)
    gone = then.command.apply_to(case, Actor("cases", "cases", "system"), then.at, rules)
    assert (gone.result_disposed_at, gone.result_file_id) == (then.at, "result-1")
    assert next_timer(replace(gone, disposed_at=first.at), rules) is None
    assert next_timer(replace(case, legal_hold="Khiếu nại"), rules) is None


def test_a_result_that_goes_names_its_files_and_those_that_were_wrong(ctx: CasesContext, ref: str) -> None:
    case = replace(get(ctx, LAN, ref).case, result_file_id="result-1")
    assert results_kept(case) == ("result-1",)
