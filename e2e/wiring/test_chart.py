"""The chart is valid, complete, and says of the components what the code says."""

import importlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import jsonschema_rs
import kubernetes_validate
import pytest
import yaml

from e2e.wiring.helm import CHART, Helm, HelmRefused, Manifest
from e2e.wiring.manifests import is_selected, of_kind, pod_labels, pods
from e2e.wiring.settings import settings_of, variables_of
from gateway.app import create_app
from gateway.settings import GatewaySettings
from services.common import limits
from services.common.database import SERVICES

KUBERNETES = "1.34"
TMP = "/tmp"  # noqa: S108  # where the code writes, for nothing else may be written to
CUSTOM = {"HTTPRoute"}  # not a kind of Kubernetes itself
COMPONENTS: dict[str, Any] = yaml.safe_load((CHART / "components.yaml").read_text(encoding="utf-8"))
DEFAULTS: dict[str, Any] = yaml.safe_load((CHART / "values.yaml").read_text(encoding="utf-8"))
SCHEMA: dict[str, Any] = json.loads((CHART / "values.schema.json").read_text(encoding="utf-8"))
MINIMAL, FULL = CHART / "ci" / "minimal.yaml", CHART / "ci" / "full.yaml"
EVERY_VALUES = pytest.mark.parametrize("values", sorted((CHART / "ci").glob("*.yaml")), ids=lambda path: path.stem)
EVERY_COMPONENT = pytest.mark.parametrize("name", COMPONENTS)


@EVERY_VALUES
def test_it_lints_strictly_and_every_manifest_is_valid(helm: Helm, values: Path) -> None:
    helm.lint(values)
    for manifest in helm.render(values):
        if manifest["kind"] not in CUSTOM:
            kubernetes_validate.validate(manifest, KUBERNETES, strict=True)


def test_nothing_is_installed_until_what_must_be_set_is(helm: Helm, tmp_path: Path) -> None:
    empty = tmp_path / "empty.yaml"
    empty.write_text("{}")
    with pytest.raises(HelmRefused) as refused:
        helm.render(empty)
    for name in ("publicUrl", "s3.url", "clamd", "vnpay.tmnCode", "axis.url", "tls.existingSecret"):
        assert f"- {name} must be set" in str(refused.value)


@pytest.mark.parametrize(
    ("option", "said"),
    [
        ("shutdown.graceSeconds=29", "graceSeconds must be at least"),
        ("components.gateway.roles={server}", "the gateway has no roles"),
        ("components.cases.roles={all,relay}", "all goes with no other role"),
        ("httpRoute.enabled=true", "parentRefs must name a Gateway"),
        ("componnets.cases.replicas=3", "componnets"),
        ("components.cases.replcias=3", "replcias"),
        ("components.cases.replicas=0", "minimum"),
    ],
)
def test_values_that_cannot_work_are_refused_by_name(helm: Helm, option: str, said: str) -> None:
    with pytest.raises(HelmRefused, match=said):
        helm.render(MINIMAL, "--set", option)


