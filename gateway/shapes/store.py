"""The papers of somebody's own store as JSON."""

from typing import Annotated

from onestop.documents.v1 import store_service_pb2 as pb
from pydantic import Field
from typing_extensions import TypedDict

from gateway.shapes.common import Bilingual, Day, Sha256, Timestamp, bilingual
from gateway.shapes.requests import Body, OptionalDay, RequiredText, Text


class ConsentJson(TypedDict):
    """The consent to one use of one paper."""

    consent_id: str
    case_ref: str
    procedure_code: str
    agency_code: str
    text_version: str
    given_at: Timestamp
    withdrawn_at: Timestamp
    relied_on_at: Annotated[Timestamp, Field(description="When the case was decided on it; empty before.")]


class StoredPaperJson(TypedDict):
    """A paper in somebody's own store."""

    stored_paper_id: str
    paper_code: Annotated[str, Field(description="A paper code of the procedures, or the code of a result.")]
    name: Bilingual
    number: str
    issuer_code: str
    issuer_name: str
    issued_on: Day
    expires_on: Day
    file_id: str
    file_name: str
    media_type: str
    sha256: Sha256
    signature: Annotated[
        str,
        Field(description="unjudged, none, sealed (valid, by an agency trusted here), unknown_signer or broken."),
    ]
    signer: str
    legal_value: Annotated[str, Field(description="original (issued electronically), certified_scan or upload.")]
    origin: Annotated[str, Field(description="result (issued by a case), filed (accepted with one) or kept.")]
    source_case: str
    stored_at: Timestamp
    consents: list[ConsentJson]


class StoredPapersJson(TypedDict):
    """A page of the caller's own store, newest first."""

    papers: list[StoredPaperJson]
    next_page_token: str


class WithdrawnJson(TypedDict):
    """A consent as withdrawn."""

    consent: ConsentJson
    access_closed: Annotated[
        bool, Field(description="Whether the agency sees the file no more; false when it has decided on it before.")
    ]


class PaperAccessJson(TypedDict):
    """One reading or use of a paper."""

    at: Timestamp
    actor_name: str
    agencies: list[str]
    kind: Annotated[str, Field(description="read or reused.")]
    case_ref: str


class PaperAccessesJson(TypedDict):
    """The last accesses, newest first."""

    accesses: list[PaperAccessJson]


class KeepBody(Body):
    """An upload to keep, and what it is."""

    file_id: RequiredText
    paper_code: RequiredText
    name: RequiredText
    number: Text = ""
    issuer_name: Text = ""
    issued_on: OptionalDay = ""
    expires_on: OptionalDay = ""


def stored_paper(message: pb.StoredPaper) -> StoredPaperJson:
    return {
        "stored_paper_id": message.stored_paper_id,
        "paper_code": message.paper_code,
        "name": bilingual(message.name_vi, message.name_en),
        "number": message.number,
        "issuer_code": message.issuer_code,
        "issuer_name": message.issuer_name,
        "issued_on": message.issued_on,
        "expires_on": message.expires_on,
        "file_id": message.file_id,
        "file_name": message.file_name,
        "media_type": message.media_type,
        "sha256": message.sha256.hex(),
        "signature": message.signature,
        "signer": message.signer,
        "legal_value": message.legal_value,
        "origin": message.origin,
        "source_case": message.source_case,
        "stored_at": message.stored_at,
        "consents": [consent(one) for one in message.consents],
    }


def consent(message: pb.ReuseConsent) -> ConsentJson:
    return {
        "consent_id": message.consent_id,
        "case_ref": message.case_ref,
        "procedure_code": message.procedure_code,
        "agency_code": message.agency_code,
        "text_version": message.text_version,
        "given_at": message.given_at,
        "withdrawn_at": message.withdrawn_at,
        "relied_on_at": message.relied_on_at,
    }


def access(message: pb.PaperAccess) -> PaperAccessJson:
    return {
        "at": message.at,
        "actor_name": message.actor_name,
        "agencies": list(message.agencies),
        "kind": message.kind,
        "case_ref": message.case_ref,
    }
