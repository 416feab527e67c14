"""Applies an action to a case: status, clock, paper, history entry and event, all from the one table.

Pure: the same case, action, actor and time always give the same change.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from services.cases.domain.actions import Command, record_filing
from services.cases.domain.case import Actor, Case
from services.cases.domain.effects import EFFECTS, check, held, known, obstacle
from services.cases.domain.errors import ActionNotAllowed, RoleNotAllowed
from services.cases.domain.papers import PaperOrder, order_paper
from services.cases.domain.procedure import Terms
from services.cases.domain.timers import next_timer
from services.cases.domain.times import rfc3339
from services.cases.domain.transitions import CITIZEN, CLERK, LEADER, OFFICER, TABLE, Action, Transition
from services.common import audit

_ROLES_VI = {
    CITIZEN: "người nộp hồ sơ",
    CLERK: "cán bộ tiếp nhận",
    OFFICER: "cán bộ giải quyết",
    LEADER: "lãnh đạo",
}


@dataclass(frozen=True, slots=True)
class Change:
    """A case one version further on.

    `entry` is the canonical history entry; `event` the type of what is published; at `wake_at` time itself does
    something to the case next, None = never.
    """

    case: Case
    command: Command | None
    actor: Actor
    entry: bytes
    event: str
    wake_at: datetime | None
    paper: PaperOrder | None = None


WITH_FILES = "cases.submitted_with_files"
"""What is published instead of `cases.submitted` when files are handed in, so that documents hears of no other."""


def open_case(case: Case, actor: Actor, terms: Terms, filed_sha256: str, signed_by: str = "") -> Change:
    """A case as filed (nộp hồ sơ). Its number, and so its history head, is given when it is stored.

    Args:
        filed_sha256: of the exact bytes filed, hex.
        signed_by: fingerprint of the certificate that signed them, hex; empty when unsigned.
    """
    line = TABLE[Action.SUBMIT]
    data = {
        "procedure": case.procedure_code,
        "agency": case.agency_code,
        "channel": case.channel,
        **record_filing(filed_sha256, case.attachments),
    }
    if signed_by:
        data["signed_by"] = signed_by
    event = WITH_FILES if case.attachments else line.event
    entry = _entry(case, line.action, actor, case.received_at, data)
    return Change(case, None, actor, entry, event, _wake_at(case, terms))


def apply(case: Case, command: Command, actor: Actor, at: datetime, terms: Terms) -> Change | None:
    """What `command` makes of the case; None when a service repeats what the case already knows.

    Raises:
        ActionNotAllowed, RoleNotAllowed: the table has no such line.
        SupplementAlreadyAsked, AlreadyPostponed, ResultNotIssued: something else stands in the way.
        InvalidInput: what is asked does not fit the case.
    """
    line = TABLE[command.action]
    _permit(case, line, actor.role)
    if known(case, command):
        return None
    check(case, command, at, terms)
    waits = held(case, line.action)
    status = waits or line.target or case.status
    acted: Case = EFFECTS[line.action](case, command, actor, at)
    after = replace(
        acted,
        status=status,
        status_since=case.status_since if status is case.status else at,
        version=case.version + 1,
        good_from=case.good_from if line.silent else case.version + 1,
        clock=acted.clock if waits else acted.clock.after(line.clock, at, terms.clock),
    )
    entry = _entry(after, line.action, actor, at, command.record())
    head = audit.link(bytes.fromhex(case.history_head), entry)
    after = replace(after, history_head=head.hex())
    paper = order_paper(line.paper, after, actor, at, terms) if line.paper and not waits else None
    return Change(after, command, actor, entry, line.event, _wake_at(after, terms), paper)


def role_for(action: Action, roles: Collection[str]) -> str:
    """The capacity in which a holder of `roles` takes this action.

    Raises:
        RoleNotAllowed: none of them may.
    """
    allowed = TABLE[action].roles
    for role in (CITIZEN, CLERK, OFFICER, LEADER):
        if role in allowed and role in roles:
            return role
    raise RoleNotAllowed(
        roles_vi=", ".join(vi for role, vi in _ROLES_VI.items() if role in allowed),
        roles_en=", ".join(role for role in _ROLES_VI if role in allowed),
    )


def allowed_actions(case: Case, roles: Collection[str]) -> list[Action]:
    """What a holder of `roles` may do to the case now."""
    return [
        line.action
        for line in TABLE.values()
        if case.status in line.sources and not line.roles.isdisjoint(roles) and obstacle(case, line.action) is None
    ]


def _wake_at(case: Case, terms: Terms) -> datetime | None:
    timer = next_timer(case, terms)
    return timer.at if timer else None


def _permit(case: Case, line: Transition, role: str) -> None:
    if role not in line.roles:
        role_for(line.action, ())
    if case.status not in line.sources:
        raise ActionNotAllowed(status_vi=case.status.vi, status_en=case.status.en)
    if (error := obstacle(case, line.action)) is not None:
        raise error


def _entry(case: Case, action: Action, actor: Actor, at: datetime, data: dict[str, Any]) -> bytes:
    """The history entry of the change that made the case what it is; entry numbers are versions."""
    return audit.canonical(
        {
            "action": action.value,
            "actor": {"id": actor.id, "name": actor.name, "role": actor.role},
            "at": rfc3339(at),
            "data": data,
            "seq": case.version,
            "status": int(case.status),
            "v": 1,
        }
    )
