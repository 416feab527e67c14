"""From what a procedure declares to what the registers are asked, and back to the beginnings of an application."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from onestop.common.v1.register_pb2 import RegisterAnswer
from onestop.documents.v1.store_service_pb2 import StoredPaper
from onestop.identity.v1 import identity_service_pb2 as pb

from gateway.shapes.common import bilingual
from gateway.shapes.procedures import Answer, ConfirmedJson, OfferedPaperJson, PrefillJson
from gateway.transcoding.encode import encoder
from services.common.declared import words_of
from services.common.times import local_day
from services.contracts.prefilling import APPLICANT_PREFIX, fields_wanted, papers_wanted
from services.contracts.reuse import REUSE_CONSENT, good_until

_ANSWERS: Mapping[int, Any] = words_of(RegisterAnswer.DESCRIPTOR)
_STORED: Callable[[StoredPaper], Any] = encoder(StoredPaper.DESCRIPTOR)


def wanted(procedure: Mapping[str, Any]) -> list[pb.PrefillField]:
    """Returns the form's fields as the procedure maps them, and the applicant's own particulars."""
    return [
        pb.PrefillField(form_field=name, register_field=source) for name, source in fields_wanted(procedure).items()
    ]


def purpose(procedure: Mapping[str, Any]) -> pb.Purpose:
    """Returns why the citizen's own data is asked for; there is no case yet, so the procedure names it."""
    code = procedure["code"]
    return pb.Purpose(text=f"prefill {code}", case_reference=f"draft-{code}", legal_basis=procedure["legal_basis"][0])


def paper_codes(procedure: Mapping[str, Any]) -> list[str]:
    """Lists the types of papers that serve as a paper the procedure wants."""
    return sorted({code for wanted in procedure["papers"] for code in (wanted["code"], *wanted["fits"])})


def paper_sources(procedure: Mapping[str, Any]) -> list[pb.PaperSource]:
    """Returns the papers whose data a connected register may hold."""
    return [pb.PaperSource(paper=code, register=register) for code, register in papers_wanted(procedure).items()]


def filled(
    procedure: Mapping[str, Any], given: pb.PrefillResponse, stored: Sequence[StoredPaper], tax_code: str = ""
) -> PrefillJson:
    """Sorts the values into applicant and form, and the stored papers by the paper they serve as.

    `tax_code` names the firm the caller files for; empty = for themselves.

    `share` counts form fields filled of those the form has.
    """
    applicant: dict[str, str] = {"kind": "person"}
    form: dict[str, Any] = {}
    for name, value in given.values.items():
        if name.startswith(APPLICANT_PREFIX):
            applicant[name.removeprefix(APPLICANT_PREFIX)] = value
        else:
            form[name] = value
    if tax_code:
        applicant = _firm(tax_code, given, applicant)
    fields = len(procedure["form_schema"]["properties"])
    share = round(len(form) / fields, 3) if fields else 0.0
    confirmed = {paper.paper: paper for paper in given.papers}
    answers = {each.paper: _ANSWERS[each.answer] for each in given.answers}
    today = local_day(datetime.now(UTC))
    return {
        "applicant": applicant,
        "form": form,
        "prefilled_fields": sorted(form),
        "share": share,
        "papers": [
            _offer(wanted, stored, confirmed.get(wanted["code"]), answers.get(wanted["code"]), today)
            for wanted in procedure["papers"]
        ],
        "consent": {"version": REUSE_CONSENT.version, "text": bilingual(REUSE_CONSENT.vi, REUSE_CONSENT.en)},
        "representation": _ANSWERS[given.representation] if tax_code else None,
        "receipt": given.receipt,
    }


def _firm(tax_code: str, given: pb.PrefillResponse, person: Mapping[str, str]) -> dict[str, str]:
    """Returns the firm as the applicant; whoever files for it is reached as they are themselves."""
    reached = {name: person[name] for name in ("phone", "email") if name in person}
    entry = {"full_name": given.firm.name, "address": given.firm.address} if given.HasField("firm") else {}
    return {"kind": "firm", "identifier": tax_code, **entry, **reached}


def _offer(
    wanted: Mapping[str, Any],
    stored: Sequence[StoredPaper],
    confirmed: pb.ConfirmedPaper | None,
    answer: Answer | None,
    today: date,
) -> OfferedPaperJson:
    fitting = [paper for paper in stored if paper.paper_code in (wanted["code"], *wanted["fits"])]
    return {
        "paper": wanted["code"],
        "name": bilingual(wanted["name_vi"], wanted["name_en"]),
        "required": "online" in wanted["required"],
        "database": wanted["register_source"],
        "answer": answer,
        "confirmed": _confirmed(confirmed) if confirmed else None,
        "stored": [_STORED(paper) for paper in fitting if _still_good(paper, wanted["valid_months"], today)],
    }


def _confirmed(paper: pb.ConfirmedPaper) -> ConfirmedJson:
    return {
        "register": paper.register,
        "number": paper.number,
        "issuer": paper.issuer,
        "issued_on": paper.issued_on,
        "expires_on": paper.expires_on,
    }


def _still_good(paper: StoredPaper, valid_months: int | None, today: date) -> bool:
    expires = date.fromisoformat(paper.expires_on) if paper.expires_on else None
    since = date.fromisoformat(paper.issued_on) if paper.issued_on else local_day(paper.stored_at.ToDatetime(UTC))
    last = good_until(expires, since, valid_months)
    return last is None or last >= today
