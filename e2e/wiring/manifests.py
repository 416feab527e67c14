"""Reading rendered manifests."""

from collections.abc import Iterator
from typing import Any

from e2e.wiring.helm import Manifest


def of_kind(manifests: list[Manifest], kind: str) -> list[Manifest]:
    return [manifest for manifest in manifests if manifest["kind"] == kind]


def pods(manifests: list[Manifest]) -> list[tuple[str, Manifest]]:
    """Name and pod spec of everything that runs, hooks included."""
    return [
        (m["metadata"]["name"], m["spec"]["template"]["spec"]) for m in manifests if m["kind"] in ("Deployment", "Job")
    ]


def pod_labels(manifest: Manifest) -> dict[str, str]:
    labels: dict[str, str] = manifest["spec"]["template"]["metadata"]["labels"]
    return labels


def is_selected(labels: dict[str, str], selector: dict[str, str]) -> bool:
    return selector.items() <= labels.items()


def names_used(manifest: Manifest) -> set[tuple[str, str]]:
    """Kind and name of what a manifest's pods need in order to start."""
    return set(_names(manifest["spec"]))


def _names(node: Any) -> Iterator[tuple[str, str]]:
    if isinstance(node, list):
        for item in node:
            yield from _names(item)
    elif isinstance(node, dict):
        for key, value in node.items():
            if key == "serviceAccountName":
                yield "ServiceAccount", value
            elif key in ("secretRef", "secretKeyRef"):
                yield "Secret", value["name"]
            elif key in ("configMapRef", "configMapKeyRef", "configMap"):
                yield "ConfigMap", value["name"]
            elif key == "secret":
                yield "Secret", value.get("secretName") or value["name"]
            elif key == "imagePullSecrets":
                yield from (("Secret", item["name"]) for item in value)
            elif key == "persistentVolumeClaim":
                yield "PersistentVolumeClaim", value["claimName"]
            else:
                yield from _names(value)
