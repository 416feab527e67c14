"""When a result may be given at once (trả kết quả ngay), certification and the like, and what that is made of."""

from services.cases.core.domain.case import Case
from services.cases.core.domain.case_rules import CaseRules
from services.cases.core.domain.command import Command
from services.cases.core.domain.errors import NotReceivedYet
from services.cases.core.domain.result import Result
from services.cases.core.domain.status import CaseStatus
from services.cases.core.domain.texts import not_now
from services.cases.fees.domain.errors import IntakeFeeUnpaid, ReturnFeeUnpaid
from services.cases.handling.domain.actions.deciding import Decide
from services.cases.handling.domain.actions.handling import Assign
from services.cases.handling.domain.actions.intake import Accept
from services.cases.handling.domain.actions.returning import Return
from services.cases.handling.domain.errors import AlreadyClaimed, NotGivenAtOnce
from services.common.errors import OnestopError


def acts(
    account: str, *, receipt: bool = False, result: Result | None = None, hand_over: Return | None = None
) -> tuple[Command, ...]:
    """Returns what giving a result at once is made of, in order, by whoever gives it."""
    return (
        Accept(at_once=True, receipt=receipt),
        Assign(account, claim=True),
        Decide("granted", result=result),
        hand_over or Return(),
    )


def obstacle(case: Case, account: str, rules: CaseRules) -> OnestopError | None:
    """Returns the error that keeps the case from being taken in, decided and returned in one act by `account`, or
    None."""
    several = len(rules.procedure.handling) > 1
    if not rules.procedure.immediate or several or case.parent is not None or case.dispatch is not None:
        return NotGivenAtOnce()
    if case.status is not CaseStatus.REGISTERED:
        return not_now(Accept.definition, case.status, {CaseStatus.REGISTERED})
    if case.awaits_receipt:  # taken in for another agency, which alone decides
        return NotReceivedYet(agency_vi=rules.agency.name_vi, agency_en=rules.agency.name_en)
    if case.assigned_to not in ("", account):
        return AlreadyClaimed()
    if case.fee_state == "open":
        return IntakeFeeUnpaid()
    return ReturnFeeUnpaid() if any(fee.due == "return" and fee.state != "paid" for fee in case.fees) else None


def check(case: Case, account: str, rules: CaseRules) -> None:
    """Raises what `obstacle` finds."""
    if (found := obstacle(case, account, rules)) is not None:
        raise found


def offered(case: Case, account: str, rules: CaseRules) -> bool:
    """Returns whether `account` may give its result at once now."""
    return obstacle(case, account, rules) is None
