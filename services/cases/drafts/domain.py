"""A draft (hồ sơ nháp): an application kept before it is filed, and how long it is kept.

That drafts end, and that their owner is told before, is domain practice; no article names the days.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from services.common import limits
from services.common.errors import Conflict, NotFound, PreconditionFailed
from services.contracts.privacy import Neutral, OwnUse


class DraftNotFound(NotFound):
    """The caller has no draft of this id: it was filed, deleted or has expired, or never was."""

    code = "draft-not-found"
    vi = "Không tìm thấy bản nháp: bản nháp đã được nộp, đã xóa hoặc đã hết hạn."
    en = "There is no such draft: it was filed, deleted or has expired."


class DraftVersionConflict(PreconditionFailed):
    """The draft was saved elsewhere since it was read."""

    code = "draft-version-conflict"
    vi = "Bản nháp đã được lưu ở nơi khác từ lúc bạn mở. Hãy tải lại bản nháp rồi sửa tiếp."
    en = "The draft was saved elsewhere since you opened it. Reload it, then go on."


class TooManyDrafts(Conflict):
    """An account keeps a limited number of drafts."""

    code = "too-many-drafts"
    vi = "Bạn đã có {most} bản nháp. Hãy nộp hoặc xóa bớt rồi lưu lại."
    en = "You already have {most} drafts. File or delete some, then save again."


@dataclass(frozen=True, slots=True)
class Draft:
    """`content` is JSON text; `procedure_version` the version of the procedure it was begun under.

    `noticed_at` None = its owner was not yet told when it ends.
    """

    account: Neutral[str]
    draft_id: UUID
    version: int
    procedure_code: Neutral[str]
    procedure_version: date
    content: OwnUse[str]
    created_at: datetime
    saved_at: datetime
    expires_at: datetime
    noticed_at: datetime | None = None

    @property
    def wake_at(self) -> datetime:
        """When time does something to it next: its owner is told, then it ends."""
        return self.expires_at if self.noticed_at else self.expires_at - limits.DRAFT_NOTICE


def begun(
    account: str, draft_id: UUID, expected_version: int, procedure: tuple[str, date], content: str, at: datetime
) -> Draft:
    """Returns a new draft.

    Raises:
        DraftNotFound: the draft the caller has seen is gone.
    """
    if expected_version:
        raise DraftNotFound
    return Draft(account, draft_id, 1, *procedure, content, at, at, at + limits.DRAFT_LIFE)


def saved(draft: Draft, expected_version: int, procedure: tuple[str, date], content: str, at: datetime) -> Draft:
    """Returns the next version of a draft; the draft itself when this very save had come before.

    Raises:
        DraftVersionConflict: it is not the version the caller saw.
    """
    repeated = (draft.procedure_code, draft.procedure_version, draft.content) == (*procedure, content)
    if repeated and draft.version == expected_version + 1:
        return draft
    if draft.version != expected_version:
        raise DraftVersionConflict
    code, version = procedure
    return replace(
        draft,
        version=draft.version + 1,
        procedure_code=code,
        procedure_version=version,
        content=content,
        saved_at=at,
        expires_at=at + limits.DRAFT_LIFE,
        noticed_at=None,
    )


def noticed(draft: Draft, at: datetime) -> Draft:
    """Notes that the owner is notified; however late that is, the days of the notice are given in full."""
    return replace(draft, noticed_at=at, expires_at=max(draft.expires_at, at + limits.DRAFT_NOTICE))
