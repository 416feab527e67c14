"""Rules of receiving: what reports on a document change, and which packets are not taken in."""

from services.common import limits
from services.common.errors import PermissionDenied, Unprocessable
from services.exchange.envelopes.domain import Status

# 01 → 03 or 02 → 04 → 05 → 06; a recall may be asked for and answered at any time before 06.
_ORDER = {
    Status.ARRIVED: 1,
    Status.REFUSED: 2,
    Status.REGISTERED: 3,
    Status.ASSIGNED: 4,
    Status.IN_PROGRESS: 5,
    Status.RECALL: 6,
    Status.RECALL_REFUSED: 7,
    Status.DONE: 8,
    Status.RECALL_AGREED: 9,
}


def advances(current: str, reported: Status) -> bool:
    """Returns whether `reported` is further on than `current` (a Status, or empty before any).

    The furthest report wins, so any order of arrival ends at the same status.
    """
    return not current or _ORDER[reported] > _ORDER[Status(current)]


def shortened(content: str) -> str:
    """Shortens a letter for its case; where it is longer, says that the rest is in the packet itself."""
    if len(content) <= limits.ANSWER_TEXT:
        return content
    return f"{content[: limits.ANSWER_TEXT]}\n[… Phần còn lại xem trong gói tin gốc. The rest is in the packet itself.]"


class WrongSender(PermissionDenied):
    """The envelope comes from another agency than the agency that hands it over."""

    code = "wrong-sender"
    vi = "Gói tin ghi cơ quan gửi {agency}, không thuộc tài khoản đang gửi. Hãy dùng tài khoản của đúng cơ quan."
    en = "The envelope is from {agency}, which this account does not act for. Use that agency's own account."


class NotTakenIn(Unprocessable):
    """Taking a genuine or forged packet in failed again and again, for a reason of ours."""

    code = "not-taken-in"
    vi = "Gói tin chưa tiếp nhận được sau {attempts} lần do lỗi của hệ thống nhận. Hãy báo quản trị hệ thống."
    en = "The packet could not be taken in after {attempts} attempts, for a fault on this side. Tell the administrator."


class Misaddressed(Unprocessable):
    """The packet is genuine, but answers nothing we sent to that agency."""

    code = "envelope-misaddressed"
    vi = "Gói tin không trả lời văn bản nào mà hệ thống đã gửi cho {agency}. Hãy kiểm tra mục ResponseFor."
    en = "The envelope answers no document we sent to {agency}. Check its ResponseFor."
