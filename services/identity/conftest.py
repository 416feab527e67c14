"""A migrated database, the registers over real HTTP, and identity over real gRPC."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import grpc
import pytest
import urllib3
from flask import Flask
from onestop.identity.v1 import identity_service_pb2 as pb
from onestop.identity.v1.accounts_service_pb2_grpc import AccountsServiceStub
from onestop.identity.v1.identity_service_pb2_grpc import IdentityServiceStub
from onestop.identity.v1.registers_service_pb2_grpc import RegistersServiceStub
from sqlalchemy import text

from infra.sandbox import registers
from infra.sandbox.server import listening
from infra.sandbox.settings import SandboxSettings
from services.common import context
from services.common.context import Caller, Trace
from services.common.database import Database
from services.common.rpc import open_channel
from services.common.testing.plugin import ByHand, MakeDatabase
from services.common.tokens import KeySource, TokenVerifier, verifier_of_identity
from services.identity.__main__ import build
from services.identity.core.vault import Vault
from services.identity.log_ins import usecases as log_ins
from services.identity.log_ins.passwords import Passwords
from services.identity.look_ups.context import LookUpContext
from services.identity.look_ups.register_calls import Connection
from services.identity.look_ups.registers import PAPER_REGISTERS, Business, PaperRegister, Population, Registers
from services.identity.seed import DEMO_PASSWORD, demo_accounts, seed
from services.identity.sessions.usecases import Tokens
from services.identity.settings import IdentitySettings
from services.identity.signing_keys import usecases as signing
from services.identity.tests.cases_at_hand import CasesAtHand

API_KEY = "register key of the tests"


@dataclass(frozen=True)
class Sandbox:
    """The registers' stand-in at `url`."""

    url: str

    def order(self, **behaviour: int) -> None:
        answer = urllib3.request(
            "POST", f"{self.url}/registers/admin/behaviour", json=behaviour, headers={"X-Api-Key": API_KEY}
        )
        assert answer.status == 204

    def calls(self) -> list[dict[str, Any]]:
        answer = urllib3.request("GET", f"{self.url}/registers/admin/calls", headers={"X-Api-Key": API_KEY})
        return list(answer.json()["calls"])


@pytest.fixture(scope="session")
def running_sandbox() -> Iterator[Sandbox]:
    app = Flask("registers")
    app.register_blueprint(registers.create_blueprint(SandboxSettings(registers_api_key=API_KEY, vnpay_secret="s")))
    server = listening(app, "127.0.0.1:0")
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    yield Sandbox(f"http://127.0.0.1:{server.server_port}")
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def sandbox(running_sandbox: Sandbox) -> Sandbox:
    running_sandbox.order(times=0)
    return running_sandbox


@pytest.fixture(scope="session")
def passwords() -> Passwords:
    """Provides passwords that are cheap to check: these tests are not about how dear it is to guess."""
    return Passwords(memory_kib=64, passes=1)


@pytest.fixture(scope="session")
def vault() -> Vault:
    return Vault(bytes(range(32)))


@pytest.fixture
def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture(scope="module")
def shared_database(make_database: MakeDatabase, passwords: Passwords) -> Iterator[Database]:
    database = Database(make_database("identity"), pool_size=20)
    seed(database, passwords)
    yield database
    database.close()


@pytest.fixture
def database(shared_database: Database, by_hand: ByHand) -> Database:
    """Provides a database with the demo accounts and nothing else."""
    with by_hand(shared_database) as conn:
        conn.execute(text("TRUNCATE sessions, refresh_tokens, log_in_tries, known_places, signing_keys"))
        conn.execute(text("TRUNCATE look_ups, look_up_requests, representations, access_codes"))
        mine = [account.account_id for account in demo_accounts()]
        conn.execute(text("DELETE FROM accounts WHERE account_id <> ALL(CAST(:mine AS uuid[]))"), {"mine": mine})
    return shared_database


@pytest.fixture
def cases() -> CasesAtHand:
    return CasesAtHand()


