"""Each check of the doctor fails, by its id and with a mend, when the thing it looks at is broken."""

import hashlib
import io
import shutil
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from minio import Minio
from sqlalchemy import create_engine, text
from typer.testing import CliRunner

from infra.cli.__main__ import build
from infra.cli.checks import assignees, calendar, databases, histories, procedures
from infra.cli.checks.finding import Finding
from infra.cli.doctor import examine
from infra.cli.installation import Installation
from infra.local import pki
from services.cases.calendar.domain import WorkCalendar
from services.cases.core.context import adopt_published
from services.cases.history.usecases.replay import Mismatch
from services.cases.procedures.folder import load_catalogue
from services.cases.procedures.tests.test_publish import edited
from services.cases.testing.applicants import Authority
from services.common import tls
from services.common.database import Database, migrate
from services.common.testing.backing import Backing
from services.common.testing.databases import Databases
from services.common.testing.plugin import ByHand
from services.common.testing.ports import free_ports
from services.common.testing.tls_folder import TlsFolder
from services.documents.core.blobs import Blobs
from services.identity.core.accounts import Account
from services.identity.core.store import add_account

SERVICE = "documents"
MakeDatabase = Callable[[str], str]


@pytest.fixture(scope="module")
def authorities(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("home")
    pki.ensure(folder)
    return folder


@pytest.fixture
def env(
    fresh_database: MakeDatabase, empty_database: MakeDatabase, s3: Backing, authorities: Path, tmp_path: Path
) -> dict[str, str]:
    """A healthy installation of documents."""
    shutil.copytree(authorities, tmp_path, dirs_exist_ok=True)
    keys = tmp_path / "keys"
    keys.mkdir()
    (keys / "master.key").touch(mode=0o600)
    bucket = s3.bucket()
    Minio(s3.url.removeprefix("http://"), s3.access_key, s3.secret_key, secure=False).make_bucket(bucket)
    return {
        "ONESTOP_DATABASE_URL": fresh_database(SERVICE),
        "ONESTOP_BROKER_DATABASE_URL": empty_database("broker"),
        "ONESTOP_S3_URL": s3.url,
        "ONESTOP_S3_ACCESS_KEY": s3.access_key,
        "ONESTOP_S3_SECRET_KEY": s3.secret_key,
        "ONESTOP_S3_BUCKET": bucket,
        "ONESTOP_SEAL_DIR": str(tmp_path / "seals"),
        "ONESTOP_EXCHANGE_DIR": str(tmp_path / "exchange"),
        "ONESTOP_KEY_DIR": str(keys),
    }


OPEN_CASE = """
    INSERT INTO cases (case_id, filed_year, ref, version, status, procedure_code, agency_code, account,
        applicant_name, applicant_folded, words, name_order, identifier, received_at, assigned_to, step, unit,
        history_head, form, state)
    VALUES (gen_random_uuid(), extract(year FROM now()), :ref, 1, 4, 'x', 'H29', '', '', '', '', '', '', now(),
        :assigned, '', '', '', '{}', '{}')
    """


def findings(env: Mapping[str, str]) -> dict[str, Finding]:
    return {finding.id: finding for finding in examine(Installation({SERVICE: env}))}


def failures(env: Mapping[str, str]) -> dict[str, Finding]:
    failed = {id_: finding for id_, finding in findings(env).items() if not finding.ok}
    assert all(finding.fix for finding in failed.values())
    return failed


def execute(url: str, statement: str, **values: object) -> None:
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text(statement), values)
    engine.dispose()


def nowhere() -> str:
    return f"127.0.0.1:{free_ports()}"


def test_a_healthy_installation_has_no_failure(env: dict[str, str]) -> None:
    found = findings(env)
    assert [finding for finding in found.values() if not finding.ok] == []
    assert {"database.documents", "migrations.documents", "outbox.documents", "parked.documents"} <= found.keys()
    assert {"clock.documents", "broker", "storage", "keys.token", "certificates.seal.G01.029.00"} <= found.keys()


def test_a_database_that_does_not_answer(env: dict[str, str]) -> None:
    url = f"postgresql+psycopg://postgres@{nowhere()}/x"
    assert failures(env | {"ONESTOP_DATABASE_URL": url}).keys() == {"database.documents"}


