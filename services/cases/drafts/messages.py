"""Drafts as protobuf."""

from collections.abc import Iterable

from onestop.cases.v1 import drafts_events_pb2 as events_pb
from onestop.cases.v1 import drafts_service_pb2 as pb
from onestop.common.v1 import problem_pb2

from services.cases.core.domain.procedure import Procedure
from services.cases.core.domain.times import rfc3339
from services.cases.drafts.domain import Draft
from services.cases.drafts.usecases import Kept
from services.cases.duplicates.domain import FilingWarning
from services.common.errors import FieldError
from services.common.events import Event

EXPIRING = "cases.draft_expiring"


def draft_message(kept: Kept, named: Procedure, content: bytes = b"") -> pb.Draft:
    """A draft under the name of its procedure; a list leaves its content out."""
    draft = kept.draft
    return pb.Draft(
        draft_id=str(draft.draft_id),
        version=draft.version,
        procedure_code=draft.procedure_code,
        procedure_name_vi=named.name_vi,
        procedure_name_en=named.name_en,
        procedure_version=draft.procedure_version.isoformat(),
        version_in_force=kept.in_force.effective_from.isoformat() if kept.in_force else "",
        content=content,
        created_at=rfc3339(draft.created_at),
        saved_at=rfc3339(draft.saved_at),
        expires_at=rfc3339(draft.expires_at),
        noticed_at=rfc3339(draft.noticed_at),
        hints=map(field_message, kept.hints),
        warnings=warning_messages(kept.warnings),
    )


def field_message(field: FieldError) -> problem_pb2.FieldProblem:
    return problem_pb2.FieldProblem(pointer=field.pointer, code=field.code, message_vi=field.vi, message_en=field.en)


def warning_messages(warnings: Iterable[FilingWarning]) -> list[pb.Warning]:
    return [
        pb.Warning(
            code=each.code,
            message_vi=each.vi,
            message_en=each.en,
            ref=each.ref,
            draft_id=each.draft_id,
            pointer=each.pointer,
        )
        for each in warnings
    ]


def expiring(draft: Draft, named: Procedure) -> Event:
    body = events_pb.DraftExpiring(
        draft_id=str(draft.draft_id),
        account=draft.account,
        procedure_code=draft.procedure_code,
        procedure_name_vi=named.name_vi,
        procedure_name_en=named.name_en,
        expires_at=rfc3339(draft.expires_at),
    )
    return Event(
        type=EXPIRING,
        subject=str(draft.draft_id),
        aggregate_id=str(draft.draft_id),
        aggregate_version=draft.version,
        data=body.SerializeToString(),
    )
