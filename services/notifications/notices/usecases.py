"""Notices listed and marked as read, each for its reader alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from services.common import limits
from services.common.context import Caller
from services.common.database import Database
from services.common.errors import FieldError, InvalidInput
from services.notifications.core import store
from services.notifications.core.domain import Notice, NoticeNotFound
from services.notifications.core.store import Listed


@dataclass(frozen=True, slots=True)
class Page:
    """A page of notices, the token of the next one, and how many the reader has not read in all."""

    notices: list[Listed]
    next_token: str
    unread: int


def list_notices(database: Database, who: Caller, page_token: str, page_size: int) -> Page:
    """Returns notices of the cases that concern the caller now, newest first.

    Raises:
        InvalidInput: the page token is none of ours.
    """
    most = min(page_size or limits.PAGE_SIZE_DEFAULT, limits.PAGE_SIZE_MAX)
    after = _key_of(page_token) if page_token else None
    if page_token and after is None:
        raise InvalidInput(
            fields=[FieldError("/page_token", "page-token", "Mã trang không đúng.", "Not a page token of ours.")]
        )
    with database.transaction() as conn:
        found = store.notices(conn, who.subject, who.numbers, after=after, most=most + 1)
        unread = store.unread(conn, who.subject, who.numbers)
    return Page(found[:most], _token(found[most - 1].notice) if len(found) > most else "", unread)


def mark_read(database: Database, who: Caller, notice_ids: Sequence[str], now: datetime) -> int:
    """Notes that the caller has read these notices; returns how many they have not read.

    Raises:
        NoticeNotFound: one of them is not there, or not theirs; then none is marked.
    """
    ids = {_id_of(each) for each in notice_ids}
    wanted = [each for each in ids if each is not None]
    with database.transaction() as conn:
        if store.mark_read(conn, who.subject, who.numbers, wanted, now) < len(ids):
            raise NoticeNotFound
        return store.unread(conn, who.subject, who.numbers)


def _token(last: Notice) -> str:
    """Names the last line of a page: ids of one millisecond are in no order, so its moment comes first."""
    return f"{last.at.astimezone(UTC):%Y%m%dT%H%M%S.%f}_{last.notice_id}"


def _key_of(token: str) -> tuple[datetime, UUID] | None:
    at, _, last = token.partition("_")
    try:
        return datetime.strptime(at, "%Y%m%dT%H%M%S.%f").replace(tzinfo=UTC), UUID(last)
    except ValueError:
        return None


def _id_of(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
