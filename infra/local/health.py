"""`python -m infra.local.health`: waits until every service serves and the gateway says it is ready."""

import sys
import time
import urllib.error
import urllib.request
from typing import Any

import grpc
from grpc_health.v1 import health_pb2, health_pb2_grpc

from infra.local.home import SERVICES, Home

SECONDS = 60.0
POLL_SECONDS = 0.1


def main() -> None:
    home = Home.load()
    deadline = time.monotonic() + SECONDS
    for service in SERVICES:
        wait_serving(service, home.ports.local(service), deadline)
    wait_ready(f"http://{home.ports.local('gateway')}/readyz", deadline)


def wait_serving(name: str, target: str, deadline: float) -> None:
    """Asks a service's health until it serves; ends this process with a line when it never does."""
    with grpc.insecure_channel(target) as channel:
        stub: Any = health_pb2_grpc.HealthStub(channel)
        last = "no answer"
        while time.monotonic() < deadline:
            try:
                answer = stub.Check(health_pb2.HealthCheckRequest(), timeout=2)
            except grpc.RpcError as error:
                last = str(error.details())
            else:
                if answer.status == health_pb2.HealthCheckResponse.SERVING:
                    return
                last = health_pb2.HealthCheckResponse.ServingStatus.Name(answer.status)
            time.sleep(POLL_SECONDS)
    sys.exit(f"Error: {name} at {target} does not serve: {last}")


def wait_ready(url: str, deadline: float) -> None:
    last = "no answer"
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(url, timeout=5):  # noqa: S310 - our own address
                return
        except urllib.error.HTTPError as error:
            last = f"{error.code} {error.read(400).decode(errors='replace')}"
        except OSError as error:
            last = str(error)
        time.sleep(POLL_SECONDS)
    sys.exit(f"Error: {url} is not ready: {last}")


if __name__ == "__main__":
    main()
