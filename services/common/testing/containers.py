"""Backing services in containers, where Docker answers."""

import json
import os
import shutil
from contextlib import ExitStack
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from services.common.testing.backing import Absent, Backing

POSTGRES_IMAGE = "postgres:18"
RABBITMQ_IMAGE, AMQP_PORT = "rabbitmq:4", 5672
S3_IMAGE = "chrislusf/seaweedfs:latest"  # MinIO's images are gone for good
S3_PORT, S3_ACCESS_KEY, S3_SECRET_KEY = 8333, "onestop-test", "onestop-test-secret"
S3_COMMAND = (
    "server -s3 -s3.config=/config/s3.json -ip.bind=0.0.0.0 -volume.max=20 "
    "-master.electionTimeout=300ms -master.heartbeatInterval=50ms"  # else the first object waits 5 s
)


def docker_answers() -> None:
    """Raises Absent when no Docker daemon answers."""
    try:
        import docker
    except ImportError as error:
        raise Absent("testcontainers is not installed") from error
    try:
        client = docker.from_env(timeout=5)
        client.ping()
        client.close()
    except Exception as error:  # docker and requests raise many kinds; each means the same here
        raise Absent("Docker does not answer") from error
    # Its clean-up container is one image more to fetch; the session stops its containers itself.
    os.environ.setdefault("TESTCONTAINERS_RYUK_DISABLED", "true")


def start(stack: ExitStack, container: Any, image: str) -> Any:
    try:
        container.start()
    except Exception as error:  # an image that cannot be had, a daemon that refuses
        raise Absent(f"Docker cannot run {image}: {str(error).splitlines()[0][:200]}") from error
    stack.callback(container.stop)
    return container


def postgres(stack: ExitStack) -> Backing:
    docker_answers()
    from testcontainers.community.postgres import PostgresContainer

    container = PostgresContainer(POSTGRES_IMAGE, username="postgres", password="postgres", dbname="postgres")
    container.with_command("postgres -c fsync=off -c max_connections=300")
    start(stack, container, POSTGRES_IMAGE)
    return Backing(container.get_connection_url(driver="psycopg"), f"testcontainers {POSTGRES_IMAGE}")


def rabbitmq(stack: ExitStack) -> Backing:
    docker_answers()
    from testcontainers.core.container import DockerContainer
    from testcontainers.core.wait_strategies import LogMessageWaitStrategy

    # Its own RabbitMqContainer waits by a means that testcontainers itself has deprecated.
    container = DockerContainer(RABBITMQ_IMAGE).with_exposed_ports(AMQP_PORT)
    start(stack, container.waiting_for(LogMessageWaitStrategy("Server startup complete")), RABBITMQ_IMAGE)
    address = f"{container.get_container_host_ip()}:{container.get_exposed_port(AMQP_PORT)}"
    return Backing(f"amqp://guest:guest@{address}/%2F", f"testcontainers {RABBITMQ_IMAGE}")


def s3(stack: ExitStack) -> Backing:
    docker_answers()
    from testcontainers.core.container import DockerContainer
    from testcontainers.core.wait_strategies import HttpWaitStrategy

    folder = Path(mkdtemp(prefix="onestop-s3-"))
    stack.callback(shutil.rmtree, folder, ignore_errors=True)
    credentials = [{"accessKey": S3_ACCESS_KEY, "secretKey": S3_SECRET_KEY}]
    actions = ["Admin", "Read", "List", "Tagging", "Write"]
    config = folder / "s3.json"
    config.write_text(json.dumps({"identities": [{"name": "test", "credentials": credentials, "actions": actions}]}))
    config.chmod(0o644)
    folder.chmod(0o755)
    container = (
        DockerContainer(S3_IMAGE)
        .with_command(S3_COMMAND)
        .with_volume_mapping(str(folder), "/config", "ro")
        .with_exposed_ports(S3_PORT)
        .waiting_for(HttpWaitStrategy(S3_PORT, "/").for_status_code(403))
    )
    start(stack, container, S3_IMAGE)
    address = f"{container.get_container_host_ip()}:{container.get_exposed_port(S3_PORT)}"
    return Backing(f"http://{address}", f"testcontainers {S3_IMAGE}", S3_ACCESS_KEY, S3_SECRET_KEY)
