"""Identity publishes no event yet and handles no event: whoever needs a person asks, on the record."""

from collections.abc import Callable, Mapping

from sqlalchemy import Connection

from services.common.events import Event

HANDLERS: Mapping[str, Callable[[Connection, Event], None]] = {}
PUBLISHED: tuple[str, ...] = ()
