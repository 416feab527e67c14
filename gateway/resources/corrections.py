"""Corrections: further supplement requests, what an applicant changed, finished cases opened again."""

from functools import partial

from flask import Response
from onestop.cases.v1 import corrections_service_pb2 as pb

from gateway.acting import action_of, change_of
from gateway.resources.actions import pins_of
from gateway.resources.cases import case_reply
from gateway.routing import Resource
from gateway.shapes.actions import Note, Reason, Reopening, SupplementRequest
from gateway.shapes.corrections import ChangesJson, ChoicesJson, Since, changes, choices
from gateway.state import clients
from services.common.access import CITIZEN, CLERK, LEADER, OFFICER, WORKERS, roles

resource = Resource("corrections", "Bổ sung và đính chính · Supplements and corrections")
action = partial(action_of, resource)


@resource.operation(
    "GET",
    "/cases/<ref>/supplement-choices",
    access=roles(*WORKERS),
    summary="Nội dung có thể yêu cầu bổ sung · What a supplement request may name",
    returns=ChoicesJson,
)
def read_supplement_choices(ref: str) -> ChoicesJson:
    """The fields, papers and reasons a supplement request on this case may name."""
    return choices(clients().corrections.GetSupplementChoices(pb.GetSupplementChoicesRequest(ref=ref)))


@resource.operation(
    "GET",
    "/cases/<ref>/changes",
    access=roles(CITIZEN, *WORKERS),
    summary="Nội dung đã thay đổi · What changed",
    query=Since,
    returns=ChangesJson,
)
def read_case_changes(ref: str, query: Since) -> ChangesJson:
    """What the applicant changed: fields with their old and new values, papers added or replaced, what is not given."""
    request = pb.GetChangesRequest(ref=ref, since_version=query.since_version)
    return changes(clients().corrections.GetChanges(request))


@action(
    "propose-supplement",
    CLERK,
    OFFICER,
    summary="Đề xuất yêu cầu bổ sung thêm · Propose a further supplement",
    body=SupplementRequest,
)
def propose_supplement(ref: str, body: SupplementRequest) -> Response:
    """Draws up a second or later request; nothing is sent until a leader approves it."""
    request = pb.ProposeSupplementRequest(
        change=change_of(ref),
        pins=pins_of(body),
        items=body.items,
        reason=body.reason,
        legal_ground=body.legal_ground,
    )
    return case_reply(clients().corrections.ProposeSupplement(request).case)


@action(
    "approve-supplement", LEADER, summary="Phê duyệt yêu cầu bổ sung thêm · Approve a further supplement", body=Note
)
def approve_supplement(ref: str, body: Note) -> Response:
    """Sends the request proposed; form 02 is issued."""
    request = pb.ApproveSupplementRequest(change=change_of(ref), note=body.note)
    return case_reply(clients().corrections.ApproveSupplement(request).case)


@action("decline-supplement", LEADER, summary="Không phê duyệt · Decline a further supplement", body=Reason)
def decline_supplement(ref: str, body: Reason) -> Response:
    """Leaves the request proposed unsent; the case goes on."""
    request = pb.DeclineSupplementRequest(change=change_of(ref), reason=body.reason)
    return case_reply(clients().corrections.DeclineSupplement(request).case)


@action("reopen", LEADER, summary="Mở lại để đính chính · Open again for a correction", body=Reopening)
def reopen(ref: str, body: Reopening) -> Response:
    """Has a finished case handled again; the new result names the one it replaces."""
    request = pb.ReopenCaseRequest(
        change=change_of(ref), reason=body.reason, legal_ground=body.legal_ground, days=body.days
    )
    return case_reply(clients().corrections.ReopenCase(request).case)
