"""The actions of all stories, gathered; each is defined beside its command."""

from collections.abc import Mapping

from services.cases.agencies.domain import (
    AgencyDecided,
    AgencyReported,
    CallOff,
    Consult,
    ReceiveAnswer,
    ReportStatus,
    Resend,
)
from services.cases.chains.domain.actions import ChildOpened, ChildProgressed
from services.cases.conversation.domain.actions import PostMessage
from services.cases.core.domain.command import Command, check_date, check_text, record_filing
from services.cases.core.domain.transitions import Action, ActionDefinition
from services.cases.deadlines.domain.actions import (
    AnswerOverdue,
    HandOverDue,
    NearlyDue,
    Overdue,
    Recount,
    Reminder,
    StepOverdue,
)
from services.cases.deadlines.domain.closing import Close, SupplementNearlyDue, SupplementOverdue, WaitOn
from services.cases.fees.domain.actions import RefundPayment, RequestPayment, SettlePayment
from services.cases.filing.domain import SUBMISSION
from services.cases.handling.domain.actions.deciding import Decide
from services.cases.handling.domain.actions.elsewhere import Receive
from services.cases.handling.domain.actions.handling import Assign, Postpone, Resume, Stop, Verify
from services.cases.handling.domain.actions.identifying import Identify
from services.cases.handling.domain.actions.intake import Accept, Refuse, Withdraw
from services.cases.handling.domain.actions.originals import CompareOriginals, HandBackOriginals
from services.cases.handling.domain.actions.reopening import Reopen
from services.cases.handling.domain.actions.returning import Return
from services.cases.handling.domain.actions.steps import Forward, SendBack, Transfer
from services.cases.papers.domain.actions import FailPaper, IssuePaper, OrderControlSlip, ReissuePaper
from services.cases.procedures.domain.actions import MoveVersion
from services.cases.retention.domain import Dispose, DisposeResult, Hold, LiftHold
from services.cases.supplements.domain.actions import (
    ApproveSupplement,
    Asking,
    DeclineSupplement,
    ProposeSupplement,
    RequestSupplement,
    Resubmit,
)

COMMANDS: Mapping[Action, type[Command]] = {
    command.action: command
    for command in (
        Accept, SettlePayment, RequestSupplement, ProposeSupplement, ApproveSupplement, DeclineSupplement, Resubmit,
        Refuse, Assign, Consult, Forward, SendBack, Transfer, Decide, Postpone, Stop, Resume, Return, Reopen, Withdraw,
        IssuePaper, FailPaper, ReportStatus, ReceiveAnswer, AnswerOverdue, StepOverdue, NearlyDue, Overdue, Close,
        WaitOn, SupplementNearlyDue, SupplementOverdue,
        MoveVersion, OrderControlSlip, ReissuePaper, Hold, LiftHold, Dispose, Verify, ChildOpened, ChildProgressed,
        RequestPayment, Recount, RefundPayment, AgencyReported, AgencyDecided, Resend, CallOff, Receive, Identify,
        CompareOriginals, HandBackOriginals, HandOverDue, DisposeResult,
    )
}  # fmt: skip

ACTIONS: Mapping[Action, ActionDefinition] = {
    each.action: each
    for each in (SUBMISSION, PostMessage.definition, *(command.definition for command in COMMANDS.values()))
}
"""The one table of what may happen to a case; a message is said on its case with no action to choose before."""

__all__ = [
    "ACTIONS",
    "COMMANDS",
    "Accept",
    "AgencyDecided",
    "AgencyReported",
    "AnswerOverdue",
    "ApproveSupplement",
    "Asking",
    "Assign",
    "CallOff",
    "ChildOpened",
    "ChildProgressed",
    "Close",
    "Command",
    "CompareOriginals",
    "Consult",
    "Decide",
    "DeclineSupplement",
    "Dispose",
    "DisposeResult",
    "FailPaper",
    "Forward",
    "HandBackOriginals",
    "HandOverDue",
    "Hold", "Identify",
    "IssuePaper",
    "LiftHold",
    "MoveVersion",
    "NearlyDue",
    "OrderControlSlip",
    "Overdue",
    "Postpone",
    "ProposeSupplement",
    "Receive",
    "ReceiveAnswer",
    "Recount",
    "RefundPayment",
    "Refuse",
    "ReissuePaper",
    "Reminder",
    "Reopen",
    "ReportStatus",
    "RequestPayment",
    "RequestSupplement",
    "Resend",
    "Resubmit",
    "Resume",
    "Return",
    "SendBack",
    "SettlePayment",
    "StepOverdue",
    "Stop",
    "SupplementNearlyDue",
    "SupplementOverdue",
    "Transfer",
    "Verify",
    "WaitOn",
    "Withdraw",
    "check_date",
    "check_text",
    "record_filing",
]  # fmt: skip
