"""A supplement is asked for once, pinned to fields and papers; the answer gives what was asked, and only that."""

from typing import Any

import orjson
import pytest
from onestop.cases.v1 import cases_events_pb2

from services.cases.core import actions
from services.cases.core.context import CasesContext
from services.cases.core.domain.case_parts import Cannot, Pin, Supplement
from services.cases.core.domain.errors import ActionNotAllowed, RoleNotAllowed
from services.cases.core.domain.status import CaseStatus as S
from services.cases.core.usecases.act import act
from services.cases.core.usecases.read import get
from services.cases.core.visibility import CaseView
from services.cases.filing.usecases.submit import submit
from services.cases.handling.domain.errors import FourEyes
from services.cases.supplements.domain.errors import NoSupplementProposed, SupplementAlreadyAsked, SupplementNotAskedYet
from services.cases.supplements.messages import changes_response
from services.cases.supplements.usecases import Sent, changes, resubmit
from services.cases.testing.samples import CLERK, LAN, LEADER, OFFICER, licence_exchange, sent
from services.cases.testing.stand_ins import Clock
from services.common.context import Caller
from services.common.errors import InvalidInput, OnestopError
from services.common.testing.plugin import ByHand
from services.contracts.application import AttachmentPart

PHONE = Pin("/form/phone", "mismatch", "Ghi số đang dùng")
HEALTH = Pin("giay_kham_suc_khoe", "expired")
CLASS = Pin("/form/licence_class", "other", "Chọn hạng đang có")
NEW_PHONE = b'{"phone": "0912345678"}'
BOTH = Caller("both", "Vừa Cán bộ Vừa Lãnh đạo", frozenset({"clerk", "leader"}), ("G01.029.00",))


@pytest.fixture
def ref(ctx: CasesContext) -> str:
    filed, _ = submit(ctx, LAN, sent(licence_exchange()))
    return filed.ref


def do(ctx: CasesContext, who: Caller, ref: str, command: actions.Command) -> CaseView:
    return act(ctx, who, ref, 0, command)


def ask(ctx: CasesContext, ref: str, *pins: Pin, items: tuple[str, ...] = ()) -> CaseView:
    return do(ctx, CLERK, ref, actions.RequestSupplement(items, "Chưa khớp", pins))


def health(file_id: str = "file-2") -> list[AttachmentPart]:
    return [AttachmentPart(paper="giay_kham_suc_khoe", file_id=file_id)]


def faults(error: OnestopError) -> list[tuple[str, str]]:
    return [(field.pointer, field.code) for field in error.fields]


def events(ctx: CasesContext, ref: str) -> list[cases_events_pb2.CaseChanged]:
    with ctx.database.autocommit() as conn:
        rows = conn.exec_driver_sql("SELECT data FROM outbox WHERE subject = %s ORDER BY aggregate_version", (ref,))
        return [cases_events_pb2.CaseChanged.FromString(bytes(data)) for (data,) in rows]


def paper(ctx: CasesContext, ref: str, form: str) -> dict[str, Any]:
    """What the paper of that form ordered last shows."""
    orders = [body.paper for body in events(ctx, ref) if body.paper.form == form]
    data: dict[str, Any] = orjson.loads(orders[-1].data_json)
    return data


