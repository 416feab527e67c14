"""Form 01 lists what was handed in, where the result goes, and when the case was complete."""

from typing import Any

import orjson
import pytest
from onestop.cases.v1 import cases_events_pb2 as pb

from services.cases.core import actions
from services.cases.core.context import CasesContext
from services.cases.core.usecases.act import act, record
from services.cases.filing.usecases.submit import submit
from services.cases.testing.samples import CLERK, criminal_record, licence_exchange, sent
from services.cases.testing.stand_ins import Clock, FilesAtHand


def receipt(ctx: CasesContext, ref: str) -> dict[str, Any]:
    """The facts of the receipt a case ordered."""
    with ctx.database.autocommit() as conn:
        rows = conn.exec_driver_sql("SELECT data FROM outbox WHERE subject = %s ORDER BY aggregate_version", (ref,))
        papers = [pb.CaseChanged.FromString(bytes(data)).paper for (data,) in rows]
    [facts] = [orjson.loads(paper.data_json) for paper in papers if paper.form == "01"]
    return dict(facts)


def free(**changes: Any) -> dict[str, Any]:
    application = criminal_record(**changes)
    return application | {"form": application["form"] | {"fee_group": "exempt"}}


def taken_in(ctx: CasesContext, application: dict[str, Any]) -> dict[str, Any]:
    ref = submit(ctx, CLERK, sent(application))[0].ref
    act(ctx, CLERK, ref, 0, actions.Accept())
    return receipt(ctx, ref)


def test_tt03_2025_form_01_lists_papers_by_kind_and_copies_also_those_on_paper(
    ctx: CasesContext, files: FilesAtHand
) -> None:
    files.owner = CLERK.subject
    papers = [
        {"paper": "giay_kham_suc_khoe", "kind": "original"},
        {"paper": "giay_kham_suc_khoe", "kind": "copy", "copies": 2},
    ]
    ref = submit(ctx, CLERK, sent(licence_exchange(handed_in=papers, sets=2)))[0].ref
    case = act(ctx, CLERK, ref, 0, actions.Accept()).case
    with ctx.database.transaction() as conn:
        due = sum(fee.amount for fee in case.fees)
        record(ctx, conn, ref, actions.SettlePayment("p-1", due, "cash", "BL-1"), "payments")
    shown = receipt(ctx, ref)
    told = [(each["kind"], each["copies"]) for each in shown["papers"]]
    assert told == [("original", 1), ("copy", 2)]  # its scan is not another paper
    assert shown["sets"] == 2


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({}, "268 Trần Hưng Đạo"),
        (
            {"result_by": "post", "result_address": "1 Trần Phú, phường Bến Thành"},
            "Trả qua dịch vụ bưu chính công ích: 1 Trần Phú, phường Bến Thành",
        ),
        ({"result_by": "online"}, "Cổng Dịch vụ công quốc gia, tài khoản định danh điện tử (VNeID)"),
    ],
)
def test_tt03_2025_form_01_says_where_the_result_goes_as_chosen(
    ctx: CasesContext, changes: dict[str, Any], place: str
) -> None:
    assert place in taken_in(ctx, free(**changes))["return_place"]


def test_nd309_17_3_form_01_says_when_the_case_was_complete_and_when_it_was_filed_before(
    ctx: CasesContext, clock: Clock
) -> None:
    at_once = taken_in(ctx, free())
    assert at_once["filed_at"] == ""
    ref = submit(ctx, CLERK, sent(free()))[0].ref
    clock.forward(days=1)
    act(ctx, CLERK, ref, 0, actions.Accept())
    later = receipt(ctx, ref)
    assert (later["filed_at"], later["received_at"]) == ("2026-03-02T09:00+07:00", "2026-03-03T09:00+07:00")
