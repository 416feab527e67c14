"""Who listens to which event (architecture.md, Events).

Every process declares all the queues before it publishes: an event published before its listener has ever started waits
for it. A wiring test holds this table and the services' HANDLERS together.
"""

from collections.abc import Mapping

QUEUES: Mapping[str, tuple[str, ...]] = {
    "cases": (
        "documents.paper_failed",
        "documents.paper_issued",
        "exchange.answer_received",
        "exchange.envelope_failed",
        "exchange.status_changed",
        "payments.refunded",
        "payments.settled",
    ),
    "documents": (
        "cases.accepted",
        "cases.book_ordered",
        "cases.child_progressed",
        "cases.closed",
        "cases.control_slip_ordered",
        "cases.decided",
        "cases.dispatched",
        "cases.message_posted",
        "cases.paper_reissued",
        "cases.disposed",
        "cases.payment_settled",
        "cases.postponed",
        "cases.refused",
        "cases.resubmitted",
        "cases.stopped",
        "cases.submitted_with_files",
        "cases.supplement_approved",
        "cases.supplement_requested",
    ),
    "exchange": ("cases.consultation_requested", "cases.dispatched", "cases.resent", "cases.withdrawn"),
    "payments": (
        "cases.agency_reported",
        "cases.called_off",
        "cases.closed",
        "cases.dispatched",
        "cases.payment_requested",
        "cases.refused",
        "cases.resubmitted",
        "cases.resumed",
        "cases.stopped",
        "cases.submitted",
        "cases.submitted_with_files",
        "cases.withdrawn",
    ),
}

UNHEARD: frozenset[str] = frozenset({
    "cases.agency_decided",
    "cases.answer_overdue",
    "cases.answer_received",
    "cases.assigned",
    "cases.child_opened",
    "cases.draft_expiring",
    "cases.forwarded",
    "cases.held",
    "cases.hold_lifted",
    "cases.nearly_due",
    "cases.overdue",
    "cases.paper_failed",
    "cases.paper_issued",
    "cases.payment_refunded",
    "cases.recounted",
    "cases.reopened",
    "cases.returned",
    "cases.sent_back",
    "cases.status_reported",
    "cases.step_overdue",
    "cases.supplement_declined",
    "cases.supplement_proposed",
    "cases.transferred",
    "cases.verification_started",
    "cases.version_moved",
    "payments.refund_owed",
})  # fmt: skip
"""Events published for the record, which nobody needs to hear."""
