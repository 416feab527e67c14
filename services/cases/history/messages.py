"""The timeline of a case as protobuf."""

from onestop.cases.v1 import cases_service_pb2 as cases_pb
from onestop.cases.v1 import chains_service_pb2 as pb
from onestop.common.v1.text_pb2 import Text

from services.cases.history.usecases.timeline import Holder, Plan, Timeline, TimelineEntry
from services.common.moments import read_timestamp


def timeline_message(timeline: Timeline) -> pb.GetTimelineResponse:
    return pb.GetTimelineResponse(
        ref=timeline.ref,
        due_date=timeline.due.isoformat() if timeline.due else "",
        entries=map(_entry, timeline.entries),
        now=map(_holder, timeline.now),
        next=map(_plan, timeline.next),
    )


def _entry(entry: TimelineEntry) -> pb.TimelineEntry:
    procedure, agency = entry.rules.procedure, entry.rules.agency
    return pb.TimelineEntry(
        at=read_timestamp(entry.at),
        case_ref=entry.ref,
        procedure_name=Text(vi=procedure.name_vi, en=procedure.name_en),
        agency_code=agency.code,
        agency_name=Text(vi=agency.name_vi, en=agency.name_en),
        action=entry.action,
        text=Text(vi=entry.text.vi, en=entry.text.en),
    )


def _holder(holder: Holder) -> pb.TimelineHolder:
    return pb.TimelineHolder(
        case_ref=holder.ref,
        procedure_name=Text(vi=holder.procedure.vi, en=holder.procedure.en),
        agency_code=holder.agency_code,
        agency_name=Text(vi=holder.agency.vi, en=holder.agency.en),
        status=cases_pb.CaseStatus.ValueType(int(holder.status)),
        due_date=holder.due.isoformat() if holder.due else "",
        applicant_acts=holder.applicant_acts,
    )


def _plan(plan: Plan) -> pb.TimelinePlan:
    child = plan.child
    return pb.TimelinePlan(
        procedure_name=Text(vi=child.name_vi, en=child.name_en),
        agency_code=child.agency_code,
        agency_name=Text(vi=child.agency_vi, en=child.agency_en),
        text=Text(vi=plan.text.vi, en=plan.text.en),
    )
