"""Orders of papers, as they come with the events of a case."""

import json
from datetime import date

from onestop.cases.v1 import cases_events_pb2
from sqlalchemy import Connection

from services.documents import store
from services.documents.domain import BadPaperOrder, form_of
from services.documents.store import NewOrder


def record(conn: Connection, case_ref: str, change: cases_events_pb2.CaseChanged) -> None:
    """Records the paper a case orders and gives it its number; ordered again, nothing changes.

    Raises:
        BadPaperOrder: the data name no form, issuing agency or date; what else is wrong shows when it is issued.
    """
    wanted = change.paper
    form = form_of(wanted.form)
    try:
        data = json.loads(wanted.data_json)
        agency_code, issued = str(data["agency_code"]), date.fromisoformat(data["issued_date"])
    except (ValueError, KeyError, TypeError) as error:
        raise BadPaperOrder(why=f"{type(error).__name__}: {error}") from error
    order = NewOrder(
        paper_id=wanted.paper_id,
        case_ref=case_ref,
        case_agency=change.agency_code,
        applicant_account=change.applicant_account,
        agency_code=agency_code,
        year=issued.year,
        form=form.code,
        data_json=wanted.data_json,
    )
    store.add_order(conn, order)
