"""Filing a case (nộp hồ sơ)."""

import hashlib
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import orjson

from services.cases.chains.domain.errors import OnlyInAChain
from services.cases.chains.domain.planning import planned
from services.cases.core import engine
from services.cases.core.context import CasesContext
from services.cases.core.domain.case import Case
from services.cases.core.domain.case_parts import Actor, Applicant, PaperHandedIn, Reuse
from services.cases.core.domain.case_rules import CaseRules
from services.cases.core.domain.command import check_key
from services.cases.core.domain.errors import AgencyOutOfScope, VersionConflict
from services.cases.core.domain.filer import Filer, Standing
from services.cases.core.domain.procedure import Procedure
from services.cases.core.domain.procedure_parts import Channel
from services.cases.core.engine import Change
from services.cases.core.messages.cases import event_of
from services.cases.drafts import checks as drafting
from services.cases.fees.domain.fees import fee_state
from services.cases.filing import reuse
from services.cases.filing.checks import accounts, intake, parts, people
from services.cases.filing.checks import applications as filing
from services.cases.filing.domain import AssuranceTooLow, IdempotencyKeyReused, TooManyFilings, sameness
from services.cases.filing.files import Counter, take
from services.cases.filing.store import earlier
from services.cases.filing.store.submissions import Evidence, NewCase, Numbering, StoredCase
from services.cases.procedures.domain.errors import InformationOnly, VersionSetAside
from services.cases.signatures.errors import SignaturesNotTaken
from services.cases.signatures.verifying import NOBODY, Signer
from services.common import limits
from services.common.access import CITIZEN, CLERK
from services.common.context import Caller
from services.common.events import uuid7
from services.common.killpoints import killpoint
from services.common.times import local_day
from services.contracts.application import FILED_BY_ACCOUNT, Application
from services.contracts.privacy import alike

KEPT_AS_FILED = alike(Application, Case)
"""What a case keeps of its application by the same name, as it was filed."""


@dataclass(frozen=True, slots=True)
class SubmitRequest:
    """An application as it came in: the exact bytes, the client's key, and the signature over them, not verified yet.

    `draft_id` is the draft it was filled in, which ends with it; empty = no draft.
    """

    content: bytes
    key: str
    signature: str = ""
    draft_id: str = ""


def submit(ctx: CasesContext, who: Caller, sent: SubmitRequest) -> tuple[StoredCase, bool]:
    """Files a case, or finds the case that this key or the very same application filed before (then True).

    Raises:
        InvalidInput: names everything that is wrong with the application.
        IdempotencyKeyReused: the key filed something else.
        TooManyFilings: the account has filed so many today.
        OnlyInAChain, AssuranceTooLow, AgencyOutOfScope, ProcedureNotFound, NumbersExhausted, OnlineNumbersExhausted.
        SignatureMalformed, SignatureWrong, CertificateRefused, SignerMismatch, SignaturesNotTaken.
    """
    check_key(sent.key)
    draft_id = drafting.read_id(sent.draft_id) if sent.draft_id else None
    digest = hashlib.sha256(sent.content).digest()
    application = filing.read_application(sent.content)
    signer = _signer(ctx, who, sent, application)
    at = ctx.now()
    day = local_day(at)
    procedure = ctx.catalogue.find(application.procedure, day)
    application = filing.filled_in(application, procedure)
    channel = channel_of(who, application)
    check_may_file(ctx, who, procedure, channel)
    receipt = reuse.receipt_of(ctx.read_receipt, who, application, procedure)
    papers = reuse.confirmed(receipt, who, application, procedure)
    if fields := parts.all_errors(application, procedure, channel, ctx.catalogue, day, who, papers):
        if application.prefill and (filed := _filed_before(ctx, who, sent.key, digest)):
            return filed, True  # the receipt was good then
        raise accounts.refusal(fields)
    if application.attachments and (filed := _filed_before(ctx, who, sent.key, digest)):
        return filed, True  # what became of the files since does not matter
    measured = reuse.measure(application, receipt, papers, reuse.answers(receipt, who, application, procedure))
    filer = accounts.filer_of(application, procedure, who, channel, receipt)
    change = _opened(ctx, who, sent, application, procedure, channel, at, measured, filer, signer)
    stored = Evidence(
        caller=who.subject,
        key=sent.key,
        request_hash=digest,
        content=sent.content,
        form=orjson.dumps(application.form).decode(),
        quota=quota_of(change.case) if ctx.metered else None,
        sameness=sameness(change.case, application.form, signer.fingerprint) if channel in FILED_BY_ACCOUNT else None,
        signature=sent.signature,
        signer_subject=signer.subject,
        signer_fingerprint=signer.fingerprint,
        duplicate_key=procedure.duplicate_key(application.form),
        draft_id=draft_id,
    )
    numbering = _numbering(ctx, ctx.rules_of(change.case), channel, day)
    return _store(ctx, who, NewCase(change, stored, numbering, event_of(change)))


def _store(ctx: CasesContext, who: Caller, new_case: NewCase) -> tuple[StoredCase, bool]:
    """Stores the case, or finds the case that keeps it from being stored."""
    for _ in range(limits.WRITE_ATTEMPTS):
        killpoint("cases.before_commit")
        new = ctx.group_commit.file(new_case)
        killpoint("cases.after_commit")
        if new is not None:
            reuse.count(new_case.change.case)
            return new, False
        if found := _in_place_of(ctx, who, new_case):
            return found
    raise VersionConflict  # the open case it was the same as has ended each time somebody looked


