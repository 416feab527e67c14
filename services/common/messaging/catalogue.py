"""Who listens to which event (architecture.md, Events).

Every process declares all the queues before it publishes: an event published before its listener has ever started waits
for it. A wiring test holds this table and the services' HANDLERS together.
"""

from collections.abc import Iterable, Mapping

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
        "cases.applicant_identified",
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
        "cases.received",
        "cases.refused",
        "cases.reopened",
        "cases.result_disposed",
        "cases.resubmitted",
        "cases.resumed",
        "cases.returned",
        "cases.stopped",
        "cases.submitted_with_files",
        "cases.supplement_approved",
        "cases.supplement_requested",
        "cases.withdrawn",
    ),
    "exchange": ("cases.consultation_requested", "cases.dispatched", "cases.resent", "cases.withdrawn"),
    "notifications": (
        "cases.accepted",
        "cases.agency_decided",
        "cases.applicant_identified",
        "cases.assigned",
        "cases.called_off",
        "cases.closed",
        "cases.consultation_requested",
        "cases.decided",
        "cases.dispatched",
        "cases.disposed",
        "cases.forwarded",
        "cases.message_posted",
        "cases.overdue",
        "cases.payment_refunded",
        "cases.payment_requested",
        "cases.payment_settled",
        "cases.postponed",
        "cases.received",
        "cases.recounted",
        "cases.refused",
        "cases.reopened",
        "cases.resubmitted",
        "cases.resumed",
        "cases.returned",
        "cases.sent_back",
        "cases.stopped",
        "cases.submitted",
        "cases.submitted_with_files",
        "cases.supplement_approved",
        "cases.supplement_nearly_due",
        "cases.supplement_requested",
        "cases.transferred",
        "cases.verification_started",
        "cases.withdrawn",
    ),
    "payments": (
        "cases.agency_reported",
        "cases.applicant_identified",
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


def unheard(published: Iterable[str]) -> frozenset[str]:
    """Picks the events that no queue listens to: they are published for the record."""
    heard = {name for names in QUEUES.values() for name in names}
    return frozenset(published) - heard
