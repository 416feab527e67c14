"""The control slip, from the whole history of a case."""

import orjson
from sqlalchemy import Connection

from services.cases.core.actions import ACTIONS, OrderControlSlip
from services.cases.core.context import CasesContext
from services.cases.core.domain.case import Case
from services.cases.core.messages.cases import event_of
from services.cases.core.store import cases as store
from services.cases.core.usecases import act
from services.cases.core.visibility import CaseView, permission_of, see
from services.cases.papers.domain.slip import handovers
from services.common.context import Caller


def order_control_slip(ctx: CasesContext, who: Caller, ref: str, expected_version: int) -> CaseView:
    """Orders the control slip of a case as it stands now; it replaces the slip before. Raises as `act`."""
    with ctx.database.transaction() as conn:
        case, form = store.read(conn, ref, lock=True)
        permission = permission_of(ctx, who, case)
        change = act.decide(ctx, permission, expected_version, control_slip(ctx, conn, case), permission.rules)
        if change is not None:
            store.write(conn, change, event_of(change))
        return see(ctx, permission.after(change.case, permission.rules) if change else permission, form)


def control_slip(ctx: CasesContext, conn: Connection, case: Case) -> OrderControlSlip:
    """Returns the order of the slip, with every handover there was."""
    entries = [orjson.loads(entry) for _, entry, _ in store.history(conn, case)]
    return OrderControlSlip(handovers(entries, case, ctx.rules_of(case), ACTIONS))
