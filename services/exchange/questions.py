"""Turns a consultation (lấy ý kiến cơ quan phối hợp) into the one document that asks it."""

from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from services.exchange import entries, store
from services.exchange.desk import Desk, organ_of
from services.exchange.domain import Question
from services.exchange.packets import Attachment, Document, Signatory

_VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")


def ask(desk: Desk, conn: Connection, question: Question) -> None:
    """Numbers, writes, signs and queues the document; asking the same consultation again changes nothing.

    Raises:
        KeyError: the case's agency has no office in the agencies' file, so nobody can sign for it.
    """
    if store.has_consultation(conn, question.consultation_id):
        return
    written = document(desk, conn, question)
    sealed = desk.seal(written)
    message = entries.asked(question, written, sealed)
    store.add_message(conn, message, sealed.envelope)
    store.queue(conn, message.message_id, question.asked_at)


def document(desk: Desk, conn: Connection, question: Question, attachments: tuple[Attachment, ...] = ()) -> Document:
    """The letter, under the next number of the agency that sends it.

    Raises:
        KeyError: the agency has no office in the agencies' file, so nobody can sign for it.
    """
    sender = desk.directory.find(question.sender)
    if sender.office is None:
        raise KeyError(f"{question.sender} has no office in the agencies' file")
    at = question.asked_at.astimezone(_VIETNAM).replace(microsecond=0)
    return Document(
        sender=organ_of(sender),
        receivers=(organ_of(desk.directory.find(question.receiver)),),
        number=str(store.next_number(conn, sender.code, at.year)),
        notation=sender.office.notation,
        day=at.date(),
        place=sender.office.place,
        subject=question.subject,
        content=f"{question.content}\nMã số hồ sơ: {question.case_ref}".lstrip(),
        signer=Signatory(sender.office.competence, sender.office.position, question.asked_by),
        at=at,
        due=question.due,
        staff=question.asked_by,
        attachments=attachments,
    )
