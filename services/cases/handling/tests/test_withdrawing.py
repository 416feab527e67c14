"""Withdrawal (NĐ 118/2025/NĐ-CP, Điều 21): at the counter or by post on a request in writing, online by oneself, and
only while there is no decision; form 05 says at whose wish (TT 03/2025/TT-VPCP, Điều 7)."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import orjson
import pytest
from onestop.cases.v1 import actions_pb2

from services.cases.core import actions
from services.cases.core.context import CasesContext
from services.cases.core.domain.case import Case
from services.cases.core.domain.errors import ActionNotAllowed
from services.cases.core.domain.status import CaseStatus as S
from services.cases.core.messages.shown import shown
from services.cases.core.usecases.act import act
from services.cases.core.usecases.read import get, history
from services.cases.filing.tests.test_accounts import HUSBAND, PAPER, PROXY
from services.cases.filing.usecases.submit import submit
from services.cases.handling.tests.test_act import events, verified
from services.cases.handling.usecases.withdrawing import Wish, withdraw
from services.cases.history.domain.texts import told
from services.cases.testing.samples import (
    CLERK,
    GRANTED,
    LAN,
    LEADER,
    OFFICER,
    birth,
    criminal_record,
    licence_exchange,
    sent,
)
from services.cases.testing.stand_ins import FilesAtHand
from services.common.errors import InvalidInput

WRITTEN = Wish("Không còn nhu cầu", "Nguyễn Thị Lan", "counter", "request-1")


def at_counter(ctx: CasesContext) -> str:
    application = criminal_record()
    application["form"]["fee_group"] = "exempt"
    return submit(ctx, CLERK, sent(application))[0].ref


def notice(ctx: CasesContext, ref: str) -> dict[str, Any]:
    [order] = [body.paper for _, body in events(ctx, ref) if body.paper.form == "05"]
    data: dict[str, Any] = orjson.loads(order.data_json)
    return data


def pointers(refused: pytest.ExceptionInfo[InvalidInput]) -> list[str]:
    return [field.pointer for field in refused.value.fields]


@pytest.mark.parametrize("via", ["counter", "post"])
def test_nd118_21_1_a_clerk_withdraws_on_the_applicants_request_in_writing(
    ctx: CasesContext, files: FilesAtHand, via: Any
) -> None:
    ref = at_counter(ctx)
    act(ctx, CLERK, ref, 0, actions.Accept())
    files.owner = CLERK.subject
    ended = withdraw(ctx, CLERK, ref, 2, Wish("Không còn nhu cầu", "Nguyễn Thị Lan", via, "request-1")).case
    assert (ended.status, ended.clock.due) == (S.WITHDRAWN, None)
    [request] = ended.attachments
    assert (request.paper, request.file_id, request.since) == ("don_rut_ho_so", "request-1", 3)
    kind, body = events(ctx, ref)[-1]
    assert (kind, list(body.file_ids), list(body.files_for_applicant)) == (
        "cases.withdrawn",
        ["request-1"],
        ["request-1"],
    )
    entry = orjson.loads(history(ctx, CLERK, ref)[1][-1][1])
    assert (entry["data"]["requested_by"], entry["data"]["requested_via"]) == ("Nguyễn Thị Lan", via)
    assert entry["actor"]["name"] == CLERK.name
    way = {"counter": "nộp tại quầy", "post": "gửi qua bưu chính"}[via]
    assert told(entry, actions.ACTIONS).vi == f"Đã rút hồ sơ theo đơn {way}."
    verified(ctx, CLERK, ref)


def test_tt03_7_form_05_says_that_it_is_at_the_applicants_wish_and_why(ctx: CasesContext, files: FilesAtHand) -> None:
    files.owner = CLERK.subject
    ref = at_counter(ctx)
    withdraw(ctx, CLERK, ref, 0, WRITTEN)
    shown = notice(ctx, ref)
    assert shown["legal_ground"] == "Theo đề nghị của tổ chức, cá nhân; Điều 21 Nghị định 118/2025/NĐ-CP"
    assert (shown["reason"], shown["requested_by"]) == ("Không còn nhu cầu", "Nguyễn Thị Lan")
    assert shown["applicant"]["full_name"] == "Nguyễn Thị Lan"
    assert shown["signer_name"] == CLERK.name


def test_nd118_21_2_an_applicant_withdraws_online_and_signs_no_paper_of_the_agency(ctx: CasesContext) -> None:
    ref = submit(ctx, LAN, sent(licence_exchange()))[0].ref
    assert withdraw(ctx, LAN, ref, 0, Wish()).case.status is S.WITHDRAWN
    shown = notice(ctx, ref)
    assert shown["legal_ground"].startswith("Theo đề nghị của tổ chức, cá nhân")
    assert (shown["signer_name"], shown["requested_via"]) == ("", "online")
    assert shown["signer"] == {"lines": [], "name": ""}
    assert shown["reason"] == "Tổ chức, cá nhân đề nghị rút hồ sơ."


def test_a_clerk_withdraws_nothing_on_nobodys_request(ctx: CasesContext) -> None:
    ref = at_counter(ctx)
    with pytest.raises(InvalidInput) as refused:
        withdraw(ctx, CLERK, ref, 0, Wish("Quá hạn"))
    assert pointers(refused) == ["/requested_by", "/requested_via", "/request_file_id"]
    assert get(ctx, CLERK, ref).case.status is S.REGISTERED


@pytest.mark.parametrize(
    ("signed", "taken"),
    [
        ("Nguyễn Thị Lan", True),
        ("NGUYỄN  THỊ LAN", True),
        ("Trần Văn Hùng", True),
        ("Lê Văn Bảo", False),
        ("Nguyễn Thị Lân", False),
    ],
)
def test_nd118_21_1_the_request_is_signed_by_the_applicant_or_by_whom_the_case_knows_to_act_for_them(
    ctx: CasesContext, files: FilesAtHand, signed: str, taken: bool
) -> None:
    files.owner = CLERK.subject
    application = criminal_record(proxy=PROXY, attachments=[PAPER])
    application["form"]["fee_group"] = "exempt"
    ref = submit(ctx, CLERK, sent(application))[0].ref
    wish = replace(WRITTEN, requested_by=signed)
    if taken:
        assert withdraw(ctx, CLERK, ref, 0, wish).case.status is S.WITHDRAWN
        return
    with pytest.raises(InvalidInput) as refused:
        withdraw(ctx, CLERK, ref, 0, wish)
    assert pointers(refused) == ["/requested_by"]
    assert "Nguyễn Thị Lan, Trần Văn Hùng" in refused.value.fields[0].vi


def test_nobody_withdraws_for_a_relative_without_a_paper(ctx: CasesContext, files: FilesAtHand) -> None:
    files.owner = CLERK.subject
    application = criminal_record(proxy=HUSBAND)
    application["form"]["fee_group"] = "exempt"
    ref = submit(ctx, CLERK, sent(application))[0].ref
    with pytest.raises(InvalidInput) as refused:
        withdraw(ctx, CLERK, ref, 0, replace(WRITTEN, requested_by="Trần Văn Hùng"))
    assert pointers(refused) == ["/requested_by"]


def test_of_two_withdrawals_at_once_and_of_a_withdrawal_and_a_decision_one_is_done(
    ctx: CasesContext, files: FilesAtHand
) -> None:
    files.owner = CLERK.subject

    def outcomes(*tries: Callable[[], object]) -> list[str]:
        with ThreadPoolExecutor(len(tries)) as pool:
            done = [pool.submit(each).exception() for each in tries]
        return sorted(type(each).__name__ for each in done)

    ref = at_counter(ctx)
    both = outcomes(lambda: withdraw(ctx, CLERK, ref, 0, WRITTEN), lambda: withdraw(ctx, LAN, ref, 0, Wish()))
    assert both == ["ActionNotAllowed", "NoneType"]
    assert len(get(ctx, LAN, ref).case.attachments) <= 1
    notice(ctx, ref)
    ref = at_counter(ctx)
    act(ctx, CLERK, ref, 0, actions.Accept())
    act(ctx, OFFICER, ref, 0, actions.Assign(OFFICER.subject))
    both = outcomes(lambda: withdraw(ctx, LAN, ref, 0, Wish()), lambda: act(ctx, OFFICER, ref, 0, GRANTED))
    assert both == ["ActionNotAllowed", "NoneType"]
    papers = {body.paper.form for _, body in events(ctx, ref)} & {"05", "result"}
    assert len(papers) == 1


def test_the_request_is_the_clerks_own_upload(ctx: CasesContext) -> None:
    ref = at_counter(ctx)
    with pytest.raises(InvalidInput) as refused:
        withdraw(ctx, CLERK, ref, 0, WRITTEN)  # the stand-in says it is Lan's
    assert pointers(refused) == ["/request_file_id"]


def test_who_withdraws_their_own_case_needs_no_request(ctx: CasesContext) -> None:
    ref = submit(ctx, LAN, sent(licence_exchange()))[0].ref
    with pytest.raises(InvalidInput) as refused:
        withdraw(ctx, LAN, ref, 0, WRITTEN)
    assert pointers(refused) == ["/requested_by", "/requested_via", "/request_file_id"]


def test_nd118_21_nothing_is_withdrawn_once_it_is_decided(ctx: CasesContext, files: FilesAtHand) -> None:
    files.owner = CLERK.subject
    ref = at_counter(ctx)
    act(ctx, CLERK, ref, 0, actions.Accept())
    act(ctx, OFFICER, ref, 0, actions.Assign(OFFICER.subject))
    act(ctx, OFFICER, ref, 0, GRANTED)
    assert "withdraw" not in get(ctx, CLERK, ref).allowed_actions
    with pytest.raises(ActionNotAllowed):
        withdraw(ctx, CLERK, ref, 0, WRITTEN)


def test_the_whole_of_a_chain_withdrawn_at_the_counter_withdraws_its_parts_on_the_same_request(
    ctx: CasesContext, files: FilesAtHand
) -> None:
    parent = submit(ctx, LAN, sent(birth()))[0].ref
    act(ctx, CLERK, parent, 0, actions.Accept())
    files.owner = CLERK.subject
    whole = withdraw(ctx, CLERK, parent, 0, WRITTEN).case
    assert whole.status is S.WITHDRAWN
    [part] = [child.ref for child in whole.children if child.ref]
    of_part: Case = get(ctx, LAN, part).case
    assert of_part.status is S.WITHDRAWN
    assert of_part.attachments[-1].file_id == "request-1"
    assert of_part.attachments[-1].inherited
    assert notice(ctx, part)["legal_ground"].startswith("Theo đề nghị của tổ chức, cá nhân")


def test_a_leader_withdraws_nothing(ctx: CasesContext) -> None:
    ref = at_counter(ctx)
    assert "withdraw" in get(ctx, CLERK, ref).allowed_actions
    assert "withdraw" not in get(ctx, LEADER, ref).allowed_actions


def test_there_is_a_word_for_every_way_a_request_comes() -> None:
    ways = {value.name for value in actions_pb2.RequestedVia.DESCRIPTOR.values}
    assert ways == {"REQUESTED_VIA_UNSPECIFIED", "REQUESTED_VIA_COUNTER", "REQUESTED_VIA_POST"}


def test_nd118_21_a_case_that_was_stopped_is_withdrawn_as_well(ctx: CasesContext) -> None:
    application = criminal_record()
    application["form"]["fee_group"] = "exempt"
    ref = submit(ctx, LAN, sent(application))[0].ref
    act(ctx, CLERK, ref, 0, actions.Accept())
    stopped = act(ctx, LEADER, ref, 0, actions.Stop("Chờ xác minh"))
    assert "resume" in stopped.allowed_actions
    assert "withdraw" in get(ctx, LAN, ref).allowed_actions
    assert any("rút hồ sơ" in line.vi for line in shown(get(ctx, LAN, ref)).outlook)
    ended = act(ctx, LAN, ref, 0, actions.Withdraw("Không còn nhu cầu"))
    assert (ended.case.status, ended.case.clock.due, ended.case.clock.remaining) == (S.WITHDRAWN, None, None)
    assert all(line.end for line in ended.told if line.start)
    assert notice(ctx, ref)["reason"] == "Không còn nhu cầu"
    verified(ctx, CLERK, ref)


def test_withdrawing_the_whole_withdraws_a_part_that_was_stopped(ctx: CasesContext) -> None:
    ref = submit(ctx, LAN, sent(birth()))[0].ref
    act(ctx, CLERK, ref, 0, actions.Accept())
    child = get(ctx, CLERK, ref).case.children[0].ref
    act(ctx, CLERK, child, 0, actions.Accept())
    act(ctx, LEADER, child, 0, actions.Stop("Chờ xác minh"))
    act(ctx, LAN, ref, 0, actions.Withdraw())
    assert get(ctx, CLERK, child).case.status is S.WITHDRAWN
