"""The control slip, from the whole history of a case."""

import orjson
from sqlalchemy import Connection

from services.cases.domain.actions import OrderControlSlip
from services.cases.domain.case import Case
from services.cases.domain.slip import handovers
from services.cases.messages.cases import event_of
from services.cases.store import cases as store
from services.cases.usecases import act
from services.cases.usecases.office import Office, Seen, see
from services.common.context import Caller


def order_control_slip(office: Office, who: Caller, ref: str, expected_version: int) -> Seen:
    """Has the slip of a case issued as it stands now; it replaces the one before. Raises as `act`."""
    with office.database.transaction() as conn:
        case, form = store.read(conn, ref, lock=True)
        change = act.decide(office, who, case, expected_version, control_slip(office, conn, case))
        if change is not None:
            store.write(conn, change, event_of(change))
        return see(office, who, change.case if change else case, form)


def control_slip(office: Office, conn: Connection, case: Case) -> OrderControlSlip:
    """The order of the slip, with every handover there was."""
    entries = [orjson.loads(entry) for _, entry, _ in store.history(conn, case)]
    return OrderControlSlip(handovers(entries, case, office.terms(case)))