def test_a_schema_that_is_not_the_newest(env: dict[str, str], empty_database: MakeDatabase) -> None:
    failed = failures(env | {"ONESTOP_DATABASE_URL": empty_database("behind")})
    assert failed["migrations.documents"].fix == "onestop migrate documents"


def test_an_event_that_waits_too_long(env: dict[str, str]) -> None:
    execute(
        env["ONESTOP_DATABASE_URL"],
        "INSERT INTO outbox (id, type, source, subject, aggregate_id, aggregate_version, data, time, traceparent, "
        "request_id, created_at) VALUES (:id, 't', 's', 's', 'a', 1, '', now(), '', '', now() - interval '1 hour')",
        id=uuid4(),
    )
    failed = failures(env)
    assert failed.keys() == {"outbox.documents"}
    assert failed["outbox.documents"].found.startswith("1 unsent, the oldest for 36")


def test_a_message_given_up_on(env: dict[str, str]) -> None:
    execute(
        env["ONESTOP_DATABASE_URL"],
        "INSERT INTO parked (message_id, queue, type, headers, body, reason) VALUES (:id, 'q', 't', '{}', '', 'bad')",
        id=uuid4(),
    )
    failed = failures(env)
    assert failed.keys() == {"parked.documents"}
    assert "onestop outbox replay documents" in failed["parked.documents"].fix


