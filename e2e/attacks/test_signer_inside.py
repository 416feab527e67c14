"""Somebody inside the network, with a citizen's token, tells services themselves what the gateway tells them else."""

import json
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import grpc
import pytest
from onestop.cases.v1 import cases_service_pb2 as pb
from onestop.identity.v1 import identity_service_pb2 as identity_pb

from e2e.attacks.test_another_persons_name import HERS, LAN, application
from e2e.client import DEMO_PASSWORD, Client
from e2e.conftest import System
from infra.local.home import PORTS

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]

INVENTED = b"\x72\x06CN=Lan" + b"\x7a\x40" + b"ab" * 32
"""A subject and a fingerprint of a signer, in fields 14 and 15, which no request has."""


def submit(system: System, signature: str = "") -> pb.SubmitCaseResponse:
    """Files for Lan past the gateway, with an invented signer."""
    request = pb.SubmitCaseRequest(application=application(LAN, HERS), idempotency_key=uuid4().hex, signature=signature)
    answer: pb.SubmitCaseResponse = as_lan(
        system, "cases", "CasesService/SubmitCase", request.SerializeToString() + INVENTED, pb.SubmitCaseResponse
    )
    return answer


def as_lan(system: System, service: str, rpc: str, request: bytes, answer: Any) -> Any:
    """Calls a service past the gateway."""
    token = Client(system.base_url).post("/auth/login", {"username": "lan", "password": DEMO_PASSWORD})["access_token"]
    port = (urlsplit(system.base_url).port or 0) - PORTS["gateway"] + PORTS[service]
    with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
        call: Any = channel.unary_unary(f"/onestop.{service}.v1.{rpc}", response_deserializer=answer.FromString)
        return call(request, metadata=(("authorization", f"Bearer {token}"),), timeout=20)


def test_an_invented_signer_is_not_stored_and_an_invented_signature_stores_nothing(system: System) -> None:
    ref = submit(system).ref
    history = Client(system.base_url).log_in("lan").get(f"/cases/{ref}/history")
    assert "signed_by" not in json.loads(history["entries"][0]["entry"])["data"]
    with pytest.raises(grpc.RpcError) as caught:
        submit(system, "header..signature")
    assert caught.value.code() is grpc.StatusCode.INVALID_ARGUMENT


def test_a_receipt_for_a_paper_of_a_register_that_does_not_hold_it_spares_no_paper(system: System) -> None:
    asked = identity_pb.PrefillRequest(
        fields=[identity_pb.PrefillField(form_field="full_name", register_field="full_name")],
        purpose=identity_pb.Purpose(text="prefill 3.000347", case_reference="draft-3.000347"),
        code="3.000347",
        papers=[identity_pb.PaperSource(paper="giay_kham_suc_khoe", register="driving_licence")],
    )
    given = as_lan(
        system, "identity", "IdentityService/Prefill", asked.SerializeToString(), identity_pb.PrefillResponse
    )
    assert [paper.paper for paper in given.papers] == ["giay_kham_suc_khoe"], "her licence, said to be a health paper"
    form = {"full_name": "Nguyễn Thị Lan", "personal_number": HERS}
    body = {"procedure": "3.000347", "agency": "G01.029.00", "applicant": LAN, "form": form, "prefill": given.receipt}
    errors = Client(system.base_url).log_in("lan").check(json.dumps(body).encode())["errors"]
    assert {("/attachments", "paper-missing"), ("/prefill", "not-confirmed")} <= {
        (each["pointer"], each["code"]) for each in errors
    }
