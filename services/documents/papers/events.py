"""Has a volume of a register issued."""

from onestop.cases.v1 import cases_events_pb2
from sqlalchemy import Connection

from services.common.events import Event
from services.documents.papers import orders


def on_book_ordered(conn: Connection, event: Event) -> None:
    """Records a volume of a register; it belongs to its agency and to no case."""
    ordered = cases_events_pb2.BookOrdered.FromString(event.data)
    orders.record_order(conn, ordered.paper, "", event.subject, "", event.time)
