"""The gateway before six fake services, reached over real gRPC."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import import_module
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from flask import Flask
from flask.testing import FlaskClient
from pydantic import SecretStr

from gateway.app import create_app
from gateway.clients import Clients
from gateway.settings import GatewaySettings
from gateway.tests.fakes.accounts import Accounts
from gateway.tests.fakes.books import Books
from gateway.tests.fakes.calendar import Calendar
from gateway.tests.fakes.cases import Cases
from gateway.tests.fakes.catalogue import Catalogue
from gateway.tests.fakes.chains import Chains
from gateway.tests.fakes.common import Asked
from gateway.tests.fakes.conversation import Conversation
from gateway.tests.fakes.corrections import Corrections
from gateway.tests.fakes.documents import Documents
from gateway.tests.fakes.drafts import Drafts
from gateway.tests.fakes.exchange import Exchange
from gateway.tests.fakes.identity import Identity
from gateway.tests.fakes.notifications import Notifications
from gateway.tests.fakes.payments import Payments
from gateway.tests.fakes.registers import Registers
from gateway.tests.fakes.store import Store
from gateway.tests.fakes.work import Delegations, Filters
from services.common import access
from services.common.context import Caller
from services.common.rpc import Server, build_server
from services.common.settings import ServiceSettings
from services.common.tokens import KeySource, SigningKey, TokenVerifier, claims_of, sign

OPEN_RPCS = {
    "LogIn",
    "SetPassword",
    "RefreshSession",
    "ListSigningKeys",
    "ListProcedures",
    "GetProcedure",
    "ListDays",
    "ListOutages",
    "GetProcedureSchema",
    "GetProcedureFile",
    "ListProcedureVersions",
    "GetProcedureChanges",
    "GetPublicStatus",
    "CheckPaper",
    "TakeNotice",
    "ReadReturn",
}

LAN = "079301000019"


@dataclass
class Backend:
    """The fakes and where they answer."""

    asked: Asked
    cases: Cases
    documents: Documents
    targets: dict[str, str]
    key: SigningKey
    keys: dict[str, str]

    def token(self, *roles: str, subject: str = "lan", personal_number: str = LAN) -> str:
        caller = Caller(subject, "Nguyễn Thị Lan", frozenset(roles), personal_number=personal_number, session="s1")
        return sign(claims_of(caller, datetime.now(UTC)), self.key)


@pytest.fixture(scope="session")
def backend() -> Iterator[Backend]:
    private = ec.generate_private_key(ec.SECP256R1())
    pem = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    keys = {"k1": private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()}
    asked = Asked()
    cases, documents = Cases(asked), Documents(asked)
    servicers: dict[str, dict[str, Any]] = {
        "identity": {"identity": Identity(asked, keys), "registers": Registers(asked), "accounts": Accounts(asked)},
        "cases": {
            "cases": cases,
            "calendar": Calendar(asked),
            "catalogue": Catalogue(cases),
            "chains": Chains(cases),
            "conversation": Conversation(asked),
            "drafts": Drafts(asked),
            "books": Books(cases),
            "corrections": Corrections(cases),
            "filters": Filters(asked),
            "delegations": Delegations(asked),
        },
        "documents": {"documents": documents, "store": Store(asked)},
        "payments": {"payments": Payments(asked)},
        "exchange": {"exchange": Exchange(asked)},
        "notifications": {"notifications": Notifications(asked)},
    }
    verifier = TokenVerifier(KeySource(lambda: keys))
    servers = {package: _serve(package, each, verifier) for package, each in servicers.items()}
    targets = {name: f"127.0.0.1:{server.port}" for name, server in servers.items()}
    signing = SigningKey.from_pem("k1", pem)
    yield Backend(asked, cases, documents, targets, signing, keys)
    for server in servers.values():
        server.drain()


def _serve(package: str, servicers: dict[str, Any], verifier: TokenVerifier) -> Server:
    """One server for all gRPC services of a package; each is declared in the proto file of its name."""

    def add(server: Any) -> None:
        for name, servicer in servicers.items():
            module = import_module(f"onestop.{package}.v1.{name}_service_pb2_grpc")
            getattr(module, f"add_{name.title().replace('_', '')}ServiceServicer_to_server")(servicer, server)

    protos = [import_module(f"onestop.{package}.v1.{name}_service_pb2").DESCRIPTOR for name in servicers]
    services = [service for proto in protos for service in proto.services_by_name.values()]
    rpcs = [method.name for service in services for method in service.methods]
    server = build_server(
        ServiceSettings(listen="127.0.0.1:0", database_url=SecretStr("postgresql://none")),
        add=add,
        services=[service.full_name for service in services],
        access={rpc: access.PUBLIC if rpc in OPEN_RPCS else access.AUTHENTICATED for rpc in rpcs},
        authenticate=verifier.verify,
    )
    server.start()
    return server


@pytest.fixture(scope="session")
def clients(backend: Backend) -> Iterator[Clients]:
    clients = Clients(backend.targets)
    yield clients
    clients.close()


MakeApp = Callable[..., Flask]


@pytest.fixture(scope="session")
def make_app(clients: Clients) -> MakeApp:
    def make(**changes: Any) -> Flask:
        rates: dict[str, Any] = {"rate_per_second": 10_000.0, "rate_burst": 10_000}
        settings = GatewaySettings(**{**rates, **changes})
        return create_app(settings, clients, clients.token_verifier())

    return make


@pytest.fixture(scope="session")
def app(make_app: MakeApp) -> Flask:
    return make_app()


@pytest.fixture
def web(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def as_(backend: Backend) -> Callable[..., dict[str, str]]:
    """Headers of a caller with these roles."""

    def headers(*roles: str, **more: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {backend.token(*roles)}", **more}

    return headers
