"""Applicant and office talk on a case."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID, uuid5

from sqlalchemy import Connection

from services.cases.conversation import store as conversation_store
from services.cases.conversation.domain.actions import PostMessage, may_talk
from services.cases.conversation.domain.message import (
    ApplicantNotOnline,
    ChatMessage,
    ConversationFull,
    MessageKeyReused,
    TooManyMessages,
    digest,
    side_of,
)
from services.cases.core import engine
from services.cases.core.context import CasesContext
from services.cases.core.domain.case import Case
from services.cases.core.domain.case_parts import Attachment
from services.cases.core.domain.command import check_key, check_text
from services.cases.core.domain.errors import VersionConflict
from services.cases.core.messages.cases import event_of
from services.cases.core.store import cases as store
from services.cases.core.visibility import permission_of
from services.cases.filing.files import clean
from services.common import limits
from services.common.context import Caller
from services.common.text import nfc

AN_HOUR = timedelta(hours=1)
SALT_BYTES = 16


@dataclass(frozen=True, slots=True)
class Conversation:
    """A page of what was said; `open` = something may still be said, `unread` = what the caller's side has not read."""

    messages: Sequence[ChatMessage]
    next_page: str
    unread: int
    open: bool


def post(ctx: CasesContext, who: Caller, ref: str, key: str, text: str, file_ids: Sequence[str]) -> ChatMessage:
    """Says something to the other side; the same key again is the same message.

    Raises:
        CaseNotFound, RoleNotAllowed, ConversationClosed, ApplicantNotOnline, TooManyMessages, ConversationFull.
        MessageKeyReused: the key said something else.
        InvalidInput: the text is missing or too long, or a file is not the caller's own or not found clean.
    """
    check_key(key)
    check_text("text", text := nfc(text), printed=False)
    attachments = clean(ctx.files, file_ids, who.subject)
    at = ctx.now()
    with ctx.database.transaction() as conn:
        case, _ = store.read(conn, ref, lock=True)
        permission = permission_of(ctx, who, case)
        actor = permission.actor(PostMessage, permission.rules)
        message_id = uuid5(case.case_id, f"{who.subject}/{key}")
        if said := _said_before(conn, message_id, text, attachments):
            return said
        salt = secrets.token_bytes(SALT_BYTES)
        if side_of(actor.role) == "office" and not case.read_online:
            raise ApplicantNotOnline
        command = PostMessage(str(message_id), digest(salt, text), attachments)
        change = engine.carry_out(case, command, actor, at, permission.rules)
        _check_measure(ctx, conn, who, case)
        message = ChatMessage(
            message_id=message_id,
            ref=case.ref,
            seq=case.version + 1,
            side=side_of(actor.role),
            account=who.subject,
            name=who.name,
            role=actor.role,
            at=at,
            text=text,
            salt=salt,
            sha256=command.sha256,
            attachments=attachments,
        )
        if change is None or not conversation_store.post(conn, change, event_of(change), message):
            raise VersionConflict
        return message


def read(ctx: CasesContext, who: Caller, ref: str, after: int, most: int) -> Conversation:
    """Reads the messages after an entry of the history, oldest first.

    Raises:
        CaseNotFound: also for a case that is not the caller's to see.
    """
    with ctx.database.autocommit() as conn:
        case, _ = store.read(conn, ref)
        role = _role(ctx, who, case)
        messages = conversation_store.page(conn, case.ref, after, most + 1)
        unread = conversation_store.unread(conn, [case.ref], side_of(role)).get(case.ref, 0)
    more = len(messages) > most
    page = messages[:most]
    is_open = (side_of(role) == "applicant" or case.read_online) and may_talk(case, ctx.now())
    return Conversation(page, str(page[-1].seq) if more else "", unread, is_open)


def mark_read(ctx: CasesContext, who: Caller, ref: str, up_to: int) -> int:
    """Marks the other side's messages as read up to an entry of the history; returns how many are unread after it.

    Raises:
        CaseNotFound: also for a case that is not the caller's to see.
    """
    with ctx.database.autocommit() as conn:
        case, _ = store.read(conn, ref)
        side = side_of(_role(ctx, who, case))
        conversation_store.mark_read(conn, case.ref, up_to, side, who.name, ctx.now())
        return conversation_store.unread(conn, [case.ref], side).get(case.ref, 0)


def _role(ctx: CasesContext, who: Caller, case: Case) -> str:
    """Finds the role in which the caller talks on a case."""
    permission = permission_of(ctx, who, case)
    return permission.actor(PostMessage, permission.rules).role


def _said_before(
    conn: Connection, message_id: UUID, text: str, attachments: tuple[Attachment, ...]
) -> ChatMessage | None:
    """Finds the message that this key posted before; a text removed since is not compared any more.

    Raises:
        MessageKeyReused: it said something else.
    """
    said = conversation_store.find(conn, message_id)
    if said is not None and said.text is not None and (said.text, said.attachments) != (text, attachments):
        raise MessageKeyReused
    return said


def _check_measure(ctx: CasesContext, conn: Connection, who: Caller, case: Case) -> None:
    said, lately = conversation_store.count(conn, case.ref, who.subject, ctx.now() - AN_HOUR)
    if lately >= limits.MESSAGES_PER_HOUR:
        raise TooManyMessages(most=limits.MESSAGES_PER_HOUR, retry_after=int(AN_HOUR.total_seconds()))
    if said >= limits.MESSAGES_PER_CASE:
        raise ConversationFull(most=limits.MESSAGES_PER_CASE)
