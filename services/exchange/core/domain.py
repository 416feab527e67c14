"""A message between agencies: its content, its number, its state."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID, uuid5

from services.common import limits
from services.common.retry import delay
from services.contracts.privacy import Neutral, Recorded
from services.exchange.envelopes.domain import Packet


class State(StrEnum):
    """Where a message stands. Outgoing: queued, sent, failed. Incoming: received, rejected."""

    QUEUED = "queued"
    SENT = "sent"
    FAILED = "failed"
    RECEIVED = "received"
    REJECTED = "rejected"


_NAMESPACE = UUID("0f6c2a52-5f0e-4a51-9d3b-6a2f6a1f0c77")


@dataclass(frozen=True, slots=True)
class Question:
    """A question of an agency of ours to another about a case. Agencies by code."""

    consultation_id: Neutral[str]
    case_id: Neutral[str]
    case_ref: Neutral[str]
    sender: Neutral[str]
    receiver: Neutral[str]
    subject: Recorded[str]
    content: Recorded[str]
    due: date | None
    asked_by: Recorded[str]
    asked_at: datetime


def message_id_of(consultation_id: str) -> UUID:
    """Returns the id of the envelope that asks a consultation: the same whenever and however often it is made."""
    return uuid5(_NAMESPACE, consultation_id)


def retry_delay(attempts: int, jitter: float) -> timedelta:
    """Returns how long to wait after so many failed attempts: doubling, capped, spread by `jitter` in [0, 1)."""
    return delay(attempts, limits.SEND_RETRY_FIRST, limits.SEND_RETRY_MAX, chance=jitter)


@dataclass(frozen=True, slots=True)
class ReceivedEnvelope:
    """A packet that came in, its sender proven; `sender` is the canonical code, `certificate` DER."""

    packet: Packet
    sender: str
    certificate: bytes
    signed_by: str


@dataclass(frozen=True, slots=True)
class SealedEnvelope:
    """A packet ready to go: the bytes that travel, however often."""

    envelope: bytes
    certificate: bytes
    signed_by: str


class ExchangeMessage(NamedTuple):
    """One packet of the log. `document_id` names the document it is, or the one it reports on."""

    message_id: UUID
    direction: Neutral[str]
    kind: Neutral[str]
    sha256: Neutral[bytes]
    created_at: datetime
    sender: Neutral[str] = ""
    receiver: Neutral[str] = ""
    document_id: Neutral[str] = ""
    subject: Recorded[str] = ""
    status_code: Neutral[str] = ""
    case_id: Neutral[str] = ""
    case_ref: Neutral[str] = ""
    agency_code: Neutral[str] = ""
    consultation_id: Neutral[str] = ""
    certificate: Neutral[bytes] = b""
    signed_by: Neutral[str] = ""
    refusal: Neutral[str] = ""


class LoggedMessage(NamedTuple):
    """A packet of the log and, for one of ours, how its delivery stands."""

    message: ExchangeMessage
    state: str | None
    attempts: int
    reported: str


class DueEnvelope(NamedTuple):
    """A packet to hand to the axis now; `attempts` counts this one."""

    message: ExchangeMessage
    attempts: int
    envelope: bytes
