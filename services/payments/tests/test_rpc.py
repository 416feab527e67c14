"""PaymentsService as other processes see it: over gRPC, with its access rules."""

import json
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import replace

import pytest
from onestop.payments.v1 import payments_service_pb2 as pb
from onestop.payments.v1 import payments_service_pb2_grpc as pb_grpc

from services.common import context
from services.common.context import Caller, Trace
from services.common.database import Database
from services.common.errors import InvalidInput, NotFound, PermissionDenied, Unauthenticated
from services.common.rpc import build_server, open_channel
from services.payments.conftest import MERCHANT, CaseStory, notice
from services.payments.rpc import SERVICE, Servicer
from services.payments.settings import PaymentsSettings


@pytest.fixture
def stub(database: Database, citizen: Caller, clerk: Caller) -> Iterator[pb_grpc.PaymentsServiceStub]:
    people = {"citizen": citizen, "clerk": clerk}
    settings = PaymentsSettings.load(
        listen="127.0.0.1:0",
        database_url="postgresql+psycopg://unused",
        vnpay_url=MERCHANT.page_url,
        vnpay_tmn_code=MERCHANT.tmn_code,
        vnpay_secret=MERCHANT.secret,
    )
    servicer = Servicer(database, settings.merchant())
    server = build_server(
        settings,
        add=lambda server: pb_grpc.add_PaymentsServiceServicer_to_server(servicer, server),
        services=[SERVICE],
        authenticate=people.__getitem__,
    )
    server.start()
    channel = open_channel(f"127.0.0.1:{server.port}")
    yield pb_grpc.PaymentsServiceStub(channel)
    channel.close()
    server.drain()


def acting(name: str, who: Caller) -> AbstractContextManager[None]:
    return context.acting(replace(who, token=name), Trace())


def test_a_citizen_pays_and_sees_it(stub: pb_grpc.PaymentsServiceStub, case: CaseStory, citizen: Caller) -> None:
    case.submitted()
    with acting("citizen", citizen):
        request = pb.StartPaymentRequest(case_ref=case.ref, provider=pb.PROVIDER_VNPAY, return_url="https://a.vn/back")
        started = stub.StartPayment(request)
        assert started.pay_url.startswith("https://pay.example.vn/paymentv2/vpcpay.html?")
        open_dues = stub.GetDues(pb.GetDuesRequest(case_ref=case.ref)).dues
    assert (open_dues.state, open_dues.total, open_dues.items[0].amount) == (pb.DUE_STATE_OPEN, 135_000, 135_000)
    query = notice(started.payment_id.replace("-", ""), number="77")
    answers = [stub.TakeNotice(pb.TakeNoticeRequest(provider=pb.PROVIDER_VNPAY, query_string=query)) for _ in range(2)]
    assert [json.loads(answer.body)["RspCode"] for answer in answers] == ["00", "02"]
    assert answers[0].media_type == "application/json"
    back = stub.ReadReturn(pb.ReadReturnRequest(provider=pb.PROVIDER_VNPAY, query_string=query))
    assert (back.case_ref, back.outcome) == (case.ref, pb.PAYMENT_OUTCOME_SUCCESS)
    with acting("citizen", citizen):
        paid = stub.GetDues(pb.GetDuesRequest(case_ref=case.ref)).dues
    assert paid.state == pb.DUE_STATE_PAID
    assert (paid.payments[0].state, paid.payments[0].transaction_ref) == (pb.PAYMENT_STATE_SETTLED, "77")


def test_a_clerk_takes_cash_and_hands_it_back(
    stub: pb_grpc.PaymentsServiceStub, case: CaseStory, clerk: Caller
) -> None:
    case.submitted()
    with acting("clerk", clerk):
        cash = stub.RecordCash(pb.RecordCashRequest(case_ref=case.ref, amount=135_000)).dues
        assert (cash.state, cash.payments[0].method) == (pb.DUE_STATE_PAID, pb.PAYMENT_METHOD_CASH)
        case.hear(case.event("refused", 2))
        assert stub.RecordRefund(pb.RecordRefundRequest(case_ref=case.ref)).dues.state == pb.DUE_STATE_REFUNDED


def test_a_forged_notice_is_told_so(stub: pb_grpc.PaymentsServiceStub) -> None:
    answer = stub.TakeNotice(pb.TakeNoticeRequest(provider=pb.PROVIDER_VNPAY, query_string="vnp_Amount=1"))
    assert json.loads(answer.body) == {"RspCode": "97", "Message": "Fail checksum"}
    back = stub.ReadReturn(pb.ReadReturnRequest(provider=pb.PROVIDER_VNPAY, query_string="vnp_Amount=1"))
    assert back.outcome == pb.PAYMENT_OUTCOME_UNKNOWN


def test_calls_are_refused_to_those_who_may_not(
    stub: pb_grpc.PaymentsServiceStub, case: CaseStory, citizen: Caller
) -> None:
    case.submitted()
    with pytest.raises(Unauthenticated):
        stub.GetDues(pb.GetDuesRequest(case_ref=case.ref))
    with acting("citizen", citizen):
        with pytest.raises(PermissionDenied):
            stub.RecordCash(pb.RecordCashRequest(case_ref=case.ref, amount=135_000))
        with pytest.raises(NotFound) as raised:
            stub.GetDues(pb.GetDuesRequest(case_ref="G01.029.00-261122-0000"))
    assert raised.value.code == "dues-not-found"


@pytest.mark.parametrize(
    ("provider", "return_url", "pointer"),
    [
        (pb.PROVIDER_UNSPECIFIED, "https://a.vn/", "/provider"),
        (pb.PROVIDER_VNPAY, "javascript:alert(1)", "/return_url"),
        (pb.PROVIDER_VNPAY, "https://a.vn/" + "a" * 300, "/return_url"),
    ],
)
def test_a_wrong_input_is_named(
    stub: pb_grpc.PaymentsServiceStub,
    case: CaseStory,
    citizen: Caller,
    *,
    provider: pb.Provider.ValueType,
    return_url: str,
    pointer: str,
) -> None:
    with acting("citizen", citizen), pytest.raises(InvalidInput) as raised:
        stub.StartPayment(pb.StartPaymentRequest(case_ref=case.ref, provider=provider, return_url=return_url))
    assert [field.pointer for field in raised.value.fields] == [pointer]
