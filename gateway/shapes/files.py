"""Files and issued papers as JSON."""

from typing import Annotated

from onestop.documents.v1 import documents_service_pb2 as pb
from pydantic import Field
from typing_extensions import TypedDict

from gateway.shapes.common import Bilingual, Sha256, Timestamp, bilingual

_STATES = {
    pb.FileState.FILE_STATE_QUARANTINED: "quarantined",
    pb.FileState.FILE_STATE_CLEAN: "clean",
    pb.FileState.FILE_STATE_INFECTED: "infected",
    pb.FileState.FILE_STATE_DISPOSED: "disposed",
}


class FileJson(TypedDict):
    """One version of a stored file."""

    file_id: str
    version: int
    file_name: str
    media_type: Annotated[str, Field(description="As found in the content, whatever the sender called it.")]
    size: Annotated[int, Field(description="Bytes.")]
    sha256: Sha256
    state: Annotated[str, Field(description="quarantined, clean, infected or disposed; only a clean file can be read.")]
    created_at: Timestamp


class SuccessorJson(TypedDict):
    """The version that takes a paper's place."""

    paper_id: str
    number: str
    issued_at: Timestamp


FormNumber = Annotated[str, Field(description='Number of the form in its family, "result" or "stop".')]
FormFamily = Annotated[str, Field(description="Family of statutory forms: tt03-2025 or tt01-2018.")]
Successor = Annotated[SuccessorJson | None, Field(description="The version that replaces this paper, if any.")]


class PaperJson(TypedDict):
    """A sealed PDF issued for a case, or a volume of a register."""

    paper_id: str
    case_ref: str
    family: FormFamily
    form: FormNumber
    number: str
    title: Bilingual
    file_id: str
    sha256: Sha256
    agency_code: str
    issued_at: Timestamp
    replaces: Annotated[str, Field(description="Paper id of the version before; empty for the first.")]
    reissue_reason: str
    replaced_by: Successor


class PapersJson(TypedDict):
    """Papers issued for a case, oldest first."""

    papers: list[PaperJson]


class CheckedPaperJson(TypedDict):
    """The facts of an issued paper that anyone may know."""

    paper_id: str
    case_ref: str
    family: FormFamily
    form: FormNumber
    number: str
    title: Bilingual
    sha256: Sha256
    agency_code: str
    issued_at: Timestamp
    replaced_by: Successor
    sealed_by: Annotated[str, Field(description="Name in the sealing certificate.")]


def file(message: pb.File) -> FileJson:
    return {
        "file_id": message.file_id,
        "version": message.version,
        "file_name": message.file_name,
        "media_type": message.media_type,
        "size": message.size,
        "sha256": message.sha256.hex(),
        "state": _STATES[message.state],
        "created_at": message.created_at,
    }


def paper(message: pb.Paper) -> PaperJson:
    return {
        "paper_id": message.paper_id,
        "case_ref": message.case_ref,
        "family": message.family,
        "form": message.form,
        "number": message.number,
        "title": bilingual(message.title_vi, message.title_en),
        "file_id": message.file_id,
        "sha256": message.sha256.hex(),
        "agency_code": message.agency_code,
        "issued_at": message.issued_at,
        "replaces": message.replaces_paper_id,
        "reissue_reason": message.reissue_reason,
        "replaced_by": _successor(message),
    }


def _successor(message: pb.Paper) -> SuccessorJson | None:
    if not message.replaced_by_paper_id:
        return None
    return {
        "paper_id": message.replaced_by_paper_id,
        "number": message.replaced_by_number,
        "issued_at": message.replaced_at,
    }


def checked_paper(message: pb.CheckPaperResponse) -> CheckedPaperJson:
    """Makes the JSON of a checked paper; file id and reason of a version stay inside: knowing a paper's id is no right
    to its content."""
    facts = message.paper
    return {
        "paper_id": facts.paper_id,
        "case_ref": facts.case_ref,
        "family": facts.family,
        "form": facts.form,
        "number": facts.number,
        "title": bilingual(facts.title_vi, facts.title_en),
        "sha256": facts.sha256.hex(),
        "agency_code": facts.agency_code,
        "issued_at": facts.issued_at,
        "replaced_by": _successor(facts),
        "sealed_by": message.sealed_by,
    }
