"""Events, which travel between services: past-tense facts with CloudEvents attributes and a protobuf body."""

import os
import time
import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime

from services.common import context, limits

_RANDOM_BITS = 74
_VARIANT = 0b10 << 62
_VERSION = 7 << 76


def uuid7() -> uuid.UUID:
    """Returns a time-ordered id (RFC 9562 version 7): unlike a serial it never repeats after a database was
    restored."""
    milliseconds = time.time_ns() // 1_000_000
    random = int.from_bytes(os.urandom(10)) >> (80 - _RANDOM_BITS)
    high, low = random >> 62, random & ((1 << 62) - 1)
    return uuid.UUID(int=milliseconds << 80 | _VERSION | high << 64 | _VARIANT | low)


@dataclass(frozen=True, slots=True)
class Event:
    """One fact, published at least once and handled once.

    `type` is `<service>.<fact>` and the routing key; `subject` the case number; `data` the serialised protobuf named in
    the catalogue (architecture.md, Events). `aggregate_version` grows by one with each event of `aggregate_id`.
    The ids of the request that caused it are taken from the context.

    Raises:
        ValueError: the body is larger than an event may be; what is large belongs in the object store.
    """

    type: str
    subject: str
    aggregate_id: str
    aggregate_version: int
    data: bytes
    id: uuid.UUID = field(default_factory=uuid7)
    source: str = ""
    time: datetime = field(default_factory=lambda: datetime.now(UTC))
    traceparent: str = field(default_factory=lambda: context.trace().traceparent)
    request_id: str = field(default_factory=lambda: context.trace().request_id)

    def __post_init__(self) -> None:
        if len(self.data) > limits.EVENT_BYTES:
            raise ValueError(f"{self.type} of {len(self.data)} bytes; an event holds at most {limits.EVENT_BYTES}")
        if not self.source:
            object.__setattr__(self, "source", self.type.partition(".")[0])
