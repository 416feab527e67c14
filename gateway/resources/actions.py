"""What is done with a case. Every action names by If-Match the version it was decided on, and answers with the case."""

from functools import partial

from flask import Response
from onestop.cases.v1 import cases_service_pb2 as pb
from onestop.cases.v1 import catalogue_service_pb2 as catalogue_pb
from onestop.cases.v1 import chains_service_pb2 as chains_pb
from onestop.cases.v1 import corrections_pb2
from onestop.cases.v1 import papers_service_pb2 as papers_pb
from onestop.cases.v1 import retention_service_pb2 as retention_pb
from onestop.cases.v1 import steps_service_pb2 as steps_pb

from gateway import parsing
from gateway.acting import action_of
from gateway.acting import change_of as _change
from gateway.resources.cases import case_reply
from gateway.routing import Resource
from gateway.shapes.actions import (
    Assignment,
    ConsultationRequest,
    Decision,
    Forwarding,
    Note,
    Nothing,
    OptionalReason,
    PaymentRequest,
    Postponement,
    Reason,
    Reissue,
    Resubmission,
    SendingBack,
    SupplementRequest,
    UnitTransfer,
    VersionMove,
)
from gateway.state import clients
from services.common.access import CITIZEN, CLERK, LEADER, OFFICER

resource = Resource("actions", "Xử lý hồ sơ · Actions on a case")


action = partial(action_of, resource)


def pins_of(body: SupplementRequest) -> list[corrections_pb2.SupplementPin]:
    return [
        corrections_pb2.SupplementPin(field=pin.field, paper=pin.paper, reason=pin.reason, ask=pin.ask)
        for pin in body.pins
    ]


@action("accept", CLERK, summary="Tiếp nhận · Accept", body=Note)
def accept(ref: str, body: Note) -> Response:
    """Takes the case in; the clock starts unless a fee due at intake is unpaid."""
    request = pb.AcceptCaseRequest(change=_change(ref), note=body.note)
    return case_reply(clients().cases.AcceptCase(request).case)


@action(
    "request-supplement",
    CLERK,
    OFFICER,
    LEADER,
    summary="Yêu cầu bổ sung · Ask for a supplement",
    body=SupplementRequest,
)
def request_supplement(ref: str, body: SupplementRequest) -> Response:
    """Asks, once, for everything that is missing or wrong; form 02 is issued. Once asked, only a leader asks again."""
    request = pb.RequestSupplementRequest(
        change=_change(ref),
        pins=pins_of(body),
        items=body.items,
        reason=body.reason,
        legal_ground=body.legal_ground,
    )
    return case_reply(clients().cases.RequestSupplement(request).case)


@action("resubmit", CITIZEN, CLERK, summary="Nộp bổ sung · Resubmit", body=Resubmission)
def resubmit(ref: str, body: Resubmission) -> Response:
    """Answers a supplement request with what it asked for, and nothing else; the clock restarts from zero."""
    request = pb.ResubmitCaseRequest(
        change=_change(ref),
        form_json=b"" if body.form is None else parsing.passed_on(body.form, "/form"),
        attachments=[pb.Attachment(**one.model_dump()) for one in body.attachments],
        note=body.note,
        cannot=[corrections_pb2.Cannot(item=one.item, reason=one.reason) for one in body.cannot],
        application_json=b"" if body.application is None else parsing.passed_on(body.application, "/application"),
    )
    return case_reply(clients().cases.ResubmitCase(request).case)


@action("refuse", CLERK, summary="Từ chối tiếp nhận · Refuse at intake", body=Reason)
def refuse(ref: str, body: Reason) -> Response:
    """Refuses the case at intake; form 03 is issued."""
    request = pb.RefuseCaseRequest(change=_change(ref), reason=body.reason)
    return case_reply(clients().cases.RefuseCase(request).case)


@action("assign", CLERK, OFFICER, LEADER, summary="Phân công · Assign", body=Assignment)
def assign(ref: str, body: Assignment) -> Response:
    """Gives the current step to an officer."""
    request = pb.AssignCaseRequest(change=_change(ref), officer=body.officer, note=body.note)
    return case_reply(clients().cases.AssignCase(request).case)


