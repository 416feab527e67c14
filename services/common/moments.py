"""Moments as messages hold them."""

from datetime import UTC, datetime

from google.protobuf.timestamp_pb2 import Timestamp

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def timestamp(at: datetime | None) -> Timestamp | None:
    """Gives a moment as a message holds it, to the microsecond; None, which leaves the field unset, for None."""
    if at is None:
        return None
    since = at - _EPOCH
    return Timestamp(seconds=since.days * 86_400 + since.seconds, nanos=since.microseconds * 1_000)


def read_timestamp(text: str) -> Timestamp | None:
    """Gives a moment written as RFC 3339 as a message holds it; None for an empty text."""
    return timestamp(datetime.fromisoformat(text)) if text else None


def moment(held: Timestamp) -> datetime | None:
    """Gives what a message holds as a moment in UTC; None where the field is not set."""
    return held.ToDatetime(UTC) if held.seconds else None
