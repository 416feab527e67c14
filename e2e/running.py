"""Starts the whole local system for a test, as `make run` does, in a folder and on ports of its own."""

import os
import random
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from e2e.client import wait_for
from infra.local.home import PORTS, SERVICES, Ports
from infra.local.storage import PORTS_NEEDED
from infra.local.supervisor import port_is_free

START_SECONDS = 120
STOP_SECONDS = 40
OFFSETS = range(10_000, 16_000, 500)  # below the ports that the kernel gives to outgoing connections


@contextmanager
def running_system(home: Path, extra: Mapping[str, str] | None = None) -> Iterator[str]:
    """The address of a ready gateway; everything is stopped in the end. `extra` are settings of all processes."""
    ports = free_ports()
    environment = {name: value for name, value in os.environ.items() if not name.startswith("ONESTOP_")}
    environment |= {"ONESTOP_HOME": str(home), "ONESTOP_PORT_OFFSET": str(ports.offset), **(extra or {})}
    base_url = f"http://{ports.local('gateway')}"
    told = home.parent / "run.log"
    with told.open("w") as log:
        process = subprocess.Popen([sys.executable, "-m", "infra.local"], env=environment, stdout=log, stderr=log)
    try:
        wait_for("ready", lambda: process.poll() is not None or "ready after" in told.read_text(), bool, START_SECONDS)
        assert process.poll() is None, told.read_text()
        yield base_url
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(STOP_SECONDS)


def free_ports() -> Ports:
    """Ports nobody uses; any range, so that two runs that start at once on one machine rarely choose the same."""
    for ports in map(Ports, random.sample(OFFSETS, len(OFFSETS))):
        wanted = [ports[name] for name in PORTS] + [ports.metrics(name) for name in SERVICES]
        wanted += range(ports["storage"], ports["storage"] + PORTS_NEEDED)
        if all(map(port_is_free, wanted)):
            return ports
    raise OSError("no range of ports is free")