@pytest.fixture
def ctx(database: Database, vault: Vault, sandbox: Sandbox, cases: CasesAtHand) -> Iterator[LookUpContext]:
    connection = Connection(sandbox.url, API_KEY, "VN-TEST/GOV/H29/MOTCUA")
    papers = {name: PaperRegister(connection, path) for name, path in PAPER_REGISTERS.items()}
    registers = Registers(Population(connection), Business(connection), "H29", papers)
    yield LookUpContext(database, vault, registers, cases)
    connection.close()


class LogIn:
    """Logs demo accounts in and says who they then are."""

    def __init__(self, database: Database, passwords: Passwords, vault: Vault) -> None:
        self.database, self.passwords, self.vault = database, passwords, vault

    def __call__(self, username: str) -> Caller:
        now = datetime.now(UTC)
        tokens = log_ins.log_in(
            self.database, self.passwords, self.vault, username=username, password=DEMO_PASSWORD, now=now
        )
        keys = KeySource(lambda: signing.list_signing_keys(self.database, self.vault, now))
        return TokenVerifier(keys).verify(tokens.access_token)


class Overtaken(Passwords):
    """Passwords while one of which is checked something else happens."""

    def __init__(self, act: Callable[[], object]) -> None:
        super().__init__(memory_kib=64, passes=1)
        self._act = act

    def match(self, password: str, stored: str) -> bool:
        self._act()
        return super().match(password, stored)


LogInAs = Callable[..., Tokens]
START = datetime(2026, 11, 2, 8, tzinfo=UTC)


@pytest.fixture
def log_in_as(database: Database, passwords: Passwords, vault: Vault) -> LogInAs:
    """Logs in with whatever password, whenever and from wherever."""

    def log_in_as(
        username: str = "lan",
        password: str = DEMO_PASSWORD,
        now: datetime = START,
        address: str = "192.0.2.1",
        device: str = "",
    ) -> Tokens:
        return log_ins.log_in(
            database,
            passwords,
            vault,
            username=username,
            password=password,
            now=now,
            address=address,
            device=device,
        )

    return log_in_as


@pytest.fixture
def log_in(database: Database, passwords: Passwords, vault: Vault) -> LogIn:
    return LogIn(database, passwords, vault)


class Client:
    """Identity as the gateway calls it: over gRPC, as whoever is logged in."""

    def __init__(self, channel: grpc.Channel) -> None:
        self.channel = channel
        self.stub = IdentityServiceStub(channel)
        self.registers = RegistersServiceStub(channel)
        self.verifier = verifier_of_identity(channel)
        self.accounts = AccountsServiceStub(channel)

    def log_in(self, username: str, password: str = DEMO_PASSWORD) -> pb.TokenPair:
        return self.stub.LogIn(pb.LogInRequest(username=username, password=password)).tokens

    def call(self, who: str | Caller | None, rpc: str, request: Any) -> Any:
        """Calls as a demo account, as an earlier caller, or as nobody."""
        caller = self.verifier.verify(self.log_in(who).access_token) if isinstance(who, str) else who
        with context.acting(caller, Trace("request-1"), 30):
            stub = next(each for each in (self.stub, self.registers, self.accounts) if hasattr(each, rpc))
            return getattr(stub, rpc)(request)


@pytest.fixture
def client(database: Database, sandbox: Sandbox, cases: CasesAtHand, tmp_path: Path) -> Iterator[Client]:
    with cases.over_grpc() as target:
        yield from _client(database, sandbox, target, tmp_path)


def _client(database: Database, sandbox: Sandbox, cases_target: str, tmp_path: Path) -> Iterator[Client]:
    settings = IdentitySettings(
        listen="127.0.0.1:0",
        cases_target=cases_target,
        database_url=database.engine.url.render_as_string(hide_password=False),
        key_dir=tmp_path / "keys",
        population_url=sandbox.url,
        business_url=sandbox.url,
        driving_licences_url=sandbox.url,
        health_records_url=sandbox.url,
        registers_api_key=API_KEY,
    )
    app = build(settings)
    app.server.start()
    channel = open_channel(f"127.0.0.1:{app.server.port}")
    yield Client(channel)
    channel.close()
    app.server.drain()
    for close in app.closing:
        close()
