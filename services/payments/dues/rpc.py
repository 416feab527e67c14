"""Dues over gRPC."""

from collections.abc import Callable
from datetime import datetime

import grpc
from onestop.common.v1.text_pb2 import Text
from onestop.payments.v1 import payments_service_pb2 as pb

from services.common.context import caller
from services.common.database import Database
from services.common.declared import numbers_of
from services.common.moments import timestamp
from services.payments.dues import usecases
from services.payments.dues.usecases import Dues

_DUE_STATES = numbers_of(pb.DueState.DESCRIPTOR)
_METHODS = numbers_of(pb.PaymentMethod.DESCRIPTOR)
_PAYMENT_STATES = numbers_of(pb.PaymentState.DESCRIPTOR)


class DueMethods:
    """The methods of PaymentsService about dues."""

    _database: Database
    _now: Callable[[], datetime]

    def GetDues(self, request: pb.GetDuesRequest, context: grpc.ServicerContext) -> pb.GetDuesResponse:
        return pb.GetDuesResponse(
            dues=_dues(usecases.get_dues(self._database, caller(), request.case_ref, self._now()))
        )

    def RecordCash(self, request: pb.RecordCashRequest, context: grpc.ServicerContext) -> pb.RecordCashResponse:
        dues = usecases.record_cash(self._database, caller(), request.case_ref, request.amount, self._now())
        return pb.RecordCashResponse(dues=_dues(dues))

    def RecordRefund(self, request: pb.RecordRefundRequest, context: grpc.ServicerContext) -> pb.RecordRefundResponse:
        dues = usecases.record_refund(self._database, caller(), request.case_ref, self._now())
        return pb.RecordRefundResponse(dues=_dues(dues))


def _dues(dues: Dues) -> pb.Dues:
    return pb.Dues(
        case_ref=dues.case.case_ref,
        total=dues.total,
        state=_DUE_STATES[dues.state],
        items=[
            pb.DueItem(code=item.code, name=Text(vi=item.name_vi, en=item.name_en), amount=item.amount)
            for item in dues.items
        ],
        payments=[
            pb.Payment(
                payment_id=str(payment.payment_id),
                method=_METHODS[payment.method],
                state=_PAYMENT_STATES[payment.state],
                amount=payment.amount,
                transaction_ref=payment.transaction_ref,
                at=timestamp(payment.changed_at),
            )
            for payment in dues.payments
        ],
    )