@action("claim", CLERK, OFFICER, LEADER, summary="Nhận việc · Claim", body=Note)
def claim(ref: str, body: Note) -> Response:
    """Takes the case for oneself, unless somebody else has it."""
    request = pb.AssignCaseRequest(change=_change(ref), note=body.note, claim=True)
    return case_reply(clients().cases.AssignCase(request).case)


@action("consult", OFFICER, LEADER, summary="Lấy ý kiến cơ quan khác · Consult an agency", body=ConsultationRequest)
def consult(ref: str, body: ConsultationRequest) -> Response:
    """Asks another agency by signed envelope."""
    request = pb.ConsultAgencyRequest(
        change=_change(ref),
        agency_code=body.agency_code,
        subject=body.subject,
        content=body.content,
        due_date=body.due_date,
    )
    return case_reply(clients().cases.ConsultAgency(request).case)


@action("forward", CLERK, OFFICER, LEADER, summary="Chuyển bước tiếp theo · Forward to the next step", body=Forwarding)
def forward(ref: str, body: Forwarding) -> Response:
    """Ends the present step and hands the case to the next, with a proposal where that one approves."""
    request = steps_pb.ForwardCaseRequest(
        change=_change(ref), note=body.note, decision=body.decision, reason=body.reason
    )
    return case_reply(clients().steps.ForwardCase(request).case)


@action("send-back", OFFICER, LEADER, summary="Chuyển lại bước trước · Send back to an earlier step", body=SendingBack)
def send_back(ref: str, body: SendingBack) -> Response:
    """Returns the case to an earlier step."""
    request = steps_pb.SendBackCaseRequest(change=_change(ref), reason=body.reason, step=body.step)
    return case_reply(clients().steps.SendBackCase(request).case)


@action("transfer", CLERK, OFFICER, LEADER, summary="Chuyển đơn vị · Transfer to another unit", body=UnitTransfer)
def transfer(ref: str, body: UnitTransfer) -> Response:
    """Hands the present step to another unit of the agency."""
    request = steps_pb.TransferCaseRequest(change=_change(ref), reason=body.reason, unit=body.unit)
    return case_reply(clients().steps.TransferCase(request).case)


@action("verify", OFFICER, LEADER, summary="Cần xác minh · Verification needed", body=Reason)
def verify(ref: str, body: Reason) -> Response:
    """Says that something must be verified first, for which the procedure gives more days, once."""
    request = steps_pb.VerifyCaseRequest(change=_change(ref), reason=body.reason)
    return case_reply(clients().steps.VerifyCase(request).case)


@action("resend", CLERK, OFFICER, LEADER, summary="Gửi lại cơ quan ngoài hệ thống · Send again", body=Note)
def resend(ref: str, body: Note) -> Response:
    """Sends again a case whose envelope could not be delivered to its agency."""
    request = chains_pb.ResendCaseRequest(change=_change(ref), note=body.note)
    return case_reply(clients().chains.ResendCase(request).case)


@action("call-off", OFFICER, LEADER, summary="Thôi gửi · Call off", body=Reason)
def call_off(ref: str, body: Reason) -> Response:
    """Gives up a part of a chained case whose agency cannot be reached; the rest goes on."""
    request = chains_pb.CallOffCaseRequest(change=_change(ref), reason=body.reason)
    return case_reply(clients().chains.CallOffCase(request).case)


@action("decide", OFFICER, LEADER, summary="Quyết định · Decide", body=Decision)
def decide(ref: str, body: Decision) -> Response:
    """Grants or denies; the result is issued and sealed."""
    request = pb.DecideCaseRequest(change=_change(ref), decision=body.decision, reason=body.reason)
    return case_reply(clients().cases.DecideCase(request).case)


@action("request-payment", CLERK, OFFICER, LEADER, summary="Yêu cầu nộp phí · Ask for payment", body=PaymentRequest)
def request_payment(ref: str, body: PaymentRequest) -> Response:
    """Asks for fees that fall due while the case is handled, which suspends its clock, or with its result."""
    request = pb.RequestPaymentRequest(change=_change(ref), fees=body.fees, reason=body.reason)
    return case_reply(clients().cases.RequestPayment(request).case)


