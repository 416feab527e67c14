"""Money: what is due, paying it, and what the provider says."""

from flask import Response, request
from onestop.payments.v1 import payments_service_pb2 as pb

from gateway.problems import language
from gateway.resources.tracking import RETURN_PATH
from gateway.routing import Resource
from gateway.shapes.payments import (
    Cash,
    DuesJson,
    PaymentReturnJson,
    PaymentStart,
    PaymentStartedJson,
    dues,
)
from gateway.state import clients, state
from services.common.access import AUTHENTICATED, CITIZEN, CLERK, PUBLIC, roles

resource = Resource("payments", "Phí, lệ phí · Payments")


@resource.operation(
    "GET", "/cases/<ref>/dues", access=AUTHENTICATED, summary="Phí, lệ phí phải nộp · What is due", returns=DuesJson
)
def read_dues(ref: str) -> DuesJson:
    """What is due for the case and how far it is paid."""
    return dues(clients().payments.GetDues(pb.GetDuesRequest(case_ref=ref)).dues)


@resource.operation(
    "POST",
    "/cases/<ref>/payments",
    access=roles(CITIZEN, CLERK),
    summary="Bắt đầu thanh toán · Start a payment",
    body=PaymentStart,
    returns=PaymentStartedJson,
    status=201,
)
def start_payment(ref: str, body: PaymentStart) -> PaymentStartedJson:
    """Starts a payment with a provider; send the payer's browser to `pay_url`."""
    message = pb.StartPaymentRequest(
        case_ref=ref,
        provider=body.provider,
        return_url=state().settings.public_url.rstrip("/") + RETURN_PATH,
        client_ip=request.remote_addr or "",
        locale="en" if language() == "en" else "vn",
    )
    answer = clients().payments.StartPayment(message)
    return {"payment_id": answer.payment_id, "pay_url": answer.pay_url}


@resource.operation(
    "POST",
    "/cases/<ref>/cash",
    access=roles(CLERK),
    summary="Thu tiền mặt · Take cash",
    body=Cash,
    returns=DuesJson,
)
def record_cash(ref: str, body: Cash) -> DuesJson:
    """Records cash taken at the counter."""
    return dues(clients().payments.RecordCash(pb.RecordCashRequest(case_ref=ref, amount=body.amount)).dues)


@resource.operation(
    "POST", "/cases/<ref>/refund", access=roles(CLERK), summary="Hoàn tiền mặt · Refund in cash", returns=DuesJson
)
def record_refund(ref: str) -> DuesJson:
    """Records cash handed back at the counter for a refund owed."""
    return dues(clients().payments.RecordRefund(pb.RecordRefundRequest(case_ref=ref)).dues)


@resource.operation(
    "GET",
    "/payments/vnpay/notice",
    access=PUBLIC,
    summary="Thông báo của VNPAY · Notice of VNPAY (IPN)",
    returns=dict[str, str],
)
def take_notice() -> Response:
    """The provider's server tells the outcome; its own signature over the parameters is what authenticates it."""
    answer = clients().payments.TakeNotice(pb.TakeNoticeRequest(provider="vnpay", query_string=_query_string()))
    return Response(answer.body, content_type=answer.media_type)


@resource.operation(
    "GET",
    "/payments/vnpay/return",
    access=PUBLIC,
    summary="Trở về từ VNPAY · Return from VNPAY",
    returns=PaymentReturnJson,
)
def read_return() -> PaymentReturnJson:
    """What a payer's browser brought back, for programs; the page for people has the same address without /api/v1. It
    changes nothing: the provider's notice is what counts.
    """
    answer = clients().payments.ReadReturn(pb.ReadReturnRequest(provider="vnpay", query_string=_query_string()))
    return {"case_ref": answer.case_ref, "outcome": answer.outcome, "standing": answer.standing}


def _query_string() -> str:
    """Exactly as received: a signature was made over it."""
    return request.query_string.decode("latin-1")
