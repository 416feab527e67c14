"""ExchangeService as other processes see it: over gRPC, with its access rules."""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path

import pytest
from onestop.exchange.v1 import exchange_service_pb2 as pb
from onestop.exchange.v1 import exchange_service_pb2_grpc as pb_grpc

from services.common import context
from services.common.context import Caller, Trace
from services.common.database import Database
from services.common.errors import InvalidInput, NotFound, OnestopError, PermissionDenied
from services.common.rpc import build_server, open_channel
from services.exchange.core.context import ExchangeContext
from services.exchange.envelopes.domain import Status
from services.exchange.envelopes.signing import Signer
from services.exchange.rpc import SERVICE, Servicer
from services.exchange.settings import ExchangeSettings
from services.exchange.tests.consulted import OFFICER, REF, SYSTEM, WRITER, ask
from services.exchange.tests.samples import report

CITIZEN = Caller("u3", "Nguyễn Thị Lan", frozenset({"citizen"}))
PEOPLE = {who.subject: who for who in (OFFICER, SYSTEM, CITIZEN)}


@pytest.fixture
def stub(database: Database, ctx: ExchangeContext) -> Iterator[pb_grpc.ExchangeServiceStub]:
    settings = ExchangeSettings.load(
        listen="127.0.0.1:0", database_url="postgresql://unused", axis_url="http://unused", exchange_dir=Path()
    )
    servicer = Servicer(database, ctx)
    server = build_server(
        settings,
        add=lambda server: pb_grpc.add_ExchangeServiceServicer_to_server(servicer, server),
        services=[SERVICE],
        authenticate=PEOPLE.__getitem__,
    )
    server.start()
    channel = open_channel(f"127.0.0.1:{server.port}")
    yield pb_grpc.ExchangeServiceStub(channel)
    channel.close()
    server.drain()


def acting(who: Caller) -> AbstractContextManager[None]:
    return context.acting(replace(who, token=who.subject), Trace())


def test_a_worker_reads_what_was_sent_and_what_came(
    stub: pb_grpc.ExchangeServiceStub, database: Database, ctx: ExchangeContext, records: Signer
) -> None:
    document = ask(database, ctx)
    packet = records.sign(WRITER.write(report(Status.ARRIVED, document.reference)))
    with acting(SYSTEM):
        receipt = stub.ReceiveEnvelope(pb.ReceiveEnvelopeRequest(envelope=packet))
        again = stub.ReceiveEnvelope(pb.ReceiveEnvelopeRequest(envelope=packet))
    assert (receipt.duplicate, again.duplicate, again.message_id) == (False, True, receipt.message_id)
    with acting(OFFICER):
        sent, came = stub.ListMessages(pb.ListMessagesRequest(case_ref=REF)).messages
        whole = stub.GetEnvelope(pb.GetEnvelopeRequest(message_id=came.message_id))
    assert (sent.direction, sent.kind) == (pb.DIRECTION_OUT, pb.MESSAGE_KIND_DOCUMENT)
    assert (came.direction, came.kind) == (pb.DIRECTION_IN, pb.MESSAGE_KIND_STATUS)
    assert (sent.state, came.state) == (pb.MESSAGE_STATE_SENT, pb.MESSAGE_STATE_RECEIVED)
    assert (sent.status_code, came.status_code) == ("01", "01")
    assert (whole.envelope, whole.message) == (packet, came)


@pytest.mark.parametrize(
    ("who", "error"), [(CITIZEN, PermissionDenied), (SYSTEM, PermissionDenied)], ids=["citizen", "agency system"]
)
def test_only_workers_read_the_log(stub: pb_grpc.ExchangeServiceStub, who: Caller, error: type[OnestopError]) -> None:
    with acting(who), pytest.raises(error):
        stub.ListMessages(pb.ListMessagesRequest(case_ref=REF))


@pytest.mark.parametrize("message_id", ["", "x", "0190a3f1-0000-7000-8000-000000000000"])
def test_a_message_that_is_not_there_is_not_found(stub: pb_grpc.ExchangeServiceStub, message_id: str) -> None:
    with acting(OFFICER), pytest.raises(NotFound) as raised:
        stub.GetEnvelope(pb.GetEnvelopeRequest(message_id=message_id))
    assert raised.value.code == "message-not-found"


def test_only_agency_systems_push_and_hear_what_is_wrong(stub: pb_grpc.ExchangeServiceStub) -> None:
    with acting(OFFICER), pytest.raises(PermissionDenied):
        stub.ReceiveEnvelope(pb.ReceiveEnvelopeRequest(envelope=b"<x/>"))
    with acting(SYSTEM), pytest.raises(InvalidInput) as raised:
        stub.ReceiveEnvelope(pb.ReceiveEnvelopeRequest(envelope=b"1212<x/>"))
    assert raised.value.code == "bad-envelope"
    assert "trước phần khai báo XML" in raised.value.message_vi
