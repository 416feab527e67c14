"""The conversation of applicant and agency on a case (trao đổi trên hồ sơ).

The law asks for the means to answer and guide the applicant; how long it stays open and how much may be said is domain
practice. Formal papers go their own way: a supplement is still asked for with form 02.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from services.cases.core.domain.case_parts import Attachment
from services.cases.core.domain.transitions import CITIZEN
from services.common.errors import Conflict, RateLimited, Unprocessable
from services.contracts.privacy import Neutral, OwnUse, Recorded

Side = Literal["applicant", "office"]


class ConversationClosed(Conflict):
    """The case ended too long ago."""

    code = "conversation-closed"
    vi = "Hồ sơ đã kết thúc hơn {days} ngày nên không trao đổi thêm được. Hãy liên hệ bộ phận một cửa."
    en = "The case ended more than {days} days ago, so nothing more can be said on it. Ask at the one-stop counter."


class ApplicantNotOnline(Conflict):
    """The case was not filed online, and nobody on the applicant's side has acted on it online: maybe nobody reads."""

    code = "applicant-not-online"
    vi = "Hồ sơ nộp trực tiếp và người nộp chưa dùng hồ sơ này trên mạng, có thể không đọc được tin. Hãy gọi điện."
    en = "The case was filed at the counter and its applicant has not used it online yet, so may never read this. Call."


class TooManyMessages(RateLimited):
    """One account says a limited number of things on one case in an hour."""

    code = "too-many-messages"
    vi = "Bạn đã gửi {most} tin trong một giờ trên hồ sơ này. Hãy chờ rồi gửi tiếp."
    en = "You sent {most} messages on this case within an hour. Wait, then go on."


class ConversationFull(Conflict):
    """A case carries a limited number of messages."""

    code = "conversation-full"
    vi = "Hồ sơ đã có {most} tin, không gửi thêm được. Hãy liên hệ bộ phận một cửa."
    en = "The case has {most} messages and takes no more. Ask at the one-stop counter."


class MessageKeyReused(Unprocessable):
    """The same key came with another message."""

    code = "message-key-reused"
    vi = "Khóa Idempotency-Key này đã dùng cho một tin có nội dung khác. Hãy dùng khóa mới."
    en = "This Idempotency-Key was used for a different message. Use a new key."


@dataclass(frozen=True, slots=True)
class ChatMessage:
    """One thing said. `seq` is the history entry that holds its digest.

    The digest is of `salt` and text together: with both removed nobody can find out a short text by trying. `text` None
    = removed, once its time was over. `read_at` None = nobody of the other side has read it.
    """

    message_id: UUID
    ref: Neutral[str]
    seq: int
    side: Side
    account: Neutral[str]
    name: Recorded[str]
    role: Neutral[str]
    at: datetime
    text: OwnUse[str | None]
    salt: OwnUse[bytes | None]
    sha256: Neutral[str]
    attachments: tuple[Attachment, ...] = ()
    read_at: datetime | None = None
    read_by: Recorded[str] = ""


def digest(salt: bytes, text: str) -> str:
    """Returns the SHA-256 of salt and text (UTF-8), hex."""
    return hashlib.sha256(salt + text.encode()).hexdigest()


def side_of(role: str) -> Side:
    """Returns the side for which this role speaks."""
    return "applicant" if role == CITIZEN else "office"
