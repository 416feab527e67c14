"""When a result may be given at once (trả kết quả ngay): certification and the like."""

from services.cases.core.domain.case import Case
from services.cases.core.domain.procedure import CaseRules
from services.cases.core.domain.status import CaseStatus
from services.cases.core.domain.texts import not_now
from services.cases.fees.domain.errors import IntakeFeeUnpaid
from services.cases.handling.domain.actions.intake import Accept
from services.cases.handling.domain.errors import NotGivenAtOnce
from services.common.errors import OnestopError


def obstacle(case: Case, rules: CaseRules) -> OnestopError | None:
    """Returns the error that keeps the case from being taken in, decided and returned in one act, or None."""
    if not rules.procedure.immediate or case.parent is not None or case.dispatch is not None:
        return NotGivenAtOnce()
    if case.status is not CaseStatus.REGISTERED:
        return not_now(Accept.definition, case.status, {CaseStatus.REGISTERED})
    return IntakeFeeUnpaid() if case.fee_state == "open" else None


def check(case: Case, rules: CaseRules) -> None:
    """Raises what `obstacle` finds."""
    if (found := obstacle(case, rules)) is not None:
        raise found


def offered(case: Case, rules: CaseRules) -> bool:
    """Returns whether its result may be given at once now."""
    return obstacle(case, rules) is None
