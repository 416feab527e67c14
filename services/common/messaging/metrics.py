"""Metrics about events."""

from prometheus_client import Counter, Histogram

SENT = Counter("onestop_events_sent_total", "Events the broker has taken.")
NOT_TAKEN = Counter("onestop_events_not_taken_total", "Publications the broker did not take.", ["type", "outcome"])
HANDLED = Counter("onestop_events_handled_total", "Events handled.", ["queue"])
REPEATED = Counter("onestop_events_repeated_total", "Deliveries of events handled before.", ["queue"])
FAILED = Counter("onestop_events_failed_total", "Attempts to handle an event that failed.", ["queue", "type"])
PARKED = Counter("onestop_events_parked_total", "Messages parked for an operator.", ["queue", "type"])
LATENCY = Histogram(
    "onestop_event_seconds",
    "From the event to the commit of its effect.",
    ["queue"],
    buckets=(0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 5, 30, 300),
)
