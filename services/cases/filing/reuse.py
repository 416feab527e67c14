"""How much of an application the applicant did not have to give anew, and what registers confirm of it."""

from collections.abc import Callable, Mapping

from prometheus_client import Counter

from services.cases.core.domain.case import Case
from services.cases.core.domain.case_parts import Reuse
from services.cases.core.domain.procedure import Procedure
from services.common.context import Caller
from services.contracts.application import Application
from services.contracts.receipts import Receipt

FIELDS = Counter("onestop_form_fields_total", "Form fields filled in, of cases filed.", ["procedure"])
PREFILLED = Counter("onestop_form_fields_prefilled_total", "Of these, those as the registers gave them.", ["procedure"])
REUSED = Counter("onestop_papers_reused_total", "Papers from the applicant's own store.", ["procedure"])
FROM_REGISTERS = Counter("onestop_papers_from_registers_total", "Papers replaced by register data.", ["procedure"])


def receipt_of(
    read: Callable[[str], Receipt | None], who: Caller, application: Application, procedure: Procedure
) -> Receipt | None:
    """Returns the receipt of the prefill this application began with; costs nothing when it names no receipt.

    None also for a receipt that has expired, or of somebody else or another procedure: then nothing is confirmed.
    """
    if not application.prefill:
        return None
    receipt = read(application.prefill)
    if receipt is None or (receipt.subject, receipt.procedure) != (who.subject, procedure.code):
        return None
    return receipt


def confirmed(
    receipt: Receipt | None, who: Caller, application: Application, procedure: Procedure
) -> Mapping[str, str]:
    """Returns the papers whose data a register holds, by code: about the caller in person, so only when the case is for
    them.

    Which register replaces which paper is the procedure's to say: identity signs what it was asked.
    """
    if receipt is None or application.applicant.identifier != who.personal_number:
        return {}
    return {
        code: register
        for code, register in receipt.papers.items()
        if (paper := procedure.paper(code)) and paper.register_code == register
    }


def answers(receipt: Receipt | None, who: Caller, application: Application, procedure: Procedure) -> Mapping[str, str]:
    """Returns what registers say of the papers of the procedure, by code; nothing where the case is not about the
    caller."""
    if receipt is None or application.applicant.identifier != who.personal_number:
        return {}
    return {code: answer for code, answer in receipt.answers.items() if procedure.paper(code)}


def measure(
    application: Application, receipt: Receipt | None, papers: Mapping[str, str], answers: Mapping[str, str]
) -> Reuse:
    """Measures what was reused; a paper that was handed in all the same does not count as spared."""
    handed_in = {attachment.paper for attachment in application.attachments}
    return Reuse(
        answers=answers,
        fields=len(application.form),
        prefilled=receipt.prefilled(application.form) if receipt else 0,
        registers={code: register for code, register in papers.items() if code not in handed_in},
    )


def count(case: Case) -> None:
    """Tells Prometheus of a case filed."""
    procedure = case.procedure_code
    FIELDS.labels(procedure).inc(case.reuse.fields)
    PREFILLED.labels(procedure).inc(case.reuse.prefilled)
    REUSED.labels(procedure).inc(case.papers_reused)
    FROM_REGISTERS.labels(procedure).inc(len(case.reuse.registers))
