"""Withdrawing a case: by its applicant, or by a clerk on the applicant's written request."""

from dataclasses import dataclass

from services.cases.core import engine
from services.cases.core.actions import Withdraw
from services.cases.core.context import CasesContext
from services.cases.core.domain.procedure_parts import WITHDRAWAL_REQUEST
from services.cases.core.usecases.act import act
from services.cases.core.usecases.read import get
from services.cases.core.visibility import CaseView, saying_what_is_possible
from services.cases.filing.files import take_file
from services.common.context import Caller


@dataclass(frozen=True, slots=True)
class Wish:
    """Why a case is withdrawn; and of a request in writing who signed it, how it came, and its file."""

    reason: str = ""
    requested_by: str = ""
    requested_via: str = ""
    file_id: str = ""


def withdraw(ctx: CasesContext, who: Caller, ref: str, expected_version: int, wish: Wish) -> CaseView:
    """Ends a case as its applicant wishes (rút hồ sơ), before there is a decision; form 05 says so.

    Raises:
        InvalidInput: a clerk lacks a part of the request, or its file is not the clerk's own; otherwise as `act`.
    """
    seen = get(ctx, who, ref)
    with saying_what_is_possible(ctx, seen.permission):
        engine.permit(Withdraw, seen.case, seen.permission.actor(Withdraw, seen.rules), seen.rules)
    request = (
        take_file(ctx.files, WITHDRAWAL_REQUEST.code, wish.file_id, who.subject, "/request_file_id")
        if wish.file_id
        else None
    )
    command = Withdraw(wish.reason, wish.requested_by, wish.requested_via, request)
    return act(ctx, who, ref, expected_version, command)
