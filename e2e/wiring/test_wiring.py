"""Nothing is left unconnected: every RPC has a rule, every event is heard, every service has the same shape."""

import importlib
from collections.abc import Callable, Mapping
from pathlib import Path
from types import ModuleType
from typing import cast

import pytest
from google.protobuf.descriptor import ServiceDescriptor

from gateway.app import api_resources
from gateway.routing import Operation, Served
from gateway.transcoding.routes import Rpc
from services.common import migrations
from services.common.access import ADMINISTRATOR, Access
from services.common.channels import READS
from services.common.database import SERVICES
from services.common.declared import access_of, service_of
from services.common.messaging.catalogue import QUEUES
from services.common.security_log import ACTS, TOLD_BY_USE_CASE

SHAPE = ("__init__.py", "__main__.py", "events", "grants", "migrations", "rpc", "settings")
"""A name is a module or, where it grew, a package."""
STORY = frozenset({"domain", "rpc", "store", "usecases"})
"""What a story is made of: a package that has one of these is a story, or the core stories share."""
ROOT = Path(__file__).parents[2]


def _rpc_module(service: str) -> ModuleType:
    return importlib.import_module(f"services.{service}.rpc")


def _rpc_modules(service: str) -> list[ModuleType]:
    """One module a gRPC service; most processes answer for one."""
    whole = _rpc_module(service)
    return list(getattr(whole, "MODULES", (whole,)))


def _events_module(service: str) -> ModuleType:
    return importlib.import_module(f"services.{service}.events")


def _rpc_services(service: str) -> dict[str, ServiceDescriptor]:
    """Every gRPC service the protos of this process declare, by its full name."""
    files = (ROOT / "protos" / "onestop" / service / "v1").glob("*.proto")
    protos = [importlib.import_module(f"onestop.{service}.v1.{file.stem}_pb2") for file in files]
    return {each.full_name: each for proto in protos for each in proto.DESCRIPTOR.services_by_name.values()}


def _rules() -> Mapping[str, Access]:
    """Who may call each RPC there is, by its name."""
    return {name: rule for service in SERVICES for name, rule in access_of(*_rpc_services(service).values()).items()}


@pytest.mark.parametrize("service", SERVICES)
def test_the_migrations_of_a_service_follow_each_other_in_one_line(service: str) -> None:
    """Two that follow the same one, as two branches make them, leave two heads, and no installation starts."""
    script = migrations.script(service)
    numbers = [revision.revision for revision in script.walk_revisions()]
    assert script.get_heads() == numbers[:1]
    assert len(numbers) == len(list((ROOT / "services" / service / "migrations").glob("[0-9]*.py")))
    assert sum(revision.down_revision is None for revision in script.walk_revisions()) == 1


def test_the_gateway_admits_nobody_whom_the_service_then_refuses() -> None:
    """What a route calls is among the names its handler uses."""
    rules = _rules()
    calls = [
        (operation, name, rules[name])
        for resource in api_resources()
        for operation in resource.operations
        for name in _names_in_handler(operation)
        if name in rules
    ]
    assert calls
    assert [(operation.path, name) for operation, name, rule in calls if not _within(operation.access, rule)] == []


def _names_in_handler(operation: Served) -> tuple[str, ...]:
    """What a handler by hand speaks of; an operation that only passes on has the rule of what it calls."""
    if isinstance(operation, Rpc):
        return operation.handler.handler.__code__.co_names if operation.handler else ()
    return cast("Operation", operation).handler.__code__.co_names


def _within(outer: Access, inner: Access) -> bool:
    """Whether everybody the outer rule admits is admitted by the inner one."""
    if inner.anonymous or inner.roles is None:
        return inner.anonymous or not outer.anonymous
    return outer.roles is not None and outer.roles <= inner.roles


@pytest.mark.parametrize("service", SERVICES)
def test_every_read_and_nothing_else_is_retried(service: str) -> None:
    for name, rpc_service in _rpc_services(service).items():
        reads = {
            method.name
            for method in rpc_service.methods
            if method.name.startswith(("Get", "List", "Search", "Describe", "Check", "Read"))
        }
        assert set(READS.get(name, ())) == reads


def test_the_security_log_hears_of_whatever_an_administrator_does_and_of_every_question_about_people() -> None:
    rules = _rules()
    reads = {name for names in READS.values() for name in names}
    of_administrators = {name for name, rule in rules.items() if rule.roles and ADMINISTRATOR in rule.roles}
    about_people = {name for name in rules if name.startswith(("Verify", "LookUp"))}
    assert (of_administrators | about_people) - reads - set(ACTS) == TOLD_BY_USE_CASE
    assert set(ACTS) <= set(rules)


@pytest.mark.parametrize("service", SERVICES)
def test_every_rpc_is_implemented(service: str) -> None:
    modules = _rpc_modules(service)
    missing = [
        method.full_name
        for module in modules
        for method in service_of(module.SERVICE).methods
        if not _is_ours(getattr(module.Servicer, method.name))
    ]
    assert missing == []
    assert {module.SERVICE for module in modules} == set(_rpc_services(service))


def _is_ours(method: Callable[..., object]) -> bool:
    """Whether somebody wrote it; the generated class only says that it is missing."""
    return method.__module__.startswith("services.")


@pytest.mark.parametrize("service", SERVICES)
def test_every_service_has_the_same_shape(service: str) -> None:
    present = {path.name for path in (ROOT / "services" / service).iterdir()}
    missing = [name for name in SHAPE if name not in present and f"{name}.py" not in present]
    assert missing == []


@pytest.mark.parametrize("service", SERVICES)
def test_every_story_has_its_tests_beside_it(service: str) -> None:
    whole = ROOT / "services" / service
    stories = [] if _is_story(whole) else [path for path in whole.iterdir() if path.is_dir() and _is_story(path)]
    assert [path.name for path in stories if not (path / "tests").is_dir()] == []


def _is_story(package: Path) -> bool:
    """Whether it has a story's files; a service that is one story has its domain at its root."""
    names = {path.stem for path in package.iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()}
    return "domain" in names or (not (package / "__main__.py").exists() and not names.isdisjoint(STORY))


def test_the_catalogue_of_queues_is_what_the_services_handle() -> None:
    handled = {service: sorted(_events_module(service).HANDLERS) for service in SERVICES}
    assert {queue: sorted(types) for queue, types in QUEUES.items()} == {q: t for q, t in handled.items() if t}


def test_every_event_somebody_listens_to_is_published() -> None:
    published = {name for service in SERVICES for name in _events_module(service).PUBLISHED}
    heard = {name for types in QUEUES.values() for name in types}
    assert heard - published == set()


def test_event_types_are_named_after_their_service() -> None:
    for service in SERVICES:
        assert [name for name in _events_module(service).PUBLISHED if not name.startswith(f"{service}.")] == []
