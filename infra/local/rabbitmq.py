"""A private node of an installed RabbitMQ: own data, own name, own port mapper, no rights beyond its folder."""

import os
import pwd
import shutil
import socket
from collections.abc import Callable
from pathlib import Path

from infra.local.process import UNPRIVILEGED_USER, LocalRunError, Spec, listens

# AMQP, Erlang distribution and port mapper (epmd).
PORTS_NEEDED = 3
INSTALLED = Path("/usr/lib/rabbitmq/bin/rabbitmq-server")


def binary() -> str:
    """Returns the server's own script: Debian's wrapper in /usr/sbin insists on its own user."""
    found = str(INSTALLED) if INSTALLED.exists() else shutil.which("rabbitmq-server")
    if found is None or shutil.which("epmd") is None:
        raise LocalRunError("RabbitMQ is not installed: apt-get install rabbitmq-server, or leave BROKER unset")
    return found


def specs(data: Path, port: int) -> tuple[Spec, Spec]:
    """Returns the port mapper and the node; the node needs the mapper. Guest may connect from this machine only."""
    program = binary()
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    own(data)
    distribution, mapper = port + 1, port + 2
    env = {
        "ONESTOP_CHILD_HOME": str(data),
        "HOME": str(data),
        "RABBITMQ_MNESIA_BASE": str(data / "mnesia"),
        "RABBITMQ_LOG_BASE": str(data / "log"),
        "RABBITMQ_LOGS": "-",
        "RABBITMQ_NODENAME": f"onestop{port}@localhost",
        "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
        "RABBITMQ_NODE_PORT": str(port),
        "RABBITMQ_DIST_PORT": str(distribution),
        "RABBITMQ_PID_FILE": str(data / "pid"),
        "RABBITMQ_ENABLED_PLUGINS_FILE": str(data / "enabled_plugins"),
        "RABBITMQ_CONFIG_FILE": str(data / "rabbitmq"),
        "RABBITMQ_CONF_ENV_FILE": str(data / "rabbitmq-env.conf"),
        "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "+S 2:2 +sbwt none +sbwtdcpu none +sbwtdio none",
        "ERL_EPMD_PORT": str(mapper),
        "ERL_EPMD_ADDRESS": "127.0.0.1",
    }
    epmd = shutil.which("epmd") or ""
    return (
        Spec(
            "rabbitmq-mapper",
            (epmd, "-port", str(mapper), "-address", "127.0.0.1"),
            env=env,
            ports=(mapper,),
            probe=listens(mapper),
            drops_root=True,
            cwd=data,
        ),
        Spec(
            "rabbitmq",
            (program,),
            env=env,
            needs=("rabbitmq-mapper",),
            ports=(port, distribution),
            probe=greets(port),
            drops_root=True,
            cwd=data,
        ),
    )


def greets(port: int) -> Callable[[], bool]:
    """Returns a probe: the port opens before the node has started; ask for AMQP 9.9 and a live node names its
    version."""

    def probe() -> bool:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1) as sock:
                sock.sendall(b"AMQP\x00\x09\x09\x01")
                return sock.recv(4) == b"AMQP"
        except OSError:
            return False

    return probe


def own(path: Path) -> None:
    if os.geteuid() == 0:
        entry = pwd.getpwnam(UNPRIVILEGED_USER)
        os.chown(path, entry.pw_uid, entry.pw_gid)
