"""The entries of the message log about a packet, out or in."""

from datetime import datetime
from hashlib import sha256

from services.common import limits
from services.common.events import uuid7
from services.exchange.core.domain import ExchangeMessage, Question, ReceivedEnvelope, SealedEnvelope, message_id_of
from services.exchange.envelopes.domain import Document, Status


def asked(question: Question, document: Document, sealed: SealedEnvelope) -> ExchangeMessage:
    """Returns the document that asks a consultation."""
    return ExchangeMessage(
        message_id=message_id_of(question.consultation_id),
        direction="out",
        kind="document",
        sha256=sha256(sealed.envelope).digest(),
        created_at=question.asked_at,
        sender=document.sender.code,
        receiver=document.receivers[0].code,
        document_id=document.document_id,
        subject=document.subject,
        case_id=question.case_id,
        case_ref=question.case_ref,
        agency_code=question.sender,
        consultation_id=question.consultation_id,
        certificate=sealed.certificate,
        signed_by=sealed.signed_by,
    )


def unreadable(envelope: bytes, now: datetime) -> ExchangeMessage:
    """Makes the entry of bytes that prove nothing: not even who they are from."""
    return ExchangeMessage(uuid7(), "in", "unreadable", sha256(envelope).digest(), now)


def arrived(envelope: bytes, opened: ReceivedEnvelope, now: datetime) -> ExchangeMessage:
    """Makes the entry of a genuine packet, not yet known to be about a document of ours."""
    packet = opened.packet
    message = ExchangeMessage(
        uuid7(),
        "in",
        "document",
        sha256(envelope).digest(),
        now,
        sender=opened.sender,
        certificate=opened.certificate,
        signed_by=opened.signed_by,
    )
    if isinstance(packet, Document):
        receiver = packet.receivers[0].code
        return message._replace(
            receiver=receiver, document_id=packet.document_id, subject=packet.subject[: limits.TEXT_LENGTH]
        )
    about = packet.about
    return message._replace(
        kind="status", receiver=about.organ, document_id=about.document_id, status_code=packet.status.value
    )


def filed(message: ExchangeMessage, ours: ExchangeMessage) -> ExchangeMessage:
    """Returns the same, filed under the case of the document of ours it is about."""
    return message._replace(
        receiver=ours.sender,
        case_id=ours.case_id,
        case_ref=ours.case_ref,
        agency_code=ours.agency_code,
        consultation_id=ours.consultation_id,
    )


def our_report(about: ExchangeMessage, sender: str, status: Status, sealed: SealedEnvelope) -> ExchangeMessage:
    """Makes the entry of our report on a document that came in."""
    return about._replace(
        message_id=uuid7(),
        direction="out",
        kind="status",
        sender=sender,
        receiver=about.sender,
        subject="",
        status_code=status.value,
        sha256=sha256(sealed.envelope).digest(),
        certificate=sealed.certificate,
        signed_by=sealed.signed_by,
    )
