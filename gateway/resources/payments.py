"""Paying with a provider: its page, its notice, and the way back."""

from flask import Response
from flask import request as request_
from onestop.payments.v1 import payments_service_pb2 as pb

from gateway.problems import language
from gateway.resources.tracking import RETURN_PATH
from gateway.state import clients, state
from gateway.transcoding.routes import by_hand


@by_hand("onestop.payments.v1.PaymentsService.StartPayment")
def start_payment(request: pb.StartPaymentRequest) -> pb.StartPaymentResponse:
    """Says where the payer's browser comes back to, its address and its language."""
    request.return_url = state().settings.public_url.rstrip("/") + RETURN_PATH
    request.client_ip = request_.remote_addr or ""
    request.locale = "en" if language() == "en" else "vn"
    answer: pb.StartPaymentResponse = clients().payments.StartPayment(request)
    return answer


@by_hand("onestop.payments.v1.PaymentsService.TakeNotice", gives="application/json")
def take_notice(_: pb.TakeNoticeRequest) -> Response:
    """Passes on what the provider's server sent and answers in the provider's own words."""
    answer = clients().payments.TakeNotice(
        pb.TakeNoticeRequest(provider=pb.PROVIDER_VNPAY, query_string=_query_string())
    )
    return Response(answer.body, content_type=answer.media_type)


@by_hand("onestop.payments.v1.PaymentsService.ReadReturn")
def read_return(_: pb.ReadReturnRequest) -> pb.ReadReturnResponse:
    """Passes on what the payer's browser brought back."""
    asked = pb.ReadReturnRequest(provider=pb.PROVIDER_VNPAY, query_string=_query_string())
    answer: pb.ReadReturnResponse = clients().payments.ReadReturn(asked)
    return answer


def _query_string() -> str:
    """Gives the query exactly as received: a signature was made over it."""
    return request_.query_string.decode("latin-1")
