"""The six services as the gateway sees them: one channel each, and stubs of what handlers written by hand call."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import grpc
from google.protobuf.descriptor import MethodDescriptor
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass
from grpc_health.v1 import health_pb2
from onestop.cases.v1.books_service_pb2_grpc import BooksServiceStub
from onestop.cases.v1.cases_service_pb2_grpc import CasesServiceStub
from onestop.cases.v1.catalogue_service_pb2_grpc import CatalogueServiceStub
from onestop.cases.v1.drafts_service_pb2_grpc import DraftsServiceStub
from onestop.cases.v1.filters_service_pb2_grpc import FiltersServiceStub
from onestop.documents.v1.documents_service_pb2_grpc import DocumentsServiceStub
from onestop.documents.v1.store_service_pb2_grpc import StoreServiceStub
from onestop.exchange.v1.exchange_service_pb2_grpc import ExchangeServiceStub
from onestop.identity.v1.accounts_service_pb2_grpc import AccountsServiceStub
from onestop.identity.v1.identity_service_pb2_grpc import IdentityServiceStub
from onestop.identity.v1.registers_service_pb2_grpc import RegistersServiceStub
from onestop.payments.v1.payments_service_pb2_grpc import PaymentsServiceStub

from gateway.settings import GatewaySettings
from services.common import limits
from services.common.errors import OnestopError
from services.common.rpc import open_channel
from services.common.tokens import TokenVerifier, verifier_of_identity

Call = Callable[[Message], Any]

SERVICES = ("identity", "cases", "documents", "payments", "exchange", "notifications")


class Clients:
    """Stubs of the services. Build it in the process that serves, after any fork: channels do not survive one."""

    def __init__(self, targets: dict[str, str], tls_dir: Path | None = None) -> None:
        self._channels = {name: open_channel(targets[name], tls_dir) for name in SERVICES}
        self._calls: dict[str, Call] = {}
        self.identity = IdentityServiceStub(self._channels["identity"])
        self.accounts = AccountsServiceStub(self._channels["identity"])
        self.registers = RegistersServiceStub(self._channels["identity"])
        self.cases = CasesServiceStub(self._channels["cases"])
        self.catalogue = CatalogueServiceStub(self._channels["cases"])
        self.drafts = DraftsServiceStub(self._channels["cases"])
        self.filters = FiltersServiceStub(self._channels["cases"])
        self.books = BooksServiceStub(self._channels["cases"])
        self.documents = DocumentsServiceStub(self._channels["documents"])
        self.store = StoreServiceStub(self._channels["documents"])
        self.payments = PaymentsServiceStub(self._channels["payments"])
        self.exchange = ExchangeServiceStub(self._channels["exchange"])

    @classmethod
    def of(cls, settings: GatewaySettings) -> "Clients":
        return cls({name: getattr(settings, f"{name}_target") for name in SERVICES}, settings.tls_dir)

    def call(self, rpc: MethodDescriptor, request: Message) -> Any:
        """Calls one RPC of the service whose package it is declared in."""
        name = rpc.full_name
        call = self._calls.get(name)
        if call is None:
            service = rpc.containing_service
            call = self._calls[name] = self._channels[service.full_name.split(".")[1]].unary_unary(
                f"/{service.full_name}/{rpc.name}",
                request_serializer=GetMessageClass(rpc.input_type).SerializeToString,
                response_deserializer=GetMessageClass(rpc.output_type).FromString,
            )
        return call(request)

    def token_verifier(self) -> TokenVerifier:
        """Returns what verifies access tokens by what identity lists."""
        return verifier_of_identity(self._channels["identity"])

    def health(self) -> dict[str, bool]:
        """Returns which services answer and say they serve."""
        with ThreadPoolExecutor(len(self._channels)) as pool:
            return dict(zip(self._channels, pool.map(_serves, self._channels.values()), strict=True))

    def close(self) -> None:
        for channel in self._channels.values():
            channel.close()


def _serves(channel: grpc.Channel) -> bool:
    check = channel.unary_unary(
        "/grpc.health.v1.Health/Check",
        request_serializer=health_pb2.HealthCheckRequest.SerializeToString,
        response_deserializer=health_pb2.HealthCheckResponse.FromString,
    )
    try:
        answer = check(health_pb2.HealthCheckRequest(), timeout=limits.HEALTH_DEADLINE.total_seconds())
    except OnestopError:
        return False
    return bool(answer.status == health_pb2.HealthCheckResponse.SERVING)