def objects(node: dict[str, Any], path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    yield path
    for key, value in node.items():
        if isinstance(value, dict):
            yield from objects(value, (*path, key))


FREE = {("defaults", "podAnnotations"), ("defaults", "nodeSelector"), ("defaults", "affinity")}
FREE |= {("serviceAccount", "annotations"), ("ingress", "annotations")}


@pytest.mark.parametrize("path", sorted(set(objects(DEFAULTS)) - FREE), ids=lambda path: ".".join(path) or "top")
def test_the_schema_takes_the_defaults_and_refuses_an_unknown_key_anywhere(path: tuple[str, ...]) -> None:
    validator = jsonschema_rs.validator_for(SCHEMA)
    changed = json.loads(json.dumps(DEFAULTS))
    assert validator.is_valid(changed)
    node = changed
    for key in path:
        node = node[key]
    node["unknown-key"] = "1"
    assert not validator.is_valid(changed)


def test_every_process_of_the_code_is_in_the_chart_and_runs(helm: Helm) -> None:
    assert set(COMPONENTS) == {"gateway", *SERVICES} == set(DEFAULTS["components"])
    for values in (MINIMAL, FULL):
        commands = {
            (container["name"], container["args"][0])
            for deployment in of_kind(helm.render(values), "Deployment")
            for container in deployment["spec"]["template"]["spec"]["containers"]
        }
        assert commands == {(name, component["module"]) for name, component in COMPONENTS.items()}
    for component in COMPONENTS.values():
        assert importlib.util.find_spec(f"{component['module']}.__main__")


@EVERY_COMPONENT
def test_what_the_chart_sets_is_what_the_code_reads(helm: Helm, name: str) -> None:
    fields = settings_of(name).model_fields
    known, needed = variables_of(name)
    container = container_of(helm.render(FULL), name)
    given = {variable["name"] for variable in container["env"]}
    secret = {key.upper() for key in COMPONENTS[name]["secrets"]}
    assert given <= known | {"ONESTOP_SECRETS_DIR"}
    assert secret <= known
    assert needed <= given | secret
    targets = {field.removesuffix("_target") for field in fields if field.endswith("_target")} - {name}
    assert targets == set(COMPONENTS[name]["calls"]) or name == "identity"
    assert str(fields["listen"].default).endswith(f":{COMPONENTS[name]['port']}")


def test_the_owner_of_the_tables_is_known_to_the_migrations_alone(helm: Helm) -> None:
    key = "onestop_migration_database_url"
    for name, pod in pods(helm.render(FULL)):
        given = {variable["name"] for container in pod["containers"] for variable in container.get("env", [])}
        assert (key.upper() in given) == name.endswith("-migrate"), name
        items = [item["key"] for volume in pod["volumes"] for item in volume.get("secret", {}).get("items", [])]
        assert key not in items, name


def container_of(manifests: list[Manifest], name: str) -> Manifest:
    found = (m for m in of_kind(manifests, "Deployment") if m["metadata"]["name"] == f"onestop-{name}")
    container: Manifest = next(found)["spec"]["template"]["spec"]["containers"][0]
    return container


@EVERY_VALUES
def test_every_pod_is_restricted_bounded_and_has_no_token(helm: Helm, values: Path) -> None:
    for name, pod in pods(helm.render(values)):
        assert pod["automountServiceAccountToken"] is False, name
        assert pod["securityContext"]["runAsNonRoot"], name
        assert pod["securityContext"]["runAsUser"] > 0, name
        assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}, name
        for container in pod["containers"]:
            security = {"allowPrivilegeEscalation": False, "readOnlyRootFilesystem": True}
            assert container["securityContext"] == security | {"capabilities": {"drop": ["ALL"]}}, name
            assert {"cpu", "memory"} <= container["resources"]["requests"].keys(), name
            assert "memory" in container["resources"]["limits"], name
            assert TMP in {mount["mountPath"] for mount in container["volumeMounts"]}, name


@EVERY_VALUES
def test_every_component_is_probed_and_drains_before_it_is_killed(helm: Helm, values: Path) -> None:
    for deployment in of_kind(helm.render(values), "Deployment"):
        pod = deployment["spec"]["template"]["spec"]
        container = pod["containers"][0]
        ports = {port["containerPort"] for port in container["ports"]} | {port["name"] for port in container["ports"]}
        for probe in ("startupProbe", "readinessProbe", "livenessProbe"):
            ((kind, how),) = [(k, v) for k, v in container[probe].items() if k in ("grpc", "httpGet")]
            assert kind == ("httpGet" if container["name"] == "gateway" else "grpc")
            assert how["port"] in ports
        pause = container["lifecycle"]["preStop"]["sleep"]["seconds"]
        assert pause > 0
        assert pod["terminationGracePeriodSeconds"] >= pause + limits.DRAIN_GRACE.total_seconds() + 5


def test_liveness_of_the_gateway_asks_nobody_else(helm: Helm) -> None:
    assert container_of(helm.render(MINIMAL), "gateway")["livenessProbe"]["httpGet"]["path"] == "/healthz"


@EVERY_VALUES
def test_every_deployment_may_be_disrupted_one_pod_at_a_time(helm: Helm, values: Path) -> None:
    manifests = helm.render(values)
    deployments = {d["metadata"]["name"]: pod_labels(d) for d in of_kind(manifests, "Deployment")}
    for deployment in of_kind(manifests, "Deployment"):
        selector = deployment["spec"]["selector"]["matchLabels"]
        selected = [name for name, labels in deployments.items() if is_selected(labels, selector)]
        assert selected == [deployment["metadata"]["name"]]
        assert deployment["spec"]["template"]["spec"]["topologySpreadConstraints"]
    budgets = {b["metadata"]["name"]: b["spec"] for b in of_kind(manifests, "PodDisruptionBudget")}
    assert budgets.keys() == deployments.keys()
    for name, budget in budgets.items():
        assert budget["maxUnavailable"] == 1
        assert is_selected(deployments[name], budget["selector"]["matchLabels"])


