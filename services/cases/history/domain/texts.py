"""The sentences about what happened to a case, for the applicant, each from its history entry."""

from collections.abc import Callable, Mapping
from typing import Any

from services.cases.calendar.domain import BilingualText
from services.cases.core.domain.status import CaseStatus
from services.cases.core.domain.transitions import Action

Entry = Mapping[str, Any]
"""A history entry: `action`, `status`, `data` as the engine wrote them."""

WORDS: Mapping[Action, tuple[str, str]] = {
    Action.SUBMIT: ("Đã nộp hồ sơ.", "Filed."),
    Action.ACCEPT: ("Đã tiếp nhận hồ sơ.", "Accepted."),
    Action.PAYMENT_SETTLED: ("Đã nộp phí, lệ phí.", "The fee was paid."),
    Action.PAYMENT_REFUNDED: ("Đã hoàn trả phí, lệ phí.", "The fee was handed back."),
    Action.REQUEST_PAYMENT: ("Yêu cầu nộp phí, lệ phí phát sinh.", "Asked to pay a fee that fell due."),
    Action.REQUEST_SUPPLEMENT: ("Yêu cầu bổ sung: {items}.", "Asked to complete: {items}."),
    Action.PROPOSE_SUPPLEMENT: ("Đề xuất bổ sung thêm: {items}.", "Proposed to ask further: {items}."),
    Action.APPROVE_SUPPLEMENT: ("Yêu cầu bổ sung thêm: {items}.", "Asked to complete further: {items}."),
    Action.DECLINE_SUPPLEMENT: ("Không yêu cầu bổ sung thêm: {reason}.", "Nothing further is asked: {reason}."),
    Action.RESUBMIT: ("Đã bổ sung hồ sơ.", "Completed."),
    Action.REFUSE: ("Không được tiếp nhận: {reason}.", "Refused at intake: {reason}."),
    Action.ASSIGN: ("Đã phân công người giải quyết.", "Given to an officer."),
    Action.CONSULT: ("Lấy ý kiến cơ quan {agency_code}.", "Agency {agency_code} was asked."),
    Action.FORWARD: ("Đã chuyển bước tiếp theo.", "Went on to the next step."),
    Action.SEND_BACK: ("Đã chuyển lại bước trước.", "Went back to an earlier step."),
    Action.TRANSFER: ("Đã chuyển đơn vị xử lý.", "Handed to another unit."),
    Action.DECIDE: ("Đã giải quyết: {decision}.", "Decided: {decision}."),
    Action.POSTPONE: ("Xin lỗi và hẹn lại ngày {due}.", "Apologised; the new date is {due}."),
    Action.STOP: ("Dừng giải quyết: {reason}.", "Stopped: {reason}."),
    Action.RESUME: ("Tiếp tục giải quyết.", "Resumed."),
    Action.RETURN: ("Đã trả kết quả.", "The result was returned."),
    Action.REOPEN: (
        "Mở lại để đính chính trong {days} ngày làm việc: {reason}.",
        "Opened again for a correction within {days} working days: {reason}.",
    ),
    Action.WITHDRAW: ("Đã rút hồ sơ.", "Withdrawn."),
    Action.PAPER_ISSUED: ("Đã phát hành giấy tờ số {number}.", "Paper {number} was issued."),
    Action.PAPER_FAILED: (
        "Chưa phát hành được “{title_vi}”: {reason_vi}. Hệ thống sẽ tự thử lại.",
        "“{title_en}” could not be issued yet: {reason_en}. It is tried again.",
    ),
    Action.STATUS_REPORTED: ("{agency_code} báo: {status_code}.", "{agency_code} reports: {status_code}."),
    Action.ANSWER_RECEIVED: ("Cơ quan {agency_code} đã trả lời.", "Agency {agency_code} has answered."),
    Action.ANSWER_OVERDUE: ("Quá thời hạn trả lời hồ sơ mới.", "The answer to the new case is overdue."),
    Action.STEP_OVERDUE: ("Một bước xử lý quá hạn.", "A step of handling is overdue."),
    Action.NEARLY_DUE: ("Sắp đến hạn trả kết quả.", "The result is nearly due."),
    Action.OVERDUE: ("Quá hạn trả kết quả.", "The result is overdue."),
    Action.RECOUNT: ("Tính lại hạn vì lịch làm việc thay đổi.", "Counted again, since the calendar changed."),
    Action.CLOSE: ("Đóng hồ sơ vì không được bổ sung trong thời hạn.", "Closed, since it was not completed in time."),
    Action.MOVE_VERSION: ("Chuyển sang phiên bản khác của thủ tục.", "Moved to another version of the procedure."),
    Action.CONTROL_SLIP: ("Đã lập phiếu kiểm soát quá trình giải quyết.", "The control slip was drawn up."),
    Action.REISSUE_PAPER: ("Cấp lại giấy tờ: {reason}.", "A paper is issued again: {reason}."),
    Action.HOLD: ("Giữ lại toàn bộ hồ sơ: {reason}.", "Everything is kept: {reason}."),
    Action.LIFT_HOLD: ("Thôi giữ lại hồ sơ.", "The hold was lifted."),
    Action.DISPOSE: ("Đã hủy nội dung hồ sơ do hết thời hạn lưu trữ.", "The contents were disposed of."),
    Action.RECOUNT: ("Hạn trả kết quả tính lại vì lịch làm việc thay đổi.", "The due date was worked out anew."),
    Action.REQUEST_PAYMENT: ("Yêu cầu nộp phí, lệ phí.", "A fee is to be paid."),
    Action.VERIFY: ("Cần xác minh: {reason}.", "Verification needed: {reason}."),
    Action.POST_MESSAGE: ("Có tin trao đổi trên hồ sơ.", "Something was said on the case."),
    Action.AGENCY_REPORTED: ("Cơ quan giải quyết báo: {status_code}.", "The agency reports: {status_code}."),
    Action.AGENCY_DECIDED: ("Cơ quan giải quyết gửi kết quả: {decision}.", "The agency's decision: {decision}."),
    Action.RESEND: ("Gửi lại cơ quan giải quyết.", "Sent to the agency again."),
    Action.CALL_OFF: ("Thôi gửi, không đến được cơ quan: {reason}.", "Called off, not delivered: {reason}."),
    Action.CHILD_OPENED: ("Đã lập hồ sơ thành phần {ref}.", "Part {ref} was opened."),
    Action.CHILD_PROGRESSED: ("Hồ sơ thành phần {ref}: {child_status}.", "Part {ref}: {child_status}."),
}  # fmt: skip
_DECISIONS = {
    "granted": ("đồng ý", "granted"),
    "denied": ("không đồng ý", "not granted"),
}
_REPORTS = {
    "failed": ("gói tin không gửi được", "the envelope could not be delivered"),
    "sent-back": (
        "đã trả lời nhưng tệp kết quả không nhận được nên đã trả lại",
        "answered, but its result could not be kept and was sent back",
    ),
    "unclear": ("đã trả lời nhưng không nêu kết quả", "answered, without a decision"),
    "01": ("đã đến", "arrived"),
    "02": ("từ chối tiếp nhận", "refused"),
    "03": ("đã tiếp nhận", "registered"),
    "04": ("đã phân công", "assigned"),
    "05": ("đang xử lý", "in progress"),
    "06": ("đã hoàn thành", "done"),
}
_SHOWN: Mapping[str, Callable[[Any], tuple[str, str]]] = {
    "decision": lambda value: _DECISIONS[value],
    "items": lambda value: ("; ".join(value),) * 2,
    "status_code": lambda value: _REPORTS.get(value, (value, value)),
    "child_status": lambda value: (CaseStatus(value).vi, CaseStatus(value).en),
}


def told(entry: Entry) -> BilingualText:
    """Returns the sentence about an entry."""
    vi, en = WORDS[Action(entry["action"])]
    places = {name: _SHOWN[name](value) if name in _SHOWN else (value, value) for name, value in entry["data"].items()}
    return BilingualText(
        vi.format_map({name: _ended(shown[0]) for name, shown in places.items()}),
        en.format_map({name: _ended(shown[1]) for name, shown in places.items()}),
    )


def _ended(value: Any) -> Any:
    """Returns a text fit to be put into a sentence: it ends where the sentence does."""
    return value.rstrip(". ") if isinstance(value, str) else value