def test_a_paper_given_up_on_is_found_and_can_be_tried_again(
    env: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    insert = "INSERT INTO paper_orders (paper_id, case_ref, case_agency, applicant_account, agency_code, form, year, "
    insert += "sequence, data_json, state, last_error) VALUES ('p', 'H29-1', 'H29', '', 'H29', '01', 2026, 1, '{}', "
    execute(env["ONESTOP_DATABASE_URL"], insert + "'parked', E'no\\x1b[31m seal\\n')")
    assert failures(env).keys() == {"papers.parked"}
    monkeypatch.setenv("ONESTOP_DATABASE_URL", env["ONESTOP_DATABASE_URL"])
    assert CliRunner().invoke(build(), ["papers", "parked"]).output == "p  H29-1  form 01  no[31m seal\n"
    assert CliRunner().invoke(build(), ["papers", "retry"]).output == "1 papers are tried again\n"
    assert failures(env) == {}


def test_a_clock_that_is_wrong() -> None:
    assert not databases.clock(SERVICE, datetime.now(UTC) + timedelta(seconds=10)).ok
    assert databases.clock(SERVICE, datetime.now(UTC)).ok


@pytest.mark.parametrize(
    "wrong",
    [
        {"ONESTOP_AMQP_URL": "amqp://guest:guest@{nowhere}/"},
        {"ONESTOP_BROKER_DATABASE_URL": "postgresql+psycopg://postgres@{nowhere}/x"},
        {"ONESTOP_BROKER_DATABASE_URL": ""},
    ],
)
def test_a_broker_that_does_not_answer(env: dict[str, str], wrong: dict[str, str]) -> None:
    wrong = {name: value.replace("{nowhere}", nowhere()) for name, value in wrong.items()}
    assert failures(env | wrong).keys() == {"broker"}


def test_a_rabbitmq_that_answers(env: dict[str, str], amqp_url: str) -> None:
    found = findings(env | {"ONESTOP_AMQP_URL": amqp_url})["broker"]
    assert found.ok
    assert found.found.startswith("RabbitMQ at ")


@pytest.mark.parametrize(
    "wrong",
    [
        {"ONESTOP_S3_SECRET_KEY": "wrong"},
        {"ONESTOP_S3_BUCKET": "missing-bucket"},
        {"ONESTOP_S3_URL": "http://{nowhere}"},
    ],
)
def test_storage_that_is_not_ours_or_not_there(env: dict[str, str], wrong: dict[str, str]) -> None:
    wrong = {name: value.replace("{nowhere}", nowhere()) for name, value in wrong.items()}
    assert failures(env | wrong).keys() == {"storage"}


def test_bytes_of_a_file_that_are_gone_or_others(env: dict[str, str]) -> None:
    parts = (env[f"ONESTOP_S3_{name}"] for name in ("URL", "ACCESS_KEY", "SECRET_KEY", "BUCKET"))
    blobs = Blobs(*parts)
    digests = [hashlib.sha256(content).digest() for content in (b"sound", b"altered", b"gone")]
    for digest, content in zip(digests, (b"sound", b"other"), strict=False):
        blobs.put(io.BytesIO(content), 5, digest, "application/pdf")
    blobs.close()
    for digest in digests:
        execute(
            env["ONESTOP_DATABASE_URL"],
            "INSERT INTO files (file_id, version, file_name, media_type, size, sha256, state, owner) "
            "VALUES (gen_random_uuid(), 1, 'a.pdf', 'application/pdf', 5, :digest, 'clean', 'lan')",
            digest=digest,
        )
    failed = failures(env)
    assert failed.keys() == {"storage.contents"}
    found = failed["storage.contents"].found
    assert f"altered {digests[1].hex()}" in found
    assert f"missing {digests[2].hex()}" in found
    assert found.startswith("3 looked at, 2 wrong")


def test_a_key_that_others_may_read(env: dict[str, str]) -> None:
    Path(env["ONESTOP_SEAL_DIR"], "G01.029.00.key.pem").chmod(0o644)
    Path(env["ONESTOP_KEY_DIR"], "master.key").chmod(0o644)
    failed = failures(env)
    assert failed.keys() == {"keys.seal.G01.029.00", "keys.token"}
    assert failed["keys.seal.G01.029.00"].found == "others may read it"


def test_a_certificate_whose_key_is_gone(env: dict[str, str]) -> None:
    Path(env["ONESTOP_SEAL_DIR"], "G01.029.00.key.pem").unlink()
    failed = failures(env)
    assert failed.keys() == {"keys.seal.G01.029.00"}
    assert failed["keys.seal.G01.029.00"].found == "G01.029.00.key.pem is missing"


def test_a_missing_key_folder_and_a_missing_master_key(env: dict[str, str], tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    wrong = {"ONESTOP_EXCHANGE_DIR": str(tmp_path / "gone"), "ONESTOP_KEY_DIR": str(empty)}
    assert failures(env | wrong).keys() == {"keys.exchange", "keys.token"}


def test_a_certificate_of_another_key(env: dict[str, str]) -> None:
    folder = Path(env["ONESTOP_EXCHANGE_DIR"])
    (folder / "G01.029.00.crt.pem").write_bytes((folder / "H29.001.00.crt.pem").read_bytes())
    failed = failures(env)
    assert failed.keys() == {"keys.exchange.G01.029.00"}
    assert failed["keys.exchange.G01.029.00"].found == "the certificate is another key's"


def test_a_certificate_about_to_expire(env: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pki, "CERTIFICATE_LIFE", timedelta(days=10))
    Path(env["ONESTOP_SEAL_DIR"], "G01.029.00.crt.pem").unlink()
    pki.ensure(tmp_path)
    assert failures(env).keys() == {"certificates.seal.G01.029.00"}


@pytest.mark.parametrize(
    ("life", "found"), [(timedelta(days=90), "well"), (timedelta(days=6), "certificates.tls"), (None, "keys.tls")]
)
def test_the_certificate_between_services(
    env: dict[str, str], tmp_path: Path, life: timedelta | None, found: str
) -> None:
    folder = TlsFolder(tmp_path / "tls")
    if life is not None:
        folder.issue(life)
    failed = failures(env | {"ONESTOP_TLS_DIR": str(folder.path)})
    assert failed.keys() == (set() if found == "well" else {found})


def test_the_certificate_between_services_is_of_another_authority(env: dict[str, str], tmp_path: Path) -> None:
    ours, other = TlsFolder(tmp_path / "ours"), TlsFolder(tmp_path / "other")
    other.issue(timedelta(days=90))
    (other.path / tls.AUTHORITY).write_bytes((ours.path / tls.AUTHORITY).read_bytes())
    failed = failures(env | {"ONESTOP_TLS_DIR": str(other.path)})
    assert failed["certificates.tls"].found == "not issued by ca.crt"


def test_revocation_lists_that_have_run_out(env: dict[str, str], tmp_path: Path) -> None:
    folder = tmp_path / "lists"
    folder.mkdir()
    given = env | {"ONESTOP_APPLICANT_CRLS": str(folder)}
    assert failures(given)["keys.revocations"].found == "0 in force"
    authority = Authority()
    (folder / "ca.crl").write_bytes(authority.revocations().public_bytes(Encoding.DER))
    assert "keys.revocations" not in failures(given)
    (folder / "old.crl").write_bytes(authority.revocations(until=-timedelta(seconds=1)).public_bytes(Encoding.PEM))
    assert failures(given)["keys.revocations"].found == "run out: old.crl"
    (folder / "old.crl").write_bytes(b"no list")
    assert "keys.revocations" in failures(given)


def test_a_certificate_of_another_authority(env: dict[str, str], tmp_path: Path) -> None:
    other = tmp_path / "other"
    pki.Authority.ensure(other, "seals", "another")
    ca = (other / "seals.crt.pem").read_bytes()
    Path(env["ONESTOP_SEAL_DIR"], "ca.crt.pem").write_bytes(ca)
    failed = failures(env)
    assert failed.keys() == {f"certificates.seal.{agency}" for agency in pki.AGENCIES}
    assert failed["certificates.seal.G01.029.00"].found == "not issued by ca.crt.pem"


def test_the_bucket_is_the_services_own_default_where_none_is_named(env: dict[str, str]) -> None:
    del env["ONESTOP_S3_BUCKET"]
    assert findings(env)["storage"].required == "bucket onestop-documents can be listed"


def test_what_a_pod_is_given_as_files_is_read_as_the_services_read_it(tmp_path: Path) -> None:
    (tmp_path / "onestop_database_url").write_text("postgresql+psycopg://files/x\n")
    found = Installation.find("cases", {"ONESTOP_SECRETS_DIR": str(tmp_path)})
    assert found.database_url("cases") == "postgresql+psycopg://files/x"


def test_cases_given_to_accounts_that_are_nobodys(fresh_database: MakeDatabase) -> None:
    environments = {name: {"ONESTOP_DATABASE_URL": fresh_database(name)} for name in ("cases", "identity")}
    mai = Account(str(uuid4()), "mai", "Phạm Thị Mai", ("clerk",), ("H29",), "", 0)
    identity = Database(environments["identity"]["ONESTOP_DATABASE_URL"], pool_size=1, name="doctor-test")
    with identity.transaction() as connection:
        add_account(connection, mai, "-")
    identity.close()
    for number, assigned in enumerate((mai.account_id, "Ông Nam phòng 3", "")):
        execute(environments["cases"]["ONESTOP_DATABASE_URL"], OPEN_CASE, ref=f"H29-{number}", assigned=assigned)
    [found] = assignees.check(Installation(environments))
    assert (found.ok, found.found) == (False, "1: Ông Nam phòng 3")
    execute(environments["cases"]["ONESTOP_DATABASE_URL"], "UPDATE cases SET status = 10")
    [mended] = assignees.check(Installation(environments))
    assert mended.ok


def test_a_published_procedure_this_code_cannot_read(fresh_database: MakeDatabase) -> None:
    env = {"ONESTOP_DATABASE_URL": fresh_database("cases")}
    sound = {each.id: each for each in examine(Installation({"cases": env}))}
    assert sound["procedures"].ok
    execute(
        env["ONESTOP_DATABASE_URL"],
        "INSERT INTO procedure_versions (code, effective_from, content, published_by, published_at, note) "
        "VALUES ('9.000001', '2026-01-01', 'code: [', 'admin', now(), '')",
    )
    (wrong,) = [each for each in examine(Installation({"cases": env})) if each.id == "procedures"]
    assert not wrong.ok
    assert wrong.found.startswith("9.000001 from 2026-01-01, as published")


def test_nq66_7_a_version_published_before_the_list_was_held_against_it_is_told(fresh_database: MakeDatabase) -> None:
    env = {"ONESTOP_DATABASE_URL": fresh_database("cases")}
    sound = {each.id: each for each in examine(Installation({"cases": env}))}
    assert sound["procedures.replaced_papers"].ok
    card = {"code": "can_cuoc", "name_vi": "Căn cước", "name_en": "Identity card", "required": ["online"]}
    execute(
        env["ONESTOP_DATABASE_URL"],
        "INSERT INTO procedure_versions (code, effective_from, content, published_by, published_at, note) "
        "VALUES ('1.000656', '2026-10-01', :content, 'admin', now(), '')",
        content=edited("1.000656", papers=[card], proxy={}, effective_from=date(2026, 10, 1)),
    )
    database = Database(env["ONESTOP_DATABASE_URL"], pool_size=1, name="doctor-test")
    catalogue = load_catalogue()
    with database.autocommit() as connection:
        adopt_published(connection, catalogue)
    database.close()
    assert catalogue.set_aside == {}
    for last_day_of_the_version_before_or_of_the_list in (date(2026, 9, 30), date(2027, 2, 28)):
        wrong = procedures.replaced(catalogue, last_day_of_the_version_before_or_of_the_list)
        assert not wrong.ok
        assert wrong.found.startswith("1.000656 from 2026-10-01: Row 421 of Annex I of Resolution 66.7/2025/NQ-CP")
    assert procedures.replaced(catalogue, date(2027, 3, 1)).ok


def test_the_command_prints_the_failure_with_its_mend_and_exits_with_1(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ONESTOP_DATABASE_URL", f"postgresql+psycopg://postgres@{nowhere()}/x")
    result = CliRunner().invoke(build(), ["doctor", "--service", "cases"])
    assert result.exit_code == 1
    assert "FAIL  database of cases:" in result.output
    assert "fix     start PostgreSQL" in result.output
    as_json = CliRunner().invoke(build(), ["doctor", "--service", "cases", "--json"])
    assert '"id": "database.cases"' in as_json.output


def test_the_days_off_of_the_coming_year_are_asked_for_from_december_on() -> None:
    assert calendar.needed(date(2027, 11, 30)) == (2027,)
    assert calendar.needed(date(2027, 12, 1)) == (2027, 2028)
    known = WorkCalendar(decided={2026: "CV 1", 2027: "CV 2"})
    november, december = calendar.finding(known, date(2027, 11, 30)), calendar.finding(known, date(2027, 12, 1))
    assert (november.ok, november.found) == (True, "2027 decided (CV 2); 2028 estimated")
    assert (december.ok, december.found) == (False, "2027 decided (CV 2); 2028 estimated")


def test_a_role_that_may_more_or_less_than_its_service_needs(
    env: dict[str, str], by_hand: ByHand, postgres_databases: Databases
) -> None:
    database = Database(env["ONESTOP_DATABASE_URL"], pool_size=1)
    role = database.engine.url.username
    with by_hand(database) as conn:
        conn.exec_driver_sql(f'GRANT DELETE, UPDATE (number) ON papers TO "{role}"')
        conn.exec_driver_sql(f'REVOKE INSERT ON outbox FROM "{role}"')
        conn.exec_driver_sql("ALTER TABLE papers DISABLE TRIGGER ALL")
    failed = failures(env)
    assert failed.keys() == {"grants.documents", "triggers.documents"}
    assert (
        failed["grants.documents"].found
        == "may DELETE on papers, may UPDATE number on papers, may not INSERT on outbox"
    )
    assert "of papers" in failed["triggers.documents"].found
    with by_hand(database) as conn:
        conn.exec_driver_sql("ALTER TABLE papers ENABLE TRIGGER ALL")
    migrate(SERVICE, postgres_databases.url(database.engine.url.database or ""), env["ONESTOP_DATABASE_URL"])
    assert not failures(env)
    database.close()


def test_a_case_or_payment_changed_by_hand(fresh_database: MakeDatabase) -> None:
    ids = {"cases": "histories", "payments": "ledger"}
    for service, name in ids.items():
        seen = {
            each.id: each
            for each in examine(Installation({service: {"ONESTOP_DATABASE_URL": fresh_database(service)}}))
        }
        assert seen[name].ok
        assert all(seen[f"{what}.{service}"].ok for what in ("roles", "grants", "triggers"))
    wrong = histories.finding(3, [Mismatch("G01.029.00-260302-0001", ["state: it is not what it was"])])
    assert (wrong.ok, wrong.found) == (False, "1 differ: G01.029.00-260302-0001: state: it is not what it was")
