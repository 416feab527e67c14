"""Originals at the counter, and how results go back: by post under a number, or to whom against what proof."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import orjson
import pytest
from onestop.cases.v1 import actions_pb2, returning_pb2

from services.cases.core import actions
from services.cases.core.context import CasesContext
from services.cases.core.domain.case_parts import Receiver
from services.cases.core.messages.shown import shown
from services.cases.core.usecases import act as acting
from services.cases.core.usecases.act import act
from services.cases.core.usecases.read import get, history
from services.cases.filing.usecases.submit import submit
from services.cases.handling.domain.actions.returning import Return
from services.cases.handling.domain.errors import NoOriginalsKept, NothingToCompare
from services.cases.handling.requests import returned
from services.cases.testing.samples import CLERK, LAN, OFFICER, criminal_record, licence_exchange, sent
from services.cases.testing.stand_ins import Clock
from services.common.context import Caller
from services.common.errors import InvalidInput

CARD = Receiver("", "applicant", "identity_card", "079301000019")
SISTER = Receiver("Nguyễn Thị Mai", "proxy", "identity_card", "079301000020", authorisation_file="file-9")


def decided(ctx: CasesContext, who: Caller = CLERK, **changes: Any) -> str:
    """A licence denied: the letter that says so is issued, and goes back as any result."""
    ref = submit(ctx, who, sent(licence_exchange(**{"attachments": [], **changes})))[0].ref
    act(ctx, CLERK, ref, 0, actions.Accept())
    with ctx.database.transaction() as conn:
        acting.record(ctx, conn, ref, actions.SettlePayment("p", 135_000, "cash", "BL-1"), "payments")
    act(ctx, OFFICER, ref, 0, actions.Assign(OFFICER.subject))
    case = act(ctx, OFFICER, ref, 0, actions.Decide("denied", "Không đủ điều kiện sức khỏe")).case
    with ctx.database.transaction() as conn:
        paper = actions.IssuePaper(case.newest_papers["result"], "result", "1/GPLX", "file", "00")
        acting.record(ctx, conn, ref, paper, "documents")
    return ref


ON_PAPER = [{"paper": "giay_kham_suc_khoe", "kind": "original"}]


def codes(caught: pytest.ExceptionInfo[InvalidInput]) -> list[tuple[str, str]]:
    return [(each.pointer, each.code) for each in caught.value.fields]


def test_originals_are_compared_by_whom_and_when(ctx: CasesContext) -> None:
    ref = submit(ctx, CLERK, sent(licence_exchange(attachments=[], handed_in=ON_PAPER)))[0].ref
    case = act(ctx, CLERK, ref, 0, actions.CompareOriginals(("giay_kham_suc_khoe",))).case
    [original] = case.originals
    assert (original.paper, original.name, original.kept) == ("giay_kham_suc_khoe", "Phạm Thị Mai", False)
    last = orjson.loads(history(ctx, CLERK, ref)[1][-1][1])
    assert (last["action"], last["data"]) == ("compare_originals", {"papers": ["giay_kham_suc_khoe"]})
    with pytest.raises(NoOriginalsKept):
        act(ctx, CLERK, ref, 0, actions.HandBackOriginals(("giay_kham_suc_khoe",), "Lan"))


def test_nd61_20_2_originals_kept_are_handed_back(ctx: CasesContext) -> None:
    ref = submit(ctx, CLERK, sent(licence_exchange(attachments=[], handed_in=ON_PAPER)))[0].ref
    act(ctx, CLERK, ref, 0, actions.CompareOriginals(("giay_kham_suc_khoe",), kept=True))
    act(ctx, CLERK, ref, 0, actions.HandBackOriginals(("giay_kham_suc_khoe",), "Nguyễn Thị Lan"))
    [original] = shown(get(ctx, CLERK, ref)).originals
    assert (original.kept, original.handed_back_to, original.handed_back_by) == (True, "Nguyễn Thị Lan", "Phạm Thị Mai")
    assert original.HasField("handed_back_at")
    with pytest.raises(NoOriginalsKept):
        act(ctx, CLERK, ref, 0, actions.HandBackOriginals(("giay_kham_suc_khoe",), "Lan"))


def test_an_original_is_kept_once_and_handed_back_once_and_that_stays_known(ctx: CasesContext) -> None:
    papers = ("giay_kham_suc_khoe",)
    ref = submit(ctx, CLERK, sent(licence_exchange(attachments=[], handed_in=ON_PAPER)))[0].ref
    kept = act(ctx, CLERK, ref, 0, actions.CompareOriginals((*papers, *papers), kept=True)).case
    assert len(kept.originals) == 1
    for kept_again in (True, False):
        with pytest.raises(InvalidInput) as caught:
            act(ctx, CLERK, ref, 0, actions.CompareOriginals(papers, kept=kept_again))
        assert codes(caught) == [("/papers/0", "with-agency")]
    act(ctx, CLERK, ref, 0, actions.HandBackOriginals(papers, "Nguyễn Thị Lan"))
    act(ctx, CLERK, ref, 0, actions.CompareOriginals(papers))
    again = act(ctx, CLERK, ref, 0, actions.CompareOriginals(papers)).case
    assert [(each.kept, each.handed_back_to) for each in again.originals] == [(True, "Nguyễn Thị Lan"), (False, "")]


def test_from_nd309_on_nothing_is_handed_over_at_the_counter_to_nobody(ctx: CasesContext, clock: Clock) -> None:
    before = decided(ctx)
    assert act(ctx, CLERK, before, 0, Return()).case.status == 10
    clock.now = datetime(2026, 9, 7, 2, tzinfo=UTC)
    ref = decided(ctx)
    with pytest.raises(InvalidInput) as caught:
        act(ctx, CLERK, ref, 0, Return())
    assert codes(caught) == [("/receiver", "required")]
    assert act(ctx, CLERK, ref, 0, Return(receiver=CARD)).case.status == 10


def test_only_papers_handed_in_are_compared(ctx: CasesContext) -> None:
    ref = submit(ctx, CLERK, sent(licence_exchange(attachments=[], handed_in=ON_PAPER)))[0].ref
    for papers in ((), ("la_bua",)):
        with pytest.raises(InvalidInput):
            act(ctx, CLERK, ref, 0, actions.CompareOriginals(papers))
    bare = submit(ctx, CLERK, sent(criminal_record()))[0].ref
    with pytest.raises(NothingToCompare):
        act(ctx, CLERK, bare, 0, actions.CompareOriginals(("x",)))


def test_a_result_goes_by_post_under_its_number(ctx: CasesContext) -> None:
    ref = decided(ctx)
    with pytest.raises(InvalidInput) as caught:
        act(ctx, CLERK, ref, 0, Return(by="post"))
    assert codes(caught) == [("/tracking_number", "required")]
    act(ctx, CLERK, ref, 0, Return(by="post", tracking_number="EB1VN", carrier="Bưu điện Việt Nam"))
    back = shown(get(ctx, CLERK, ref)).result_return
    assert (back.by, back.tracking_number, back.carrier, back.returned_by) == (
        2,
        "EB1VN",
        "Bưu điện Việt Nam",
        "Phạm Thị Mai",
    )


def test_the_number_of_the_item_is_kept_in_one_form_however_it_is_typed() -> None:
    asked = actions_pb2.ReturnResult(by=returning_pb2.RETURN_WAY_POST, tracking_number="eb 123.456.789 vn")
    assert returned(asked).tracking_number == "EB123456789VN"


@pytest.mark.parametrize("number", ["<B>", "KHÔNG CÓ SỐ", "EMS", "1" * 41])
def test_what_is_no_number_of_an_item_is_refused(ctx: CasesContext, number: str) -> None:
    ref = decided(ctx)
    with pytest.raises(InvalidInput) as caught:
        act(ctx, CLERK, ref, 0, Return(by="post", tracking_number=number))
    assert codes(caught) == [("/tracking_number", "item-number")]


def test_at_the_counter_it_is_noted_to_whom_and_against_what_proof(ctx: CasesContext) -> None:
    ref = decided(ctx)
    act(ctx, CLERK, ref, 0, Return(receiver=CARD))
    receiver = shown(get(ctx, CLERK, ref)).result_return.receiver
    assert (receiver.full_name, receiver.capacity, receiver.proof, receiver.proof_number) == (
        "Nguyễn Thị Lan",
        1,
        1,
        "079301000019",
    )
    last = orjson.loads(history(ctx, CLERK, ref)[1][-1][1])
    assert last["data"]["receiver"]["proof"] == "identity_card"


@pytest.mark.parametrize(
    ("receiver", "expected"),
    [
        (replace(CARD, proof=""), ("/receiver/proof", "enum")),
        (replace(CARD, proof_number=""), ("/receiver/proof_number", "required")),
        (replace(CARD, full_name="Người Khác"), ("/receiver/capacity", "another-person")),
        (replace(CARD, capacity="representative"), ("/receiver/capacity", "not-a-firm")),
        (replace(SISTER, authorisation_file=""), ("/receiver/authorisation", "authorisation-missing")),
        (
            replace(SISTER, authorisation_file="", authorisation="giay_kham_suc_khoe"),
            ("/receiver/authorisation", "authorisation-missing"),
        ),
    ],
)
def test_nobody_takes_a_result_without_proof_and_right(
    ctx: CasesContext, receiver: Receiver, expected: tuple[str, str]
) -> None:
    ref = decided(ctx, handed_in=ON_PAPER)
    with pytest.raises(InvalidInput) as caught:
        act(ctx, CLERK, ref, 0, Return(receiver=receiver))
    assert codes(caught) == [expected]


def test_a_proxy_takes_it_with_an_authorisation(ctx: CasesContext) -> None:
    ref = decided(ctx, handed_in=ON_PAPER)
    act(ctx, CLERK, ref, 0, Return(receiver=SISTER))
    receiver = get(ctx, CLERK, ref).case.result_return
    assert receiver is not None
    assert receiver.receiver == SISTER


def test_what_is_said_over_the_wire_is_what_is_done(ctx: CasesContext) -> None:
    asked = actions_pb2.ReturnResult(note="Trao", by=returning_pb2.RETURN_WAY_COUNTER)
    asked.receiver.proof, asked.receiver.proof_number = returning_pb2.IDENTITY_PROOF_VNEID, "079301000019"
    assert returned(asked) == Return("Trao", "counter", receiver=Receiver("", "applicant", "vneid", "079301000019"))
    assert returned(actions_pb2.ReturnResult()) == Return()


def test_an_application_filed_online_goes_back_as_it_came(ctx: CasesContext) -> None:
    ref = submit(ctx, LAN, sent(criminal_record()))[0].ref
    assert get(ctx, LAN, ref).case.return_way == "online"
