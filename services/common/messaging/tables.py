"""The tables of outbox and inbox, the same in every service's database."""

from collections.abc import Callable

# Rows are written once, updated once and scanned by many; vacuum often and cheaply, so that dead rows never pile up.
_BUSY = (
    "WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000, "
    "autovacuum_vacuum_cost_delay = 0)"
)

_CREATE = (
    f"""
    CREATE TABLE outbox (
        id uuid PRIMARY KEY,
        seq bigint GENERATED ALWAYS AS IDENTITY,
        type text NOT NULL,
        source text NOT NULL,
        subject text NOT NULL,
        aggregate_id text NOT NULL,
        aggregate_version bigint NOT NULL,
        data bytea NOT NULL,
        time timestamptz NOT NULL,
        traceparent text NOT NULL,
        request_id text NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        not_before timestamptz NOT NULL DEFAULT '-infinity',
        sent_at timestamptz
    ) {_BUSY}
    """,
    "CREATE INDEX outbox_unsent ON outbox (seq) WHERE sent_at IS NULL",
    f"""
    CREATE TABLE inbox (
        message_id uuid NOT NULL,
        queue text NOT NULL,
        handled_at timestamptz NOT NULL DEFAULT now(),
        parked boolean NOT NULL DEFAULT false,
        PRIMARY KEY (message_id, queue)
    ) {_BUSY}
    """,
    """
    CREATE TABLE inbox_attempts (
        message_id uuid NOT NULL,
        queue text NOT NULL,
        attempts integer NOT NULL,
        last_error text NOT NULL,
        last_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (message_id, queue)
    )
    """,
    """
    CREATE TABLE parked (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        message_id uuid NOT NULL,
        queue text NOT NULL,
        type text NOT NULL,
        headers json NOT NULL,
        body bytea NOT NULL,
        reason text NOT NULL,
        parked_at timestamptz NOT NULL DEFAULT now(),
        replayed_at timestamptz
    )
    """,
)

PRIVILEGES = {
    "outbox": "SELECT, INSERT, UPDATE (sent_at, not_before)",
    "inbox": "SELECT, INSERT, DELETE",
    "parked": "SELECT, INSERT, UPDATE (replayed_at)",
}
"""What a service may do to them where it may not do everything."""


def create_tables(execute: Callable[[str], object]) -> None:
    """Creates outbox, inbox, inbox_attempts and parked; in a migration `create_tables(op.execute)`."""
    for statement in _CREATE:
        execute(statement)


def drop_tables(execute: Callable[[str], object]) -> None:
    execute("DROP TABLE parked, inbox_attempts, inbox, outbox")
