"""Whether asking a register about somebody is the caller's business."""

import orjson

from services.cases.core.context import CasesContext
from services.cases.core.domain.errors import CaseNotFound
from services.cases.core.store import cases as store
from services.cases.core.visibility import capacities, handles
from services.cases.look_ups.domain import check_involved
from services.common.context import Caller


def check(ctx: CasesContext, who: Caller, ref: str, number: str) -> str:
    """Returns the case number as stored, when the caller handles the case and the number occurs in it.

    Raises:
        CaseNotFound: also for a case the caller does not handle, be it their own; the security log hears of invented
            ones too, since whoever tries case numbers looks for people.
        NumberNotInCase: the number occurs nowhere in it.
    """
    try:
        with ctx.database.autocommit() as conn:
            case, form = store.read(conn, ref)
    except CaseNotFound as error:
        raise CaseNotFound.withheld() from error
    if not handles(capacities(ctx, who, case)):
        raise CaseNotFound.withheld()
    check_involved(case, orjson.loads(form or "{}"), number)
    return case.ref
