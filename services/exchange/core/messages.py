"""An event about one of our messages."""

from google.protobuf.message import Message as Proto
from sqlalchemy import Connection

from services.common.events import Event
from services.exchange.core import store
from services.exchange.core.domain import ExchangeMessage


def message_event(conn: Connection, event_type: str, about: ExchangeMessage, body: Proto) -> Event:
    return Event(
        type=event_type,
        subject=about.case_ref,
        aggregate_id=str(about.message_id),
        aggregate_version=store.next_event_version(conn, about.message_id),
        data=body.SerializeToString(),
    )
