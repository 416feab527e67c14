"""Online payments over gRPC."""

from collections.abc import Callable
from datetime import datetime

import grpc
from onestop.payments.v1 import payments_service_pb2 as pb

from services.common import limits
from services.common.context import caller
from services.common.database import Database
from services.common.declared import numbers_of
from services.common.errors import FieldError, InvalidInput
from services.payments.attempts import usecases, vnpay
from services.payments.attempts.domain import Outcome, UnknownProvider
from services.payments.attempts.vnpay import Merchant

_RETURNED = {Outcome.PAID: pb.PAYMENT_OUTCOME_SUCCESS, Outcome.FAILED: pb.PAYMENT_OUTCOME_FAILED}
_STANDINGS = numbers_of(pb.PaymentStanding.DESCRIPTOR)


class AttemptMethods:
    """The methods of PaymentsService about online payments."""

    _database: Database
    _merchant: Merchant
    _now: Callable[[], datetime]

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
            now=self._now(),
        )
        return pb.StartPaymentResponse(payment_id=str(payment_id), pay_url=url)

    def TakeNotice(self, request: pb.TakeNoticeRequest, context: grpc.ServicerContext) -> pb.TakeNoticeResponse:
        _check_provider(request.provider)
        verdict = usecases.take_notice(self._database, self._merchant, request.query_string, self._now())
        return pb.TakeNoticeResponse(media_type="application/json", body=vnpay.answer(verdict))

    def ReadReturn(self, request: pb.ReadReturnRequest, context: grpc.ServicerContext) -> pb.ReadReturnResponse:
        _check_provider(request.provider)
        returned = usecases.read_return(self._database, self._merchant, request.query_string)
        return pb.ReadReturnResponse(
            case_ref=returned.case_ref,
            outcome=_RETURNED.get(returned.outcome, pb.PAYMENT_OUTCOME_UNKNOWN),
            standing=_STANDINGS[returned.standing],
            amount=returned.amount,
        )


def _check_provider(provider: pb.Provider.ValueType) -> None:
    if provider != pb.PROVIDER_VNPAY:
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
