"""Which events payments reacts to, and which it publishes."""

from services.payments.dues.events import HANDLERS

__all__ = ["HANDLERS", "PUBLISHED"]

PUBLISHED = ("payments.settled", "payments.refund_owed", "payments.refunded")
