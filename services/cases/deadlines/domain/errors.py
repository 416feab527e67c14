"""Errors for what is done about a supplement that does not come."""

from services.common.errors import Conflict


class StillAwaited(Conflict):
    """The supplement may still come in time."""

    code = "case-supplement-still-awaited"
    vi = "Người nộp còn thời gian bổ sung đến hết ngày {until}. Hãy chờ đến hết ngày đó."
    en = "The applicant has until the end of {until} to send the supplement. Wait until then."


class ClosesByItself(Conflict):
    """The procedure's own law says when the case is closed."""

    code = "case-closes-by-itself"
    vi = "Theo pháp luật về thủ tục này, hồ sơ tự đóng sau {days} ngày làm việc không được bổ sung. Hãy chờ đến khi đó."
    en = "The law of this procedure closes the case after {days} working days without the supplement. Wait until then."
