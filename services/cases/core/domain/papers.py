"""The statutory papers (biểu mẫu) a case orders, with what each shows; names as documents' templates have them."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from services.cases.calendar.domain import BilingualText
from services.cases.core.domain.case import Case, evolve
from services.cases.core.domain.case_parts import Actor, Applicant
from services.cases.core.domain.case_rules import CaseRules
from services.cases.core.domain.proxy import Proxy
from services.cases.core.domain.result import Signatory, day_text, signatory_of, signature_lines
from services.cases.core.domain.texts import on_its_way
from services.cases.core.domain.transitions import (
    CITIZEN,
    FORM_APOLOGY,
    FORM_AS_BEFORE,
    FORM_CONTROL_SLIP,
    FORM_RECEIPT,
    FORM_REFUSAL,
    FORM_RESULT,
    FORM_SUPPLEMENT,
    SYSTEM,
)
from services.common import limits
from services.common.times import local_day, local_time, rfc3339
from services.contracts.application import RELATIONS
from services.contracts.personal import shown
from services.contracts.privacy import Neutral, Recorded

ORIGINAL, NOTICE = "original", "notice"
"""What a result is worth: the certificate itself, or a letter that says what was decided (LegalValue)."""
ONE_AT_A_TIME = frozenset({FORM_RESULT, FORM_CONTROL_SLIP})
"""A case has one result and one control slip: a new one replaces the one before."""


@dataclass(frozen=True, slots=True)
class PaperOrder:
    """One paper to issue. Its id follows from case and version, so that ordering it again is the same order.

    `family` is that of the case's rule set. A paper may replace one ordered before, for a reason it then shows. A
    result is set by the `template` of its procedure, or is the file `file_id`, which is only sealed; empty = neither.
    """

    paper_id: UUID
    form: Neutral[str]
    data: Recorded[dict[str, Any]]
    family: Neutral[str]
    replaces: Neutral[str] = ""
    reason: Recorded[str] = ""
    template: Neutral[str] = ""
    file_id: Neutral[str] = ""


BY_POST = frozenset({FORM_RECEIPT, FORM_SUPPLEMENT, FORM_REFUSAL, FORM_CONTROL_SLIP})
"""Signed by whoever sits at that desk, whatever their position; every other paper is signed for the agency."""


def order_paper(form: str, case: Case, actor: Actor, at: datetime, rules: CaseRules) -> PaperOrder:
    """Returns the order for a form, from the case as it is after the action."""
    data = _head(form, case, actor, at, rules) | {"reason": case.reason}
    if form == FORM_RECEIPT:
        data |= _receipt(case, rules)
    elif form == FORM_SUPPLEMENT:
        data |= _supplement(case, actor, rules)
    elif form == FORM_APOLOGY:
        data |= _apology(case, rules)
    elif form == FORM_CONTROL_SLIP:
        data |= _control(case, rules)
    else:
        data["legal_ground"] = rules.legal_ground
    replaces = case.newest_papers.get(form, "") if form in ONE_AT_A_TIME else ""
    order = PaperOrder(paper_id_of(form, case, case.version), form, data, rules.rule_set.forms, replaces)
    if form != FORM_RESULT:
        return order
    order = _result(order, case, rules)
    if case.corrections:
        wrong = case.corrections[-1]
        return replace(order, replaces=replaces or wrong.paper_id, reason=wrong.reason)
    return order


def order_again(paper_id: str, reason: str, case: Case, actor: Actor, at: datetime, rules: CaseRules) -> PaperOrder:
    """Returns the order for a new version of a paper: its facts stay, but for the day and the history's head; of one
    signed at a desk also who signs, of others whoever answers for what they say still does."""
    form = next((each for each, newest in case.newest_papers.items() if newest == paper_id), FORM_AS_BEFORE)
    now, signed = _head(form, case, actor, at, rules), ("signer",) if form in BY_POST else ()
    data = {name: now[name] for name in ("issued_date", "signer_name", "history_head", *signed)}
    return PaperOrder(
        paper_id_of(FORM_AS_BEFORE, case, case.version), FORM_AS_BEFORE, data, rules.rule_set.forms, paper_id, reason
    )


def order_retry(paper_id: str, reason: str, rules: CaseRules) -> PaperOrder:
    """Orders another try of a paper that could not be issued; the paper stays the same and replaces no other."""
    return PaperOrder(UUID(paper_id), FORM_AS_BEFORE, {}, rules.rule_set.forms, reason=reason)


def ordered(case: Case, order: PaperOrder) -> Case:
    """Returns the case that remembers which paper of each form is its newest, and which were replaced."""
    newest = {form: str(order.paper_id) if known == order.replaces else known
              for form, known in case.newest_papers.items()}  # fmt: skip
    if order.form != FORM_AS_BEFORE:
        newest[order.form] = str(order.paper_id)
    replaced = (*case.papers_replaced, order.replaces) if order.replaces else case.papers_replaced
    return evolve(case, newest_papers=newest, papers_replaced=replaced)


def paper_id_of(form: str, case: Case, version: int) -> UUID:
    """Returns the id of the paper that the change to this version orders."""
    return uuid5(case.case_id, f"{form}/{version}")


@dataclass(frozen=True, slots=True)
class HandedIn:
    """An upload that an agency has accepted as a paper of the case."""

    code: str
    name_vi: str
    name_en: str
    file_id: str


def handed_in(case: Case, rules: CaseRules) -> tuple[HandedIn, ...]:
    """Lists the uploads in force as papers of the applicant, but for what a proxy or an unproven filer handed in.

    Papers of the applicant's own store are there already, those of a chain with it.
    """
    if case.proxy is not None or not case.store_number:
        return ()
    named = {paper.code: paper for paper in rules.procedure.papers}
    return tuple(
        HandedIn(paper.code, paper.name_vi, paper.name_en, attachment.file_id)
        for attachment in case.attachments
        if not (attachment.stored_paper_id or attachment.inherited or attachment.superseded)
        and (paper := named.get(attachment.paper))
    )


def _result(order: PaperOrder, case: Case, rules: CaseRules) -> PaperOrder:
    """Returns the order of a result: the certificate itself, an original, or a letter that says what was decided."""
    kind, owner = rules.procedure.result_kind(case.decision), {"owner": case.store_number}
    names = {"code": kind.code, "name_vi": kind.name_vi, "name_en": kind.name_en}
    decided = {
        "decision": case.decision,
        "decided_by": case.decided_by,
        "decided_at": rfc3339(case.decided_at),
    }
    if case.result is None:
        return replace(order, data=order.data | decided | {"result_type": names | owner | {"legal_value": NOTICE}})
    given = case.result
    result = {
        "number": given.number,
        "notation": kind.notation,
        "issued_on": day_text(given.issued_on),
        "valid_until": day_text(given.valid_until),
        "signer": _signed_by(given.signer, rules),
    }
    value = ORIGINAL if kind is rules.procedure.result else NOTICE
    told = decided | {"result_type": names | owner | {"legal_value": value}, "result": result}
    template = "" if given.file_id else kind.template
    return replace(order, data=order.data | told, template=template, file_id=given.file_id)


def _signed_by(signer: Signatory, rules: CaseRules) -> dict[str, Any]:
    return {"lines": signature_lines(signer, rules.agency), "name": signer.name}


def _signer(form: str, case: Case, actor: Actor, rules: CaseRules) -> dict[str, Any]:
    """Returns how whoever acts signs for the agency; without lines for somebody it does not list.

    What a payment, time or the applicant brings about nobody signs by name, but for a receipt: whoever took the case
    in.
    """
    if actor.role in (SYSTEM, CITIZEN):
        return {"lines": [], "name": case.accepted_by if form == FORM_RECEIPT else ""}
    name = actor.signature
    listed = None if form in BY_POST else signatory_of(rules.agency, actor.stands_for_name or actor.name)
    return {"lines": signature_lines(listed, rules.agency) if listed else [], "name": name}


def _head(form: str, case: Case, actor: Actor, at: datetime, rules: CaseRules) -> dict[str, Any]:
    procedure, agency = rules.procedure, rules.issuer(awaits_receipt=case.awaits_receipt)
    signer = _signer(form, case, actor, rules)
    return {
        "case_ref": case.ref,
        "procedure_code": procedure.code,
        "procedure_name_vi": procedure.name_vi,
        "procedure_name_en": procedure.name_en,
        **agency.issuer(),
        "issued_date": local_day(at).isoformat(),
        "history_head": case.history_head,
        **({"seen_by": [case.agency_code, case.intake_agency]} if case.for_another else {}),
        "applicant": particulars(case.applicant),
        **({"proxy": particulars(case.proxy) | {"paper": _authority(case.proxy, rules)}} if case.proxy else {}),
        "received_at": local_time(case.received_at).isoformat(timespec="seconds"),
        "signer_name": signer["name"],
        "signer": signer,
    }


def particulars(person: Applicant | Proxy) -> dict[str, str]:
    """Returns who a person is and where to reach them, as papers and envelopes say it."""
    return {
        "full_name": person.full_name,
        "identifier": shown(person.identifier),
        "address": person.address,
        "phone": person.phone,
        "email": person.email,
    }


def _authority(proxy: Proxy, rules: CaseRules) -> str:
    """Says by what right a proxy files: the paper's name, or the relation to the applicant and the article."""
    if proxy.authorisation:
        return paper_name(proxy.authorisation, rules).vi
    relation, _ = RELATIONS[proxy.relation] if proxy.relation else ("", "")
    return f"Không cần: là {relation} của người yêu cầu ({rules.procedure.proxy.legal_basis})"


