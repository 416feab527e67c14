"""PaymentsService over gRPC."""

import grpc
from onestop.payments.v1 import payments_service_pb2 as pb
from onestop.payments.v1 import payments_service_pb2_grpc

from services.common import limits
from services.common.access import AUTHENTICATED, CITIZEN, CLERK, PUBLIC, AccessTable, roles
from services.common.context import caller
from services.common.database import Database
from services.common.errors import FieldError, InvalidInput
from services.payments import usecases, vnpay
from services.payments.domain import DueState, Outcome, UnknownProvider
from services.payments.events import rfc3339
from services.payments.vnpay import Merchant

SERVICE = "onestop.payments.v1.PaymentsService"

ACCESS: AccessTable = {
    "GetDues": AUTHENTICATED,
    "StartPayment": roles(CITIZEN, CLERK),
    "RecordCash": roles(CLERK),
    "RecordRefund": roles(CLERK),
    "TakeNotice": PUBLIC,
    "ReadReturn": PUBLIC,
}

_STATES = {state: pb.DueState.Value(f"DUE_STATE_{state.upper()}") for state in DueState}
_RETURNED = {Outcome.PAID: "success", Outcome.FAILED: "failed"}


class Servicer(payments_service_pb2_grpc.PaymentsServiceServicer):
    """Parses, calls one use case, serialises."""

    def __init__(self, database: Database, merchant: Merchant) -> None:
        self._database = database
        self._merchant = merchant

    def GetDues(self, request: pb.GetDuesRequest, context: grpc.ServicerContext) -> pb.GetDuesResponse:
        return pb.GetDuesResponse(dues=_dues(usecases.get_dues(self._database, caller(), request.case_ref)))

    def StartPayment(self, request: pb.StartPaymentRequest, context: grpc.ServicerContext) -> pb.StartPaymentResponse:
        _check_provider(request.provider)
        payment_id, url = usecases.start_payment(
            self._database,
            caller(),
            self._merchant,
            request.case_ref,
            return_url=_checked_return_url(request.return_url),
            client_ip=request.client_ip or "127.0.0.1",
            locale="en" if request.locale == "en" else "vn",
        )
        return pb.StartPaymentResponse(payment_id=str(payment_id), pay_url=url)

    def RecordCash(self, request: pb.RecordCashRequest, context: grpc.ServicerContext) -> pb.RecordCashResponse:
        dues = usecases.record_cash(self._database, caller(), request.case_ref, request.amount)
        return pb.RecordCashResponse(dues=_dues(dues))

    def RecordRefund(self, request: pb.RecordRefundRequest, context: grpc.ServicerContext) -> pb.RecordRefundResponse:
        return pb.RecordRefundResponse(dues=_dues(usecases.record_refund(self._database, caller(), request.case_ref)))

    def TakeNotice(self, request: pb.TakeNoticeRequest, context: grpc.ServicerContext) -> pb.TakeNoticeResponse:
        _check_provider(request.provider)
        verdict = usecases.take_notice(self._database, self._merchant, request.query_string)
        return pb.TakeNoticeResponse(media_type="application/json", body=vnpay.answer(verdict))

    def ReadReturn(self, request: pb.ReadReturnRequest, context: grpc.ServicerContext) -> pb.ReadReturnResponse:
        _check_provider(request.provider)
        returned = usecases.read_return(self._database, self._merchant, request.query_string)
        return pb.ReadReturnResponse(
            case_ref=returned.case_ref,
            outcome=_RETURNED.get(returned.outcome, "unknown"),
            standing=returned.standing,
            amount=returned.amount,
        )


def _dues(dues: usecases.Dues) -> pb.Dues:
    return pb.Dues(
        case_ref=dues.case.case_ref,
        total=dues.total,
        state=_STATES[dues.state],
        items=[
            pb.DueItem(code=item.code, name_vi=item.name_vi, name_en=item.name_en, amount=item.amount)
            for item in dues.items
        ],
        payments=[
            pb.Payment(
                payment_id=str(payment.payment_id),
                method=payment.method,
                state=payment.state,
                amount=payment.amount,
                transaction_ref=payment.transaction_ref,
                at=rfc3339(payment.changed_at),
            )
            for payment in dues.payments
        ],
    )


def _check_provider(provider: str) -> None:
    if provider != vnpay.METHOD:
        raise UnknownProvider


def _checked_return_url(url: str) -> str:
    if not url.startswith(("https://", "http://")) or len(url) > limits.RETURN_URL_LENGTH:
        raise InvalidInput(
            fields=[
                FieldError(
                    "/return_url",
                    "bad-return-url",
                    f"Địa chỉ quay về phải là URL http(s), tối đa {limits.RETURN_URL_LENGTH} ký tự.",
                    f"The return address must be an http(s) URL of at most {limits.RETURN_URL_LENGTH} characters.",
                )
            ]
        )
    return url
