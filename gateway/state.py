"""The state that the handlers of a running gateway share."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

from flask import current_app

from gateway.clients import Clients
from gateway.ratelimit import AtOnce, RateLimiter
from gateway.settings import GatewaySettings
from services.common.tokens import TokenVerifier

KEY = "onestop"


@dataclass(frozen=True)
class State:
    """Built once by `create_app`."""

    settings: GatewaySettings
    clients: Clients
    tokens: TokenVerifier
    limiter: RateLimiter
    bodies: AtOnce
    downloads: AtOnce
    openapi: Callable[[], dict[str, Any]]


def state() -> State:
    return cast("State", current_app.extensions[KEY])


def clients() -> Clients:
    return state().clients
