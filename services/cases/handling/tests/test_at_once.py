"""A result given while the applicant waits: one act, an entry of each thing done, no receipt unless asked for."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import orjson
import pytest
from onestop.payments.v1 import payments_events_pb2

from services.cases.case_registers import usecases as registers
from services.cases.core import actions
from services.cases.core.context import CasesContext
from services.cases.core.domain.errors import NotReceivedYet
from services.cases.core.domain.result import Signatory
from services.cases.core.domain.status import CaseStatus as S
from services.cases.core.usecases.act import act, record
from services.cases.core.usecases.read import get, history
from services.cases.core.visibility import CaseView
from services.cases.events import HANDLERS
from services.cases.fees.domain.errors import IntakeFeeUnpaid
from services.cases.filing.usecases.submit import submit
from services.cases.handling.domain.errors import AlreadyClaimed, NotGivenAtOnce
from services.cases.handling.usecases.at_once import Giving, give
from services.cases.testing.samples import CLERK, COMMUNE_CLERK, LAN, OFFICER, WARD_OFFICER, licence_exchange, sent
from services.cases.testing.stand_ins import Clock
from services.common.context import Caller
from services.common.errors import Conflict, InvalidInput, NotFound
from services.common.events import Event

PERSON = {"full_name": "Hoàng Gia Bảo", "identifier": "038203000017"}


def certified(**form: Any) -> dict[str, Any]:
    """Makes an application for two certified copies of three pages."""
    filled = {
        "requester_name": PERSON["full_name"],
        "requester_personal_number": PERSON["identifier"],
        "document_name": "Bằng tốt nghiệp đại học",
        "pages": 3,
        "copies": 2,
    }
    return {"procedure": "2.000815", "agency": "H29.035.00", "applicant": PERSON, "form": filled | form}


def filed(ctx: CasesContext, *, paid: bool = True) -> str:
    ref = submit(ctx, CLERK, sent(certified()))[0].ref
    if paid:
        body = payments_events_pb2.PaymentSettled(
            case_ref=ref, payment_id="p1", amount=10_000, method="cash"
        ).SerializeToString()
        with ctx.database.transaction() as conn:
            HANDLERS["payments.settled"](ctx, conn, Event("payments.settled", ref, ref, 1, body))
    return ref


def given(ctx: CasesContext, ref: str, who: Caller = CLERK, *, receipt: bool = False) -> CaseView:
    return give(ctx, who, ref, 0, Giving(receipt=receipt))


def entries(ctx: CasesContext, ref: str) -> list[dict[str, Any]]:
    return [orjson.loads(entry) for _, entry, _ in history(ctx, CLERK, ref)[1]]


@pytest.mark.parametrize("who", [CLERK, WARD_OFFICER])
def test_nd23_7_a_certification_is_accepted_decided_and_returned_in_one_act_with_an_entry_of_each(
    ctx: CasesContext, who: Caller
) -> None:
    ref = filed(ctx)
    assert "give-at-once" in get(ctx, who, ref).allowed_actions
    seen = given(ctx, ref, who).case
    assert (seen.status, seen.decision, seen.returned_at, seen.decided_by) == (
        S.RETURNED,
        "granted",
        ctx.now(),
        who.name,
    )
    done = entries(ctx, ref)[-4:]
    assert [entry["action"] for entry in done] == ["accept", "assign", "decide", "return"]
    assert {(entry["actor"]["id"], entry["at"]) for entry in done} == {(who.subject, done[0]["at"])}


def test_nd23_a_certification_has_its_number_and_who_signs_it(ctx: CasesContext) -> None:
    signer = Signatory("KT", "Phó Chủ tịch", "Võ Thành Công")
    seen = give(ctx, CLERK, filed(ctx), 0, Giving(number="125", signer=signer)).case
    assert seen.result is not None
    assert (seen.result.number, seen.result.signer, seen.result.issued_on) == ("125", signer, ctx.today())
    listed = given(ctx, filed(ctx), WARD_OFFICER).case.result
    assert listed is not None
    assert listed.signer.authority == "TUQ"
    with pytest.raises(InvalidInput) as refusal:
        give(ctx, CLERK, filed(ctx), 0, Giving(number="126"))
    assert [each.pointer for each in refusal.value.fields] == ["/signer"]


def test_nd61_17_4_no_receipt_is_printed_unless_the_applicant_asks(ctx: CasesContext) -> None:
    assert given(ctx, filed(ctx)).case.newest_papers == {}
    assert set(given(ctx, filed(ctx), receipt=True).case.newest_papers) == {"01"}


def test_nd23_7_what_cannot_be_given_at_once_has_an_appointment_on_form_01(ctx: CasesContext) -> None:
    ref = filed(ctx)
    assert set(act(ctx, CLERK, ref, 0, actions.Accept()).case.newest_papers) == {"01"}
    act(ctx, WARD_OFFICER, ref, 0, actions.Assign(WARD_OFFICER.subject))
    decided = act(ctx, WARD_OFFICER, ref, 0, actions.Decide("granted")).case
    assert set(decided.newest_papers) == {"01"}
    assert act(ctx, CLERK, ref, 0, actions.Return()).case.status is S.RETURNED


def test_nd61_17_4_it_has_its_row_in_the_register(ctx: CasesContext) -> None:
    ref = filed(ctx)
    given(ctx, ref)
    today = ctx.today().isoformat()
    book = registers.asked(ctx, CLERK, "H29.035.00", "chung_thuc", today, today)
    [line] = [line for page in registers.pages(ctx, book) for line in page if line.case_ref == ref]
    assert (line.applicant_name, bool(line.returned_at)) == (PERSON["full_name"], True)


def test_it_is_not_given_before_its_fee_is_paid(ctx: CasesContext) -> None:
    ref = filed(ctx, paid=False)
    assert "give-at-once" not in get(ctx, CLERK, ref).allowed_actions
    with pytest.raises(IntakeFeeUnpaid):
        given(ctx, ref)
    assert get(ctx, CLERK, ref).case.version == 1


def test_it_is_given_once_and_only_by_whoever_handles_it_where_the_procedure_says_so(
    ctx: CasesContext, clock: Clock
) -> None:
    ref = filed(ctx)
    with pytest.raises(NotFound):
        given(ctx, ref, OFFICER)
    given(ctx, ref)
    with pytest.raises(Conflict):
        given(ctx, ref)
    licence = submit(ctx, LAN, sent(licence_exchange()))[0].ref
    with pytest.raises(NotGivenAtOnce):
        given(ctx, licence)


@pytest.mark.parametrize(("pages", "copies", "due"), [(1, 1, 2_000), (2, 1, 4_000), (3, 2, 10_000), (300, 1, 200_000)])
def test_tt226_a_certified_copy_costs_2000_a_page_1000_from_the_third_and_at_most_200000(
    ctx: CasesContext, pages: int, copies: int, due: int
) -> None:
    procedure = ctx.catalogue.find("2.000815", ctx.today())
    fees = procedure.fees_due("counter", ctx.today(), {"pages": pages, "copies": copies})
    assert sum(fee.amount for fee in fees) == due


def test_it_is_offered_to_nobody_who_would_be_refused(ctx: CasesContext) -> None:
    taken = filed(ctx)
    act(ctx, CLERK, taken, 0, actions.Assign(WARD_OFFICER.subject))
    assert "give-at-once" not in get(ctx, CLERK, taken).allowed_actions
    with pytest.raises(AlreadyClaimed):
        given(ctx, taken)
    assert "give-at-once" in get(ctx, WARD_OFFICER, taken).allowed_actions
    assert given(ctx, taken, WARD_OFFICER).case.status is S.RETURNED


def test_two_who_give_it_at_the_same_moment_give_it_once(ctx: CasesContext) -> None:
    ref, together = filed(ctx), Barrier(2)

    def gives(who: Caller) -> bool:
        together.wait()
        try:
            given(ctx, ref, who)
        except Conflict:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(gives, [CLERK, WARD_OFFICER])) == [False, True]
    assert [entry["action"] for entry in entries(ctx, ref)].count("return") == 1


def test_nd309_17_3_the_agency_that_takes_in_for_another_gives_nothing_at_once(ctx: CasesContext) -> None:
    known = ctx.catalogue.find("2.000815", ctx.today())
    ctx.catalogue.adopt([known.model_copy(update={"boundary_free": True})], "listed")
    application = certified() | {"intake_agency": "H29.036.00"}
    ref = submit(ctx, COMMUNE_CLERK, sent(application))[0].ref
    with ctx.database.transaction() as conn:
        record(ctx, conn, ref, actions.SettlePayment("p", 10_000, "cash", "BL-1"), "payments")
    for who in (COMMUNE_CLERK, CLERK):
        assert "give-at-once" not in get(ctx, who, ref).allowed_actions
        with pytest.raises(NotReceivedYet):
            given(ctx, ref, who)
