"""Who may see what is due for a case, and who may take money for it."""

from services.common.access import WORKERS
from services.common.context import Caller
from services.payments.core.domain import Case, DuesNotFound


def visible(who: Caller, case: Case | None) -> Case:
    """Returns the case, if it belongs to the caller or the caller works for an agency of it."""
    if case is not None and (who.owns(case.owner_number) or who.subject == case.applicant_account != ""):
        return case
    return of_own_agency(who, case)


def of_own_agency(who: Caller, case: Case | None) -> Case:
    if case is None:
        raise DuesNotFound
    if not who.has_role(*WORKERS) or not any(map(who.covers, case.agencies)):
        raise DuesNotFound.withheld()
    return case
