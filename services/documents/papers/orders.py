"""Orders of papers, as they come with the events of a case."""

import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from onestop.cases.v1 import cases_events_pb2
from sqlalchemy import Connection

from services.documents.papers import store
from services.documents.papers.domain import BadPaperOrder, NewOrder, Ordered, form_of
from services.documents.papers.forms import RESULT


def record(conn: Connection, case_ref: str, change: cases_events_pb2.CaseChanged, at: datetime) -> None:
    """Records the paper a case orders and gives it its number; ordered again, nothing changes.

    Raises:
        BadPaperOrder: the data name no form, issuing agency or date; what else is wrong shows when it is issued.
    """
    record_order(
        conn, change.paper, case_ref, change.agency_code, change.applicant_account, at, withheld=change.unproven
    )


def record_order(
    conn: Connection,
    wanted: cases_events_pb2.PaperOrder,
    case_ref: str,
    case_agency: str,
    applicant_account: str,
    at: datetime,
    *,
    withheld: bool = False,
) -> None:
    """Records an order as `record` does, for a paper whose order stands on its own.

    Args:
        at: when it was ordered.
        withheld: a result is not for the account, since nothing proves that it may have it.
    """
    key, family, data_json = wanted.form, wanted.family, wanted.data_json
    if not key and not wanted.replaces_paper_id:
        _again(conn, wanted.paper_id, at)
        return
    try:
        template, result_file_id = wanted.template, wanted.result_file_id or None
        if not key:
            before, data_json = _as_before(conn, wanted)
            key, family, template, result_file_id = before.form, before.family, before.template, before.result_file_id
        data = json.loads(data_json)
        agency_code, issued = str(data["agency_code"]), date.fromisoformat(data["issued_date"])
    except (ValueError, KeyError, TypeError) as error:
        raise BadPaperOrder(why=f"{type(error).__name__}: {error}") from error
    form = form_of(key, family).key
    order = NewOrder(
        paper_id=wanted.paper_id,
        case_ref=case_ref,
        case_agency=case_agency,
        applicant_account="" if withheld and form == RESULT else applicant_account,
        agency_code=agency_code,
        year=issued.year,
        form=form,
        data_json=data_json,
        family=family,
        replaces=wanted.replaces_paper_id or None,
        reissue_reason=wanted.reissue_reason,
        series=_series(form, data),
        template=template,
        result_file_id=result_file_id,
    )
    store.add_order(conn, order, at)


def _again(conn: Connection, paper_id: str, at: datetime) -> None:
    """Has a paper that could not be issued tried once more, as it was ordered."""
    if not store.reopen_parked_order(conn, paper_id, at):
        raise BadPaperOrder(why=f"no form, and no paper {paper_id!r} to try again")


def _as_before(conn: Connection, wanted: cases_events_pb2.PaperOrder) -> tuple[Ordered, bytes]:
    """Returns the order of the paper replaced, and its facts with those that are given anew."""
    before = store.ordered(conn, wanted.replaces_paper_id)
    if before is None:
        raise BadPaperOrder(why=f"no form, and no paper {wanted.replaces_paper_id!r} to replace")
    merged = json.loads(before.data_json) | json.loads(wanted.data_json)
    return before, json.dumps(merged, ensure_ascii=False).encode()


def _series(form: str, data: Mapping[str, Any]) -> str:
    """Returns what a paper's number counts in: a certificate does not count as a letter, nor one numbered elsewhere."""
    result = data.get("result")
    if form != RESULT or not result:
        return ""
    return f"{RESULT}/given" if result.get("number") else f"{RESULT}/{data['result_type']['code']}"
