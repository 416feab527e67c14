"""Parts of a case as JSON: who it is for, what is proposed, asked of others, known already."""

from typing import Annotated

from onestop.cases.v1 import cases_service_pb2 as pb
from onestop.cases.v1.proxy_pb2 import Proxy
from pydantic import Field
from typing_extensions import TypedDict

from gateway.shapes.common import Bilingual, Timestamp, bilingual


class ApplicantJson(TypedDict):
    """The person or firm the case is for."""

    kind: str
    full_name: str
    identifier: Annotated[str, Field(description="Personal number (số định danh) or tax code (mã số thuế).")]
    address: str
    phone: str
    email: str


class ProxyJson(TypedDict):
    """Who handed a case in for the applicant (người được ủy quyền)."""

    full_name: str
    identifier: Annotated[str, Field(description="Personal number (số định danh).")]
    address: str
    phone: str
    email: str
    authorisation: Annotated[str, Field(description="Code of the attachment that authorises; empty = none is asked.")]
    relation: Annotated[str, Field(description="What the proxy is to the applicant: parent, spouse, child or empty.")]


class ConsultationJson(TypedDict):
    """A question to another agency and where it stands."""

    consultation_id: str
    agency_code: str
    subject: str
    status_code: Annotated[str, Field(description="Status last reported (QĐ 28/2018): 01-06, 13, 15, 16.")]
    answer: str
    asked_at: Timestamp
    answered_at: Timestamp


class ProposalJson(TypedDict):
    """The proposal of the step before (đề xuất), and who made it; `principal` is the account the proposer stood in for,
    empty = no account."""

    decision: str
    reason: str
    by: str
    by_name: str


class FilerJson(TypedDict):
    """The account that filed a case online, as it was then."""

    account: str
    full_name: str
    personal_number: Annotated[str, Field(description="Empty for an account without one.")]
    assurance_level: Annotated[int, Field(ge=0, le=2, description="Electronic identity level.")]
    standing: Annotated[
        str,
        Field(
            description="`self`: its proven number is the applicant's; `representative`: the business register names "
            "its holder for the firm; `proxy`: files for the applicant, with an authorisation paper; `unproven`: "
            "nothing proves that it may, so the result is handed over at the counter."
        ),
    ]


class FailedPaperJson(TypedDict):
    """A paper of the case that could not be issued so far."""

    paper_id: Annotated[str, Field(description="What reissue-paper names to have it tried again at once.")]
    form: str
    title: Bilingual
    reason: Annotated[Bilingual, Field(description="Why, in words.")]
    at: Timestamp


class RulesJson(TypedDict):
    """The state of the one-stop law a case keeps: that of its intake day."""

    id: str
    name: Bilingual


class ReuseJson(TypedDict):
    """The parts of the application that the applicant did not have to give anew."""

    form_fields: Annotated[int, Field(description="Fields of the form filled in.")]
    prefilled_fields: Annotated[int, Field(description="Of these, those as the registers gave them.")]
    share: Annotated[float, Field(ge=0, le=1)]
    papers_reused: Annotated[int, Field(description="Papers from the applicant's own store.")]
    registers: Annotated[dict[str, str], Field(description="Papers not asked for, and the register that has the data.")]


def applicant(message: pb.Applicant) -> ApplicantJson:
    return {
        "kind": message.kind,
        "full_name": message.full_name,
        "identifier": message.identifier,
        "address": message.address,
        "phone": message.phone,
        "email": message.email,
    }


def proxy(message: Proxy) -> ProxyJson:
    return {
        "full_name": message.full_name,
        "identifier": message.identifier,
        "address": message.address,
        "phone": message.phone,
        "email": message.email,
        "authorisation": message.authorisation,
        "relation": message.relation,
    }


def filer(message: pb.Filer) -> FilerJson:
    return {
        "account": message.account,
        "full_name": message.full_name,
        "personal_number": message.personal_number,
        "assurance_level": message.assurance_level,
        "standing": message.standing,
    }


def consultation(message: pb.Consultation) -> ConsultationJson:
    return {
        "consultation_id": message.consultation_id,
        "agency_code": message.agency_code,
        "subject": message.subject,
        "status_code": message.status_code,
        "answer": message.answer,
        "asked_at": message.asked_at,
        "answered_at": message.answered_at,
    }


def proposal(message: pb.Proposal) -> ProposalJson:
    return {
        "decision": message.decision,
        "reason": message.reason,
        "by": message.by,
        "by_name": message.by_name,
    }


def reuse(message: pb.Reuse) -> ReuseJson:
    fields = message.form_fields
    return {
        "form_fields": fields,
        "prefilled_fields": message.prefilled_fields,
        "share": round(message.prefilled_fields / fields, 3) if fields else 0.0,
        "papers_reused": message.papers_reused,
        "registers": dict(message.registers),
    }


def rules(message: pb.Case) -> RulesJson:
    return {"id": message.rules_id, "name": bilingual(message.rules_name_vi, message.rules_name_en)}


def failed_paper(message: pb.FailedPaper) -> FailedPaperJson:
    return {
        "paper_id": message.paper_id,
        "form": message.form,
        "title": bilingual(message.title_vi, message.title_en),
        "reason": bilingual(message.reason_vi, message.reason_en),
        "at": message.at,
    }
