"""Applies a change of a chain's member to the other members, in the transaction that wrote it.

Locks are taken children first, by number, then the parent; whoever keeps that order never waits in a circle.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import uuid5

import orjson
from sqlalchemy import Connection

from services.cases.chains.domain import chain
from services.cases.chains.messages import dispatch_order
from services.cases.core import engine
from services.cases.core.actions import ChildOpened, ChildProgressed, Withdraw
from services.cases.core.context import CasesContext
from services.cases.core.domain.case import Case
from services.cases.core.domain.case_parts import Actor, Attachment
from services.cases.core.domain.children import Child, Dispatch, ParentLink
from services.cases.core.domain.command import Command
from services.cases.core.domain.procedure_parts import Link
from services.cases.core.domain.proxy import AUTHORISATION, Proxy
from services.cases.core.domain.status import CaseStatus
from services.cases.core.domain.transitions import SYSTEM
from services.cases.core.engine import Change
from services.cases.core.messages.cases import event_of
from services.cases.core.store import cases as store
from services.cases.fees.domain.fees import fee_state
from services.cases.filing.store import submissions
from services.cases.filing.store.submissions import Evidence, NewCase, Numbering
from services.common.database import Deadlock
from services.common.killpoints import killpoint
from services.common.times import local_day
from services.contracts.privacy import of_parts

CHAIN = Actor("chain", "chain", SYSTEM)
"""Who acts when one case of a chain moves another."""


def linked(case: Case) -> bool:
    """Returns whether what happens to the case may move other cases."""
    return case.parent is not None or bool(case.children)


def write(
    ctx: CasesContext, change: Change, content: bytes | None, form: str | None, duplicate_key: str | None
) -> bool:
    """Stores a person's change of a chain's member with all it means to the others; False = try it again.

    It is tried again when the case has changed, or when the database broke a circle: consumers handle what they hear of
    several parts in one transaction, and so cannot keep the order of locks.
    """
    try:
        with ctx.database.transaction() as conn:
            if isinstance(change.command, Withdraw):
                _lock_children(conn, change.case)
            if not store.write(conn, change, event_of(change), content, form, duplicate_key):
                return False
            follow(ctx, conn, change)
    except Deadlock:
        return False
    return True


def follow(ctx: CasesContext, conn: Connection, change: Change) -> None:
    """Has parent and children follow a change just written; nothing for a case that belongs to no chain."""
    case = change.case
    if case.parent is not None:
        parent, form = store.read(conn, case.parent.ref, lock=True)
        noted = _act(ctx, conn, parent, ChildProgressed.of(case), CHAIN)
        killpoint("chain.before_children")
        _open_ready(ctx, conn, noted, form)
    elif case.children and case.status is CaseStatus.WITHDRAWN:
        _withdraw_children(ctx, conn, change)
    elif chain.ready(case):
        killpoint("chain.before_children")
        _open_ready(ctx, conn, case, store.read(conn, case.ref)[1])


def _open_ready(ctx: CasesContext, conn: Connection, parent: Case, form: str) -> None:
    """Opens the children whose turn it is; each under its own number, in the order of the agencies that number them."""
    opening = sorted(chain.ready(parent), key=lambda child: _numbered_by(parent, child))
    for child in opening:
        parent = _open(ctx, conn, parent, child, orjson.loads(form))


def _open(ctx: CasesContext, conn: Connection, parent: Case, child: Child, form: Mapping[str, Any]) -> Case:
    """Files one child for the parent's applicant; its id follows from the parent's, so that it is filed once."""
    at = ctx.now()
    link = ctx.rules_of(parent).procedure.link(child.code)
    filled = link.filled(form)
    case = _case(ctx, parent, child, link, filled)
    content = orjson.dumps({"procedure": case.procedure_code, "agency": case.agency_code, "form": filled})
    digest = hashlib.sha256(content)
    rules = ctx.rules_of(case)
    stored = orjson.dumps(filled)
    form_sha256 = hashlib.sha256(stored).hexdigest()
    change = engine.open_case(case, CHAIN, rules, digest.hexdigest(), form_sha256=form_sha256)
    event = event_of(change, dispatch=dispatch_order(case, filled, rules) if child.outside else None)
    agency, day = _numbered_by(parent, child), local_day(at)
    series = rules.series
    numbered_as = ctx.catalogue.agencies[agency].numbered_as(series.format)
    sector = rules.procedure.sector.code
    numbering = Numbering(
        agency, series.prefix(numbered_as, day), day, series.last, sector, ctx.catalogue.of_sector(sector)
    )
    evidence = Evidence("chain", str(case.case_id), digest.digest(), content, stored.decode())
    [filed] = submissions.submit(conn, [NewCase(change, evidence, numbering, event)])
    if filed is None:
        raise RuntimeError(f"{parent.ref} opened {child.code} before and does not know")
    return _act(ctx, conn, parent, ChildOpened(child.code, filed.ref, at), CHAIN)


def _case(ctx: CasesContext, parent: Case, child: Child, link: Link, form: Mapping[str, Any]) -> Case:
    at = ctx.now()
    procedure = ctx.catalogue.case_rules(child.procedure_code, child.procedure_version, child.agency_code).procedure
    fees = procedure.fees_due(parent.channel, local_day(at), form)
    case_id = uuid5(parent.case_id, child.code)
    told = of_parts(parent) | {"proxy": _proxy(parent), "attachments": _attachments(parent, link)}
    return Case(
        **told,
        case_id=case_id,
        procedure_code=child.procedure_code,
        procedure_version=child.procedure_version,
        agency_code=child.agency_code,
        channel=parent.channel,
        result_by=parent.result_by,
        received_at=at,
        rules=parent.rules,
        fees=fees,
        fee_state=fee_state(fees),
        identified=parent.identified,
        parent=ParentLink(parent.ref, child.code, parent.agency_code, ctx.rules_of(parent).supplement_days),
        dispatch=Dispatch(str(case_id), parent.agency_code) if child.outside else None,
    )


def _proxy(parent: Case) -> Proxy | None:
    """Returns the proxy who handed in the chain, who hands in its parts too; every part takes the chain's authorisation
    paper."""
    proxy = parent.proxy
    return replace(proxy, authorisation=AUTHORISATION) if proxy and proxy.authorisation else proxy


def _attachments(parent: Case, link: Link) -> tuple[Attachment, ...]:
    """Returns the papers of the chain the part takes, a proxy's authorisation, and the results of the parts before
    it."""
    taken = list(link.papers.items())
    if parent.proxy is not None:
        taken.append((AUTHORISATION, parent.proxy.authorisation))
    handed_in = tuple(
        replace(each, paper=paper, inherited=True, since=1)
        for paper, source in taken
        for each in parent.attachments
        if each.paper == source and not each.superseded
    )
    known = {child.code: child for child in parent.children}
    results = tuple(
        Attachment(
            paper,
            progress.result_file_id,
            f"{known[code].ref}.pdf",
            progress.result_sha256,
            "application/pdf",
            inherited=True,
        )
        for paper, code in link.results.items()
        if (progress := known[code].progress) is not None
    )
    return handed_in + results


def _numbered_by(parent: Case, child: Child) -> str:
    """Returns the agency that numbers a child: an agency outside numbers its own cases, so the sender numbers what is
    sent there."""
    return parent.agency_code if child.outside else child.agency_code


def _lock_children(conn: Connection, parent: Case) -> None:
    for ref in sorted(child.ref for child in parent.children if child.ref):
        store.read(conn, ref, lock=True)


def _withdraw_children(ctx: CasesContext, conn: Connection, change: Change) -> None:
    """Withdraws, as the applicant does, every child not decided yet; what was decided stands."""
    parent = change.case
    for child in parent.children:
        if not child.ref:
            continue
        case, _ = store.read(conn, child.ref)
        if case.status not in Withdraw.definition.sources:
            continue
        after = _act(ctx, conn, case, _as_of_the_whole(change.command), change.actor)
        parent = _act(ctx, conn, parent, ChildProgressed.of(after), CHAIN)


def _as_of_the_whole(command: Command | None) -> Withdraw:
    """Returns the withdrawal of a part by which the whole is withdrawn: on the same request, if it was one in
    writing."""
    if not isinstance(command, Withdraw) or command.request is None:
        return Withdraw(command.reason if isinstance(command, Withdraw) else "")
    return replace(command, request=replace(command.request, inherited=True))


def _act(ctx: CasesContext, conn: Connection, case: Case, command: Command, actor: Actor) -> Case:
    """Applies and writes a change to a case this transaction holds; the case after it.

    Raises:
        RuntimeError: it was changed by another, so it was not held.
    """
    change = engine.apply(case, command, actor, ctx.now(), ctx.rules_of(case))
    if change is None:
        return case
    if not store.write(conn, change, event_of(change)):
        raise RuntimeError(f"{case.ref} was changed under a lock")
    return change.case