def _control(case: Case, rules: CaseRules) -> dict[str, Any]:
    return {
        "partners": sorted({asked.agency for asked in case.consultations}),
        "due_date": case.clock.due.isoformat() if case.clock.due else "",
        "old_due_date": case.postponed_from.isoformat() if case.postponed_from and case.clock.days is None else "",
        "due_time": f"{case.clock.closing(rules.time_limit) or rules.time_limit.closes:%H:%M}",
    }


def _supplement(case: Case, actor: Actor, rules: CaseRules) -> dict[str, Any]:
    asked = case.supplement
    return {
        "items": list(case.supplement_items),
        "legal_ground": asked.legal_ground if asked else rules.legal_ground,
        "contact_name": asked.name if asked else actor.name,
        "contact_phone": rules.agency.counter_phone,
    }


def _apology(case: Case, rules: CaseRules) -> dict[str, Any]:
    clock, old = case.clock, case.postponed_from
    return {
        "old_due_date": old.isoformat() if old else "",
        **({"old_due_time": f"{local_time(case.promised_at):%H:%M}"} if case.promised_at else {}),
        "due_date": clock.due.isoformat() if clock.due else "",
        "due_time": f"{case.clock.closing(rules.time_limit) or rules.time_limit.closes:%H:%M}",
    }


