"""The control slip tells the whole way of a case; a paper issued again replaces the one before."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import orjson
import pytest
from onestop.cases.v1 import cases_events_pb2 as pb
from onestop.documents.v1 import documents_events_pb2, documents_service_pb2
from onestop.exchange.v1 import exchange_events_pb2

from services.cases.core import actions
from services.cases.core.context import CasesContext
from services.cases.core.domain.errors import RoleNotAllowed, VersionConflict
from services.cases.core.usecases.act import act, record
from services.cases.core.usecases.read import get
from services.cases.core.usecases.upkeep import prepare_years
from services.cases.deadlines.usecases.timers import run_timers
from services.cases.events import HANDLERS
from services.cases.filing.usecases.submit import submit
from services.cases.papers.domain.errors import NoPaperIssued, PaperReplaced
from services.cases.papers.domain.slip import NOTE_LENGTH
from services.cases.papers.usecases import order_control_slip
from services.cases.procedures.folder import load_catalogue
from services.cases.supplements.usecases import Sent, resubmit
from services.cases.testing.samples import (
    CLERK,
    GRANTED,
    HUNG,
    LAN,
    LEADER,
    OFFICER,
    WARD_OFFICER,
    birth_2026,
    criminal_record,
    household_business,
    sent,
)
from services.cases.testing.stand_ins import Clock
from services.common import limits
from services.common.errors import InvalidInput
from services.common.events import Event

RECORDS = "Cục Hồ sơ nghiệp vụ, Bộ Công an"


def orders(ctx: CasesContext, ref: str, form: str) -> list[pb.PaperOrder]:
    with ctx.database.autocommit() as conn:
        rows = conn.exec_driver_sql("SELECT data FROM outbox WHERE subject = %s ORDER BY aggregate_version", (ref,))
        changes = [pb.CaseChanged.FromString(bytes(data)) for (data,) in rows]
    return [each.paper for each in changes if each.HasField("paper") and each.paper.form == form]


def test_form_01_names_whoever_took_the_case_in_though_a_payment_or_an_answer_brought_it_about(
    ctx: CasesContext,
) -> None:
    paid = submit(ctx, LAN, sent(criminal_record()))[0].ref
    act(ctx, CLERK, paid, 0, actions.Accept())
    with ctx.database.transaction() as conn:
        record(ctx, conn, paid, actions.SettlePayment("p-1", 200_000, "vnpay", "1"), "payments")
    act(ctx, OFFICER, paid, 0, actions.RequestSupplement(("Bản sao",), "Thiếu"))
    resubmit(ctx, LAN, paid, 0, Sent(note="Đã gửi"))
    by_payment, by_answer = orders(ctx, paid, "01")
    for order in (by_payment, by_answer):
        shown = orjson.loads(order.data_json)
        assert (shown["signer_name"], shown["signer"]["name"]) == (CLERK.name, CLERK.name)


def hear(ctx: CasesContext, event_type: str, ref: str, data: bytes = b"") -> None:
    with ctx.database.transaction() as conn:
        HANDLERS[event_type](ctx, conn, Event(event_type, ref, ref, 1, data))


def issue(ctx: CasesContext, ref: str, order: pb.PaperOrder, file_id: str = "file") -> None:
    paper = documents_service_pb2.Paper(
        paper_id=order.paper_id, case_ref=ref, form=order.form or "result", number="7/TB-KQ", file_id=file_id
    )
    hear(ctx, "documents.paper_issued", ref, documents_events_pb2.PaperIssued(paper=paper).SerializeToString())


def licensed_shop(ctx: CasesContext, clock: Clock) -> str:
    """A household business: filed Monday 2 March at 09:00, checked for three of two days, approved on the last."""
    ref = submit(ctx, HUNG, sent(household_business()))[0].ref
    act(ctx, CLERK, ref, 0, actions.Accept())
    with ctx.database.transaction() as conn:
        record(ctx, conn, ref, actions.SettlePayment("p-1", 100_000, "cash", "BL-1"), "payments")
    act(ctx, LEADER, ref, 0, actions.Assign(WARD_OFFICER.subject, "Ưu tiên"))
    clock.forward(days=3)
    act(ctx, WARD_OFFICER, ref, 0, actions.Forward("Tên không trùng", "granted"))
    act(ctx, LEADER, ref, 0, GRANTED)
    [result] = orders(ctx, ref, "result")
    issue(ctx, ref, result)
    act(ctx, CLERK, ref, 0, actions.Return("Trao tại quầy"))
    return ref


def test_a_returned_case_has_its_slip_ordered_with_every_handover(ctx: CasesContext, clock: Clock) -> None:
    ref = licensed_shop(ctx, clock)
    assert orders(ctx, ref, "06") == []
    run_timers(ctx)
    assert orders(ctx, ref, "06") == []
    clock.now += limits.CONTROL_SLIP_AFTER
    run_timers(ctx)
    run_timers(ctx)
    [order] = orders(ctx, ref, "06")
    data = orjson.loads(order.data_json)
    counter, division = "Trung tâm Phục vụ hành chính công phường", "Phòng Kinh tế, Hạ tầng và Đô thị"
    leaders = "Lãnh đạo Ủy ban nhân dân phường"
    rows = [
        (row["from_unit"], row["to_unit"], row["giver"], row["taker"], row["result"], row["note"])
        for row in data["rows"]
    ]
    assert rows == [
        ("Người nộp hồ sơ", counter, "Trần Văn Hùng", "Phạm Thị Mai", "", "Nộp hồ sơ"),
        (counter, division, "Phạm Thị Mai", "Võ Thành Công", "", "Đã nộp phí, lệ phí"),
        (division, division, "Võ Thành Công", "Đặng Thị Hạnh", "", "Phân công: Ưu tiên"),
        (division, leaders, "Đặng Thị Hạnh", "Võ Thành Công", "late", "Chuyển bước: Tên không trùng"),
        (leaders, counter, "Võ Thành Công", "Phạm Thị Mai", "on_time", "Giải quyết xong"),
        (counter, "Người nộp hồ sơ", "Phạm Thị Mai", "Trần Văn Hùng", "", "Trả kết quả: Trao tại quầy"),
    ]
    assert data["rows"][3]["at"] == "2026-03-05T02:00:00+00:00"
    assert (data["due_date"], data["due_time"], order.family) == ("2026-03-05", "17:00", "tt03-2025")


def test_form_06_names_an_agency_asked_as_the_document_axis_does_and_shows_its_answer(ctx: CasesContext) -> None:
    ref = submit(ctx, LAN, sent(criminal_record(form=criminal_record()["form"] | {"fee_group": "exempt"})))[0].ref
    act(ctx, CLERK, ref, 0, actions.Accept())
    act(ctx, OFFICER, ref, 0, actions.Assign(OFFICER.subject))
    act(ctx, OFFICER, ref, 0, actions.Consult("c-1", "G01.001.00", "Hỏi", "Nội dung"))
    with ctx.database.transaction() as conn:
        answer = actions.ReceiveAnswer("c-1", "G01.001.00", "m-1", "Trả lời", "Không có án tích", RECORDS)
        record(ctx, conn, ref, answer, "exchange")
    act(ctx, OFFICER, ref, 0, actions.Stop("Chờ " + "xác minh " * 40))
    order_control_slip(ctx, OFFICER, ref, 0)
    data = orjson.loads(orders(ctx, ref, "06")[0].data_json)
    asked, answered, stopped = data["rows"][-3:]
    assert data["partners"] == [RECORDS]
    assert (asked["to_unit"], asked["giver"], asked["note"]) == (RECORDS, OFFICER.name, "Lấy ý kiến")
    assert (answered["from_unit"], answered["taker"]) == (RECORDS, OFFICER.name)
    assert asked["taker"] == answered["giver"] == "Qua trục liên thông văn bản"
    assert stopped["note"].startswith("Dừng giải quyết: Chờ xác minh")
    assert len(stopped["note"]) == NOTE_LENGTH


def test_form_06_names_an_agency_by_its_first_report_even_when_a_newer_one_was_heard_before(ctx: CasesContext) -> None:
    ref = submit(ctx, LAN, sent(criminal_record(form=criminal_record()["form"] | {"fee_group": "exempt"})))[0].ref
    act(ctx, CLERK, ref, 0, actions.Accept())
    act(ctx, OFFICER, ref, 0, actions.Assign(OFFICER.subject))
    act(ctx, OFFICER, ref, 0, actions.Consult("c-1", "G01.001.00", "Hỏi", "Nội dung"))
    order_control_slip(ctx, OFFICER, ref, 0)
    reports = [("03", "2026-03-02T10:00:00+07:00", ""), ("01", "2026-03-02T09:30:00+07:00", RECORDS)]
    for code, at, name in reports:  # the first is of a version that names nobody
        body = exchange_events_pb2.EnvelopeStatusChanged(
            case_ref=ref, consultation_id="c-1", agency_code="G01.001.00", status_code=code, at=at, agency_name=name
        )
        hear(ctx, "exchange.status_changed", ref, body.SerializeToString())
    [asked] = get(ctx, OFFICER, ref).case.consultations
    assert (asked.status_code, asked.agency) == ("03", RECORDS)
    order_control_slip(ctx, OFFICER, ref, 0)
    unheard, heard = (orjson.loads(order.data_json) for order in orders(ctx, ref, "06"))
    assert (unheard["partners"], unheard["rows"][-1]["to_unit"]) == (["G01.001.00"], "Cơ quan G01.001.00")
    assert (heard["partners"], heard["rows"][-1]["to_unit"]) == ([RECORDS], RECORDS)


def test_tt03_2025_form_06_names_who_gave_and_who_took_a_case_that_stopped_and_went_on(ctx: CasesContext) -> None:
    ref = submit(ctx, LAN, sent(criminal_record(form=criminal_record()["form"] | {"fee_group": "exempt"})))[0].ref
    act(ctx, CLERK, ref, 0, actions.Accept())
    act(ctx, OFFICER, ref, 0, actions.Assign(OFFICER.subject))
    act(ctx, OFFICER, ref, 0, actions.Stop("Chờ xác minh"))
    act(ctx, LEADER, ref, 0, actions.Resume("Đã xác minh"))
    order_control_slip(ctx, OFFICER, ref, 0)
    stopped, resumed = orjson.loads(orders(ctx, ref, "06")[0].data_json)["rows"][-2:]
    division = "Phòng Hồ sơ"
    assert [stopped[name] for name in ("from_unit", "to_unit", "giver", "taker", "note")] == [
        division, division, OFFICER.name, OFFICER.name, "Dừng giải quyết: Chờ xác minh",
    ]  # fmt: skip
    assert [resumed[name] for name in ("from_unit", "to_unit", "giver", "taker", "note")] == [
        division, division, LEADER.name, LEADER.name, "Tiếp tục giải quyết: Đã xác minh",
    ]  # fmt: skip


def test_tt03_2025_form_06_tells_the_apology_and_is_late_against_the_day_first_named(
    ctx: CasesContext, clock: Clock
) -> None:
    """Accepted Monday 2 March with three days: due Thursday 5 March, put off on the 5th to Monday 9 March."""
    ref = submit(ctx, HUNG, sent(household_business()))[0].ref
    act(ctx, CLERK, ref, 0, actions.Accept())
    with ctx.database.transaction() as conn:
        record(ctx, conn, ref, actions.SettlePayment("p-1", 100_000, "cash", "BL-1"), "payments")
    clock.forward(days=3)
    act(ctx, LEADER, ref, 0, actions.Postpone("Chờ cơ quan thuế trả lời", date(2026, 3, 9)))
    act(ctx, LEADER, ref, 0, actions.Assign(WARD_OFFICER.subject))
    clock.forward(days=4)
    act(ctx, WARD_OFFICER, ref, 0, actions.Forward("Tên không trùng", "granted"))
    act(ctx, LEADER, ref, 0, GRANTED)
    order_control_slip(ctx, CLERK, ref, 0)
    data = orjson.loads(orders(ctx, ref, "06")[0].data_json)
    [apology] = [row for row in data["rows"] if row["note"].startswith("Xin lỗi")]
    assert apology["note"] == "Xin lỗi, hẹn lại ngày 09/03/2026: Chờ cơ quan thuế trả lời"
    assert apology["taker"] == LEADER.name
    assert (data["old_due_date"], data["due_date"]) == ("2026-03-05", "2026-03-09")
    [decided] = [row for row in data["rows"] if row["note"] == "Giải quyết xong"]
    assert decided["result"] == "late"


@pytest.mark.parametrize(("minutes", "late"), [(-10, False), (10, True)])
def test_an_apology_for_a_term_in_hours_says_when_it_ended_and_whether_that_has_passed(
    ctx: CasesContext, clock: Clock, minutes: int, late: bool
) -> None:
    """A birth accepted at 10:00 of Monday 7 September 2026 is due at 10:00 of Tuesday (NĐ 301/2026)."""
    clock.now = datetime(2026, 9, 7, 3, tzinfo=UTC)
    older = birth_2026()
    form = {name: older["form"][name] for name in older["form"] if name in _BIRTH_ALONE}
    ref = submit(ctx, LAN, sent(older | {"procedure": "1.001193", "form": form}))[0].ref
    due = act(ctx, CLERK, ref, 0, actions.Accept()).case.clock.due_at
    assert due == datetime(2026, 9, 8, 3, tzinfo=UTC)
    clock.now = due + timedelta(minutes=minutes)
    act(ctx, LEADER, ref, 0, actions.Postpone("Chờ xác minh", date(2026, 9, 9)))
    data = orjson.loads(orders(ctx, ref, "04")[0].data_json)
    assert (data["late"], data["old_due_date"], data["old_due_time"]) == (late, "2026-09-08", "10:00")
    assert (data["due_date"], data["due_time"]) == ("2026-09-09", "17:00")
    clock.now = due + timedelta(minutes=20)
    act(ctx, LEADER, ref, 0, actions.Assign(WARD_OFFICER.subject))
    act(ctx, WARD_OFFICER, ref, 0, actions.Decide("denied", "Trùng hồ sơ"))
    order_control_slip(ctx, CLERK, ref, 0)
    rows = orjson.loads(orders(ctx, ref, "06")[0].data_json)["rows"]
    assert [row["result"] for row in rows if row["note"].startswith("Giải quyết xong")] == ["late"]


_BIRTH_ALONE = frozenset(
    {"requester_name", "requester_personal_number", "relation", "child_name", "child_birth_date", "child_sex"}
    | {"birth_place", "mother_personal_number", "child_ethnicity", "child_nationality", "place_of_origin"}
)


def test_the_slip_asked_for_again_replaces_the_one_before_and_leaves_every_version_seen_good(
    ctx: CasesContext, clock: Clock
) -> None:
    ref = submit(ctx, HUNG, sent(household_business()))[0].ref
    seen = act(ctx, CLERK, ref, 0, actions.Accept()).case.version
    order_control_slip(ctx, CLERK, ref, seen)
    order_control_slip(ctx, LEADER, ref, seen)
    first, second = orders(ctx, ref, "06")
    assert (first.replaces_paper_id, second.replaces_paper_id) == ("", first.paper_id)
    assert len(orjson.loads(second.data_json)["rows"]) == 1
    with pytest.raises(VersionConflict):
        order_control_slip(ctx, CLERK, ref, seen - 1)
    with pytest.raises(RoleNotAllowed):
        order_control_slip(ctx, HUNG, ref, 0)


def test_a_case_filed_under_the_law_of_2018_orders_papers_of_its_family(
    ctx: CasesContext, clock: Clock, catalogue_copy: Path
) -> None:
    now = (catalogue_copy / "2.000488.yaml").read_text(encoding="utf-8")
    before = now.replace("effective_from: 2025-07-01", "effective_from: 2018-07-01\neffective_to: 2025-06-30", 1)
    (catalogue_copy / "2.000488-2018.yaml").write_text(before, encoding="utf-8")
    agencies = (catalogue_copy / "agencies.yaml").read_text(encoding="utf-8")
    coded = agencies.replace("- code: G01.029.00", "- code: G01.029.00\n  code_2016: 000.29.00.G01", 1)
    (catalogue_copy / "agencies.yaml").write_text(coded, encoding="utf-8")
    ctx = replace(ctx, catalogue=load_catalogue(catalogue_copy))
    clock.now = datetime(2025, 6, 30, 2, 0, tzinfo=UTC)
    prepare_years(ctx)
    ref = submit(ctx, LAN, sent(criminal_record(form=criminal_record()["form"] | {"fee_group": "exempt"})))[0].ref
    clock.forward(days=1)
    act(ctx, CLERK, ref, 0, actions.Accept())
    order_control_slip(ctx, CLERK, ref, 0)
    [receipt], [slip] = orders(ctx, ref, "01"), orders(ctx, ref, "06")
    assert (receipt.family, slip.family) == ("tt01-2018", "tt01-2018")


def test_a_reissued_result_replaces_the_first_once_and_stands_when_it_is_issued(
    ctx: CasesContext, clock: Clock
) -> None:
    ref = licensed_shop(ctx, clock)
    [first] = orders(ctx, ref, "result")
    asked = actions.ReissuePaper("Sai số nhà trong địa chỉ kinh doanh", first.paper_id)
    case = act(ctx, LEADER, ref, 0, asked).case
    [again] = orders(ctx, ref, "")
    assert (again.replaces_paper_id, again.reissue_reason) == (first.paper_id, "Sai số nhà trong địa chỉ kinh doanh")
    assert set(orjson.loads(again.data_json)) == {"issued_date", "signer_name", "history_head"}
    assert (case.newest_papers["result"], case.result_file_id) == (again.paper_id, "file")
    issue(ctx, ref, again, "file-2")
    assert get(ctx, CLERK, ref).case.result_file_id == "file-2"
    with pytest.raises(PaperReplaced):
        act(ctx, LEADER, ref, 0, asked)
    act(ctx, CLERK, ref, 0, actions.ReissuePaper("Vẫn sai", again.paper_id))


def test_a_receipt_issued_again_is_signed_by_whoever_issues_it_and_not_by_whoever_did_before(
    ctx: CasesContext, clock: Clock
) -> None:
    ref = licensed_shop(ctx, clock)
    [receipt] = orders(ctx, ref, "01")
    issue(ctx, ref, receipt, "file-01")
    colleague = replace(CLERK, subject="clerk-2", name="Đỗ Văn Khoa")
    act(ctx, colleague, ref, 0, actions.ReissuePaper("Sai số điện thoại", receipt.paper_id))
    data = orjson.loads(orders(ctx, ref, "")[-1].data_json)
    assert (orjson.loads(receipt.data_json)["signer"]["name"], data["signer"]["name"]) == (CLERK.name, "Đỗ Văn Khoa")


def test_only_a_paper_of_the_case_is_reissued_for_a_reason_by_clerk_or_leader(ctx: CasesContext, clock: Clock) -> None:
    ref = submit(ctx, HUNG, sent(household_business()))[0].ref
    with pytest.raises(NoPaperIssued):
        act(ctx, CLERK, ref, 0, actions.ReissuePaper("Sai tên", "p"))
    with pytest.raises(InvalidInput):
        actions.ReissuePaper(" ", "p")
    ref = licensed_shop(ctx, clock)
    assert "reissue-paper" in get(ctx, CLERK, ref).allowed_actions
    with pytest.raises(InvalidInput) as wrong:
        act(ctx, CLERK, ref, 0, actions.ReissuePaper("Sai tên", "p"))
    assert [field.pointer for field in wrong.value.fields] == ["/paper_id"]
    with pytest.raises(RoleNotAllowed):
        act(ctx, WARD_OFFICER, ref, 0, actions.ReissuePaper("Sai tên", orders(ctx, ref, "result")[0].paper_id))
