"""Somebody inside the network, with a citizen's token, tells cases itself who signed an application."""

import json
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import grpc
import pytest
from onestop.cases.v1 import cases_service_pb2 as pb

from e2e.attacks.test_another_persons_name import HERS, LAN, application
from e2e.client import DEMO_PASSWORD, Client
from e2e.conftest import System
from infra.local.home import PORTS

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]

INVENTED = b"\x22\x06CN=Lan" + b"\x2a\x40" + b"ab" * 32  # signer_subject and signer_fingerprint, as once believed


def submit(system: System, signature: str = "") -> pb.SubmitCaseResponse:
    """Files for Lan past the gateway, with an invented signer."""
    request = pb.SubmitCaseRequest(application=application(LAN, HERS), idempotency_key=uuid4().hex, signature=signature)
    token = Client(system.base_url).post("/auth/login", {"username": "lan", "password": DEMO_PASSWORD})["access_token"]
    port = (urlsplit(system.base_url).port or 0) - PORTS["gateway"] + PORTS["cases"]
    with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
        call: Any = channel.unary_unary(
            "/onestop.cases.v1.CasesService/SubmitCase",
            request_serializer=lambda asked: asked.SerializeToString() + INVENTED,
            response_deserializer=pb.SubmitCaseResponse.FromString,
        )
        answer: pb.SubmitCaseResponse = call(request, metadata=(("authorization", f"Bearer {token}"),), timeout=20)
    return answer


def test_an_invented_signer_is_not_stored_and_an_invented_signature_stores_nothing(system: System) -> None:
    ref = submit(system).ref
    history = Client(system.base_url).log_in("lan").get(f"/cases/{ref}/history")
    assert "signed_by" not in json.loads(history["entries"][0]["entry"])["data"]
    with pytest.raises(grpc.RpcError) as caught:
        submit(system, "header..signature")
    assert caught.value.code() is grpc.StatusCode.INVALID_ARGUMENT
