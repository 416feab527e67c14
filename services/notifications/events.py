"""Which events notifications reacts to; it publishes none."""

from services.notifications.notices.events import HANDLERS

__all__ = ["HANDLERS", "PUBLISHED"]

PUBLISHED: tuple[str, ...] = ()
