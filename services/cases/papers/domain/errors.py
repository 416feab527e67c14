"""Errors for papers that cannot be ordered again."""

from services.common.errors import (
    Conflict,
)


class NoPaperIssued(Conflict):
    """A paper can be issued again only after it was issued."""

    code = "case-no-paper-issued"
    vi = "Hồ sơ chưa có giấy tờ nào được phát hành. Hãy thử lại sau khi giấy tờ được phát hành."
    en = "No paper was issued for this case yet. Try again once one is."


class PaperReplaced(Conflict):
    """A paper has one successor."""

    code = "case-paper-replaced"
    vi = "Giấy tờ này đã được thay thế bằng phiên bản mới. Hãy chọn phiên bản mới nhất."
    en = "This paper was replaced by a newer version. Choose the newest one."
