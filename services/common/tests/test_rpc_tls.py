# ruff: noqa: N802, ARG002  # methods and parameters are named by the protos
"""Mutual TLS between services: who holds no certificate of our authority is not heard."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import grpc
import pytest
from onestop.cases.v1 import cases_service_pb2 as pb
from onestop.cases.v1 import cases_service_pb2_grpc as pb_grpc

from services.common.access import PUBLIC
from services.common.context import Caller
from services.common.errors import Unavailable
from services.common.rpc import build_server, open_channel
from services.common.settings import ServiceSettings
from services.common.testing.tls_folder import TlsFolder


def make_tls_dir(folder: Path) -> Path:
    """A fresh authority with one certificate for 127.0.0.1, as files a TLS dir holds."""
    made = TlsFolder(folder)
    made.issue(timedelta(hours=1))
    return made.path


class Cases(pb_grpc.CasesServiceServicer):
    def ListProcedures(self, request: Any, context: Any) -> pb.ListProceduresResponse:
        return pb.ListProceduresResponse()


def _nobody(token: str) -> Caller:
    raise AssertionError("no token is sent here")


@pytest.fixture
def tls_dir(tmp_path: Path) -> Path:
    return make_tls_dir(tmp_path / "ours")


@pytest.fixture
def target(tls_dir: Path) -> Iterator[str]:
    server = build_server(
        ServiceSettings(listen="127.0.0.1:0", database_url="postgresql://unused", tls_dir=tls_dir),
        add=lambda server: pb_grpc.add_CasesServiceServicer_to_server(Cases(), server),  # type: ignore[abstract]
        services=["onestop.cases.v1.CasesService"],
        access={"ListProcedures": PUBLIC},
        authenticate=_nobody,
    )
    server.start()
    yield f"127.0.0.1:{server.port}"
    server.drain()


def _list(channel: grpc.Channel) -> pb.ListProceduresResponse:
    with channel:
        return pb_grpc.CasesServiceStub(channel).ListProcedures(pb.ListProceduresRequest())


def test_a_certificate_of_our_authority_is_heard(target: str, tls_dir: Path) -> None:
    assert _list(open_channel(target, tls_dir)) == pb.ListProceduresResponse()


def test_plain_text_is_not_heard(target: str) -> None:
    with pytest.raises(Unavailable):
        _list(open_channel(target))


def test_another_authoritys_certificate_is_not_heard(target: str, tls_dir: Path, tmp_path: Path) -> None:
    foreign = make_tls_dir(tmp_path / "foreign")
    (foreign / "ca.crt").write_bytes((tls_dir / "ca.crt").read_bytes())
    with pytest.raises(Unavailable):
        _list(open_channel(target, foreign))


def test_a_client_without_a_certificate_is_not_heard(target: str, tls_dir: Path) -> None:
    credentials = grpc.ssl_channel_credentials((tls_dir / "ca.crt").read_bytes())
    with grpc.secure_channel(target, credentials) as channel, pytest.raises(grpc.RpcError) as caught:
        pb_grpc.CasesServiceStub(channel).ListProcedures(pb.ListProceduresRequest(), timeout=5)
    assert caught.value.code() is grpc.StatusCode.UNAVAILABLE
