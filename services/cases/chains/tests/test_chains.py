"""One form for several agencies: parts open in their turn, exactly once, and the whole follows them."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import date

import orjson
import pytest
from onestop.documents.v1 import documents_events_pb2, documents_service_pb2

from services.cases.chains import usecases as chains
from services.cases.chains.domain.errors import HandledByChildren
from services.cases.core import actions
from services.cases.core.context import CasesContext
from services.cases.core.domain.case import Case
from services.cases.core.domain.children import Child
from services.cases.core.domain.errors import CaseNotFound
from services.cases.core.domain.status import CaseStatus as S
from services.cases.core.store import cases as store
from services.cases.core.usecases.act import act
from services.cases.core.usecases.read import get, history
from services.cases.deadlines.usecases.timers import run_timers
from services.cases.events import HANDLERS
from services.cases.filing.usecases.submit import submit
from services.cases.history.usecases import timeline
from services.cases.testing.samples import CLERK, GRANTED, HUNG, LAN, WARD_OFFICER, WARD_POLICE, birth, karaoke, sent
from services.cases.testing.stand_ins import Clock, FilesAtHand
from services.common.context import Caller
from services.common.database import Deadlock
from services.common.errors import InvalidInput
from services.common.events import Event
from services.contracts import audit


@pytest.fixture
def parent(ctx: CasesContext) -> str:
    """A chained case as accepted: its first part is open."""
    ref = submit(ctx, LAN, sent(birth()))[0].ref
    do(ctx, CLERK, ref, actions.Accept())
    return ref


def do(ctx: CasesContext, who: Caller, ref: str, command: actions.Command) -> Case:
    return act(ctx, who, ref, 0, command).case


def case(ctx: CasesContext, ref: str) -> Case:
    with ctx.database.autocommit() as conn:
        return store.read(conn, ref)[0]


def part(ctx: CasesContext, parent: str, code: str) -> Child:
    return next(child for child in case(ctx, parent).children if child.code == code)


def opened(ctx: CasesContext, parent: str) -> set[str]:
    return {child.code for child in case(ctx, parent).children if child.ref}


def hear_result(ctx: CasesContext, ref: str) -> None:
    paper = documents_service_pb2.Paper(
        paper_id=f"{ref}-result", case_ref=ref, form="result", number="7", file_id=f"{ref}-file", sha256=b"\1" * 32
    )
    body = documents_events_pb2.PaperIssued(paper=paper).SerializeToString()
    with ctx.database.transaction() as conn:
        HANDLERS["documents.paper_issued"](ctx, conn, Event("documents.paper_issued", ref, ref, 1, body))


def decide(ctx: CasesContext, who: Caller, ref: str, decision: str = "granted", reason: str = "") -> Case:
    """Takes a part in, decides it and has its result issued."""
    do(ctx, CLERK if who is WARD_OFFICER else who, ref, actions.Accept())
    do(ctx, who, ref, actions.Assign(who.subject))
    decided = do(ctx, who, ref, GRANTED if decision == "granted" else actions.Decide(decision, reason))
    hear_result(ctx, ref)
    return decided


def test_nothing_opens_before_the_whole_is_accepted(ctx: CasesContext) -> None:
    ref = submit(ctx, LAN, sent(birth()))[0].ref
    seen = case(ctx, ref)
    assert [child.code for child in seen.children] == ["khai_sinh", "thuong_tru", "the_bhyt", "the_can_cuoc"]
    assert opened(ctx, ref) == set()


def test_accepting_opens_what_follows_nothing_with_its_own_number_form_and_papers(
    ctx: CasesContext, parent: str
) -> None:
    assert opened(ctx, parent) == {"khai_sinh"}
    first = part(ctx, parent, "khai_sinh")
    with ctx.database.autocommit() as conn:
        child, form = store.read(conn, first.ref)
    assert (child.procedure_code, child.status, child.agency_code) == ("1.001193", S.REGISTERED, "H29.035.00")
    assert child.ref != parent
    assert child.parent is not None
    assert child.parent.ref == parent
    assert orjson.loads(form)["child_name"] == "Trần Bảo An"
    assert "child_residence" not in orjson.loads(form)
    assert [each.paper for each in child.attachments] == ["giay_chung_sinh"]
    assert child.applicant.account == LAN.subject
    assert case(ctx, parent).status is S.PROCESSING


def test_parts_that_need_a_result_wait_until_it_is_issued(ctx: CasesContext, parent: str) -> None:
    ref = part(ctx, parent, "khai_sinh").ref
    do(ctx, CLERK, ref, actions.Accept())
    do(ctx, WARD_OFFICER, ref, actions.Assign("x"))
    do(ctx, WARD_OFFICER, ref, GRANTED)
    assert opened(ctx, parent) == {"khai_sinh"}
    hear_result(ctx, ref)
    assert opened(ctx, parent) == {"khai_sinh", "thuong_tru", "the_bhyt"}
    residence = case(ctx, part(ctx, parent, "thuong_tru").ref)
    assert [(a.paper, a.file_id, a.sha256) for a in residence.attachments] == [
        ("giay_khai_sinh", f"{ref}-file", ("01" * 32))
    ]


def test_a_result_delivered_again_opens_nothing_twice(ctx: CasesContext, parent: str) -> None:
    ref = part(ctx, parent, "khai_sinh").ref
    decide(ctx, WARD_OFFICER, ref)
    before = case(ctx, parent)
    hear_result(ctx, ref)
    assert case(ctx, parent) == before


def test_what_fails_before_the_parts_are_open_undoes_the_decision_too(
    ctx: CasesContext, parent: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    ref = part(ctx, parent, "khai_sinh").ref
    decided = []

    def dies(point: str) -> None:
        decided.append(point)
        raise SystemExit

    do(ctx, CLERK, ref, actions.Accept())
    do(ctx, WARD_OFFICER, ref, actions.Assign("x"))
    do(ctx, WARD_OFFICER, ref, GRANTED)
    before = case(ctx, parent), case(ctx, ref)
    monkeypatch.setattr(chains, "killpoint", dies)
    with pytest.raises(SystemExit):
        hear_result(ctx, ref)
    assert decided == ["chain.before_children"]
    assert (case(ctx, parent), case(ctx, ref)) == before
    monkeypatch.undo()
    hear_result(ctx, ref)
    assert opened(ctx, parent) == {"khai_sinh", "thuong_tru", "the_bhyt"}


def test_the_whole_is_due_when_the_last_part_is(ctx: CasesContext, clock: Clock, parent: str) -> None:
    assert case(ctx, parent).clock.due == date(2026, 3, 5)  # 0 + 2 + 1 working days from Monday
    birth_ref = part(ctx, parent, "khai_sinh").ref
    decide(ctx, WARD_OFFICER, birth_ref)
    clock.forward(days=1)
    residence = part(ctx, parent, "thuong_tru").ref
    do(ctx, WARD_POLICE, residence, actions.Accept())
    seen = case(ctx, parent)
    assert case(ctx, residence).clock.due == date(2026, 3, 5)
    assert seen.clock.due == date(2026, 3, 6)
    lines = "\n".join(line.vi for line in seen.clock.lines)
    assert f"Đăng ký thường trú ({residence}): hạn 05/03/2026." in lines
    assert "3 ngày làm việc (5 khi cần xác minh), tức đến 05/03/2026" in lines


def test_verifying_the_residence_makes_the_whole_later(ctx: CasesContext, parent: str) -> None:
    decide(ctx, WARD_OFFICER, part(ctx, parent, "khai_sinh").ref)
    residence = part(ctx, parent, "thuong_tru").ref
    do(ctx, WARD_POLICE, residence, actions.Accept())
    do(ctx, WARD_POLICE, residence, actions.Verify("Xác minh nơi ở"))
    assert case(ctx, residence).clock.due == date(2026, 3, 6)
    assert case(ctx, parent).clock.due == date(2026, 3, 9)  # five working days in all


def test_a_supplement_asked_for_a_part_shows_on_the_whole_and_is_answered_on_the_part(
    ctx: CasesContext, parent: str
) -> None:
    decide(ctx, WARD_OFFICER, part(ctx, parent, "khai_sinh").ref)
    residence = part(ctx, parent, "thuong_tru").ref
    do(ctx, WARD_POLICE, residence, actions.RequestSupplement(("Giấy tờ chỗ ở",)))
    seen = case(ctx, parent)
    assert (seen.status, seen.clock.due) == (S.SUPPLEMENT_REQUESTED, None)
    with pytest.raises(HandledByChildren, match=residence):
        do(ctx, LAN, parent, actions.Resubmit())
    told = timeline.read(ctx, LAN, parent)
    assert [holder.ref for holder in told.now if holder.applicant_acts] == [residence]
    assert "Yêu cầu bổ sung: Giấy tờ chỗ ở." in [entry.text.vi for entry in told.entries]
    do(ctx, LAN, residence, actions.Resubmit(note="Đã nộp"))
    assert case(ctx, parent).status is S.PROCESSING
    assert case(ctx, parent).clock.due is not None


def test_the_time_for_a_supplement_runs_out_on_the_part_and_stops_the_whole_only_if_nothing_else_goes_on(
    ctx: CasesContext, clock: Clock, parent: str
) -> None:
    first = part(ctx, parent, "khai_sinh").ref
    do(ctx, CLERK, first, actions.RequestSupplement(("Giấy chứng sinh",)))
    clock.forward(days=40)
    run_timers(ctx)
    assert case(ctx, first).status is S.STOPPED
    assert case(ctx, parent).status is S.STOPPED


def test_a_refused_part_undoes_no_other_and_the_whole_says_so(ctx: CasesContext, parent: str) -> None:
    decide(ctx, WARD_OFFICER, part(ctx, parent, "khai_sinh").ref)
    with pytest.raises(CaseNotFound):
        do(ctx, WARD_OFFICER, part(ctx, parent, "thuong_tru").ref, actions.Accept())
    do(ctx, WARD_POLICE, part(ctx, parent, "thuong_tru").ref, actions.Refuse("Không có chỗ ở hợp pháp"))
    do(ctx, LAN, part(ctx, parent, "the_bhyt").ref, actions.Withdraw())
    seen = case(ctx, parent)
    assert (seen.status, seen.decision) == (S.DECIDED, "partly")
    assert opened(ctx, parent) == {"khai_sinh", "thuong_tru", "the_bhyt"}
    assert case(ctx, part(ctx, parent, "khai_sinh").ref).decision == "granted"
    outcomes = seen.reason.split("\n")
    assert outcomes[0].endswith("đã giải quyết, có kết quả.")
    assert outcomes[1].endswith("không được tiếp nhận: Không có chỗ ở hợp pháp.")
    assert outcomes[3] == (
        "Cấp thẻ căn cước cho trẻ em dưới 6 tuổi: không thực hiện vì thủ tục trước đó không được giải quyết."
    )
    hear_result(ctx, parent)
    assert do(ctx, CLERK, parent, actions.Return()).status is S.RETURNED


def test_withdrawing_the_whole_withdraws_what_is_not_decided(ctx: CasesContext, parent: str) -> None:
    first = part(ctx, parent, "khai_sinh").ref
    decide(ctx, WARD_OFFICER, first)
    do(ctx, LAN, parent, actions.Withdraw("Chuyển nơi ở"))
    assert case(ctx, first).decision == "granted"
    assert case(ctx, part(ctx, parent, "thuong_tru").ref).status is S.WITHDRAWN
    assert case(ctx, part(ctx, parent, "the_bhyt").ref).status is S.WITHDRAWN
    seen = case(ctx, parent)
    assert (seen.status, opened(ctx, parent)) == (S.WITHDRAWN, {"khai_sinh", "thuong_tru", "the_bhyt"})
    assert [child.progress.status for child in seen.children if child.progress] == [S.DECIDED, S.WITHDRAWN, S.WITHDRAWN]


def test_a_parent_under_way_is_not_handled_itself(ctx: CasesContext, parent: str) -> None:
    for command in (actions.Assign("x"), GRANTED, actions.Stop("x"), actions.Transfer("x", "y")):
        with pytest.raises(HandledByChildren):
            do(ctx, Caller("l", "L", frozenset({"leader"}), ("H29",)), parent, command)
    assert get(ctx, LAN, parent).allowed_actions == ["withdraw"]


def test_the_citizen_sees_one_story_and_another_agency_only_its_part(ctx: CasesContext, parent: str) -> None:
    decide(ctx, WARD_OFFICER, part(ctx, parent, "khai_sinh").ref)
    residence = part(ctx, parent, "thuong_tru").ref
    do(ctx, WARD_POLICE, residence, actions.Accept())
    told = timeline.read(ctx, LAN, parent)
    assert [entry.at for entry in told.entries] == sorted(entry.at for entry in told.entries)
    assert {entry.ref for entry in told.entries} == {parent} | {c.ref for c in case(ctx, parent).children if c.ref}
    assert [plan.child.code for plan in told.next] == ["the_can_cuoc"]
    assert told.next[0].text.vi == "Bắt đầu khi có kết quả của: Đăng ký khai sinh, Đăng ký thường trú."
    assert {holder.agency_code for holder in told.now} == {"G01.029.35", "G24.029.00"}
    ward = timeline.read(ctx, WARD_OFFICER, parent)
    assert residence not in {entry.ref for entry in ward.entries}
    assert f"Hồ sơ thành phần {residence}: Được tiếp nhận." in [entry.text.vi for entry in ward.entries]
    with pytest.raises(CaseNotFound):
        timeline.read(ctx, WARD_POLICE, parent)
    with pytest.raises(CaseNotFound):
        get(ctx, WARD_OFFICER, residence)


def test_every_history_verifies_and_has_one_entry_a_version(ctx: CasesContext, parent: str) -> None:
    decide(ctx, WARD_OFFICER, part(ctx, parent, "khai_sinh").ref)
    for ref in (parent, *(child.ref for child in case(ctx, parent).children if child.ref)):
        _, entries = history(ctx, LAN, ref)
        exported = [{"seq": seq, "entry": entry.decode(), "hash": head.hex()} for seq, entry, head in entries]
        audit.verify({"ref": ref, "entries": exported, "head": exported[-1]["hash"]})
        assert len(entries) == case(ctx, ref).version


def test_parts_decided_at_the_same_moment_are_both_noted(ctx: CasesContext, parent: str) -> None:
    decide(ctx, WARD_OFFICER, part(ctx, parent, "khai_sinh").ref)
    residence, card = (part(ctx, parent, code).ref for code in ("thuong_tru", "the_bhyt"))
    together = threading.Barrier(3)

    def at_once(who: Caller, ref: str, command: actions.Command) -> None:
        together.wait()
        do(ctx, who, ref, command)

    with ThreadPoolExecutor(3) as people:
        done = [
            people.submit(at_once, WARD_POLICE, residence, actions.Refuse("Thiếu căn cứ")),
            people.submit(at_once, LAN, card, actions.Withdraw()),
        ]
        together.wait()
    assert [each.exception() for each in done] == [None] * 2
    assert (case(ctx, parent).status, case(ctx, parent).decision) == (S.DECIDED, "partly")


def test_whoever_waits_in_a_circle_tries_again(ctx: CasesContext, parent: str) -> None:
    child = part(ctx, parent, "khai_sinh").ref
    holding = threading.Event()

    def against_the_order() -> None:
        with suppress(Deadlock), ctx.database.transaction() as conn:
            store.read(conn, parent, lock=True)
            holding.set()
            deadline = time.monotonic() + 5
            while not conn.exec_driver_sql("SELECT count(*) FROM pg_locks WHERE NOT granted").scalar_one():
                assert time.monotonic() < deadline
                time.sleep(0.01)
            store.read(conn, child, lock=True)

    with ThreadPoolExecutor(1) as other:
        against = other.submit(against_the_order)
        assert holding.wait(5)
        do(ctx, CLERK, child, actions.Accept())
    assert against.exception() is None
    assert part(ctx, parent, "khai_sinh").progress.status is S.ACCEPTED  # type: ignore[union-attr]


def test_a_form_that_a_part_could_not_take_is_refused_with_the_field_of_the_whole(ctx: CasesContext) -> None:
    wrong = birth()
    wrong["form"] = wrong["form"] | {"child_residence": "HCM"}
    with pytest.raises(InvalidInput) as caught:
        submit(ctx, LAN, sent(wrong))
    assert {field.pointer for field in caught.value.fields} == {"/form/child_residence"}


def test_a_second_chain_needs_files_only_and_takes_sixteen_working_days(ctx: CasesContext, files: FilesAtHand) -> None:
    files.owner = HUNG.subject
    ref = submit(ctx, HUNG, sent(karaoke()))[0].ref
    do(ctx, CLERK, ref, actions.Accept())
    seen = case(ctx, ref)
    assert seen.clock.due == date(2026, 3, 24)  # 3 + 3 + 10 working days from Monday 2 March
    assert [(child.days, child.follows) for child in seen.children] == [
        (3, ()),
        (3, ("ho_kinh_doanh",)),
        (10, ("ho_kinh_doanh", "an_ninh_pccc")),
    ]


def test_a_part_charges_its_own_fee_and_holds_the_whole_until_it_is_paid(ctx: CasesContext, files: FilesAtHand) -> None:
    files.owner = HUNG.subject
    ref = submit(ctx, HUNG, sent(karaoke()))[0].ref
    do(ctx, CLERK, ref, actions.Accept())
    business = part(ctx, ref, "ho_kinh_doanh").ref
    assert [fee.amount for fee in case(ctx, business).fees] == [100_000]
    assert case(ctx, ref).fees == ()
    do(ctx, CLERK, business, actions.Accept())
    assert (case(ctx, ref).status, case(ctx, ref).clock.due) == (S.PAYMENT_REQUESTED, None)


def test_nd297_6_4_the_chains_law_closes_a_part_not_completed_where_the_rule_set_closes_nothing(
    ctx: CasesContext, clock: Clock, files: FilesAtHand, monkeypatch: pytest.MonkeyPatch
) -> None:
    files.owner = HUNG.subject
    for rule_set in ctx.catalogue.rules.values():
        monkeypatch.setitem(rule_set.__dict__, "supplement_days", None)
    whole = submit(ctx, HUNG, sent(karaoke()))[0].ref
    do(ctx, CLERK, whole, actions.Accept())
    [first] = [child.ref for child in case(ctx, whole).children if child.ref]
    do(ctx, CLERK, first, actions.RequestSupplement(("Bản sao hợp đồng thuê nhà",)))
    clock.forward(days=20)
    run_timers(ctx)
    assert case(ctx, first).status is S.SUPPLEMENT_REQUESTED
    clock.forward(days=2)
    run_timers(ctx)
    assert case(ctx, first).status is S.STOPPED
