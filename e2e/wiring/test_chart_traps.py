"""Three traps that neither lint nor rendering sees; each test here fails when its trap comes back."""

from pathlib import Path

import pytest

from e2e.wiring.helm import CHART, Helm, HelmRefused, Manifest, api_server, deployment
from e2e.wiring.manifests import names_used, of_kind

AUTOSCALED = CHART / "ci" / "autoscaled.yaml"
VALUES = sorted((CHART / "ci").glob("*.yaml"))
EVERY_VALUES = pytest.mark.parametrize("values", VALUES, ids=lambda path: path.stem)


@EVERY_VALUES
def test_replicas_are_rendered_exactly_where_nothing_else_scales(helm: Helm, values: Path) -> None:
    manifests = helm.render(values)
    scaled = {hpa["spec"]["scaleTargetRef"]["name"] for hpa in of_kind(manifests, "HorizontalPodAutoscaler")}
    without = {d["metadata"]["name"] for d in of_kind(manifests, "Deployment") if "replicas" not in d["spec"]}
    assert without == scaled
    assert bool(scaled) == (values.stem in ("autoscaled", "full"))


def test_autoscaling_is_not_switched_on_while_helm_alone_owns_the_replicas(helm: Helm) -> None:
    with api_server(deployment("onestop-cases", 5, ["helm"])) as url, pytest.raises(HelmRefused) as refused:
        helm.render_asking(url, AUTOSCALED)
    message = str(refused.value)
    assert "would scale Deployment onestop-cases from 5 to 1" in message
    assert "kubectl apply -n test --server-side --field-manager=onestop-handover" in message
    assert "metadata: {name: onestop-cases}, spec: {replicas: 5}" in message


@pytest.mark.parametrize("owner", ["onestop-handover", "kube-controller-manager"])
def test_autoscaling_is_switched_on_once_the_replicas_were_handed_over(helm: Helm, owner: str) -> None:
    with api_server(deployment("onestop-cases", 5, ["helm", owner])) as url:
        manifests = helm.render_asking(url, AUTOSCALED)
    cases = next(d for d in of_kind(manifests, "Deployment") if d["metadata"]["name"] == "onestop-cases")
    assert "replicas" not in cases["spec"]


@pytest.mark.parametrize("live", [[], [deployment("onestop-cases", 1, ["helm"])]], ids=["fresh", "one replica"])
def test_autoscaling_is_switched_on_at_once_where_nothing_can_be_lost(helm: Helm, live: list[Manifest]) -> None:
    with api_server(*live) as url:
        assert helm.render_asking(url, AUTOSCALED)


def test_a_release_without_autoscaling_asks_nothing_of_live_deployments(helm: Helm) -> None:
    with api_server(deployment("onestop-cases", 5, ["helm"])) as url:
        assert helm.render_asking(url, CHART / "ci" / "minimal.yaml")


def hook_phases(manifest: Manifest) -> set[str]:
    annotations = manifest["metadata"].get("annotations", {})
    return {phase.strip() for phase in annotations.get("helm.sh/hook", "").split(",") if phase.strip()}


def deadlocks(manifests: list[Manifest]) -> list[str]:
    """What a pre-install or pre-upgrade hook needs and the chart would only make after it."""
    late = {(manifest["kind"], manifest["metadata"]["name"]) for manifest in manifests if not hook_phases(manifest)}
    early = [manifest for manifest in manifests if hook_phases(manifest) & {"pre-install", "pre-upgrade"}]
    return sorted(f"{kind} {name}" for hook in early for kind, name in names_used(hook) & late)


@EVERY_VALUES
def test_hooks_start_on_a_fresh_install(helm: Helm, values: Path) -> None:
    manifests = helm.render(values)
    hooks = [manifest for manifest in manifests if hook_phases(manifest)]
    assert [(hook["kind"], hook_phases(hook)) for hook in hooks] == [("Job", {"pre-install", "pre-upgrade"})]
    assert deadlocks(manifests) == []


@pytest.mark.parametrize(
    ("pod", "named"),
    [
        ({"serviceAccountName": "onestop"}, "ServiceAccount onestop"),
        ({"containers": [{"envFrom": [{"configMapRef": {"name": "onestop"}}]}]}, "ConfigMap onestop"),
        ({"volumes": [{"name": "s", "secret": {"secretName": "onestop"}}]}, "Secret onestop"),
        (
            {"containers": [{"env": [{"name": "A", "valueFrom": {"secretKeyRef": {"name": "onestop", "key": "a"}}}]}]},
            "Secret onestop",
        ),
    ],
)
def test_a_hook_that_would_deadlock_is_seen(pod: Manifest, named: str) -> None:
    kind, name = named.split()
    hook = {
        "kind": "Job",
        "metadata": {"name": "migrate", "annotations": {"helm.sh/hook": "pre-install"}},
        "spec": {"template": {"spec": pod}},
    }
    assert deadlocks([hook, {"kind": kind, "metadata": {"name": name}}]) == [named]


def test_the_chart_makes_no_secrets_at_all(helm: Helm) -> None:
    assert [path.stem for path in VALUES if of_kind(helm.render(path), "Secret")] == []
