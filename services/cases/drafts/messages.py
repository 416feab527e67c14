"""Drafts as protobuf."""

from collections.abc import Iterable

import orjson
from onestop.cases.v1 import drafts_events_pb2 as events_pb
from onestop.cases.v1 import drafts_service_pb2 as pb
from onestop.common.v1.text_pb2 import Text

from services.cases.core.domain.procedure import Procedure
from services.cases.drafts.domain import Draft
from services.cases.drafts.usecases import DraftView
from services.cases.duplicates.domain import FilingWarning
from services.common.events import Event
from services.common.moments import timestamp
from services.common.rpc_errors import field_problem
from services.common.times import rfc3339

EXPIRING = "cases.draft_expiring"
_INTAKE = ("channel", "posted_on", "postal_number", "kiosk", "result_by", "result_address", "intake_agency")


def line_message(kept: DraftView, named: Procedure) -> pb.DraftLine:
    """Returns a draft in the list, under the name of its procedure."""
    draft = kept.draft
    begun_under = draft.procedure_version.isoformat()
    in_force = kept.in_force.effective_from.isoformat() if kept.in_force else ""
    return pb.DraftLine(
        draft_id=str(draft.draft_id),
        version=draft.version,
        procedure=draft.procedure_code,
        procedure_name=Text(vi=named.name_vi, en=named.name_en),
        procedure_version=begun_under,
        version_in_force=in_force,
        newer_version=in_force > begun_under,
        created_at=timestamp(draft.created_at),
        saved_at=timestamp(draft.saved_at),
        expires_at=timestamp(draft.expires_at),
        expiring=draft.noticed_at is not None,
    )


def draft_message(kept: DraftView, named: Procedure) -> pb.Draft:
    """Returns a draft with all that is filled in."""
    parts = orjson.loads(kept.draft.content)
    return pb.Draft(
        line=line_message(kept, named),
        agency=parts["agency"],
        applicant=orjson.dumps(parts["applicant"]),
        proxy=orjson.dumps(parts["proxy"]),
        form=orjson.dumps(parts["form"]),
        attachments=map(orjson.dumps, parts["attachments"]),
        handed_in=map(orjson.dumps, parts.get("handed_in", ())),
        sets=parts.get("sets", 1),
        **{name: parts.get(name) or "" for name in _INTAKE},
        hints=map(field_problem, kept.hints),
        warnings=warning_messages(kept.warnings),
    )


def warning_messages(warnings: Iterable[FilingWarning]) -> list[pb.Warning]:
    return [
        pb.Warning(
            code=each.code,
            message=Text(vi=each.vi, en=each.en),
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
