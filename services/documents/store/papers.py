"""SQL of papers issued."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Connection, text

from services.contracts.privacy import Neutral, Recorded
from services.documents.store.files import AGENCIES
from services.documents.store.orders import PaperOrder


class Paper(NamedTuple):
    """An issued paper; who may see its file may see it."""

    paper_id: Neutral[str]
    case_ref: Neutral[str]
    form: Neutral[str]
    number: Neutral[str]
    agency_code: Neutral[str]
    sealed_by: Neutral[str]
    issued_at: datetime
    file_id: UUID
    sha256: Neutral[bytes]
    owner: Neutral[str]
    agencies: Neutral[tuple[str, ...]]
    family: Neutral[str]
    replaces: Neutral[str | None]
    reissue_reason: Recorded[str]
    replaced_by: Neutral[str | None]
    replaced_by_number: Neutral[str | None]
    replaced_at: datetime | None


_PAPER = (
    f"p.paper_id, p.case_ref, p.form, p.number, p.agency_code, p.sealed_by, p.issued_at, f.file_id, f.sha256, f.owner, "
    f"{AGENCIES}, o.family, o.replaces, o.reissue_reason, s.paper_id, s.number, s.issued_at"
)
_SELECT_PAPER = f"""
SELECT {_PAPER} FROM papers p JOIN files f ON f.file_id = p.file_id JOIN paper_orders o ON o.paper_id = p.paper_id
LEFT JOIN paper_orders so ON so.replaces = p.paper_id LEFT JOIN papers s ON s.paper_id = so.paper_id
"""


def add_paper(
    conn: Connection, order: PaperOrder, *, number: str, sealed_by: str, file_id: UUID, issued_at: datetime
) -> Paper:
    statement = text("""
        INSERT INTO papers (paper_id, case_ref, form, number, agency_code, sealed_by, file_id, issued_at)
        VALUES (:paper_id, :case_ref, :form, :number, :agency_code, :sealed_by, :file_id, :issued_at)
        """)
    parameters = {"number": number, "sealed_by": sealed_by, "file_id": file_id, "issued_at": issued_at}
    conn.execute(statement, order._asdict() | parameters)
    return _paper(conn.execute(text(f"{_SELECT_PAPER} WHERE p.paper_id = :id"), {"id": order.paper_id}).one())


def books_of(conn: Connection, agency_code: str, after: Paper | None, limit: int) -> list[Paper]:
    """Lists the volumes of registers issued for an agency, newest first: those after a volume in that order, or the
    first."""
    following = "AND (p.issued_at, p.paper_id) < (:issued_at, :paper_id)" if after else ""
    statement = text(f"""{_SELECT_PAPER}
        WHERE p.case_ref = '' AND p.agency_code = :agency {following}
        ORDER BY p.issued_at DESC, p.paper_id DESC LIMIT :limit
        """)
    parameters: dict[str, object] = {"agency": agency_code, "limit": limit}
    if after:
        parameters |= {"issued_at": after.issued_at, "paper_id": after.paper_id}
    return [_paper(row) for row in conn.execute(statement, parameters)]


def papers_of_case(conn: Connection, case_ref: str) -> list[Paper]:
    """Lists the papers of a case, oldest first."""
    statement = text(f"{_SELECT_PAPER} WHERE p.case_ref = :ref ORDER BY p.issued_at, p.paper_id")
    return [_paper(row) for row in conn.execute(statement, {"ref": case_ref})]


def paper(conn: Connection, paper_id: str) -> Paper | None:
    row = conn.execute(text(f"{_SELECT_PAPER} WHERE p.paper_id = :id"), {"id": paper_id}).one_or_none()
    return _paper(row) if row else None


def _paper(row: object) -> Paper:
    found = Paper(*row)  # type: ignore[misc]  # a Row of exactly these columns
    return found._replace(agencies=tuple(found.agencies), sha256=bytes(found.sha256))
