"""Fixtures that the tests of documents share: real database, bucket and keys, and the clamd stand-in on a socket."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from infra.sandbox import clamd
from services.common.context import Caller
from services.common.database import Database
from services.common.testing.backing import Backing
from services.common.times import utc_now
from services.documents.core.blobs import Blobs
from services.documents.files.inspector import Inspectors
from services.documents.files.scanner import Clamd
from services.documents.papers.press import Press
from services.documents.papers.seal import Seals
from services.documents.papers.usecases import PaperIssuer
from services.documents.tests.pki import Authority

AGENCY, AGENCY_NAME = "G01.029.00", "Công an Thành phố Hồ Chí Minh"

INSPECTORS = Inspectors()
"""For every test of a session, as for every upload to a service."""

LAN = Caller("lan", "Nguyễn Thị Lan", frozenset({"citizen"}))
HUNG = Caller("hung", "Trần Văn Hùng", frozenset({"citizen"}))
OFFICER = Caller("officer", "Lê Minh Đức", frozenset({"officer"}), agencies=("G01.029.00",))
WARD = Caller("ward", "Đặng Thị Hạnh", frozenset({"officer"}), agencies=("H29.035.00",))


@pytest.fixture(scope="session", autouse=True)
def _inspectors_leave() -> Iterator[None]:
    yield
    INSPECTORS.close()


@pytest.fixture
def database(fresh_database: Callable[[str], str]) -> Iterator[Database]:
    database = Database(fresh_database("documents"))
    yield database
    database.close()


@pytest.fixture(scope="session")
def blobs(s3: Backing) -> Iterator[Blobs]:
    blobs = Blobs(s3.url, s3.access_key, s3.secret_key, s3.bucket())
    blobs.ensure_bucket()
    yield blobs
    blobs.close()


@pytest.fixture(scope="session")
def clamd_address() -> Iterator[str]:
    with clamd.Server(("127.0.0.1", 0), clamd.Session) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


@pytest.fixture
def scanner(clamd_address: str) -> Clamd:
    return Clamd(clamd_address)


@pytest.fixture
def no_scanner() -> Clamd:
    return Clamd("127.0.0.1:1")


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    authority = Authority(tmp_path_factory.mktemp("seals"))
    authority.issue(AGENCY, AGENCY_NAME)
    return authority


@pytest.fixture(scope="session")
def seals(authority: Authority) -> Seals:
    return Seals(authority.folder)


@pytest.fixture(scope="session")
def press() -> Press:
    return Press("https://dichvucong.example.vn/")


@pytest.fixture
def issuer(press: Press, seals: Seals, blobs: Blobs) -> PaperIssuer:
    return PaperIssuer(press, seals, blobs, utc_now)


@pytest.fixture
def scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Gives the folder that temporary files go to, to see what is left in it."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    return tmp_path
