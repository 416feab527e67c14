"""The rules of exchange between agencies: what a document is called, what its statuses mean, when to send again."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID, uuid5

from services.common import limits
from services.common.errors import InvalidInput, NotFound, PermissionDenied, TooLarge, Unprocessable
from services.contracts.privacy import Neutral, Recorded


class State(StrEnum):
    """Where a message stands. Outgoing: queued, sent, failed. Incoming: received, rejected."""

    QUEUED = "queued"
    SENT = "sent"
    FAILED = "failed"
    RECEIVED = "received"
    REJECTED = "rejected"


class Status(StrEnum):
    """What the receiver of a document reports (QĐ 28/2018/QĐ-TTg)."""

    ARRIVED = "01"  # đã đến
    REFUSED = "02"  # từ chối tiếp nhận
    REGISTERED = "03"  # đã tiếp nhận
    ASSIGNED = "04"  # phân công
    IN_PROGRESS = "05"  # đang xử lý
    DONE = "06"  # hoàn thành
    RECALL = "13"  # lấy lại
    RECALL_AGREED = "15"  # đồng ý lấy lại
    RECALL_REFUSED = "16"  # từ chối lấy lại


_NAMESPACE = UUID("0f6c2a52-5f0e-4a51-9d3b-6a2f6a1f0c77")
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


@dataclass(frozen=True, slots=True)
class Question:
    """What one of our agencies asks another about a case. Agencies by code."""

    consultation_id: Neutral[str]
    case_id: Neutral[str]
    case_ref: Neutral[str]
    sender: Neutral[str]
    receiver: Neutral[str]
    subject: Recorded[str]
    content: Recorded[str]
    due: date | None
    asked_by: Recorded[str]
    asked_at: datetime


def advances(current: str, reported: Status) -> bool:
    """Whether `reported` is further on than `current` (a Status, or empty before any).

    The furthest report wins, so any order of arrival ends at the same status.
    """
    return not current or _ORDER[reported] > _ORDER[Status(current)]


def document_id(organ: str, day: date, number: str, notation: str) -> str:
    """edXML DocumentId: `G01.029.00,2026/01/05,12/CATP-HS`."""
    return f"{organ},{day:%Y/%m/%d},{number}/{notation}"


def message_id_of(consultation_id: str) -> UUID:
    """The id of the envelope that asks a consultation: the same whenever and however often it is made."""
    return uuid5(_NAMESPACE, consultation_id)


def retry_delay(attempts: int, jitter: float) -> timedelta:
    """How long to wait after the given number of failed attempts: doubling, capped, spread by `jitter` in [0, 1)."""
    whole: timedelta = min(limits.SEND_RETRY_FIRST * 2.0 ** (attempts - 1), limits.SEND_RETRY_MAX)
    return whole * (0.5 + jitter / 2)


def shortened(content: str) -> str:
    """What a case is told of a letter; where it is longer, that the rest is in the packet itself."""
    if len(content) <= limits.ANSWER_TEXT:
        return content
    return f"{content[: limits.ANSWER_TEXT]}\n[… Phần còn lại xem trong gói tin gốc. The rest is in the packet itself.]"


class BadEnvelope(InvalidInput):
    """The bytes are not an edXML envelope that can be read safely."""

    code = "bad-envelope"
    vi = "Gói tin edXML không hợp lệ: {why_vi}. Hãy sửa theo QCVN 102:2016/BTTTT rồi gửi lại."
    en = "This is not a valid edXML envelope: {why_en}. Correct it by QCVN 102:2016/BTTTT and send it again."


class BadSignature(Unprocessable):
    """The envelope's signature does not prove who sent it or what it says."""

    code = "bad-envelope-signature"
    security_event = "signature_refused"
    vi = "Chữ ký số của gói tin không hợp lệ: {why_vi}. Hãy ký lại bằng chứng thư số của cơ quan rồi gửi lại."
    en = "The envelope's signature is not valid: {why_en}. Sign it again with the agency's certificate and resend it."


class WrongSender(PermissionDenied):
    """The envelope comes from another agency than the one that hands it over."""

    code = "wrong-sender"
    vi = "Gói tin ghi cơ quan gửi {agency}, không thuộc tài khoản đang gửi. Hãy dùng tài khoản của đúng cơ quan."
    en = "The envelope is from {agency}, which this account does not act for. Use that agency's own account."


class PaperChanged(Unprocessable):
    """A paper of a case is not what the case knows it to be."""

    code = "dispatch-paper-changed"
    vi = "Tệp {file_id} không khớp mã băm ghi trong hồ sơ nên không gửi đi. Hãy báo quản trị hệ thống."
    en = "File {file_id} does not match the digest in the case and is not sent. Tell the system's administrator."


class PaperDoesNotFit(TooLarge):
    """With this paper an envelope would be too large for the axis."""

    code = "dispatch-paper-too-large"
    vi = (
        "Tệp {name} không vừa gói tin gửi cơ quan giải quyết (mọi tệp cộng lại không quá {megabytes} MB). "
        "Hãy chuyển hồ sơ bằng cách khác."
    )
    en = (
        "File {name} does not fit the envelope to the agency (all files together at most {megabytes} MB). "
        "Hand the case over another way."
    )


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


class MessageNotFound(NotFound):
    """No such message, or none the caller may see."""

    code = "message-not-found"
    vi = "Không tìm thấy gói tin này, hoặc bạn không được xem. Hãy kiểm tra lại mã gói tin."
    en = "There is no such message, or you may not see it. Check the message id."
