"""Messages given up on: kept with their whole envelope until an operator replays them."""

from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.common.database import Database
from services.common.errors import NotFound, Unavailable
from services.common.messaging.transport import Message, Outcome, Transport

_WAITING = "SELECT id, message_id, queue, type, headers, body, reason, parked_at FROM parked WHERE replayed_at IS NULL"
_FORGET_INBOX = "DELETE FROM inbox WHERE message_id = %s AND queue = %s AND parked"
_FORGET_ATTEMPTS = "DELETE FROM inbox_attempts WHERE message_id = %s AND queue = %s"
_MARK_REPLAYED = "UPDATE parked SET replayed_at = now() WHERE id = %s"


class NotParked(NotFound):
    """No message is parked under this number."""

    code = "message-not-parked"
    vi = "Không có thông điệp nào đang chờ xử lý lại với số {parked_id}."
    en = "No message is parked under number {parked_id}."


class QueueMissing(Unavailable):
    """The queue the message came from does not take it back."""

    code = "queue-missing"
    vi = "Hàng đợi {queue} không nhận thông điệp. Hãy khởi động dịch vụ rồi thử lại."
    en = "Queue {queue} does not take the message. Start its service, then try again."


@dataclass(frozen=True, slots=True)
class Parked:
    """One message given up on, and why."""

    id: int
    message_id: UUID
    queue: str
    type: str
    headers: Mapping[str, str]
    body: bytes
    reason: str
    parked_at: datetime


def list_parked(database: Database) -> Sequence[Parked]:
    """Lists the parked messages, which wait for an operator, oldest first."""
    with database.autocommit() as conn:
        return [Parked(**row._mapping) for row in conn.exec_driver_sql(f"{_WAITING} ORDER BY id")]


def replay(database: Database, transport: Transport, parked_id: int) -> None:
    """Puts a parked message back into its queue, with its attempts forgotten.

    Interrupted half-way it stays listed; replaying it once more then has no second effect.

    Raises:
        NotParked: no message of this id is parked, or it was replayed already.
        QueueMissing: its queue does not exist.
    """
    with database.transaction() as conn:
        found = conn.exec_driver_sql(f"{_WAITING} AND id = %s", (parked_id,)).first()
        if found is None:
            raise NotParked(parked_id=parked_id)
        parked = Parked(**found._mapping)
        conn.exec_driver_sql(_FORGET_INBOX, (parked.message_id, parked.queue))
        conn.exec_driver_sql(_FORGET_ATTEMPTS, (parked.message_id, parked.queue))
    with closing(transport.publisher()) as publisher:
        (outcome,) = publisher.publish([Message(parked.type, parked.headers, parked.body)], queue=parked.queue)
    if outcome is not Outcome.TAKEN:
        raise QueueMissing(queue=parked.queue)
    with database.transaction() as conn:
        conn.exec_driver_sql(_MARK_REPLAYED, (parked_id,))
