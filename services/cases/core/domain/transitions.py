"""The one table of what may happen to a case."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from services.cases.clock.domain.clock import ClockEffect
from services.cases.core.domain.status import CaseStatus as S


class Action(StrEnum):
    """Everything that people, payments, documents, other agencies and the passing of time do to a case."""

    SUBMIT = "submit"  # nộp hồ sơ
    ACCEPT = "accept"  # tiếp nhận
    PAYMENT_SETTLED = "payment_settled"  # đã nộp phí, lệ phí
    PAYMENT_REFUNDED = "payment_refunded"  # đã hoàn trả phí, lệ phí
    REQUEST_PAYMENT = "request_payment"  # yêu cầu nộp phí, lệ phí phát sinh
    REQUEST_SUPPLEMENT = "request_supplement"  # yêu cầu bổ sung, hoàn thiện
    PROPOSE_SUPPLEMENT = "propose_supplement"  # đề xuất yêu cầu bổ sung thêm
    APPROVE_SUPPLEMENT = "approve_supplement"  # phê duyệt yêu cầu bổ sung thêm
    DECLINE_SUPPLEMENT = "decline_supplement"  # không phê duyệt yêu cầu bổ sung thêm
    RESUBMIT = "resubmit"  # bổ sung hồ sơ
    REFUSE = "refuse"  # từ chối tiếp nhận
    ASSIGN = "assign"  # phân công
    CONSULT = "consult"  # lấy ý kiến cơ quan khác
    FORWARD = "forward"  # chuyển bước xử lý tiếp theo
    SEND_BACK = "send_back"  # chuyển lại bước trước
    TRANSFER = "transfer"  # chuyển đơn vị xử lý
    DECIDE = "decide"  # giải quyết
    POSTPONE = "postpone"  # xin lỗi và hẹn lại ngày trả kết quả
    STOP = "stop"  # dừng giải quyết
    RESUME = "resume"  # tiếp tục giải quyết
    RETURN = "return"  # trả kết quả
    REOPEN = "reopen"  # mở lại hồ sơ đã có kết quả để đính chính
    WITHDRAW = "withdraw"  # rút hồ sơ
    MOVE_VERSION = "move_version"  # chuyển sang phiên bản khác của thủ tục
    POST_MESSAGE = "post_message"  # trao đổi trên hồ sơ
    PAPER_ISSUED = "paper_issued"  # giấy tờ đã phát hành
    PAPER_FAILED = "paper_failed"  # giấy tờ chưa phát hành được
    STATUS_REPORTED = "status_reported"  # cơ quan được hỏi báo trạng thái
    ANSWER_RECEIVED = "answer_received"  # cơ quan được hỏi trả lời
    ANSWER_OVERDUE = "answer_overdue"  # quá thời hạn trả lời hồ sơ mới
    STEP_OVERDUE = "step_overdue"  # quá hạn của bước xử lý
    NEARLY_DUE = "nearly_due"  # sắp đến hạn trả kết quả
    OVERDUE = "overdue"  # quá hạn trả kết quả
    VERIFY = "verify"  # cần xác minh, thời hạn dài hơn
    CHILD_OPENED = "child_opened"  # hồ sơ thành phần đã được lập
    CHILD_PROGRESSED = "child_progressed"  # hồ sơ thành phần có tiến triển
    RECOUNT = "recount"  # tính lại hạn vì lịch làm việc thay đổi
    AGENCY_REPORTED = "agency_reported"  # cơ quan ngoài hệ thống báo trạng thái hồ sơ
    AGENCY_DECIDED = "agency_decided"  # cơ quan ngoài hệ thống gửi kết quả
    RESEND = "resend"  # gửi lại cơ quan ngoài hệ thống
    CALL_OFF = "call_off"  # thôi gửi vì không đến được cơ quan
    CLOSE = "close"  # đóng hồ sơ vì không bổ sung trong thời hạn
    CONTROL_SLIP = "control_slip"  # lập phiếu kiểm soát quá trình giải quyết hồ sơ
    REISSUE_PAPER = "reissue_paper"  # cấp lại giấy tờ đã phát hành
    HOLD = "hold"  # giữ lại để phục vụ khiếu nại, tố tụng, thanh tra
    LIFT_HOLD = "lift_hold"  # thôi giữ lại
    DISPOSE = "dispose"  # hủy nội dung đã hết thời hạn lưu trữ


CITIZEN, CLERK, OFFICER, LEADER = "citizen", "clerk", "officer", "leader"
SYSTEM = "system"

# Forms by their number in TT 03/2025; the family of a case's rule set may give the paper another.
FORM_RECEIPT = "01"  # giấy tiếp nhận hồ sơ và hẹn trả kết quả
FORM_SUPPLEMENT = "02"  # phiếu yêu cầu bổ sung, hoàn thiện hồ sơ
FORM_REFUSAL = "03"  # phiếu từ chối tiếp nhận giải quyết hồ sơ
FORM_APOLOGY = "04"  # phiếu xin lỗi và hẹn lại ngày trả kết quả
FORM_STOP = "05"  # thông báo dừng giải quyết hồ sơ
FORM_CONTROL_SLIP = "06"  # phiếu kiểm soát quá trình giải quyết hồ sơ
FORM_REGISTER = "07"  # sổ theo dõi hồ sơ
FORM_RESULT = "result"  # kết quả giải quyết
FORM_AS_BEFORE = "as before"  # that of the paper replaced


@dataclass(frozen=True, slots=True)
class Transition:
    """One line of the table.

    `target` None = the status stays. While something holds the case, it goes to one of `held` instead, and then
    neither the clock nor a paper is touched. A `silent` one changes nothing that people decide on.
    """

    action: Action
    sources: frozenset[S]
    target: S | None
    roles: frozenset[str]
    event: str
    clock_effect: ClockEffect = ClockEffect.NONE
    paper: str = ""
    held: frozenset[S] = frozenset()
    silent: bool = False


ANY = frozenset(S)
ENDED = frozenset({S.REFUSED, S.WITHDRAWN, S.STOPPED, S.RETURNED})
"""Where nothing is owed to the applicant any more; from here on what the case holds is kept for a while."""


def _line(
    action: Action,
    sources: set[S] | frozenset[S],
    target: S | None,
    roles: set[str],
    event: str,
    *,
    clock_effect: ClockEffect = ClockEffect.NONE,
    paper: str = "",
    held: set[S] | frozenset[S] = frozenset(),
    silent: bool = False,
) -> Transition:
    return Transition(
        action,
        frozenset(sources),
        target,
        frozenset(roles),
        f"cases.{event}",
        clock_effect,
        paper,
        frozenset(held),
        silent,
    )


_E = ClockEffect
_WAITING = {S.ACCEPTED, S.PROCESSING, S.SUPPLEMENT_REQUESTED, S.PAYMENT_REQUESTED}

TABLE: Mapping[Action, Transition] = {
    line.action: line
    for line in (
        _line(Action.SUBMIT, set(), S.REGISTERED, {CITIZEN, CLERK}, "submitted"),
        _line(Action.ACCEPT, {S.REGISTERED}, S.ACCEPTED, {CLERK}, "accepted",
              clock_effect=_E.START, paper=FORM_RECEIPT, held={S.PAYMENT_REQUESTED}),
        _line(Action.PAYMENT_SETTLED, ANY, S.PROCESSING, {SYSTEM}, "payment_settled",
              clock_effect=_E.RESUME, paper=FORM_RECEIPT, held=ANY),
        _line(Action.PAYMENT_REFUNDED, ANY, None, {SYSTEM}, "payment_refunded", silent=True),
        _line(Action.REQUEST_PAYMENT, {S.ACCEPTED, S.PROCESSING, S.DECIDED}, S.PAYMENT_REQUESTED,
              {CLERK, OFFICER, LEADER}, "payment_requested", clock_effect=_E.AWAIT_PAYMENT, held={S.PAYMENT_REQUESTED}),
        _line(Action.REQUEST_SUPPLEMENT, {S.REGISTERED, S.ACCEPTED, S.PROCESSING}, S.SUPPLEMENT_REQUESTED,
              {CLERK, OFFICER, LEADER}, "supplement_requested", clock_effect=_E.RESET, paper=FORM_SUPPLEMENT),
        _line(Action.PROPOSE_SUPPLEMENT, {S.REGISTERED, S.ACCEPTED, S.PROCESSING}, None,
              {CLERK, OFFICER}, "supplement_proposed"),
        _line(Action.APPROVE_SUPPLEMENT, {S.REGISTERED, S.ACCEPTED, S.PROCESSING}, S.SUPPLEMENT_REQUESTED,
              {LEADER}, "supplement_approved", clock_effect=_E.RESET, paper=FORM_SUPPLEMENT),
        _line(Action.DECLINE_SUPPLEMENT, {S.REGISTERED, S.ACCEPTED, S.PROCESSING}, None,
              {LEADER}, "supplement_declined"),
        _line(Action.RESUBMIT, {S.SUPPLEMENT_REQUESTED}, S.ACCEPTED, {CITIZEN, CLERK}, "resubmitted",
              clock_effect=_E.START, paper=FORM_RECEIPT, held={S.REGISTERED, S.PAYMENT_REQUESTED}),
        _line(Action.REFUSE, {S.REGISTERED}, S.REFUSED, {CLERK}, "refused", clock_effect=_E.END, paper=FORM_REFUSAL),
        _line(Action.ASSIGN, {S.REGISTERED, S.ACCEPTED, S.PROCESSING}, S.PROCESSING,
              {CLERK, OFFICER, LEADER}, "assigned", held={S.REGISTERED}),
        _line(Action.CONSULT, {S.PROCESSING}, S.PROCESSING, {OFFICER, LEADER}, "consultation_requested"),
        _line(Action.FORWARD, {S.ACCEPTED, S.PROCESSING}, S.PROCESSING, {CLERK, OFFICER, LEADER}, "forwarded"),
        _line(Action.SEND_BACK, {S.PROCESSING}, S.PROCESSING, {OFFICER, LEADER}, "sent_back"),
        _line(Action.TRANSFER, {S.ACCEPTED, S.PROCESSING}, None, {CLERK, OFFICER, LEADER}, "transferred"),
        _line(Action.DECIDE, {S.PROCESSING}, S.DECIDED, {OFFICER, LEADER}, "decided",
              clock_effect=_E.FINISH, paper=FORM_RESULT),
        _line(Action.POSTPONE, {S.ACCEPTED, S.PROCESSING}, None, {LEADER}, "postponed", paper=FORM_APOLOGY),
        _line(Action.STOP, _WAITING, S.STOPPED, {OFFICER, LEADER}, "stopped", clock_effect=_E.SUSPEND, paper=FORM_STOP),
        _line(Action.RESUME, {S.STOPPED}, S.PROCESSING, {OFFICER, LEADER}, "resumed",
              clock_effect=_E.RESUME, held={S.SUPPLEMENT_REQUESTED, S.PAYMENT_REQUESTED}),
        _line(Action.RETURN, {S.DECIDED, S.PAYMENT_REQUESTED}, S.RETURNED, {CLERK, OFFICER}, "returned"),
        _line(Action.REOPEN, {S.DECIDED, S.RETURNED}, S.PROCESSING, {LEADER}, "reopened"),
        _line(Action.WITHDRAW, {S.REGISTERED, *_WAITING}, S.WITHDRAWN, {CITIZEN}, "withdrawn", clock_effect=_E.END),
        _line(Action.MOVE_VERSION, {S.REGISTERED, S.STOPPED, *_WAITING}, None, {LEADER}, "version_moved"),
        _line(Action.POST_MESSAGE, ANY, None, {CITIZEN, CLERK, OFFICER, LEADER}, "message_posted", silent=True),
        _line(Action.PAPER_ISSUED, ANY, None, {SYSTEM}, "paper_issued", silent=True),
        _line(Action.PAPER_FAILED, ANY, None, {SYSTEM}, "paper_failed", silent=True),
        _line(Action.STATUS_REPORTED, ANY, None, {SYSTEM}, "status_reported", silent=True),
        _line(Action.ANSWER_RECEIVED, ANY, None, {SYSTEM}, "answer_received"),
        _line(Action.ANSWER_OVERDUE, {S.REGISTERED}, None, {SYSTEM}, "answer_overdue", silent=True),
        _line(Action.STEP_OVERDUE, {S.ACCEPTED, S.PROCESSING}, None, {SYSTEM}, "step_overdue", silent=True),
        _line(Action.NEARLY_DUE, {S.ACCEPTED, S.PROCESSING}, None, {SYSTEM}, "nearly_due", silent=True),
        _line(Action.OVERDUE, {S.ACCEPTED, S.PROCESSING}, None, {SYSTEM}, "overdue", silent=True),
        _line(Action.HOLD, ANY, None, {LEADER}, "held", silent=True),
        _line(Action.LIFT_HOLD, ANY, None, {LEADER}, "hold_lifted", silent=True),
        _line(Action.DISPOSE, ENDED, None, {SYSTEM}, "disposed"),
        _line(Action.VERIFY, {S.ACCEPTED, S.PROCESSING}, None, {OFFICER, LEADER}, "verification_started"),
        _line(Action.AGENCY_REPORTED, ANY, None, {SYSTEM}, "agency_reported", held=ANY),
        _line(Action.AGENCY_DECIDED, ANY, S.DECIDED, {SYSTEM}, "agency_decided", clock_effect=_E.FINISH, held=ANY),
        _line(Action.RESEND, {S.REGISTERED}, None, {CLERK, OFFICER, LEADER}, "resent"),
        _line(Action.CALL_OFF, {S.REGISTERED}, S.REFUSED, {OFFICER, LEADER}, "called_off", clock_effect=_E.END),
        _line(Action.CHILD_OPENED, ANY, None, {SYSTEM}, "child_opened", held=ANY, silent=True),
        _line(Action.CHILD_PROGRESSED, ANY, S.DECIDED, {SYSTEM}, "child_progressed",
              clock_effect=_E.FINISH, paper=FORM_RESULT, held=ANY, silent=True),
        _line(Action.RECOUNT, {S.ACCEPTED, S.PROCESSING}, None, {SYSTEM}, "recounted", silent=True),
        _line(Action.CLOSE, {S.SUPPLEMENT_REQUESTED}, S.STOPPED, {SYSTEM}, "closed", paper=FORM_STOP),
        _line(Action.CONTROL_SLIP, ANY, None, {CLERK, OFFICER, LEADER, SYSTEM}, "control_slip_ordered",
              paper=FORM_CONTROL_SLIP, silent=True),
        _line(Action.REISSUE_PAPER, ANY, None, {CLERK, LEADER}, "paper_reissued", paper=FORM_AS_BEFORE, silent=True),
    )
}  # fmt: skip
