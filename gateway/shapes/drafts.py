"""Drafts and checks as JSON."""

from collections.abc import Iterable
from typing import Annotated, Any

import orjson
from onestop.cases.v1 import drafts_service_pb2 as pb
from onestop.common.v1.problem_pb2 import FieldProblem
from pydantic import Field
from typing_extensions import TypedDict

from gateway.shapes.common import Bilingual, Day, Timestamp, bilingual


class HintJson(TypedDict):
    """One thing that filing would refuse."""

    pointer: Annotated[str, Field(description="JSON pointer (RFC 6901) into the application.")]
    code: str
    message: Bilingual


class ResemblanceJson(TypedDict):
    """Something to look at before filing: what an application resembles, or what is odd about its facts."""

    code: Annotated[
        str,
        Field(
            description="same-applicant, same-subject, open-draft, birth-year-disagrees, sex-disagrees, "
            "unknown-province, age-unlikely or name-disagrees. None keeps anybody from filing."
        ),
    ]
    message: Bilingual
    ref: Annotated[str, Field(description="The case it resembles; empty for a draft.")]
    draft_id: Annotated[str, Field(description="The draft it resembles; empty for a case.")]
    pointer: Annotated[str, Field(description="JSON pointer to the odd fact; empty for a resemblance.")]


class DraftLineJson(TypedDict):
    """A draft in the list."""

    draft_id: str
    version: Annotated[int, Field(description="Grows whenever it is saved; the number in the ETag.")]
    procedure: str
    procedure_name: Bilingual
    procedure_version: Annotated[Day, Field(description="Version of the procedure it was begun under.")]
    version_in_force: Annotated[Day, Field(description="Version it would be filed under today; empty = none.")]
    newer_version: Annotated[bool, Field(description="The procedure changed since it was begun.")]
    created_at: Timestamp
    saved_at: Timestamp
    expires_at: Annotated[Timestamp, Field(description="When it is deleted unless it is saved again.")]
    expiring: Annotated[bool, Field(description="Its owner is told that it ends soon.")]


class DraftJson(DraftLineJson):
    """A draft as far as it is filled in, with what filing it today would refuse."""

    agency: str
    applicant: dict[str, Any]
    form: dict[str, Any]
    attachments: list[dict[str, Any]]
    hints: list[HintJson]
    warnings: list[ResemblanceJson]


class DraftsJson(TypedDict):
    """The caller's drafts, last saved first."""

    drafts: list[DraftLineJson]


class CheckedJson(TypedDict):
    """What filing would say."""

    acceptable: Annotated[bool, Field(description="It would be filed: there are no errors.")]
    errors: list[HintJson]
    warnings: list[ResemblanceJson]


def draft_line(message: pb.Draft) -> DraftLineJson:
    return {
        "draft_id": message.draft_id,
        "version": message.version,
        "procedure": message.procedure_code,
        "procedure_name": bilingual(message.procedure_name_vi, message.procedure_name_en),
        "procedure_version": message.procedure_version,
        "version_in_force": message.version_in_force,
        "newer_version": message.version_in_force > message.procedure_version,
        "created_at": message.created_at,
        "saved_at": message.saved_at,
        "expires_at": message.expires_at,
        "expiring": message.noticed_at != "",
    }


def draft(message: pb.Draft) -> DraftJson:
    content = orjson.loads(message.content)
    return {
        **draft_line(message),
        "agency": content["agency"],
        "applicant": content["applicant"],
        "form": content["form"],
        "attachments": content["attachments"],
        "hints": hints(message.hints),
        "warnings": resemblances(message.warnings),
    }


def checked(message: pb.CheckApplicationResponse) -> CheckedJson:
    return {
        "acceptable": not message.errors,
        "errors": hints(message.errors),
        "warnings": resemblances(message.warnings),
    }


def hints(messages: Iterable[FieldProblem]) -> list[HintJson]:
    return [
        {"pointer": one.pointer, "code": one.code, "message": bilingual(one.message_vi, one.message_en)}
        for one in messages
    ]


def resemblances(messages: Iterable[pb.Warning]) -> list[ResemblanceJson]:
    return [
        {
            "code": one.code,
            "message": bilingual(one.message_vi, one.message_en),
            "ref": one.ref,
            "draft_id": one.draft_id,
            "pointer": one.pointer,
        }
        for one in messages
    ]
