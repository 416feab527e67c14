"""A PaymentsService with one fee."""

from typing import Any

from onestop.common.v1.text_pb2 import Text
from onestop.payments.v1 import payments_service_pb2 as pb
from onestop.payments.v1 import payments_service_pb2_grpc as grpc

from gateway.tests.fakes.common import REF, Asked
from services.common.declared import numbers_of
from services.common.errors import Unavailable

STANDINGS = ("received", "surplus", "handed_back", "confirming", "review", "cancelled", "failed")
"""How a payment stands whose return names it somewhere."""


class Payments(grpc.PaymentsServiceServicer):
    """One fee, open."""

    def __init__(self, asked: Asked) -> None:
        self.asked = asked
        method, state = pb.PAYMENT_METHOD_VNPAY, pb.PAYMENT_STATE_STARTED
        started = pb.Payment(payment_id="p1", method=method, state=state, amount=115000)
        self.dues = pb.Dues(
            case_ref=REF,
            items=[pb.DueItem(code="FEE", name=Text(vi="Lệ phí", en="Fee"), amount=115000)],
            total=115000,
            state=pb.DueState.DUE_STATE_OPEN,
            payments=[started],
        )

    def GetDues(self, request: Any, context: Any) -> Any:
        return pb.GetDuesResponse(dues=self.dues)

    def StartPayment(self, request: Any, context: Any) -> Any:
        self.asked.note(request)
        return pb.StartPaymentResponse(payment_id="p1", pay_url="https://pay.example.test/?x=1")

    def RecordCash(self, request: Any, context: Any) -> Any:
        self.asked.note(request)
        return pb.RecordCashResponse(dues=self.dues)

    def RecordRefund(self, request: Any, context: Any) -> Any:
        return pb.RecordRefundResponse(dues=self.dues)

    def TakeNotice(self, request: Any, context: Any) -> Any:
        self.asked.note(request)
        return pb.TakeNoticeResponse(media_type="application/json", body=b'{"RspCode":"00"}')

    def ReadReturn(self, request: Any, context: Any) -> Any:
        self.asked.note(request)
        if "away" in request.query_string:
            raise Unavailable
        standing = next((each for each in STANDINGS if each in request.query_string), "unknown")
        if standing == "unknown":
            return pb.ReadReturnResponse(outcome=pb.PAYMENT_OUTCOME_UNKNOWN, standing=pb.PAYMENT_STANDING_UNKNOWN)
        known = numbers_of(pb.PaymentStanding.DESCRIPTOR)[standing]
        return pb.ReadReturnResponse(case_ref=REF, outcome=pb.PAYMENT_OUTCOME_SUCCESS, standing=known, amount=115000)
