"""A case that waits, stands still or has ended tells why, what the applicant may do, and what happens to money."""

from services.cases.core import actions
from services.cases.core.context import CasesContext
from services.cases.core.usecases.act import record
from services.cases.core.usecases.read import get
from services.cases.core.visibility import CaseView
from services.cases.filing.usecases.submit import submit
from services.cases.history.domain.outlook import outlook
from services.cases.supplements.tests.test_supplements import do
from services.cases.testing.samples import CLERK, LAN, LEADER, licence_exchange, sent


def file(ctx: CasesContext, *, paid: bool = False) -> str:
    ref = submit(ctx, LAN, sent(licence_exchange()))[0].ref
    if paid:
        with ctx.database.transaction() as conn:
            record(ctx, conn, ref, actions.SettlePayment("p", 115_000, "vnpay", "1"), "payments")
    return ref


def told(seen: CaseView) -> str:
    return " ".join(line.en for line in outlook(seen.case, seen.rules))


def test_who_withdraws_is_told_what_becomes_of_what_was_paid(ctx: CasesContext) -> None:
    unpaid = told(do(ctx, LAN, file(ctx), actions.Withdraw("Không còn nhu cầu")))
    assert "because you withdrew it. Reason: Không còn nhu cầu" in unpaid
    assert "need not be paid any more" in unpaid
    assert "You may file a new application" in unpaid
    assert "handed back at the agency's counter" in told(do(ctx, LAN, file(ctx, paid=True), actions.Withdraw()))


def test_a_stopped_case_says_why_and_that_fees_come_back_with_it(ctx: CasesContext) -> None:
    ref = file(ctx)
    do(ctx, CLERK, ref, actions.Accept())
    stopped = told(do(ctx, LEADER, ref, actions.Stop("Chờ kết luận vi phạm")))
    assert "The agency stopped work on the case. Reason: Chờ kết luận vi phạm" in stopped
    assert "the fees are due again" in stopped


def test_a_supplement_names_its_last_day(ctx: CasesContext) -> None:
    asked = told(do(ctx, CLERK, file(ctx), actions.RequestSupplement(("Ảnh",))))
    assert "If it has not come by the end of 23/03/2026, the case is closed." in asked
    assert "You may withdraw" in asked


def test_a_case_that_goes_its_way_has_no_outlook(ctx: CasesContext) -> None:
    ref = file(ctx, paid=True)
    assert told(get(ctx, LAN, ref)) == ""
    assert told(do(ctx, CLERK, ref, actions.Accept())) == ""
