"""Who a case may be given to: an account that exists, works for the agency and has the role of the step."""

from functools import partial

from services.cases.core.actions import Assign
from services.cases.core.context import CasesContext
from services.cases.core.domain.case import Case
from services.cases.core.domain.case_rules import CaseRules
from services.cases.core.domain.texts import ROLES
from services.cases.core.staff_directory import Colleague
from services.cases.core.usecases.act import act
from services.cases.core.visibility import CaseView, keeper_of
from services.cases.work.domain import within
from services.cases.work.store import worklist
from services.common.access import LEADER
from services.common.context import Caller
from services.common.errors import FieldError, InvalidInput


def assign(ctx: CasesContext, who: Caller, ref: str, expected_version: int, wanted: Assign) -> CaseView:
    """Gives a case to somebody who can handle its step.

    Raises:
        InvalidInput: there is no such worker, or not at this agency or for this step.
        What `act` raises.
    """
    worker = _worker(ctx, who, wanted.officer)
    command = Assign(wanted.officer, wanted.note, wanted.claim, ctx.non_workers.accounts)
    return act(ctx, who, ref, expected_version, command, fits=partial(_check_can_handle, ctx, worker))


def find_non_workers(ctx: CasesContext) -> None:
    """Takes in which accounts have open cases and are no workers' any more, or never were.

    The known accounts stay while identity does not answer.
    """
    with ctx.database.autocommit() as conn:
        assigned = worklist.assignees(conn)
    known = ctx.staff_directory.known(assigned) if assigned else set()
    ctx.non_workers.accounts = frozenset(assigned) - known


def _worker(ctx: CasesContext, who: Caller, account: str) -> Colleague:
    """Raises InvalidInput when it is nobody the caller works with."""
    if account == who.subject:
        return Colleague(who.subject, who.name, who.roles, who.agencies)
    found = ctx.staff_directory.find(account)
    if found is None:
        raise InvalidInput(fields=[_nobody()])
    return found


def _check_can_handle(ctx: CasesContext, worker: Colleague, case: Case, rules: CaseRules) -> None:
    """Raises InvalidInput unless the worker, by own right or standing in for somebody, may handle the case's step."""
    keeper = keeper_of(case)
    roles = set(worker.roles) if within(keeper, worker.agencies) else set()
    roles |= {each.role for each in ctx.stand_ins.of(worker.account, ctx.today()) if each.covers(keeper)}
    if not roles:
        raise InvalidInput(fields=[_nobody()])
    step = rules.procedure.step(case.status, case.step)
    if step is not None and roles.isdisjoint({step.role, LEADER}):
        raise InvalidInput(fields=[_not_for_this_step(worker, step.name_vi, step.name_en, step.role)])


def _nobody() -> FieldError:
    return FieldError(
        "/officer",
        "unknown-account",
        "Không có cán bộ này ở cơ quan đang giải quyết hồ sơ. Hãy chọn trong danh sách đồng nghiệp của bạn.",
        "There is no such worker at the agency that has the case. Choose from the list of your colleagues.",
    )


def _not_for_this_step(worker: Colleague, step_vi: str, step_en: str, role: str) -> FieldError:
    return FieldError(
        "/officer",
        "role-of-step",
        f"{worker.name} không xử lý được bước “{step_vi}”: bước này cần {ROLES[role].vi}. Hãy chọn người khác.",
        f"{worker.name} cannot handle the step “{step_en}”, which needs a {ROLES[role].en}. Choose somebody else.",
    )