def _in_place_of(ctx: CasesContext, who: Caller, new_case: NewCase) -> tuple[StoredCase, bool] | None:
    """Finds the case that keeps this case from being stored; None when nothing is in its way any more.

    Raises:
        IdempotencyKeyReused: its key filed something else.
        TooManyFilings: the account has filed so many today.
    """
    evidence = new_case.evidence
    if filed := _filed_before(ctx, who, evidence.key, evidence.request_hash):
        return filed, True
    with ctx.database.autocommit() as conn:
        if same := earlier.find_same(conn, evidence):
            return same, True
        if evidence.quota is not None and earlier.filed_today(conn, new_case) >= evidence.quota:
            raise TooManyFilings(most=evidence.quota)
    return None


def quota_of(case: Case) -> int:
    """Returns how many cases of a procedure its account may file a day, for persons or for firms."""
    if case.channel not in FILED_BY_ACCOUNT:
        return limits.FILINGS_AT_THE_COUNTER
    return limits.FILINGS_ONLINE_FIRMS if case.applicant.kind == "firm" else limits.FILINGS_ONLINE


def _opened(
    ctx: CasesContext,
    who: Caller,
    sent: SubmitRequest,
    application: Application,
    procedure: Procedure,
    channel: Channel,
    at: datetime,
    measured: Reuse,
    filer: Filer | None,
    signer: Signer,
) -> Change:
    part = application.applicant
    day = local_day(at)
    rule_set = ctx.catalogue.rules_for(procedure, day)
    account = who.subject if filer is not None and filer.standing is not Standing.REPRESENTATIVE else ""
    fees = procedure.fees_due(channel, day, application.form)
    case = Case(
        case_id=uuid7(),
        procedure_code=procedure.code,
        procedure_version=procedure.effective_from,
        rules=rule_set.id,
        agency_code=application.agency,
        applicant=Applicant(**part.model_dump(), account=account),
        received_at=at,
        proxy=people.proxy_of(application),
        filer=filer,
        attachments=take(ctx.files, application.attachments, Counter(who.subject, procedure, local_day(at))),
        fees=fees,
        fee_state=fee_state(fees),
        children=planned(procedure, application.agency, day, ctx.catalogue, application.form),
        reuse=measured,
        handed_in=tuple(PaperHandedIn(each.paper, each.kind, each.copies) for each in application.handed_in),
        **_as_filed(application, channel),
    )
    standing = filer.standing if filer is not None else Standing.CLERK
    actor = Actor(who.subject, who.name, CITIZEN if channel in FILED_BY_ACCOUNT else CLERK, standing=standing)
    return engine.open_case(
        case,
        actor,
        ctx.rules_of(case),
        hashlib.sha256(sent.content).hexdigest(),
        signer.fingerprint,
        hashlib.sha256(orjson.dumps(application.form)).hexdigest(),
    )


def _as_filed(application: Application, channel: Channel) -> dict[str, Any]:
    """Returns what a case keeps of its application by the same name; what it left open is settled."""
    return {name: getattr(application, name) for name in KEPT_AS_FILED} | {
        "channel": channel,
        "result_by": intake.return_way(application, channel),
        "result_address": intake.return_address(application, channel),
        "intake_agency": application.taken_in_by,
    }


def _signer(ctx: CasesContext, who: Caller, sent: SubmitRequest, application: Application) -> Signer:
    """Returns who signed the application, as its signature proves: the applicant, or the proxy who files for them."""
    if not sent.signature:
        return NOBODY
    if ctx.signatures is None:
        raise SignaturesNotTaken
    return ctx.signatures.verify(sent.signature, sent.content, accounts.number_of_signer(application, who))


def _numbering(ctx: CasesContext, rules: CaseRules, channel: Channel, day: date) -> Numbering:
    series, sector = rules.series, rules.procedure.sector.code
    last = series.last_online if channel in FILED_BY_ACCOUNT else series.last
    prefix = series.prefix(rules.numbered_as, day)
    return Numbering(rules.agency.code, prefix, day, last, sector, ctx.catalogue.of_sector(sector))


def _filed_before(ctx: CasesContext, who: Caller, key: str, digest: bytes) -> StoredCase | None:
    """Finds the case that this key filed before, if any.

    Raises:
        IdempotencyKeyReused: it filed something else.
    """
    with ctx.database.autocommit() as conn:
        filed = earlier.find(conn, who.subject, key)
    if filed is not None and filed.request_hash != digest:
        raise IdempotencyKeyReused
    return filed


def channel_of(who: Caller, application: Application) -> Channel:
    """Returns the channel: a clerk files what was brought or sent to their own agencies; anyone else files online, for
    a citizen's account."""
    if (channel := intake.filed_as(who, application)) is None:
        raise AgencyOutOfScope(agency=application.taken_in_by)
    return channel


def check_may_file(ctx: CasesContext, who: Caller, procedure: Procedure, channel: Channel) -> None:
    """Raises VersionSetAside, OnlyInAChain, InformationOnly or AssuranceTooLow."""
    if (procedure.code, procedure.effective_from) in ctx.catalogue.set_aside:
        raise VersionSetAside(code=procedure.code, day=procedure.effective_from)
    if not procedure.alone:
        chains = [each.code for each in ctx.catalogue.in_force(ctx.today()) if procedure.code in each.chained]
        raise OnlyInAChain(code=procedure.code, chains=", ".join(chains) or "–")
    if channel in FILED_BY_ACCOUNT and not procedure.filed_online:
        counters = dict.fromkeys(ctx.catalogue.agencies[code].counter for code in procedure.agencies)
        raise InformationOnly(code=procedure.code, where="; ".join(counters))
    if channel in FILED_BY_ACCOUNT and who.assurance < procedure.min_assurance:
        raise AssuranceTooLow(needed=procedure.min_assurance)
