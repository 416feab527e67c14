"""The fixtures give real services, and say so when they cannot."""

import io
from collections.abc import Callable
from contextlib import ExitStack

import pika
import pytest
from minio import Minio
from minio.error import S3Error
from sqlalchemy import create_engine, text

from services.common.database import Database
from services.common.testing.backing import Absent, Backing
from services.common.testing.plugin import BackingServices, ByHand
from services.common.testing.providers import POSTGRES, Kind, all_required, provide


def absent(_: ExitStack) -> Backing:
    raise Absent("none here")


NOWHERE = Kind("Nothing", "TEST_NOTHING_URL", absent, absent)


def test_an_empty_database_is_real_and_empty(empty_database: Callable[[str], str]) -> None:
    engine = create_engine(empty_database("probe"))
    with engine.connect() as connection:
        count = connection.scalar(text("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"))
    engine.dispose()
    assert count == 0


def test_s3_takes_an_object_and_refuses_a_wrong_secret(s3: Backing) -> None:
    host = s3.url.removeprefix("http://")
    client = Minio(host, s3.access_key, s3.secret_key, secure=False)
    bucket = s3.bucket()
    client.make_bucket(bucket)
    client.put_object(bucket, "a", io.BytesIO(b"body"), 4)
    assert client.get_object(bucket, "a").read() == b"body"
    stranger = Minio(host, s3.access_key, "wrong" + s3.secret_key, secure=False)
    with pytest.raises(S3Error, match="SignatureDoesNotMatch"):
        stranger.get_object(bucket, "a")


def test_rabbitmq_answers(amqp_url: str, unique_name: str) -> None:
    connection = pika.BlockingConnection(pika.URLParameters(amqp_url))
    queue = connection.channel().queue_declare(unique_name, exclusive=True)
    assert queue.method.message_count == 0
    connection.close()


def test_the_environment_comes_first() -> None:
    found = provide(POSTGRES, ExitStack(), {"TEST_DATABASE_URL": "postgresql://elsewhere/db"})
    assert (found.url, found.how) == ("postgresql://elsewhere/db", "TEST_DATABASE_URL")


def test_a_missing_service_skips_with_every_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.delenv("ONESTOP_REQUIRE_ALL", raising=False)
    services = BackingServices()
    with pytest.raises(pytest.skip.Exception, match="no Nothing: TEST_NOTHING_URL is not set; none here"):
        services.get(NOWHERE)


def test_a_missing_service_fails_where_all_are_required(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ONESTOP_REQUIRE_ALL", "1")
    with pytest.raises(pytest.fail.Exception, match="no Nothing"):
        BackingServices().get(NOWHERE)


def test_the_accounts_of_workers_come_together_and_no_skipped_test_is_lost() -> None:
    whole, worker = BackingServices(), BackingServices()
    worker.how["PostgreSQL"] = ["here"]
    worker.absent["RabbitMQ"], worker.skipped["RabbitMQ"] = "none here", 2
    whole.hear(worker.told())
    worker.how["PostgreSQL"] = ["there"]
    whole.hear(worker.told())
    assert list(whole.account()) == [
        "PostgreSQL: real, here, there",
        "RabbitMQ: ABSENT, 4 tests skipped (none here)",
        "S3: not asked for",
    ]


@pytest.mark.parametrize(
    ("env", "required"),
    [({}, False), ({"CI": "true"}, True), ({"CI": "false"}, False), ({"ONESTOP_REQUIRE_ALL": "1"}, True)],
)
def test_ci_requires_all(env: dict[str, str], required: bool) -> None:
    assert all_required(env) is required


def test_a_clone_has_the_schema_and_none_of_the_data_of_another(
    fresh_database: Callable[[str], str], by_hand: ByHand
) -> None:
    first, second = (Database(fresh_database("payments")) for _ in range(2))
    with by_hand(first) as connection:
        connection.execute(text("CREATE TABLE mine (id int)"))
        assert connection.scalar(text("SELECT count(*) FROM alembic_version")) == 1
    with second.transaction() as connection:
        assert connection.scalar(text("SELECT to_regclass('mine')")) is None
        assert connection.scalar(text("SELECT count(*) FROM alembic_version")) == 1
    first.close()
    second.close()


@pytest.mark.slow
def test_the_end_says_what_was_real_and_what_was_skipped_before_the_last_line(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytester.makepyfile(
        """
        from services.common.testing.backing import Absent
        from services.common.testing import providers

        def test_one(backing_services):
            def absent(stack):
                raise Absent("none here")
            backing_services.get(providers.Kind("RabbitMQ", "TEST_NO_URL", absent, absent))
        """
    )
    pytester.makeconftest('pytest_plugins = ("services.common.testing.plugin",)')
    for variable in ("CI", "ONESTOP_REQUIRE_ALL"):
        monkeypatch.delenv(variable, raising=False)
    result = pytester.runpytest_subprocess("-rs")
    result.stdout.fnmatch_lines(
        [
            "*no RabbitMQ: TEST_NO_URL is not set; none here*",
            "*backing services*",
            "PostgreSQL: not asked for",
            "RabbitMQ: ABSENT, 1 tests skipped (TEST_NO_URL is not set; none here; none here)",
            "S3: not asked for",
            "*1 skipped in*",
        ]
    )
    assert "skipped in" in result.outlines[-1]
