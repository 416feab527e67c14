"""The steps shared by every RPC that acts on a case."""

from onestop.cases.v1 import cases_service_pb2 as pb

from services.cases.core.context import CasesContext
from services.cases.core.domain.command import Command
from services.cases.core.messages import cases as messages
from services.cases.core.messages.clock import add_clock
from services.cases.core.messages.people import filer_message
from services.cases.core.usecases import act
from services.cases.core.visibility import CaseView
from services.common.context import caller


def take(ctx: CasesContext, change: pb.ChangeContext, command: Command) -> pb.Case:
    """Performs the caller's action and returns the case after it."""
    return shown(act.act(ctx, caller(), change.ref, change.expected_version, command))


def shown(seen: CaseView) -> pb.Case:
    message = messages.case_message(seen.case, seen.form, seen.rules, seen.allowed_actions)
    if seen.handled and seen.case.filer is not None:
        message.filer.CopyFrom(filer_message(seen.case.filer))
    return add_clock(message, seen.case, seen.rules, seen.told, seen.forecast)
