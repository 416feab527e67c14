"""What people and other services do to a case."""

import hashlib
from collections.abc import Sequence

import orjson
from sqlalchemy import Connection

from services.cases import filing, store
from services.cases.domain import engine
from services.cases.domain.actions import Command, Resubmit
from services.cases.domain.case import Actor, Case
from services.cases.domain.engine import Change
from services.cases.domain.errors import VersionConflict
from services.cases.domain.procedure import Terms
from services.cases.files import Counter, take
from services.cases.messages import event_of
from services.cases.usecases import chains
from services.cases.usecases.chains import linked
from services.cases.usecases.office import Office, Seen, capacities, see
from services.cases.usecases.read import get
from services.common import limits
from services.common.application import AttachmentPart
from services.common.context import Caller
from services.common.errors import InvalidInput


def act(
    office: Office,
    who: Caller,
    ref: str,
    expected_version: int,
    command: Command,
    filed: bytes | None = None,
    under: Terms | None = None,
) -> Seen:
    """Does one thing to a case; `expected_version` 0 = whatever it is now.

    Args:
        filed: a replacement form, the exact bytes sent.
        under: the terms that hold once it is done, when it changes them.

    Raises:
        VersionConflict: people or payments have changed the case since the version expected.
        CaseNotFound, RoleNotAllowed, ActionNotAllowed and what else stands in the way.
    """
    replaced = None if filed is None else filing.read_form(filed)
    form = None if replaced is None else orjson.dumps(replaced).decode()
    for _ in range(limits.WRITE_ATTEMPTS):
        with office.database.autocommit() as conn:
            case, filed_form = store.read(conn, ref)
            change = decide(office, who, case, expected_version, command, under)
            if change is None:
                return see(office, who, case, filed_form)
            likeness = None if replaced is None else office.terms(case).procedure.likeness(replaced)
            written = not linked(case) and store.write(conn, change, event_of(change), filed, form, likeness)
        if written or (linked(case) and chains.write(office, change, filed, form, likeness)):
            return see(office, who, change.case, form or filed_form)
    raise VersionConflict


def decide(
    office: Office, who: Caller, case: Case, expected_version: int, command: Command, under: Terms | None = None
) -> Change | None:
    """What the caller's command makes of a case as read; None and errors as `engine.apply` and `act` have them."""
    roles = capacities(who, case)
    if expected_version and not case.good_from <= expected_version <= case.version:
        raise VersionConflict
    terms = under or office.terms(case)
    actor = Actor(who.subject, who.name, engine.role_for(type(command), case, roles, terms))
    return engine.apply(case, command, actor, office.now(), terms)


def resubmit(
    office: Office,
    who: Caller,
    ref: str,
    expected_version: int,
    filed: bytes,
    attachments: Sequence[AttachmentPart],
    note: str,
) -> Seen:
    """Answers a supplement request with papers, or a new form, or both (bổ sung hồ sơ).

    Raises:
        InvalidInput: names what is wrong with form or papers; otherwise as `act`.
    """
    seen = get(office, who, ref)
    engine.role_for(Resubmit, seen.case, capacities(who, seen.case), seen.terms)
    procedure = seen.terms.procedure
    fields = [
        *filing.paper_errors(attachments, procedure),
        *filing.too_many(len(seen.case.attachments) + len(attachments)),
        *(procedure.form.errors(filing.read_form(filed)) if filed else ()),
    ]
    if fields:
        raise InvalidInput(fields=fields)
    command = Resubmit(
        form_sha256=hashlib.sha256(filed).hexdigest() if filed else "",
        attachments=take(office.files, attachments, Counter(who.subject, procedure, office.today())),
        note=note,
    )
    return act(office, who, ref, expected_version, command, filed or None)


def record(office: Office, conn: Connection, ref: str, command: Command, service: str) -> None:
    """Writes down, in the transaction given, what another service reports."""
    case, _ = store.read(conn, ref, lock=True)
    change = engine.apply(case, command, Actor(service, service, "system"), office.now(), office.terms(case))
    if change is not None:
        store.write(conn, change, event_of(change))
        chains.follow(office, conn, change)
