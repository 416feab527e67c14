"""The log of messages, read by the workers of a case's agency."""

from uuid import UUID

from services.common.context import Caller
from services.common.database import Database
from services.exchange.core.domain import LoggedMessage
from services.exchange.message_log import store
from services.exchange.message_log.domain import MessageNotFound


def list_messages(database: Database, who: Caller, case_ref: str) -> list[LoggedMessage]:
    """Lists the packets about a case, for the workers of its agency; nobody else sees that there are any."""
    with database.autocommit() as conn:
        return [entry for entry in store.messages_of_case(conn, case_ref) if who.covers(entry.message.agency_code)]


def get_envelope(database: Database, who: Caller, message_id: UUID) -> tuple[LoggedMessage, bytes]:
    """Reads a packet with its exact bytes.

    Raises:
        MessageNotFound: no such packet, or not of an agency the caller works for.
    """
    with database.autocommit() as conn:
        found = store.message(conn, message_id)
    if found is None:
        raise MessageNotFound
    if not who.covers(found[0].message.agency_code):
        raise MessageNotFound.withheld()
    return found
