"""Errors for supplement requests that are not allowed."""

from services.common.errors import (
    Conflict,
)


class SupplementAlreadyAsked(Conflict):
    """A supplement is asked for once, with everything that is missing; again only as a leader decides."""

    code = "case-supplement-already-asked"
    vi = (
        "Hồ sơ đã được yêu cầu bổ sung một lần; mọi nội dung phải nêu trong một lần. "
        "Yêu cầu thêm cần lãnh đạo phê duyệt: hãy đề xuất."
    )
    en = (
        "A supplement was already requested: everything is asked for in one request. "
        "A further one needs a leader's approval: propose it."
    )


class SupplementNotAskedYet(Conflict):
    """The first request needs no approval."""

    code = "case-supplement-not-asked-yet"
    vi = "Hồ sơ chưa được yêu cầu bổ sung lần nào. Hãy yêu cầu trực tiếp, không cần đề xuất."
    en = "No supplement was requested yet. Request it directly; it needs no approval."


class NoSupplementProposed(Conflict):
    """There is no further supplement request to decide on."""

    code = "case-no-supplement-proposed"
    vi = "Không có đề xuất yêu cầu bổ sung nào đang chờ phê duyệt."
    en = "No further supplement request waits for approval."
