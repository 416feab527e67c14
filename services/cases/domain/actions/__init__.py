"""What may be asked of a case, one class an action; built, an action is valid in itself."""

from collections.abc import Mapping

from services.cases.domain.actions.base import Command, check_date, check_text, record_filing
from services.cases.domain.actions.chain import ChildOpened, ChildProgressed
from services.cases.domain.actions.handling import Assign, Consult, Decide, Postpone, Resume, Return, Stop, Verify
from services.cases.domain.actions.intake import Accept, Refuse, Withdraw
from services.cases.domain.actions.outside import AgencyDecided, AgencyReported, CallOff, Resend
from services.cases.domain.actions.papers import OrderControlSlip, ReissuePaper
from services.cases.domain.actions.passing import (
    AnswerOverdue,
    Close,
    NearlyDue,
    Overdue,
    Recount,
    Reminder,
    StepOverdue,
)
from services.cases.domain.actions.payment import RefundPayment, RequestPayment, SettlePayment
from services.cases.domain.actions.reopening import Reopen
from services.cases.domain.actions.reports import FailPaper, IssuePaper, ReceiveAnswer, ReportStatus
from services.cases.domain.actions.retention import Dispose, Hold, LiftHold
from services.cases.domain.actions.steps import Forward, SendBack, Transfer
from services.cases.domain.actions.supplements import (
    ApproveSupplement,
    Asking,
    DeclineSupplement,
    ProposeSupplement,
    RequestSupplement,
    Resubmit,
)
from services.cases.domain.actions.versions import MoveVersion
from services.cases.domain.transitions import Action

COMMANDS: Mapping[Action, type[Command]] = {
    command.action: command
    for command in (
        Accept, SettlePayment, RequestSupplement, ProposeSupplement, ApproveSupplement, DeclineSupplement, Resubmit,
        Refuse, Assign, Consult, Forward, SendBack, Transfer, Decide, Postpone, Stop, Resume, Return, Reopen, Withdraw,
        IssuePaper, FailPaper, ReportStatus, ReceiveAnswer, AnswerOverdue, StepOverdue, NearlyDue, Overdue, Close,
        MoveVersion, OrderControlSlip, ReissuePaper, Hold, LiftHold, Dispose, Verify, ChildOpened, ChildProgressed,
        RequestPayment, Recount, RefundPayment, AgencyReported, AgencyDecided, Resend, CallOff,
    )
}  # fmt: skip

__all__ = [
    "COMMANDS", "Accept", "AgencyDecided", "AgencyReported", "AnswerOverdue", "ApproveSupplement", "Asking", "Assign",
    "CallOff", "ChildOpened", "ChildProgressed", "Close", "Command", "Consult", "Decide", "DeclineSupplement",
    "Dispose", "FailPaper", "Forward", "Hold", "IssuePaper", "LiftHold", "MoveVersion", "NearlyDue",
    "OrderControlSlip", "Overdue", "Postpone", "ProposeSupplement", "ReceiveAnswer", "Recount", "RefundPayment",
    "Refuse", "ReissuePaper", "Reminder", "Reopen", "ReportStatus", "RequestPayment", "RequestSupplement", "Resend",
    "Resubmit", "Resume", "Return", "SendBack", "SettlePayment", "StepOverdue", "Stop", "Transfer", "Verify",
    "Withdraw", "check_date", "check_text", "record_filing",
]  # fmt: skip
