"""Chained cases as protobuf."""

import secrets
from collections.abc import Iterator
from typing import Any

import orjson
from onestop.cases.v1 import cases_events_pb2 as events_pb
from onestop.cases.v1 import cases_service_pb2 as cases_pb
from onestop.cases.v1.decision_pb2 import Decision
from onestop.common.v1.text_pb2 import Text

from services.cases.chains.domain import chain
from services.cases.core.domain.case import Case
from services.cases.core.domain.case_rules import CaseRules
from services.common.declared import numbers_of
from services.common.times import rfc3339
from services.contracts.privacy import told_outside

_DECISIONS = numbers_of(Decision.DESCRIPTOR)


def part_messages(case: Case) -> Iterator[cases_pb.Part]:
    """Yields the parts of a chained case, in the order of the chain."""
    lost = chain.blocked(case)
    for child in case.children:
        message = cases_pb.Part(
            code=child.code,
            procedure_code=child.procedure_code,
            procedure_name=Text(vi=child.name_vi, en=child.name_en),
            agency_code=child.agency_code,
            agency_name=Text(vi=child.agency_vi, en=child.agency_en),
            ref=child.ref,
            follows=child.follows,
            blocked=child.code in lost,
            outside=child.outside,
        )
        if (progress := child.progress) is not None:
            message.status = cases_pb.CaseStatus.ValueType(int(progress.status))
            message.due_date = progress.due.isoformat() if progress.due else ""
            message.decision, message.reason = _DECISIONS[progress.decision], progress.reason
            message.result_file_id, message.undelivered = progress.result_file_id, progress.undelivered
        yield message


def dispatch_order(case: Case, form: Any, rules: CaseRules) -> events_pb.DispatchOrder:
    """Makes the order by which exchange takes a case, as filed, to its agency; the case has no number yet."""
    procedure, applicant = rules.procedure, case.applicant
    if case.dispatch is None:
        raise ValueError(f"{case.case_id} goes to no agency outside")
    content = {
        "procedure_code": procedure.code,
        "procedure_name": procedure.name_vi,
        "agency_code": case.agency_code,
        "received_at": rfc3339(case.received_at),
        **told_outside(case),
        "form": form,
    }
    return events_pb.DispatchOrder(
        dispatch_id=case.dispatch.dispatch_id,
        from_agency=case.dispatch.sender,
        to_agency=case.agency_code,
        subject=f"Chuyển hồ sơ: {procedure.name_vi}",
        content=f"Đề nghị giải quyết thủ tục {procedure.code} – {procedure.name_vi} cho {applicant.full_name}.",
        case_json=orjson.dumps(content),
        files=[
            events_pb.DispatchedFile(
                file_id=each.file_id,
                paper=each.paper,
                file_name=each.file_name,
                media_type=each.media_type,
                sha256=bytes.fromhex(each.sha256),
            )
            for each in case.attachments
            if not each.superseded
        ],
        grant=secrets.token_urlsafe(32),
    )
