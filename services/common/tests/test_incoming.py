"""What a service reads of a request."""

from importlib import import_module
from pathlib import Path

import onestop
import pytest
from google.protobuf.message import Message
from onestop.cases.v1 import cases_service_pb2 as pb
from onestop.cases.v1 import filters_service_pb2 as filters_pb
from onestop.cases.v1.actions_pb2 import Consult, Refuse, RequestSupplement
from onestop.cases.v1.corrections_pb2 import SupplementPin
from onestop.identity.v1 import identity_service_pb2 as identity_pb
from onestop.payments.v1 import payments_service_pb2 as payments_pb

from services.common import incoming

TYPED = " a\u200b  b\r\nc\u202e "


def read(message: Message) -> Message:
    heard: Message = incoming.reading(type(message).FromString)(message.SerializeToString())
    return heard


def saved(name: str, identifier: str) -> filters_pb.SaveFilterRequest:
    return filters_pb.SaveFilterRequest(name=name, search=pb.CaseFilter(identifier=identifier))


@pytest.mark.parametrize(
    ("sent", "heard"),
    [
        (pb.ActRequest(refuse=Refuse(reason=TYPED)), pb.ActRequest(refuse=Refuse(reason="a b\nc"))),
        (Consult(subject=TYPED), Consult(subject="a b c")),
        (pb.GetPublicStatusRequest(ref=" g01\u2011260302\u20110001"), pb.GetPublicStatusRequest(ref="G01-260302-0001")),
        (
            RequestSupplement(items=["\uf0b7 Ảnh"], pins=[SupplementPin(ask="\u00a0ký\n\nlại")]),
            RequestSupplement(items=["Ảnh"], pins=[SupplementPin(ask="ký\n\nlại")]),
        ),
        (
            saved(TYPED, "079 301 000 019"),
            saved("a b c", "079301000019"),
        ),
        (
            identity_pb.VerifyPersonRequest(personal_number="079.301.000.019", birth_date="12/05/2001"),
            identity_pb.VerifyPersonRequest(personal_number="079301000019", birth_date="2001-05-12"),
        ),
    ],
)
def test_texts_are_heard_as_they_are_meant(sent: Message, heard: Message) -> None:
    assert read(sent) == heard


@pytest.mark.parametrize(
    "sent",
    [
        identity_pb.LogInRequest(password=TYPED),
        payments_pb.TakeNoticeRequest(query_string="vnp_OrderInfo=a%20b&x= "),
        pb.SubmitCaseRequest(application=TYPED.encode(), idempotency_key=TYPED, signature=TYPED),
    ],
)
def test_secrets_and_what_is_signed_are_heard_as_sent(sent: Message) -> None:
    assert read(sent) == sent


def test_every_request_of_every_service_can_be_cleaned() -> None:
    packages = Path(next(iter(onestop.__path__))).glob("*/v1/*_service_pb2.py")
    for module in (import_module(f"onestop.{path.parts[-3]}.v1.{path.stem}") for path in packages):
        for message in vars(module).values():
            if hasattr(message, "DESCRIPTOR") and hasattr(message, "FromString"):
                incoming.clean(message())
