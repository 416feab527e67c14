"""Ports for the servers of a test."""

import random
import socket
from contextlib import ExitStack

# Below the ports that kernels give to outgoing connections (32768 on Linux, 49152 elsewhere): one of those would be
# taken, by a client's connection, between being found free here and its server's start.
PORTS = range(24_100, 32_700)


def free_ports(count: int = 1) -> int:
    """Finds `count` free neighbouring ports and returns the first. Raises OSError when there are none."""
    for _ in range(200):
        first = random.randrange(PORTS.start, PORTS.stop - count)  # noqa: S311 - no secret
        try:
            with ExitStack() as held:
                for number in range(first, first + count):
                    held.enter_context(socket.socket()).bind(("127.0.0.1", number))
        except OSError:
            continue
        return first
    raise OSError(f"no {count} free neighbouring ports")
