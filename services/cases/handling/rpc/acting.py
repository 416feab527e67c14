"""Does what a command says: most are an action on the case alone, a few a use case of their own."""

from collections.abc import Callable, Mapping
from typing import Any

from onestop.cases.v1 import cases_service_pb2 as pb
from onestop.cases.v1.actions_pb2 import RequestedVia

from services.cases.core.actions import Assign, Identify, Return, check_date
from services.cases.core.context import CasesContext
from services.cases.core.domain.case_parts import Cannot
from services.cases.core.usecases import act
from services.cases.core.visibility import CaseView
from services.cases.filing.files import take_scan
from services.cases.filing.requests import read_attachments
from services.cases.handling.requests import DECISIONS, read, read_receiver, read_result, read_signer, returned
from services.cases.handling.usecases.assigning import assign
from services.cases.handling.usecases.at_once import Giving, give
from services.cases.handling.usecases.deciding import decide
from services.cases.handling.usecases.identifying import identify
from services.cases.handling.usecases.withdrawing import Wish, withdraw
from services.cases.papers.usecases import order_control_slip
from services.cases.procedures.usecases.move_version import move
from services.cases.supplements.usecases import Sent, resubmit
from services.common.context import Caller
from services.common.declared import words_of
from services.common.errors import InvalidInput

_VIA = words_of(RequestedVia.DESCRIPTOR)

UseCase = Callable[[CasesContext, Caller, str, int, Any], CaseView]


def take(ctx: CasesContext, who: Caller, asked: pb.ActRequest) -> CaseView:
    """Does what the caller commands; the case as it is after it.

    Raises:
        InvalidInput: there is no command; otherwise as the use cases.
    """
    name = asked.WhichOneof("command")
    if name is None:
        raise InvalidInput
    command = getattr(asked, name)
    if (use_case := USE_CASES.get(name)) is not None:
        return use_case(ctx, who, asked.ref, asked.expected_version, command)
    return act.act(ctx, who, asked.ref, asked.expected_version, read(name, command))


def _resubmit(ctx: CasesContext, who: Caller, ref: str, version: int, asked: Any) -> CaseView:
    cannot = tuple(Cannot(each.item, each.reason) for each in asked.cannot)
    papers = read_attachments(asked.attachments)
    return resubmit(ctx, who, ref, version, Sent(asked.form, papers, asked.note, cannot, asked.application))


def _assign(ctx: CasesContext, who: Caller, ref: str, version: int, asked: Any) -> CaseView:
    return assign(ctx, who, ref, version, Assign(asked.officer or who.subject, asked.note))


def _claim(ctx: CasesContext, who: Caller, ref: str, version: int, asked: Any) -> CaseView:
    return assign(ctx, who, ref, version, Assign(who.subject, asked.note, claim=True))


def _decide(ctx: CasesContext, who: Caller, ref: str, version: int, asked: Any) -> CaseView:
    return decide(ctx, who, ref, version, DECISIONS[asked.decision], asked.reason, read_result(asked))


def _give_at_once(ctx: CasesContext, who: Caller, ref: str, version: int, asked: Any) -> CaseView:
    receiver = read_receiver(asked)
    if receiver is not None and receiver.authorisation_file:
        take_scan(ctx.files, receiver.authorisation_file, who.subject)
    hand_over = Return(asked.note, receiver=receiver)
    return give(ctx, who, ref, version, Giving(hand_over, asked.number, read_signer(asked), asked.receipt))


def _withdraw(ctx: CasesContext, who: Caller, ref: str, version: int, asked: Any) -> CaseView:
    wish = Wish(asked.reason, asked.requested_by, _VIA[asked.requested_via], asked.request_file_id)
    return withdraw(ctx, who, ref, version, wish)


def _move_version(ctx: CasesContext, who: Caller, ref: str, version: int, asked: Any) -> CaseView:
    day = check_date("effective_from", asked.effective_from)
    return move(ctx, who, ref, version, day, asked.reason, asked.form)


def _order_control_slip(ctx: CasesContext, who: Caller, ref: str, version: int, _: Any) -> CaseView:
    return order_control_slip(ctx, who, ref, version)


def _return(ctx: CasesContext, who: Caller, ref: str, version: int, asked: Any) -> CaseView:
    command = returned(asked)
    if command.receiver is not None and (file_id := command.receiver.authorisation_file):
        take_scan(ctx.files, file_id, who.subject)
    return act.act(ctx, who, ref, version, command)


def _identify(ctx: CasesContext, who: Caller, ref: str, version: int, asked: Any) -> CaseView:
    return identify(ctx, who, ref, version, Identify(asked.identifier, asked.proof, asked.full_name))


USE_CASES: Mapping[str, UseCase] = {
    "resubmit": _resubmit,
    "assign": _assign,
    "claim": _claim,
    "give_at_once": _give_at_once,
    "decide": _decide,
    "withdraw": _withdraw,
    "move_version": _move_version,
    "order_control_slip": _order_control_slip,
    "identify": _identify,
    "return_result": _return,
}
"""The commands that need more than the case: files, colleagues, the catalogue, the whole history."""
