"""Applies an action to a case: status, clock, paper, history entry and event, all as its definition says.

Pure: the same case, action, actor and time always give the same change.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from services.cases.chains.domain import chain
from services.cases.clock.domain.clock import Clock, ClockEffect
from services.cases.core.actions import COMMANDS
from services.cases.core.domain.case import Case, evolve
from services.cases.core.domain.case_parts import Actor
from services.cases.core.domain.case_rules import CaseRules
from services.cases.core.domain.command import Command, record_filing
from services.cases.core.domain.errors import CaseDisposed, NotReceivedYet, RoleNotAllowed
from services.cases.core.domain.filer import Acting
from services.cases.core.domain.papers import HandedIn, PaperOrder, handed_in, ordered
from services.cases.core.domain.procedure_parts import DueFee, Step
from services.cases.core.domain.texts import ROLES, not_now
from services.cases.core.domain.transitions import CITIZEN, CLERK, FORM_RECEIPT, LEADER, OFFICER, SYSTEM, Action, Site
from services.cases.deadlines.domain.timers import next_timer
from services.cases.fees.domain.fees import newly_open
from services.cases.filing.domain import SUBMISSION, how_it_came
from services.cases.handling.domain.actions.intake import Accept
from services.cases.handling.domain.steps import follow
from services.cases.history.domain.replay import digest_of
from services.cases.supplements.domain.actions import Resubmit
from services.common.errors import OnestopError
from services.common.times import rfc3339
from services.contracts import audit


@dataclass(frozen=True, slots=True)
class Change:
    """A case one version further on.

    `entry` is the canonical history entry; `event` the type of what is published; at `wake_at` time itself does
    something to the case next, None = never; `step` is where it is now, None once it is closed; `handed_in` are
    the uploads that are now papers of the applicant; `charged` is what falls due with it.
    """

    case: Case
    command: Command | None
    actor: Actor
    entry: bytes
    event: str
    wake_at: datetime | None
    step: Step | None
    rules: CaseRules = field(compare=False, repr=False)
    paper: PaperOrder | None = None
    handed_in: tuple[HandedIn, ...] = ()
    charged: tuple[DueFee, ...] = ()


WITH_FILES = "cases.submitted_with_files"
"""What is published instead of `cases.submitted` when files are handed in, so that documents hears of no other."""


DISPATCHED = "cases.dispatched"
"""What is published instead when the case goes to an agency outside."""


def open_case(
    case: Case, actor: Actor, rules: CaseRules, filed_sha256: str, signed_by: str = "", form_sha256: str = ""
) -> Change:
    """Returns a case as filed (nộp hồ sơ). Its number, and so its history head, is given when it is stored.

    Args:
        filed_sha256: of the exact bytes filed, hex.
        signed_by: fingerprint of the certificate that signed them, hex; empty when unsigned.
        form_sha256: of the form as it is read from them and stored, hex.
    """
    case = _acted_on(case, actor, case.received_at)
    data = {
        "procedure": case.procedure_code,
        "version": case.procedure_version.isoformat(),
        "agency": case.agency_code,
        "channel": case.channel,
        "rules": case.rules,
        **how_it_came(case),
        **record_filing(filed_sha256, case.attachments, form_sha256),
    }
    if case.parent is not None:
        data |= {"parent": case.parent.ref, "child": case.parent.child}
    if case.proxy is not None:
        data["proxy"] = case.proxy.record()
    if case.filer is not None:
        data["filed_by"] = case.filer.record()
    if signed_by:
        data["signed_by"] = signed_by
    if case.reuse.registers:
        data["registers"] = dict(case.reuse.registers)
    event = DISPATCHED if case.dispatch else WITH_FILES if case.attachments else SUBMISSION.event
    entry = _entry(case, SUBMISSION.action, actor, case.received_at, data)
    charged = tuple(fee for fee in case.fees if fee.state == "open")
    return Change(case, None, actor, entry, event, _wake_at(case, rules), _step(case, rules), rules, charged=charged)


def apply(case: Case, command: Command, actor: Actor, at: datetime, rules: CaseRules) -> Change | None:
    """Applies a command by whoever comes with it, a service or the clock; otherwise as `carry_out`.

    Raises:
        RoleNotAllowed: an actor of this role does not take this action.
    """
    role_for(type(command), case, (actor.role,), rules)
    return carry_out(case, command, actor, at, rules)


def carry_out(case: Case, command: Command, actor: Actor, at: datetime, rules: CaseRules) -> Change | None:
    """Applies a command by an actor whose role is known to be the right one (`role_for`).

    Returns:
        The change; None when a service repeats what the case already knows.

    Raises:
        ActionNotAllowed: the action belongs to other statuses.
        StepsRemain, ResultNotIssued and others: something else stands in the way.
        InvalidInput: the command does not fit the case.
    """
    line = command.definition
    permit(type(command), case, actor, rules)
    if command.known(case):
        return None
    command.check(case, at, rules)
    waits = command.held(case)
    status = waits or line.target or case.status
    acted = _acted_on(command.apply_to(case, actor, at, rules), actor, at)
    after = evolve(
        acted,
        status=status,
        status_since=case.status_since if status is case.status else at,
        version=case.version + 1,
        good_from=case.good_from if line.silent else case.version + 1,
        clock=acted.clock if waits else _counted(acted, line.clock_effect, command.counted_from(case, at), rules),
    )
    after = follow(case, after, at, rules)
    entry = _entry(
        after, line.action, actor, at, command.record() | command.outcome(after, rules) | _moved(case, after)
    )
    head = audit.link(bytes.fromhex(case.history_head), entry)
    after = evolve(after, history_head=head.hex())
    wanted = line.paper and not waits and _wanted(line.paper, case, rules) and command.orders(rules)
    paper = command.order(line.paper, after, actor, at, rules) if wanted else None
    if paper is not None:
        after = ordered(after, paper)
    files = handed_in(after, rules) if isinstance(command, Accept | Resubmit) and after.accepted_at else ()
    wake_at, step, charged = _wake_at(after, rules), _step(after, rules), newly_open(case, after)
    return Change(after, command, actor, entry, line.event, wake_at, step, rules, paper, files, charged)


def _counted(case: Case, effect: ClockEffect, at: datetime, rules: CaseRules) -> Clock:
    """Returns the clock after an action; while a case is on its way to the competent agency no term starts (Điều
    17.3)."""
    starts = effect in (ClockEffect.START, ClockEffect.RESUME)
    return case.clock if starts and case.awaits_receipt else case.clock.after(effect, at, rules.time_limit)


def role_for(command: type[Command], case: Case, roles: Collection[str], rules: CaseRules) -> str:
    """Returns the capacity in which a holder of `roles` takes this action on the case.

    Raises:
        RoleNotAllowed, SupplementAlreadyAsked: no role may.
    """
    allowed = command.roles(case, rules)
    for role in (CITIZEN, CLERK, OFFICER, LEADER, SYSTEM):
        if role in allowed and role in roles:
            return role
    if not command.definition.roles.isdisjoint(roles) and (reserved := command.reserved(case, rules)) is not None:
        raise reserved
    raise RoleNotAllowed(
        action_vi=command.definition.name.vi,
        action_en=command.definition.name.en,
        roles_vi=", ".join(named.vi for role, named in ROLES.items() if role in allowed),
        roles_en=", ".join(named.en for role, named in ROLES.items() if role in allowed),
    )


def permit(command: type[Command], case: Case, actor: Actor, rules: CaseRules) -> None:
    """Raises ActionNotAllowed, or what else keeps the case from this action when `actor` asks."""
    line = command.definition
    if case.status not in line.sources:
        raise not_now(line, case.status, line.sources)
    if case.disposed_at and actor.role != SYSTEM:
        raise CaseDisposed
    for obstacle in obstacles(command, case, actor.accounts, rules):
        raise obstacle


def obstacles(command: type[Command], case: Case, accounts: Iterable[str], rules: CaseRules) -> Iterator[OnestopError]:
    """Yields what besides status and role keeps the case from an action of whoever these accounts belong to."""
    if (elsewhere := chain.obstacle(case, command.definition)) is not None:
        yield elsewhere
    line = command.definition
    if case.awaits_receipt and line.site is Site.COMPETENT and SYSTEM not in line.roles:
        yield NotReceivedYet(agency_vi=rules.agency.name_vi, agency_en=rules.agency.name_en)
    for account in accounts:
        if (error := command.obstacle(case, account, rules)) is not None:
            yield error


def allowed_actions(case: Case, accounts: Sequence[str], roles: Collection[str], rules: CaseRules) -> list[Action]:
    """Lists what a holder of `roles` may do to the case now, for themselves or standing in for these accounts."""
    return [action for action, command in COMMANDS.items() if allows(command, case, accounts, roles, rules)]


def allows(
    command: type[Command], case: Case, accounts: Sequence[str], roles: Collection[str], rules: CaseRules
) -> bool:
    """Returns whether a holder of `roles` may take this action on the case now, under these terms."""
    return (
        not case.disposed_at
        and case.status in command.definition.sources
        and not command.definition.roles.isdisjoint(roles)
        and not command.roles(case, rules).isdisjoint(roles)
        and not any(obstacles(command, case, accounts, rules))
    )


def _acted_on(case: Case, actor: Actor, at: datetime) -> Case:
    """Returns the case that remembers who has acted on the applicant's side."""
    known = {(each.account, each.standing) for each in case.acting}
    if actor.standing is None or (actor.id, actor.standing) in known:
        return case
    return evolve(case, acting=(*case.acting, Acting(actor.id, actor.name, actor.standing, at)))


