"""Handlers by hand and the RPCs that ask for one belong together, both ways."""

from types import SimpleNamespace
from typing import Any

import pytest

from gateway.app import API
from gateway.transcoding import protos
from gateway.transcoding.bindings import bindings_of
from gateway.transcoding.routes import by_hand, handlers, resources, unnamed

ADDRESSES = [binding for service in protos.services() for binding in bindings_of(service)]
SERVED_BY_HAND = [one for one in ADDRESSES if one.call.by_hand]


def _handlers(*rpcs: str) -> dict[str, Any]:
    return handlers([SimpleNamespace(**{str(number): by_hand(rpc)(print) for number, rpc in enumerate(rpcs)})])  # type: ignore[list-item]


def _taken(*but: str) -> set[tuple[str, str]]:
    return {(one.method, unnamed(one.path)) for one in ADDRESSES if one.rpc.full_name not in but}


def test_an_rpc_that_asks_for_a_handler_is_not_served_without_one() -> None:
    rpc = SERVED_BY_HAND[0].rpc.full_name
    with pytest.raises(ValueError, match="no handler by hand"):
        resources({}, _taken(rpc))
    assert resources(_handlers(rpc), _taken(rpc))


def test_a_handler_is_of_no_use_where_the_protos_say_it_all() -> None:
    rpc = "onestop.cases.v1.CalendarService.ListDays"
    with pytest.raises(ValueError, match="a needless handler by hand"):
        resources(_handlers(rpc), _taken(rpc))


def test_a_handler_serves_an_address() -> None:
    with pytest.raises(ValueError, match="have no address"):
        resources(_handlers("onestop.cases.v1.CasesService.Gone"), _taken())


def test_every_handler_is_of_an_rpc_that_asks_for_one() -> None:
    asked = {one.rpc.full_name for one in SERVED_BY_HAND}
    assert set(handlers(API)) - asked == set()