@pytest.mark.parametrize("days", [None, 7])
def test_form_02_names_the_last_day_in_time_and_whether_the_law_then_closes_the_case(
    ctx: CasesContext, ref: str, days: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    for rule_set in ctx.catalogue.rules.values():
        monkeypatch.setitem(rule_set.__dict__, "supplement_days", days)
    ask(ctx, ref, PHONE)  # Monday 2 March; nobody is asked to be quicker than the reminder where no law closes a case
    shown = paper(ctx, ref, "02")
    assert (shown["last_day"], shown["closes"]) == (("2026-03-11", True) if days else ("2026-03-23", False))


def test_form_02_numbers_what_is_asked_by_the_names_of_fields_and_papers(ctx: CasesContext, ref: str) -> None:
    asked = ask(ctx, ref, PHONE, HEALTH, CLASS, items=("Bản sao hộ chiếu",)).case
    assert asked.status is S.SUPPLEMENT_REQUESTED
    shown = paper(ctx, ref, "02")
    assert shown["items"] == [
        "Mục “Số điện thoại”: không khớp với cơ sở dữ liệu. Ghi số đang dùng",
        "Giấy tờ “Giấy khám sức khỏe của người lái xe”: đã hết hạn.",
        "Mục “Hạng giấy phép”: Chọn hạng đang có",
        "Bản sao hộ chiếu",
    ]
    assert shown["legal_ground"] == (
        "Luật Trật tự, an toàn giao thông đường bộ 2024; Thông tư 12/2025/TT-BCA, Điều 21; Nghị định 118/2025/NĐ-CP"
    )
    assert shown["contact_name"] == CLERK.name


@pytest.mark.parametrize(
    ("pins", "fault"),
    [
        ([Pin("/form/shoe_size", "missing")], ("/pins/0/field", "enum")),
        ([Pin("/applicant/full_name", "missing")], ("/pins/0/field", "enum")),
        ([Pin("la", "missing")], ("/pins/0/paper", "enum")),
        ([PHONE, Pin("/form/purpose", "ugly")], ("/pins/1/reason", "enum")),
        ([PHONE, PHONE], ("/pins/1", "duplicate")),
        ([Pin("/form/phone", "other")], ("/pins/0/ask", "required")),
    ],
)
def test_a_request_names_only_what_there_is_and_nothing_is_written(
    ctx: CasesContext, ref: str, pins: list[Pin], fault: tuple[str, str]
) -> None:
    with pytest.raises(InvalidInput) as caught:
        ask(ctx, ref, *pins)
    assert fault in faults(caught.value)
    assert get(ctx, LAN, ref).case.version == 1


def test_the_applicant_sends_only_the_fields_that_change(ctx: CasesContext, ref: str) -> None:
    before = orjson.loads(get(ctx, LAN, ref).form)
    ask(ctx, ref, PHONE)
    answered = resubmit(ctx, LAN, ref, 0, Sent(NEW_PHONE))
    assert answered.case.status is S.REGISTERED
    assert orjson.loads(get(ctx, LAN, ref).form) == before | {"phone": "0912345678"}


def test_what_was_not_asked_for_is_refused_and_the_refusal_names_what_was(ctx: CasesContext, ref: str) -> None:
    ask(ctx, ref, PHONE)
    sneaked = orjson.dumps({"phone": "0912345678", "licence_class": "C", "delivery_address": "1 Lê Lợi"})
    with pytest.raises(InvalidInput) as caught:
        resubmit(ctx, LAN, ref, 0, Sent(sneaked, health()))
    assert faults(caught.value) == [
        ("/form/licence_class", "not-asked"),
        ("/form/delivery_address", "not-asked"),
        ("/attachments/0/paper", "not-asked"),
    ]
    assert "Chỉ bổ sung: “Số điện thoại”" in caught.value.fields[0].vi
    seen = get(ctx, LAN, ref)
    assert (seen.case.status, orjson.loads(seen.form)["licence_class"]) == (S.SUPPLEMENT_REQUESTED, "B")


def test_a_form_sent_whole_is_fine_where_nothing_else_differs(ctx: CasesContext, ref: str) -> None:
    ask(ctx, ref, PHONE)
    whole = licence_exchange()["form"] | {"phone": "0912345678"}
    assert resubmit(ctx, LAN, ref, 0, Sent(orjson.dumps(whole))).case.status is S.REGISTERED


def test_everything_asked_is_answered_or_excused(ctx: CasesContext, ref: str) -> None:
    ask(ctx, ref, PHONE, HEALTH, items=("Giải thích vì sao đổi",))
    with pytest.raises(InvalidInput) as caught:
        resubmit(ctx, LAN, ref, 0, Sent(b'{"phone": "0901234567"}'))  # the number she filed
    assert faults(caught.value) == [
        ("/form/phone", "unanswered"),
        ("/attachments", "unanswered"),
        ("/note", "unanswered"),
    ]
    with pytest.raises(InvalidInput) as caught:
        resubmit(ctx, LAN, ref, 0, Sent(NEW_PHONE, cannot=(Cannot(4, "Không có"), Cannot(2, "Bệnh viện chưa trả"))))
    assert faults(caught.value) == [("/cannot/0/item", "enum")]
    excused = resubmit(ctx, LAN, ref, 0, Sent(NEW_PHONE, cannot=(Cannot(2, "Bệnh viện chưa trả"),)))
    assert excused.case.cannot == (Cannot(2, "Bệnh viện chưa trả"),)


def test_the_form_is_checked_whole_once_the_part_is_in_it(ctx: CasesContext, ref: str) -> None:
    ask(ctx, ref, Pin("/form/return_method", "other", "Chọn cách nhận"))
    with pytest.raises(InvalidInput) as caught:
        resubmit(ctx, LAN, ref, 0, Sent(b'{"return_method": "post"}'))
    assert ("/form/delivery_address", "required") in faults(caught.value)
    with pytest.raises(InvalidInput):
        resubmit(ctx, LAN, ref, 0, Sent(b'{"return_method": null}'))
    with pytest.raises(InvalidInput):
        resubmit(ctx, LAN, ref, 0, Sent(b'["return_method"]'))


def test_a_paper_that_was_wrong_stays_beside_the_one_in_its_place(ctx: CasesContext, ref: str) -> None:
    ask(ctx, ref, HEALTH)
    case = resubmit(ctx, LAN, ref, 0, Sent(attachments=health())).case
    assert [(each.file_id, each.since, each.superseded) for each in case.attachments] == [
        ("file-1", 1, 3),
        ("file-2", 3, 0),
    ]


def test_a_paper_of_which_something_is_missing_is_added_to(ctx: CasesContext, ref: str) -> None:
    ask(ctx, ref, Pin("giay_kham_suc_khoe", "missing", "Thiếu trang 2"))
    case = resubmit(ctx, LAN, ref, 0, Sent(attachments=health())).case
    assert [each.superseded for each in case.attachments] == [0, 0]


def test_the_officer_sees_what_changed_field_by_field_and_paper_by_paper(ctx: CasesContext, ref: str) -> None:
    ask(ctx, ref, PHONE, HEALTH, CLASS)
    resubmit(ctx, LAN, ref, 0, Sent(NEW_PHONE, health(), cannot=(Cannot(3, "Hạng đã đúng"),)))
    found = changes(ctx, OFFICER, ref, 0)
    assert found.since == 2
    [field] = found.fields
    told = field.told(found.rules.procedure.form)
    assert (field.pointer, field.old, field.new) == ("/form/phone", "0901234567", "0912345678")
    assert told.vi == "Số điện thoại: “0901234567” → “0912345678”"
    assert told.en == "Phone number: “0901234567” → “0912345678”"
    [papers] = found.papers
    assert ([each.file_id for each in papers.old], [each.file_id for each in papers.new]) == (["file-1"], ["file-2"])
    assert changes(ctx, OFFICER, ref, 3).fields == ()
    with pytest.raises(InvalidInput):
        changes(ctx, OFFICER, ref, 99)


def test_changes_are_told_from_every_version_though_only_parts_were_sent(ctx: CasesContext, ref: str) -> None:
    ask(ctx, ref, PHONE)
    resubmit(ctx, LAN, ref, 0, Sent(NEW_PHONE))
    do(ctx, LEADER, ref, actions.RequestSupplement((), "Sai hạng", (CLASS,)))
    resubmit(ctx, LAN, ref, 0, Sent(b'{"licence_class": "C"}'))
    by_version = {since: [f.pointer for f in changes(ctx, LAN, ref, since).fields] for since in (1, 3, 5)}
    assert by_version == {1: ["/form/phone", "/form/licence_class"], 3: ["/form/licence_class"], 5: []}


def test_a_whole_form_kept_before_parts_were_taken_is_read_as_one(ctx: CasesContext, ref: str, by_hand: ByHand) -> None:
    ask(ctx, ref, PHONE)
    resubmit(ctx, LAN, ref, 0, Sent(NEW_PHONE))
    whole = orjson.dumps(licence_exchange()["form"] | {"phone": "0987654321"})
    case_id = get(ctx, LAN, ref).case.case_id
    with by_hand(ctx.database) as conn:
        conn.exec_driver_sql(
            "UPDATE applications SET content = %s, form = NULL WHERE case_id = %s AND version = 3", (whole, case_id)
        )
    [field] = changes(ctx, OFFICER, ref, 3).fields
    assert (field.old, field.new) == ("0987654321", "0912345678")


def test_a_second_request_goes_out_only_when_a_leader_approves_it(ctx: CasesContext, ref: str, clock: Clock) -> None:
    with pytest.raises(SupplementNotAskedYet):
        do(ctx, CLERK, ref, actions.ProposeSupplement(("Ảnh",)))
    ask(ctx, ref, PHONE)
    seen = resubmit(ctx, LAN, ref, 0, Sent(NEW_PHONE))
    with pytest.raises(NoSupplementProposed):
        do(ctx, LEADER, ref, actions.ApproveSupplement())
    with pytest.raises(SupplementAlreadyAsked) as caught:
        ask(ctx, ref, CLASS)
    assert [possible.action for possible in caught.value.possible] == [
        "accept",
        "propose-supplement",
        "refuse",
        "assign",
        "withdraw",
        "control-slip",
        "compare-originals",
    ]
    proposed = do(ctx, CLERK, ref, actions.ProposeSupplement((), "Sai hạng", (CLASS,)))
    assert (proposed.case.status, proposed.case.clock) == (seen.case.status, seen.case.clock)
    with pytest.raises(RoleNotAllowed):
        do(ctx, CLERK, ref, actions.ApproveSupplement())
    approved = do(ctx, LEADER, ref, actions.ApproveSupplement("Đúng")).case
    assert (approved.status, approved.supplement_proposal) == (S.SUPPLEMENT_REQUESTED, None)
    assert approved.supplement is not None
    assert (approved.supplement.pins, approved.supplement.name) == ((CLASS,), CLERK.name)
    shown = paper(ctx, ref, "02")
    assert (shown["items"], shown["signer_name"]) == (["Mục “Hạng giấy phép”: Chọn hạng đang có"], LEADER.name)


def test_who_proposed_a_second_request_does_not_approve_it(ctx: CasesContext, ref: str) -> None:
    ask(ctx, ref, PHONE)
    resubmit(ctx, LAN, ref, 0, Sent(NEW_PHONE))
    do(ctx, BOTH, ref, actions.ProposeSupplement(("Ảnh",)))
    with pytest.raises(FourEyes):
        do(ctx, BOTH, ref, actions.ApproveSupplement())


def test_a_leader_declines_a_request_or_makes_a_third_herself_and_says_why(ctx: CasesContext, ref: str) -> None:
    ask(ctx, ref, PHONE)
    resubmit(ctx, LAN, ref, 0, Sent(NEW_PHONE))
    do(ctx, CLERK, ref, actions.ProposeSupplement(("Ảnh",)))
    assert do(ctx, LEADER, ref, actions.DeclineSupplement("Đã đủ")).case.supplement_proposal is None
    with pytest.raises(InvalidInput) as caught:
        do(ctx, LEADER, ref, actions.RequestSupplement(("Ảnh",)))
    assert faults(caught.value) == [("/reason", "required")]
    do(ctx, LEADER, ref, actions.RequestSupplement(("Ảnh",), "Ảnh mờ"))
    resubmit(ctx, LAN, ref, 0, Sent(note="Đã nộp tại quầy"))
    with pytest.raises(SupplementAlreadyAsked):
        ask(ctx, ref, CLASS)
    assert "request-supplement" in get(ctx, LEADER, ref).allowed_actions


def test_an_answer_nobody_waits_for_says_what_is_possible_instead(ctx: CasesContext, ref: str) -> None:
    with pytest.raises(ActionNotAllowed) as caught:
        resubmit(ctx, LAN, ref, 0, Sent(NEW_PHONE))
    assert [(p.action, p.vi, p.en) for p in caught.value.possible] == [("withdraw", "Rút hồ sơ", "Withdraw")]
    assert "“Yêu cầu bổ sung giấy tờ”" in caught.value.message_vi


def test_a_case_asked_before_requests_had_pins_is_answered_freely(ctx: CasesContext, ref: str) -> None:
    case = ask(ctx, ref, items=("Ảnh chân dung",)).case
    with ctx.database.autocommit() as conn:
        conn.exec_driver_sql("UPDATE cases SET state = state - 'supplement' WHERE case_id = %s", (case.case_id,))
    assert get(ctx, LAN, ref).case.supplement is None
    photo = [AttachmentPart(paper="anh_chan_dung", file_id="file-9")]
    answered = resubmit(ctx, LAN, ref, 0, Sent(attachments=photo, cannot=(Cannot(1, "Chỉ có ảnh cũ"),))).case
    assert answered.status is S.REGISTERED
    [not_given] = changes_response(changes(ctx, OFFICER, ref, 0)).not_given
    assert (not_given.item.pin.ask, not_given.reason) == ("Ảnh chân dung", "Chỉ có ảnh cũ")


def test_what_was_asked_stays_known_after_the_answer(ctx: CasesContext, ref: str) -> None:
    ask(ctx, ref, PHONE)
    answered = resubmit(ctx, LAN, ref, 0, Sent(NEW_PHONE)).case
    assert isinstance(answered.supplement, Supplement)
    assert answered.supplement_items == ()
