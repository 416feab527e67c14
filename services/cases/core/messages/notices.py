"""The facts of a notice of a change, as the event carries them."""

from onestop.cases.v1 import cases_events_pb2 as events_pb
from onestop.common.v1.text_pb2 import Text

from services.cases.core.domain.transitions import CITIZEN, SYSTEM
from services.cases.core.engine import Change
from services.common.moments import timestamp


def notice_facts(change: Change) -> events_pb.NoticeFacts:
    """Names the agency that has the case, who acted, and the times (NĐ 224/2026/NĐ-CP, Điều 15.1.g)."""
    case, rules, actor = change.case, change.rules, change.actor
    agency = rules.issuer(awaits_receipt=case.awaits_receipt)
    unit = rules.unit(case.unit) if case.unit else None
    return events_pb.NoticeFacts(
        procedure=Text(vi=rules.procedure.name_vi, en=rules.procedure.name_en),
        agency=Text(vi=agency.name_vi, en=agency.name_en),
        unit=Text(vi=unit.name_vi, en=unit.name_en) if unit else None,
        acted_by="" if actor.role in (CITIZEN, SYSTEM) else actor.name,
        received_at=timestamp(case.received_at),
        email=case.applicant.email or (case.proxy.email if case.proxy else ""),
        due=timestamp(case.clock.closing(rules.time_limit)),
    )