@action("postpone", LEADER, summary="Xin lỗi và hẹn lại · Apologise and give a new date", body=Postponement)
def postpone(ref: str, body: Postponement) -> Response:
    """Gives a late case a new due date, once; form 04 is issued."""
    request = pb.PostponeCaseRequest(change=_change(ref), reason=body.reason, due_date=body.due_date)
    return case_reply(clients().cases.PostponeCase(request).case)


@action("stop", OFFICER, LEADER, summary="Dừng xử lý · Stop", body=Reason)
def stop(ref: str, body: Reason) -> Response:
    """Stops the case; form 05 is issued and the clock is suspended."""
    request = pb.StopCaseRequest(change=_change(ref), reason=body.reason)
    return case_reply(clients().cases.StopCase(request).case)


@action("resume", OFFICER, LEADER, summary="Tiếp tục xử lý · Resume", body=OptionalReason)
def resume(ref: str, body: OptionalReason) -> Response:
    """Resumes a stopped case."""
    request = pb.ResumeCaseRequest(change=_change(ref), reason=body.reason)
    return case_reply(clients().cases.ResumeCase(request).case)


@action("return", CLERK, OFFICER, summary="Trả kết quả · Return the result", body=Note)
def return_result(ref: str, body: Note) -> Response:
    """Hands the sealed result over."""
    request = pb.ReturnResultRequest(change=_change(ref), note=body.note)
    return case_reply(clients().cases.ReturnResult(request).case)


@action("withdraw", CITIZEN, summary="Rút hồ sơ · Withdraw", body=OptionalReason)
def withdraw(ref: str, body: OptionalReason) -> Response:
    """Withdraws the case."""
    request = pb.WithdrawCaseRequest(change=_change(ref), reason=body.reason)
    return case_reply(clients().cases.WithdrawCase(request).case)


@action("move-version", LEADER, summary="Chuyển phiên bản thủ tục · Move to another version", body=VersionMove)
def move_version(ref: str, body: VersionMove) -> Response:
    """Puts the case under another version of its procedure, if its step, papers and form still fit."""
    request = catalogue_pb.MoveVersionRequest(
        change=_change(ref), effective_from=body.effective_from, reason=body.reason
    )
    return case_reply(clients().catalogue.MoveVersion(request).case)


@action("control-slip", CLERK, OFFICER, LEADER, summary="Lập phiếu kiểm soát · Issue the control slip", body=Nothing)
def order_control_slip(ref: str, body: Nothing) -> Response:  # noqa: ARG001  # nothing is asked but that it be done
    """Has the control slip issued as the case stands now; it replaces the one before."""
    request = papers_pb.OrderControlSlipRequest(change=_change(ref))
    return case_reply(clients().papers.OrderControlSlip(request).case)


@action("reissue-paper", CLERK, LEADER, summary="Cấp lại giấy tờ · Issue a paper again", body=Reissue)
def reissue_paper(ref: str, body: Reissue) -> Response:
    """Has a new version of a paper issued; it names the one it replaces, which stays and says so. One that could not be
    issued (`papers_failed` of the case) is tried again at once.
    """
    request = papers_pb.ReissuePaperRequest(change=_change(ref), paper_id=body.paper_id, reason=body.reason)
    return case_reply(clients().papers.ReissuePaper(request).case)


@action("hold", LEADER, summary="Giữ lại hồ sơ · Legal hold", body=Reason)
def hold(ref: str, body: Reason) -> Response:
    """Keeps everything of the case, whatever its period of retention, until the hold is lifted."""
    request = retention_pb.HoldCaseRequest(change=_change(ref), reason=body.reason)
    return case_reply(clients().retention.HoldCase(request).case)


@action("lift-hold", LEADER, summary="Thôi giữ lại · Lift the hold", body=Reason)
def lift_hold(ref: str, body: Reason) -> Response:
    """Ends a legal hold; the period of retention counts as if there had been none."""
    request = retention_pb.LiftHoldRequest(change=_change(ref), reason=body.reason)
    return case_reply(clients().retention.LiftHold(request).case)