@EVERY_VALUES
def test_callers_find_every_serving_pod_by_name(helm: Helm, values: Path) -> None:
    manifests = helm.render(values)
    services = {service["metadata"]["name"]: service["spec"] for service in of_kind(manifests, "Service")}
    for name, component in COMPONENTS.items():
        service = services[f"onestop-{name}"]
        serving = [
            pod["containers"][0]["args"]
            for deployment in of_kind(manifests, "Deployment")
            for pod in [deployment["spec"]["template"]["spec"]]
            if is_selected(pod_labels(deployment), service["selector"])
        ]
        assert len(serving) == 1
        assert serving[0][0] == component["module"]
        assert serving[0][-1] in ("all", "server", "gateway")
        assert (service.get("clusterIP") == "None") == (name != "gateway")
        for variable in container_of(manifests, name)["env"]:
            if variable["name"].endswith("_TARGET"):
                target = urlsplit(variable["value"])
                host, _, port = target.path.removeprefix("/").partition(":")
                assert target.scheme == "dns"
                assert int(port) in {entry["port"] for entry in services[host]["ports"]}


def test_calls_are_allowed_between_those_who_call_and_nobody_else(helm: Helm) -> None:
    manifests = helm.render(MINIMAL)
    policies = {policy["metadata"]["name"]: policy["spec"] for policy in of_kind(manifests, "NetworkPolicy")}
    deny = policies.pop("onestop-deny")
    assert "ingress" not in deny
    assert "egress" not in deny
    everything = [*of_kind(manifests, "Deployment"), *of_kind(manifests, "Job")]
    for manifest in everything:
        assert is_selected(pod_labels(manifest), deny["podSelector"]["matchLabels"])
    labels = {m["metadata"]["name"].removeprefix("onestop-"): pod_labels(m) for m in everything}
    out = {(a, b) for a in labels for b in labels if allows(policies[f"onestop-{a}"], "egress", "to", labels[b])}
    into = {(a, b) for a in labels for b in labels if allows(policies[f"onestop-{b}"], "ingress", "from", labels[a])}
    calls = {(name, callee) for name, component in COMPONENTS.items() for callee in component["calls"]}
    assert out == calls
    assert {edge for edge in into if edge[1] != "gateway"} == calls
    assert {peer for c in COMPONENTS.values() for peer in c["reaches"]} == set(DEFAULTS["networkPolicy"]["peers"])


def allows(policy: Manifest, direction: str, side: str, labels: dict[str, str]) -> bool:
    """Whether the policy names these pods; a rule without peers, for the world outside, does not count."""
    peers = [peer for rule in policy.get(direction, []) for peer in rule.get(side, [])]
    return any("podSelector" in peer and is_selected(labels, peer["podSelector"]["matchLabels"]) for peer in peers)


def test_the_outside_reaches_every_page_but_metrics_and_probes(helm: Helm) -> None:
    manifests = helm.render(FULL)
    (ingress,) = of_kind(manifests, "Ingress")
    paths = [(entry["pathType"], entry["path"]) for entry in ingress["spec"]["rules"][0]["http"]["paths"]]
    (route,) = of_kind(manifests, "HTTPRoute")
    matches = [match["path"] for match in route["spec"]["rules"][0]["matches"]]
    assert [(match["type"].removeprefix("Path"), match["value"]) for match in matches] == paths

    def is_public(rule: str) -> bool:
        return any(rule == path or (kind == "Prefix" and rule.startswith(f"{path}/")) for kind, path in paths)

    app = create_app(GatewaySettings(), None, None)  # type: ignore[arg-type]  # only its routes are looked at
    hidden = {rule.rule for rule in app.url_map.iter_rules() if not is_public(rule.rule)}
    assert hidden == {"/healthz", "/readyz", "/metrics"}


def test_the_notes_name_every_secret_and_its_keys(helm: Helm) -> None:
    notes = helm.notes(MINIMAL)
    for service in SERVICES:
        assert f"onestop-{service} " in notes
        assert ", ".join(COMPONENTS[service]["secrets"]) in notes
    assert "WARNING" not in notes
    assert notes.count("onestop-tls ") == 1
    assert helm.notes(CHART / "ci" / "trial.yaml").count("WARNING") == 2
