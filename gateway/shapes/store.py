"""The papers of somebody's own store as JSON."""

from typing import Annotated

from pydantic import Field
from typing_extensions import TypedDict

from gateway.shapes.common import Bilingual, Day, Sha256, Timestamp


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
    legal_value: Annotated[
        str, Field(description="original (issued electronically), certified_scan, upload or notice (a letter).")
    ]
    origin: Annotated[str, Field(description="result (issued by a case), filed (accepted with one) or kept.")]
    source_case: str
    stored_at: Timestamp
    consents: list[ConsentJson]
