"""An event as a message: CloudEvents 1.0 attributes as headers (AMQP binding, binary mode), protobuf as the body."""

from datetime import datetime
from uuid import NAMESPACE_OID, UUID, uuid5

from services.common.events import Event
from services.common.messaging.transport import Message

_PREFIX = "cloudEvents:"
_ID = _PREFIX + "id"


class Undecodable(Exception):
    """The message is not an event of ours; trying again would not help."""


def encode(event: Event) -> Message:
    attributes = {
        "specversion": "1.0",
        "id": str(event.id),
        "type": event.type,
        "source": event.source,
        "subject": event.subject,
        "time": event.time.isoformat(),
        "aggregateid": event.aggregate_id,
        "aggregateversion": str(event.aggregate_version),
        "traceparent": event.traceparent,
        "requestid": event.request_id,
    }
    return Message(event.type, {_PREFIX + name: value for name, value in attributes.items()}, event.data)


def decode(message: Message) -> Event:
    """Returns the event a message carries.

    Raises:
        Undecodable: an attribute is missing or malformed.
    """
    headers = message.headers
    try:
        return Event(
            id=UUID(headers[_ID]),
            type=headers[_PREFIX + "type"],
            source=headers[_PREFIX + "source"],
            subject=headers[_PREFIX + "subject"],
            time=datetime.fromisoformat(headers[_PREFIX + "time"]),
            aggregate_id=headers[_PREFIX + "aggregateid"],
            aggregate_version=int(headers[_PREFIX + "aggregateversion"]),
            traceparent=headers.get(_PREFIX + "traceparent", ""),
            request_id=headers.get(_PREFIX + "requestid", ""),
            data=message.body,
        )
    except (KeyError, ValueError) as error:
        raise Undecodable(f"{type(error).__name__}: {error}") from error


def message_id(message: Message) -> UUID:
    """Returns the id that tells messages apart: for a message without a usable id, a digest of its content."""
    try:
        return UUID(message.headers[_ID])
    except (KeyError, ValueError):
        return uuid5(NAMESPACE_OID, repr((message.type, sorted(message.headers.items()), message.body)))
