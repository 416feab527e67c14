"""The small services answer as the real ones must: the RPCs their proto declares and no others."""

import inspect
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Any

import pytest

from gateway.transcoding import protos

DECLARED = {service.name: service for service in protos.services()}


def _fakes() -> list[type[Any]]:
    """Finds every small service: the classes that extend a generated servicer."""
    names = [each.name for each in iter_modules([str(Path(__file__).parent)]) if not each.name.startswith("test_")]
    modules = [import_module(f"gateway.tests.fakes.{name}") for name in names]
    found = [each for module in modules for _, each in inspect.getmembers(module, inspect.isclass)]
    return sorted({each for each in found if _declared(each) and not each.__name__.endswith("Servicer")}, key=str)


def _declared(fake: type[Any]) -> set[str]:
    """Names the services whose servicers a class extends."""
    return {base.__name__.removesuffix("Servicer") for base in fake.__mro__} & set(DECLARED)


def _own_methods(fake: type[Any]) -> list[str]:
    own = [each for each in fake.__mro__ if each.__module__.startswith("gateway.")]
    return sorted({name for each in own for name in vars(each) if name[0].isupper()})


def test_there_are_fakes() -> None:
    assert len(_fakes()) > 5


@pytest.mark.parametrize("fake", _fakes(), ids=lambda fake: fake.__name__)
def test_a_fake_answers_what_its_service_declares_and_nothing_else(fake: type[Any]) -> None:
    rpcs = {rpc.name for name in _declared(fake) for rpc in DECLARED[name].methods}
    assert [name for name in _own_methods(fake) if name not in rpcs] == []
    for name in _own_methods(fake):
        first, second = list(inspect.signature(getattr(fake, name)).parameters)[1:]
        assert (first.removesuffix("s"), second) == ("request", "context"), name
