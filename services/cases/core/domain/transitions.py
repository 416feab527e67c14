"""The names of all actions on a case, and what each defines beside its command."""

from collections.abc import Set
from dataclasses import dataclass
from enum import Enum, StrEnum, auto

from services.cases.calendar.domain import BilingualText
from services.cases.clock.domain.clock import ClockEffect
from services.cases.core.domain.status import CaseStatus as S


class Action(StrEnum):
    """Everything that people, payments, documents, other agencies and the passing of time do to a case.

    Each has its `ActionDefinition` in its story, beside the command; `core/actions.py` gathers them.
    """

    SUBMIT = "submit"
    ACCEPT = "accept"
    PAYMENT_SETTLED = "payment_settled"
    PAYMENT_REFUNDED = "payment_refunded"
    REQUEST_PAYMENT = "request_payment"
    REQUEST_SUPPLEMENT = "request_supplement"
    PROPOSE_SUPPLEMENT = "propose_supplement"
    APPROVE_SUPPLEMENT = "approve_supplement"
    DECLINE_SUPPLEMENT = "decline_supplement"
    RESUBMIT = "resubmit"
    REFUSE = "refuse"
    ASSIGN = "assign"
    CONSULT = "consult"
    FORWARD = "forward"
    SEND_BACK = "send_back"
    TRANSFER = "transfer"
    DECIDE = "decide"
    POSTPONE = "postpone"
    STOP = "stop"
    RESUME = "resume"
    RETURN = "return"
    REOPEN = "reopen"
    WITHDRAW = "withdraw"
    MOVE_VERSION = "move_version"
    POST_MESSAGE = "post_message"
    PAPER_ISSUED = "paper_issued"
    PAPER_FAILED = "paper_failed"
    STATUS_REPORTED = "status_reported"
    ANSWER_RECEIVED = "answer_received"
    ANSWER_OVERDUE = "answer_overdue"
    HAND_OVER_DUE = "hand_over_due"
    STEP_OVERDUE = "step_overdue"
    NEARLY_DUE = "nearly_due"
    OVERDUE = "overdue"
    VERIFY = "verify"
    CHILD_OPENED = "child_opened"
    CHILD_PROGRESSED = "child_progressed"
    RECOUNT = "recount"
    AGENCY_REPORTED = "agency_reported"
    AGENCY_DECIDED = "agency_decided"
    RESEND = "resend"
    CALL_OFF = "call_off"
    CLOSE = "close"
    WAIT_ON = "wait_on"
    SUPPLEMENT_NEARLY_DUE = "supplement_nearly_due"
    SUPPLEMENT_OVERDUE = "supplement_overdue"
    CONTROL_SLIP = "control_slip"
    REISSUE_PAPER = "reissue_paper"
    HOLD = "hold"
    LIFT_HOLD = "lift_hold"
    DISPOSE_RESULT = "dispose_result"
    DISPOSE = "dispose"
    RECEIVE = "receive"
    IDENTIFY = "identify"
    COMPARE_ORIGINALS = "compare_originals"
    HAND_BACK_ORIGINALS = "hand_back_originals"


CITIZEN, CLERK, OFFICER, LEADER = "citizen", "clerk", "officer", "leader"
SYSTEM = "system"

# Forms by their number in TT 03/2025; the family of a case's rule set may give the paper another.
FORM_RECEIPT = "01"  # giấy tiếp nhận hồ sơ và hẹn trả kết quả
FORM_SUPPLEMENT = "02"  # phiếu yêu cầu bổ sung, hoàn thiện hồ sơ
FORM_REFUSAL = "03"  # phiếu từ chối tiếp nhận giải quyết hồ sơ
FORM_APOLOGY = "04"  # phiếu xin lỗi và đề nghị gia hạn thời gian giải quyết
FORM_STOP = "05"  # thông báo dừng giải quyết hồ sơ, theo đề nghị của tổ chức, cá nhân
FORM_CONTROL_SLIP = "06"  # phiếu kiểm soát quá trình giải quyết hồ sơ
FORM_REGISTER = "07"  # sổ theo dõi hồ sơ
FORM_RESULT = "result"  # kết quả giải quyết
# Letters of the agency (NĐ 30/2020), of no circular's forms.
LETTER_SUSPENSION = "suspension"  # thông báo cơ quan dừng giải quyết hồ sơ
LETTER_CLOSURE = "closure"  # thông báo đóng hồ sơ không được bổ sung
FORM_AS_BEFORE = "as before"  # that of the paper replaced


ANY = frozenset(S)
UNDER_WAY = frozenset({S.ACCEPTED, S.PROCESSING, S.SUPPLEMENT_REQUESTED, S.PAYMENT_REQUESTED})
"""Taken in, and neither stopped nor decided."""
ENDED = frozenset({S.REFUSED, S.WITHDRAWN, S.STOPPED, S.RETURNED})
"""Where nothing is owed to the applicant any more; from here on what the case holds is kept for a while."""


class LeftTo(Enum):
    """Who alone takes an action once a case is handled elsewhere."""

    NOBODY = auto()  # it is still taken here
    AGENCY = auto()  # the agency outside that the case was sent to
    PARTS = auto()  # the parts of a chain, once there are any, and the agency outside


class Site(Enum):
    """Which agency takes an action on a case that one takes in for another."""

    WHERE_IT_IS = auto()  # the one that took it in until the competent one has received it, from then on that one
    COMPETENT = auto()  # the one that decides, once it has received the case
    RECEIVER = auto()  # the one that decides, to receive it
    EITHER = auto()


class Simulation(Enum):
    """Where an action stands in the simulation of a procedure; a command that is tried has `simulated`."""

    NONE = auto()  # left out: the case is then where it was, or only goes the same ways again
    STRAIGHT = auto()  # on the way from filing to result
    DETOUR = auto()  # leaves that way; each kind is taken once


@dataclass(frozen=True, slots=True)
class SlipNote:
    """The control slip's note on an action (phiếu kiểm soát), in Vietnamese as the form is.

    It may end a step, which is then judged; start the time of a step, as all do that start the clock; or be told
    although the case goes nowhere.
    """

    vi: str
    ends_step: bool = False
    starts_time: bool = False
    always_told: bool = False


@dataclass(frozen=True, slots=True)
class ActionDefinition:
    """Everything there is to say of an action besides what its command does.

    Attributes:
        name: what people who choose it, or are refused it, read.
        sentence: what the timeline says; places in braces are filled from `data` of the history entry.
        target: where the case goes; None = the status stays. While something holds the case, it goes to one of
            `held` instead, and then neither the clock nor a paper is touched.
        event: the type of what is published.
        paper: the form it orders.
        silent: it changes nothing that people decide on, so that `If-Match` of before still holds.
        site: which agency takes it, where one takes in for another.
    """

    action: Action
    name: BilingualText
    sentence: BilingualText
    sources: Set[S]
    target: S | None
    roles: Set[str]
    event: str
    clock_effect: ClockEffect = ClockEffect.NONE
    paper: str = ""
    held: Set[S] = frozenset()
    silent: bool = False
    slip: SlipNote = SlipNote("")
    left_to: LeftTo = LeftTo.NOBODY
    site: Site = Site.COMPETENT
    simulation: Simulation = Simulation.NONE
