"""PostgreSQL and S3 as local processes: private, kept between starts, and not root's."""

import io
import os
import socket
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil
import psycopg
import pytest
from minio import Minio
from minio.error import S3Error

from infra.local import postgres, storage
from infra.local.process import LocalRunError, Running, Spec, start_and_wait
from services.common.testing.ports import free_ports


@pytest.fixture
def home() -> Iterator[Path]:
    """A folder that other users may not enter, as a checkout below /root is."""
    with TemporaryDirectory(prefix="onestop-test-") as folder:
        yield Path(folder)


def start_postgres(home: Path, port: int) -> Running:
    return start_and_wait(postgres.server(home / "data", port, postgres.FRUGAL), home)


def test_postgres_asks_for_its_password_runs_unprivileged_and_keeps_its_data(home: Path) -> None:
    password, port = home / "password", free_ports()
    password.write_text("right")
    start_and_wait(postgres.initdb(home / "data", password), home).stop()
    address = f"postgresql://postgres:{{}}@127.0.0.1:{port}/postgres"
    first = start_postgres(home, port)
    try:
        assert psutil.Process(first.popen.pid).uids().effective != 0
        with psycopg.connect(address.format("right")) as connection:
            connection.execute("CREATE TABLE kept AS SELECT 42 AS value")
        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            psycopg.connect(address.format("wrong"))
    finally:
        first.stop()
    second = start_postgres(home, port)
    try:
        with psycopg.connect(address.format("right")) as connection:
            assert connection.execute("SELECT value FROM kept").fetchone() == (42,)
    finally:
        second.stop()
    assert second.popen.returncode == 0


@pytest.mark.slow
def test_storage_keeps_its_objects_through_its_hard_stop_and_refuses_a_wrong_secret(home: Path) -> None:
    port = free_ports(storage.PORTS_NEEDED)
    client = Minio(f"127.0.0.1:{port}", "key", "right-secret", secure=False)
    first = start_and_wait(storage.server(home / "data", port, "key", "right-secret"), home)
    try:
        client.make_bucket("papers")
        client.put_object("papers", "one", io.BytesIO(b"kept"), 4)
    finally:
        first.stop()
    second = start_and_wait(storage.server(home / "data", port, "key", "right-secret"), home)
    try:
        assert client.get_object("papers", "one").read() == b"kept"
        with pytest.raises(S3Error, match="SignatureDoesNotMatch"):
            Minio(f"127.0.0.1:{port}", "key", "wrong-secret", secure=False).get_object("papers", "one")
    finally:
        second.stop()
    assert [file for file in storage.sockets(port) if file.exists()] == []


def test_what_another_user_left_is_told_with_the_way_out(home: Path) -> None:
    in_the_way = home / "folder"  # like another user's file, it cannot be unlinked
    in_the_way.mkdir()
    with pytest.raises(LocalRunError, match=r"folder was left by another user .* ONESTOP_PORT_OFFSET"):
        Running(Spec("blocked", ("/bin/true",), litter=(in_the_way,)), home)


def test_a_process_that_cannot_start_is_told_by_its_own_words(home: Path) -> None:
    (home / "data").mkdir()
    postgres.prepare(home / "data")
    with pytest.raises(LocalRunError, match=r"postgres ended with exit code \d+: .*postgresql.conf"):
        start_postgres(home, free_ports())


def test_storage_whose_port_is_taken_names_it_whatever_else_it_says(home: Path) -> None:
    port = free_ports(storage.PORTS_NEEDED)
    with (
        socket.create_server(("127.0.0.1", port + storage.PORTS_NEEDED - 1)),
        pytest.raises(LocalRunError, match=r"failed to listen on grpc port .* address already in use"),
    ):
        start_and_wait(storage.server(home / "data", port, "key", "right-secret"), home)


def test_a_task_that_is_slow_is_given_up(home: Path) -> None:
    slow = Spec("slow", ("/bin/sleep", "30"), task=True)
    with pytest.raises(LocalRunError, match="slow is not up after"):
        start_and_wait(slow, home, seconds=0.2)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has rights to drop")
def test_a_child_of_root_keeps_no_more_than_the_way_to_its_folder(home: Path) -> None:
    out = home / "shown.log"
    spec = Spec(
        "shown", ("/bin/grep", "-E", "^(Uid|CapEff)", "/proc/self/status"), task=True, drops_root=True, cwd=home
    )
    start_and_wait(spec, home).stop()
    shown = dict(line.split(":", 1) for line in out.read_text().splitlines())
    assert set(shown["Uid"].split()) == {"65534"}
    assert int(shown["CapEff"], 16) in (1 << 1, 1 << 2)
