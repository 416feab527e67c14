"""Dues over gRPC."""

from collections.abc import Callable
from datetime import datetime

import grpc
from onestop.payments.v1 import payments_service_pb2 as pb

from services.common.context import caller
from services.common.database import Database
from services.common.times import rfc3339
from services.payments.dues import usecases
from services.payments.dues.domain import DueState
from services.payments.dues.usecases import Dues

_STATES = {state: pb.DueState.Value(f"DUE_STATE_{state.upper()}") for state in DueState}


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