def _wanted(form: str, before: Case, rules: CaseRules) -> bool:
    """Returns whether the paper is wanted: a receipt says when a time limit that begins now ends; a limit that only
    runs on has a receipt already, unless it was stopped before one could be given."""
    if form != FORM_RECEIPT or before.clock.remaining is None:
        return True
    return FORM_RECEIPT not in before.newest_papers and not rules.procedure.immediate


def _wake_at(case: Case, rules: CaseRules) -> datetime | None:
    timer = next_timer(case, rules)
    return timer.at if timer else None


def _step(case: Case, rules: CaseRules) -> Step | None:
    return rules.procedure.step(case.status, case.step)


def _moved(before: Case, after: Case) -> dict[str, str]:
    """Returns where the case is now, when it came there with this change."""
    if (before.step, before.unit) == (after.step, after.unit):
        return {}
    return {"step": after.step, "unit": after.unit}


def _entry(case: Case, action: Action, actor: Actor, at: datetime, data: dict[str, Any]) -> bytes:
    """Makes the history entry of the change that made the case; entry numbers are versions."""
    acted = {"id": actor.id, "name": actor.name, "role": actor.role}
    if actor.stands_for:
        acted |= {"for": actor.stands_for, "for_name": actor.stands_for_name}
    if actor.standing is not None:
        acted["as"] = actor.standing.value
    return audit.canonical(
        {
            "action": action.value,
            "actor": acted,
            "at": rfc3339(at),
            "data": data,
            "seq": case.version,
            "state": digest_of(case),
            "status": int(case.status),
            "v": 1,
        }
    )
