"""Which message is to be seen."""

from services.common.errors import NotFound


class MessageNotFound(NotFound):
    """The message does not exist, or the caller may not see it."""

    code = "message-not-found"
    vi = "Không tìm thấy gói tin này, hoặc bạn không được xem. Hãy kiểm tra lại mã gói tin."
    en = "There is no such message, or you may not see it. Check the message id."
