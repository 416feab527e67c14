"""The timeline of a case as protobuf."""

from onestop.cases.v1 import cases_service_pb2 as cases_pb
from onestop.cases.v1 import chains_service_pb2 as pb

from services.cases.history.usecases.timeline import Entry, Holder, Plan, Timeline


def timeline_message(timeline: Timeline) -> pb.GetTimelineResponse:
    return pb.GetTimelineResponse(
        ref=timeline.ref,
        due_date=timeline.due.isoformat() if timeline.due else "",
        entries=map(_entry, timeline.entries),
        now=map(_holder, timeline.now),
        next=map(_plan, timeline.next),
    )


def _entry(entry: Entry) -> pb.TimelineEntry:
    procedure, agency = entry.rules.procedure, entry.rules.agency
    return pb.TimelineEntry(
        at=entry.at,
        case_ref=entry.ref,
        procedure_name_vi=procedure.name_vi,
        procedure_name_en=procedure.name_en,
        agency_code=agency.code,
        agency_name_vi=agency.name_vi,
        agency_name_en=agency.name_en,
        action=entry.action,
        text_vi=entry.text.vi,
        text_en=entry.text.en,
    )


def _holder(holder: Holder) -> pb.TimelineHolder:
    return pb.TimelineHolder(
        case_ref=holder.ref,
        procedure_name_vi=holder.procedure.vi,
        procedure_name_en=holder.procedure.en,
        agency_code=holder.agency_code,
        agency_name_vi=holder.agency.vi,
        agency_name_en=holder.agency.en,
        status=cases_pb.CaseStatus.ValueType(int(holder.status)),
        due_date=holder.due.isoformat() if holder.due else "",
        applicant_acts=holder.applicant_acts,
    )


def _plan(plan: Plan) -> pb.TimelinePlan:
    child = plan.child
    return pb.TimelinePlan(
        procedure_name_vi=child.name_vi,
        procedure_name_en=child.name_en,
        agency_code=child.agency_code,
        agency_name_vi=child.agency_vi,
        agency_name_en=child.agency_en,
        text_vi=plan.text.vi,
        text_en=plan.text.en,
    )
