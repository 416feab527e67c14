"""Supplements asked for, what an applicant changed, and corrections, as JSON."""

from typing import Annotated, Any

import orjson
from onestop.cases.v1 import corrections_pb2, corrections_service_pb2
from pydantic import Field
from typing_extensions import TypedDict

from gateway.shapes.attachments import AttachmentJson, attachment
from gateway.shapes.common import Bilingual, Timestamp, bilingual
from gateway.shapes.requests import Query


class SupplementItemJson(TypedDict):
    """One numbered thing asked for; without field and paper it is asked in words alone."""

    number: int
    field: Annotated[str, Field(description="JSON pointer, e.g. /form/phone.")]
    paper: Annotated[str, Field(description="Code of a paper.")]
    name: Bilingual
    reason: str
    reason_name: Bilingual
    ask: Annotated[str, Field(description="What to do.")]


class SupplementJson(TypedDict):
    """A request to complete an application."""

    items: list[SupplementItemJson]
    reason: str
    legal_ground: str
    by: str
    by_name: str
    at: Timestamp


class CorrectionJson(TypedDict):
    """A finished case opened again for an error, and the result in the place of the wrong result."""

    reason: str
    legal_ground: str
    days: Annotated[int, Field(description="Working days given for it.")]
    by_name: str
    at: Timestamp
    decided_at: Timestamp
    decision: str
    paper_id: Annotated[str, Field(description="The result that was wrong.")]
    file_id: str
    corrected_paper_id: Annotated[str, Field(description="The one in its place; empty until it is issued.")]
    corrected_file_id: str


class FieldChangeJson(TypedDict):
    """One field of the form that differs."""

    pointer: Annotated[str, Field(description="JSON pointer, e.g. /form/phone.")]
    title: Bilingual
    old: Annotated[Any, Field(description="null = no value.")]
    new: Annotated[Any, Field(description="null = no value.")]
    text: Bilingual


class PaperChangeJson(TypedDict):
    """The files handed in under a paper's code, and those no longer in force for it."""

    paper: str
    name: Bilingual
    old: list[AttachmentJson]
    new: list[AttachmentJson]


class NotGivenJson(TypedDict):
    """An item the applicant could not give, and why."""

    item: SupplementItemJson
    reason: str


class ChangesJson(TypedDict):
    """The changes in form and papers since a version of the case."""

    since_version: int
    version: int
    fields: list[FieldChangeJson]
    papers: list[PaperChangeJson]
    not_given: list[NotGivenJson]


class ChoiceJson(TypedDict):
    """Something a supplement request may name."""

    value: str
    name: Bilingual


class ChoicesJson(TypedDict):
    """The fields, papers and reasons a supplement request on this case may name."""

    fields: list[ChoiceJson]
    papers: list[ChoiceJson]
    reasons: list[ChoiceJson]


class Since(Query):
    """Where to compare from."""

    since_version: Annotated[
        int, Field(ge=0, le=2**31 - 1, description="0 = when the last supplement was requested, else as filed.")
    ] = 0


def supplement(message: corrections_pb2.Supplement) -> SupplementJson:
    return {
        "items": [_item(one) for one in message.items],
        "reason": message.reason,
        "legal_ground": message.legal_ground,
        "by": message.by,
        "by_name": message.by_name,
        "at": message.at,
    }


def correction(message: corrections_pb2.Correction) -> CorrectionJson:
    return {
        "reason": message.reason,
        "legal_ground": message.legal_ground,
        "days": message.days,
        "by_name": message.by_name,
        "at": message.at,
        "decided_at": message.decided_at,
        "decision": message.decision,
        "paper_id": message.paper_id,
        "file_id": message.file_id,
        "corrected_paper_id": message.corrected_paper_id,
        "corrected_file_id": message.corrected_file_id,
    }


def changes(message: corrections_service_pb2.GetChangesResponse) -> ChangesJson:
    return {
        "since_version": message.since_version,
        "version": message.version,
        "fields": [_field_change(one) for one in message.fields],
        "papers": [_paper_change(one) for one in message.papers],
        "not_given": [{"item": _item(one.item), "reason": one.reason} for one in message.not_given],
    }


def choices(message: corrections_service_pb2.GetSupplementChoicesResponse) -> ChoicesJson:
    return {
        "fields": [_choice(one) for one in message.fields],
        "papers": [_choice(one) for one in message.papers],
        "reasons": [_choice(one) for one in message.reasons],
    }


def _item(message: corrections_pb2.SupplementItem) -> SupplementItemJson:
    return {
        "number": message.number,
        "field": message.pin.field,
        "paper": message.pin.paper,
        "name": bilingual(message.name_vi, message.name_en),
        "reason": message.pin.reason,
        "reason_name": bilingual(message.reason_vi, message.reason_en),
        "ask": message.pin.ask,
    }


def _field_change(message: corrections_service_pb2.FieldChange) -> FieldChangeJson:
    return {
        "pointer": message.pointer,
        "title": bilingual(message.title_vi, message.title_en),
        "old": orjson.loads(message.old_json or b"null"),
        "new": orjson.loads(message.new_json or b"null"),
        "text": bilingual(message.text_vi, message.text_en),
    }


def _paper_change(message: corrections_service_pb2.PaperChange) -> PaperChangeJson:
    return {
        "paper": message.paper,
        "name": bilingual(message.name_vi, message.name_en),
        "old": [attachment(one) for one in message.old],
        "new": [attachment(one) for one in message.new],
    }


def _choice(message: corrections_service_pb2.SupplementChoice) -> ChoiceJson:
    return {"value": message.value, "name": bilingual(message.name_vi, message.name_en)}
