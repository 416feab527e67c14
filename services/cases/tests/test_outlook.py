"""A case that waits, stands still or has ended tells why, what the applicant may do, and what happens to money."""

from services.cases.domain import actions
from services.cases.domain.outlook import outlook
from services.cases.tests.samples import CLERK, LAN, LEADER, licence_exchange, sent
from services.cases.tests.test_supplements import do
from services.cases.usecases.act import record
from services.cases.usecases.office import Office, Seen
from services.cases.usecases.read import get
from services.cases.usecases.submit import submit


def file(office: Office, *, paid: bool = False) -> str:
    ref = submit(office, LAN, sent(licence_exchange()))[0].ref
    if paid:
        with office.database.transaction() as conn:
            record(office, conn, ref, actions.SettlePayment("p", 115_000, "vnpay", "1"), "payments")
    return ref


def told(seen: Seen) -> str:
    return " ".join(line.en for line in outlook(seen.case, seen.terms))


def test_who_withdraws_is_told_what_becomes_of_what_was_paid(office: Office) -> None:
    unpaid = told(do(office, LAN, file(office), actions.Withdraw("Không còn nhu cầu")))
    assert "because you withdrew it. Reason: Không còn nhu cầu" in unpaid
    assert "need not be paid any more" in unpaid
    assert "You may file a new application" in unpaid
    assert "handed back at the agency's counter" in told(do(office, LAN, file(office, paid=True), actions.Withdraw()))


def test_a_stopped_case_says_why_and_that_fees_come_back_with_it(office: Office) -> None:
    ref = file(office)
    do(office, CLERK, ref, actions.Accept())
    stopped = told(do(office, LEADER, ref, actions.Stop("Chờ kết luận vi phạm")))
    assert "The agency stopped work on the case. Reason: Chờ kết luận vi phạm" in stopped
    assert "the fees are due again" in stopped


def test_a_supplement_names_its_last_day(office: Office) -> None:
    asked = told(do(office, CLERK, file(office), actions.RequestSupplement(("Ảnh",))))
    assert "If it has not come by the end of 23/03/2026, the case is closed." in asked
    assert "You may withdraw" in asked


def test_a_case_that_goes_its_way_has_no_outlook(office: Office) -> None:
    ref = file(office, paid=True)
    assert told(get(office, LAN, ref)) == ""
    assert told(do(office, CLERK, ref, actions.Accept())) == ""
