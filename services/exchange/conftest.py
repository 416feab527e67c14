import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from flask import Flask
from werkzeug.serving import make_server

from infra.local.pki import Authority, organisation
from infra.sandbox.axis import create_blueprint
from infra.sandbox.settings import SandboxSettings
from services.common.database import Database
from services.common.errors import OnestopError, Unavailable
from services.common.testing.plugin import MakeDatabase
from services.exchange.core.axis import Axis
from services.exchange.core.context import ExchangeContext
from services.exchange.core.papers import Deposited
from services.exchange.envelopes.signing import Signer, Verifier
from services.exchange.settings import ExchangeSettings
from services.exchange.tests.dispatched import BIRTH
from services.exchange.tests.samples import OTHERS, POLICE, RECORDS


@dataclass
class PapersAtHand:
    """Stands for documents: hands out what it was given, keeps what is handed in; `away` = it does not answer,
    `refusal` = what it says of a result it will not keep, `deposits` = how often one was handed in.
    """

    files: dict[str, bytes] = field(default_factory=dict)
    results: dict[str, bytes] = field(default_factory=dict)
    away: bool = False
    refusal: OnestopError | None = None
    deposits: int = 0

    def collect(self, grant: str, file_id: str) -> bytes:  # noqa: ARG002  # the shape of Papers
        if self.away:
            raise Unavailable
        return self.files[file_id]

    def deposit(self, grant: str, name: str, content: bytes) -> Deposited:  # noqa: ARG002  # the shape of Papers
        if self.away:
            raise Unavailable
        self.deposits += 1
        if self.refusal is not None:
            raise self.refusal
        digest = sha256(content)
        self.results[digest.hexdigest()] = content
        return Deposited(f"file-{digest.hexdigest()[:8]}", digest.digest())


def issue(authorities: Path, keys: Path, *agencies: str) -> Path:
    """Returns a folder like ONESTOP_EXCHANGE_DIR, with keys for `agencies` from the authority kept in `authorities`."""
    authority = Authority.ensure(authorities, "axis", "CA chuyên dùng Chính phủ (thử nghiệm)")
    for agency in agencies:
        authority.issue(keys, agency, organisation(agency, agency), rsa.generate_private_key(65537, 2048))
    return keys


@pytest.fixture(scope="session")
def exchange_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("exchange")
    return issue(home / "ca", home / "keys", POLICE, RECORDS, *OTHERS)


@pytest.fixture(scope="session")
def police(exchange_dir: Path) -> Signer:
    return Signer.load(exchange_dir, POLICE)


@pytest.fixture(scope="session")
def records(exchange_dir: Path) -> Signer:
    return Signer.load(exchange_dir, RECORDS)


@pytest.fixture(scope="session")
def verifier(exchange_dir: Path) -> Verifier:
    return Verifier(exchange_dir / "ca.crt.pem")


@pytest.fixture(scope="session")
def ctx(exchange_dir: Path) -> ExchangeContext:
    return ExchangeContext.load(ExchangeSettings.model_fields["agencies_file"].default, exchange_dir, PapersAtHand())


@pytest.fixture
def database(fresh_database: MakeDatabase) -> Iterator[Database]:
    opened = Database(fresh_database("exchange"), pool_size=4)
    yield opened
    opened.close()


@pytest.fixture
def axis_url(exchange_dir: Path) -> Iterator[str]:
    """Provides the stand-in axis, with the agency behind it, over real HTTP."""
    app = Flask("axis")
    settings = SandboxSettings(registers_api_key="k", vnpay_secret="s", exchange_dir=exchange_dir)
    app.register_blueprint(create_blueprint(settings, pace=timedelta(milliseconds=20)))
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/axis"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def axis(axis_url: str) -> Iterator[Axis]:
    opened = Axis(axis_url)
    yield opened
    opened.close()


@pytest.fixture
def papers() -> PapersAtHand:
    return PapersAtHand({"file-1": BIRTH})


@pytest.fixture
def ward(ctx: ExchangeContext, papers: PapersAtHand) -> ExchangeContext:
    return replace(ctx, papers=papers)
