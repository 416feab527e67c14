"""SQL that finds cases which may be the same as another: read when somebody looks, by indexes made for it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from services.cases.core.domain.status import CaseStatus
from services.cases.core.store import cases as store
from services.cases.duplicates.domain import SimilarCase
from services.common import limits, sql

_COLUMNS = "ref, agency_code, applicant_name, status, received_at"
# Newest first from each index, so that no more is read than is shown.
_HALF = f"""
SELECT {_COLUMNS}, {{what}} FROM cases
WHERE {{same}} AND procedure_code = %(procedure_code)s AND ref <> %(but)s
    AND (status NOT IN (3, 7, 10) OR received_at >= %(since)s) AND {{scope}}
ORDER BY received_at DESC LIMIT %(most)s
"""
_BOTH = """
SELECT {columns}, bool_or(applicant) AS same_applicant, bool_or(subject) AS same_subject
FROM (({by_applicant}) UNION ALL ({by_subject})) AS found
GROUP BY {columns} ORDER BY received_at DESC, ref LIMIT %(most)s
"""


def _statement(scope: str) -> str:
    return _BOTH.format(
        columns=_COLUMNS,
        by_applicant=_HALF.format(
            what="true AS applicant, false AS subject", same="identifier = %(identifier)s", scope=scope
        ),
        by_subject=_HALF.format(
            what="false AS applicant, true AS subject",
            same="likeness = %(likeness)s AND likeness <> ''",
            scope=scope,
        ),
    )


OF_ACCOUNT = _statement(store.OWN)
OF_AGENCIES = _statement("(agency_code = ANY(%(agencies)s) OR intake_agency = ANY(%(agencies)s))")


@dataclass(frozen=True, slots=True)
class DuplicateQuery:
    """The values a case is compared by; exactly one of `account`, with `numbers`, and `agencies` bounds what the
    caller may see.

    `but` is the case's own number, empty before it is filed.
    """

    procedure_code: str
    identifier: str
    duplicate_key: str
    but: str = ""
    account: str = ""
    numbers: Sequence[str] = ()
    agencies: Sequence[str] = ()


def find(conn: Connection, query: DuplicateQuery, now: datetime) -> list[SimilarCase]:
    """Finds cases of the same procedure, open or filed lately, for the same applicant or the same thing; newest
    first."""
    values: dict[str, Any] = {
        "procedure_code": query.procedure_code,
        "identifier": query.identifier,
        "likeness": query.duplicate_key,
        "but": query.but,
        "account": query.account,
        "numbers": list(query.numbers),
        "agencies": list(query.agencies),
        "since": now - limits.DUPLICATE_WINDOW,
        "most": limits.DUPLICATES_SHOWN,
    }
    return sql.find_all(conn, _similar_case, OF_ACCOUNT if query.account else OF_AGENCIES, values)


def _similar_case(status: int, **columns: Any) -> SimilarCase:
    return SimilarCase(status=CaseStatus(status), **columns)
