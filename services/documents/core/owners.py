"""The number each case belongs to, in the database, as its events say."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Connection

from services.common import sql


def note(conn: Connection, case_ref: str, owner: str, version: int) -> None:
    """Notes whose case it is, unless a newer event said so; a case that is nobody's by number is not noted."""
    if owner:
        statement = """
            INSERT INTO case_owners AS known (case_ref, owner, version) VALUES (%(ref)s, %(owner)s, %(version)s)
            ON CONFLICT (case_ref) DO UPDATE SET owner = excluded.owner, version = excluded.version
            WHERE known.version < excluded.version
            """
        sql.execute(conn, statement, {"ref": case_ref, "owner": owner, "version": version})


def owner_of(conn: Connection, case_ref: str) -> str:
    """Returns the number a case belongs to; empty = nobody's by number."""
    return sql.value(conn, "SELECT owner FROM case_owners WHERE case_ref = %(ref)s", {"ref": case_ref}) or ""


def has_file(conn: Connection, file_id: UUID, numbers: Sequence[str]) -> bool:
    """Returns whether the file is of a case that belongs to one of the numbers."""
    statement = """
        SELECT EXISTS (SELECT FROM file_agencies JOIN case_owners USING (case_ref)
            WHERE file_id = %(id)s AND owner = ANY(%(numbers)s::text[]))
        """
    return bool(sql.value(conn, statement, {"id": file_id, "numbers": list(numbers)}))
