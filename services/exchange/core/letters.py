"""The one document that asks a consultation (lấy ý kiến cơ quan phối hợp)."""

from sqlalchemy import Connection

from services.common.times import VIETNAM
from services.exchange.core import store
from services.exchange.core.context import ExchangeContext, organ_of
from services.exchange.core.domain import Question
from services.exchange.envelopes.domain import Attachment, Document, Signatory


def document(
    ctx: ExchangeContext, conn: Connection, question: Question, attachments: tuple[Attachment, ...] = ()
) -> Document:
    """Returns the letter, under the next number of the agency that sends it.

    Raises:
        KeyError: the agency has no office in the agencies' file, so nobody can sign for it.
    """
    sender = ctx.directory.find(question.sender)
    if sender.office is None:
        raise KeyError(f"{question.sender} has no office in the agencies' file")
    at = question.asked_at.astimezone(VIETNAM).replace(microsecond=0)
    return Document(
        sender=organ_of(sender),
        receivers=(organ_of(ctx.directory.find(question.receiver)),),
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