def _receipt(case: Case, rules: CaseRules) -> dict[str, Any]:
    """Returns what form 01 shows; a case is received once it is complete, from when its term counts (NĐ 309, 17.3)."""
    clock, here = case.clock, case.awaits_receipt or not case.for_another
    complete = local_time(clock.since or case.received_at).isoformat(timespec="minutes")
    filed = local_time(case.received_at).isoformat(timespec="minutes")
    return {
        "received_at": complete,
        "filed_at": filed if filed != complete else "",
        "decided_by_agency": rules.agency.name_vi if case.awaits_receipt else "",
        "due_date": clock.due.isoformat() if clock.due else "",
        "due_time": f"{case.clock.closing(rules.time_limit) or rules.time_limit.closes:%H:%M}",
        "days": rules.procedure.days,
        "hours": rules.procedure.hours or 0,
        "explanation": [{"vi": line.vi, "en": line.en} for line in clock.lines or _on_its_way(case, rules)],
        "papers": list(_papers(case, rules)),
        "confirmed": list(_confirmed(case, rules)),
        "sets": case.sets,
        "return_place": _return_place(case, rules),
        "fee": sum(fee.amount for fee in case.fees if fee.state != "later"),
        "sector_name_vi": rules.procedure.sector.name_vi,
        "register_volume": volume_of(case.register_no) if here and case.register_no else 0,
        "register_no": case.register_no if here else 0,
    }


def _papers(case: Case, rules: CaseRules) -> Iterator[dict[str, Any]]:
    """Yields the papers of form 01, by kind and copies: what came on paper, then files of what did not."""
    for given in case.handed_in:
        yield {"name": paper_name(given.paper, rules).vi, "kind": given.kind, "copies": given.copies}
    on_paper = {given.paper for given in case.handed_in if given.kind != "electronic"}
    for attachment in case.attachments:
        if not attachment.superseded and attachment.paper not in on_paper:
            yield {"name": paper_name(attachment.paper, rules).vi, "kind": "electronic", "copies": 1}


def _confirmed(case: Case, rules: CaseRules) -> Iterator[dict[str, str]]:
    """Yields the papers nobody handed in, since a register has what they prove, with that register's name."""
    for code, register in case.reuse.registers.items():
        paper = rules.procedure.paper(code)
        source = paper.register_source if paper else ""
        yield {"name": paper_name(code, rules).vi, "register": source or register}


def _return_place(case: Case, rules: CaseRules) -> str:
    """Says where the result goes, as the applicant chose; a case older than the choice, to the counter."""
    if case.result_by == "post":
        return f"Trả qua dịch vụ bưu chính công ích: {case.result_address or case.applicant.address}".rstrip(": ")
    if case.result_by == "online":
        return "Cổng Dịch vụ công quốc gia, tài khoản định danh điện tử (VNeID)"
    return (rules.intake or rules.agency).counter


def _on_its_way(case: Case, rules: CaseRules) -> tuple[BilingualText, ...]:
    """Returns why a receipt has no date yet: the competent agency has not received the case (Điều 17.3)."""
    return (on_its_way(rules.agency),) if case.awaits_receipt else ()


def volume_of(line: int) -> int:
    """Returns the volume of a register (quyển số) that a line of it stands in."""
    return (line - 1) // limits.VOLUME_CASES + 1


def paper_name(code: str, rules: CaseRules) -> BilingualText:
    """Returns a paper's name; its code when the procedure has no such paper."""
    paper = rules.procedure.paper(code)
    return BilingualText(paper.name_vi, paper.name_en) if paper else BilingualText(code, code)
