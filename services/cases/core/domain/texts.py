"""The names of actions and roles as people read them."""

from collections.abc import Iterable, Mapping

from services.cases.calendar.domain import BilingualText
from services.cases.core.domain.errors import ActionNotAllowed
from services.cases.core.domain.status import CaseStatus
from services.cases.core.domain.transitions import CITIZEN, CLERK, LEADER, OFFICER, Action

ACTIONS: Mapping[Action, BilingualText] = {
    Action.SUBMIT: BilingualText("Nộp hồ sơ", "File a case"),
    Action.ACCEPT: BilingualText("Tiếp nhận hồ sơ", "Accept"),
    Action.PAYMENT_SETTLED: BilingualText("Ghi nhận đã nộp phí, lệ phí", "Note that fees are paid"),
    Action.REQUEST_SUPPLEMENT: BilingualText("Yêu cầu bổ sung", "Request a supplement"),
    Action.PROPOSE_SUPPLEMENT: BilingualText("Đề xuất yêu cầu bổ sung thêm", "Propose a further supplement request"),
    Action.APPROVE_SUPPLEMENT: BilingualText("Phê duyệt yêu cầu bổ sung thêm", "Approve a further supplement request"),
    Action.DECLINE_SUPPLEMENT: BilingualText(
        "Không phê duyệt yêu cầu bổ sung thêm", "Decline a further supplement request"
    ),
    Action.RESUBMIT: BilingualText("Bổ sung hồ sơ", "Answer a supplement request"),
    Action.REFUSE: BilingualText("Từ chối tiếp nhận", "Refuse at intake"),
    Action.ASSIGN: BilingualText("Phân công xử lý", "Assign"),
    Action.CONSULT: BilingualText("Lấy ý kiến cơ quan khác", "Consult another agency"),
    Action.FORWARD: BilingualText("Chuyển bước tiếp theo", "Forward to the next step"),
    Action.SEND_BACK: BilingualText("Chuyển lại bước trước", "Send back to an earlier step"),
    Action.TRANSFER: BilingualText("Chuyển đơn vị xử lý", "Transfer to another unit"),
    Action.DECIDE: BilingualText("Quyết định giải quyết", "Decide"),
    Action.POSTPONE: BilingualText("Xin lỗi và hẹn lại ngày trả kết quả", "Apologise and give a new date"),
    Action.STOP: BilingualText("Dừng giải quyết", "Stop"),
    Action.RESUME: BilingualText("Tiếp tục giải quyết", "Resume"),
    Action.RETURN: BilingualText("Trả kết quả", "Return the result"),
    Action.REOPEN: BilingualText("Mở lại để đính chính", "Open again for a correction"),
    Action.WITHDRAW: BilingualText("Rút hồ sơ", "Withdraw"),
    Action.PAPER_ISSUED: BilingualText("Ghi nhận giấy tờ đã phát hành", "Note an issued paper"),
    Action.PAPER_FAILED: BilingualText("Ghi nhận giấy tờ chưa phát hành được", "Note a paper that could not be issued"),
    Action.STATUS_REPORTED: BilingualText("Ghi nhận trạng thái được báo", "Note a reported status"),
    Action.ANSWER_RECEIVED: BilingualText("Ghi nhận trả lời của cơ quan được hỏi", "Note an agency's answer"),
    Action.ANSWER_OVERDUE: BilingualText("Nhắc quá hạn trả lời hồ sơ mới", "Note that an answer is overdue"),
    Action.STEP_OVERDUE: BilingualText("Nhắc quá hạn bước xử lý", "Note that a step is overdue"),
    Action.NEARLY_DUE: BilingualText("Nhắc sắp đến hạn", "Note that a case is nearly due"),
    Action.OVERDUE: BilingualText("Nhắc quá hạn", "Note that a case is overdue"),
    Action.MOVE_VERSION: BilingualText(
        "Chuyển sang phiên bản khác của thủ tục", "Move to another version of the procedure"
    ),
    Action.CONTROL_SLIP: BilingualText("Lập phiếu kiểm soát", "Draw up the control slip"),
    Action.REISSUE_PAPER: BilingualText("Cấp lại giấy tờ", "Issue a paper again"),
    Action.HOLD: BilingualText("Giữ lại theo yêu cầu pháp lý", "Place a legal hold"),
    Action.LIFT_HOLD: BilingualText("Thôi giữ lại", "Lift the legal hold"),
    Action.DISPOSE: BilingualText("Hủy nội dung hết thời hạn lưu trữ", "Dispose of content whose time is over"),
    Action.VERIFY: BilingualText("Cần xác minh, thời hạn dài hơn", "Verify, within the longer term"),
    Action.CHILD_OPENED: BilingualText("Lập hồ sơ thành phần", "Open a part of the chain"),
    Action.CHILD_PROGRESSED: BilingualText(
        "Ghi nhận tiến triển của hồ sơ thành phần", "Note how far a part of the chain is"
    ),
    Action.AGENCY_REPORTED: BilingualText(
        "Ghi nhận trạng thái cơ quan ngoài báo", "Note what an agency outside reports"
    ),
    Action.AGENCY_DECIDED: BilingualText(
        "Ghi nhận kết quả của cơ quan ngoài", "Note the decision of an agency outside"
    ),
    Action.RESEND: BilingualText("Gửi lại cơ quan ngoài hệ thống", "Send to an agency outside again"),
    Action.CALL_OFF: BilingualText("Thôi gửi cơ quan ngoài hệ thống", "Call off what an agency outside did not get"),
    Action.PAYMENT_REFUNDED: BilingualText("Ghi nhận đã hoàn trả phí, lệ phí", "Note that fees were handed back"),
    Action.REQUEST_PAYMENT: BilingualText("Yêu cầu nộp phí, lệ phí phát sinh", "Ask for a fee that falls due"),
    Action.RECOUNT: BilingualText("Tính lại hạn do thay đổi lịch làm việc", "Count the due date again"),
    Action.POST_MESSAGE: BilingualText("Trao đổi về hồ sơ", "Write a message on the case"),
    Action.CLOSE: BilingualText("Đóng hồ sơ không được bổ sung", "Close a case not supplemented"),
}

ROLES: Mapping[str, BilingualText] = {
    CITIZEN: BilingualText("người nộp hồ sơ", "citizen"),
    CLERK: BilingualText("cán bộ tiếp nhận", "clerk"),
    OFFICER: BilingualText("cán bộ giải quyết", "officer"),
    LEADER: BilingualText("lãnh đạo", "leader"),
}


def not_now(action: Action, status: CaseStatus, only_in: Iterable[CaseStatus]) -> ActionNotAllowed:
    """Returns the refusal of an action that belongs to other statuses."""
    name, wanted = ACTIONS[action], _statuses(only_in)
    return ActionNotAllowed(
        action_vi=name.vi,
        action_en=name.en,
        sources_vi=wanted.vi,
        sources_en=wanted.en,
        status_vi=status.vi,
        status_en=status.en,
    )


def _statuses(those: Iterable[CaseStatus]) -> BilingualText:
    """Names statuses, in the order of their codes."""
    named = sorted(those)
    return BilingualText(", ".join(f"“{each.vi}”" for each in named), ", ".join(f"“{each.en}”" for each in named))
