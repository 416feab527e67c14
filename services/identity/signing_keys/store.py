"""Token signing keys in the database."""

from datetime import datetime

from sqlalchemy import Connection

from services.common import sql
from services.identity.core.vault import SealedKey
from services.identity.signing_keys.domain import RETIRED_KEY_LISTED, KeyPeriod


def signing_key(conn: Connection) -> tuple[str, bytes] | None:
    """Reads id and sealed private half of the key that signs now."""
    statement = (
        "SELECT kid, sealed_private_key FROM signing_keys WHERE signing_from IS NOT NULL AND signing_until IS NULL"
    )
    row = sql.row(conn, statement)
    return (row[0], row[1]) if row else None


def next_signing_key(conn: Connection) -> KeyPeriod | None:
    """Returns the published key that will sign next."""
    return sql.find(conn, KeyPeriod, "SELECT kid, published_at FROM signing_keys WHERE signing_from IS NULL")


def lock_signing_keys(conn: Connection) -> None:
    """Lets one rotation at a time look at the keys and change them; readers go on."""
    sql.execute(conn, "LOCK TABLE signing_keys IN SHARE ROW EXCLUSIVE MODE")


def add_signing_key(conn: Connection, key: SealedKey, now: datetime, *, signs: bool) -> None:
    """Publishes a key, signing at once or next; does nothing when another replica was first."""
    statement = """
        INSERT INTO signing_keys (kid, sealed_private_key, public_key_pem, published_at, signing_from)
        VALUES (%(kid)s, %(sealed)s, %(pem)s, %(now)s, %(signing_from)s)
        ON CONFLICT DO NOTHING
        """
    sql.execute(
        conn,
        statement,
        {
            "kid": key.kid,
            "sealed": key.sealed_private_key,
            "pem": key.public_key_pem,
            "now": now,
            "signing_from": now if signs else None,
        },
    )


def promote_signing_key(conn: Connection, kid: str, now: datetime) -> None:
    """Retires the key that signs and has `kid` sign from now on."""
    sql.execute(
        conn,
        "UPDATE signing_keys SET signing_until = %(now)s WHERE signing_from IS NOT NULL AND signing_until IS NULL",
        {"now": now},
    )
    sql.execute(conn, "UPDATE signing_keys SET signing_from = %(now)s WHERE kid = %(kid)s", {"now": now, "kid": kid})


def listed_signing_keys(conn: Connection, now: datetime) -> dict[str, str]:
    """Maps ids to public keys (PEM): the keys whose tokens may be met now or soon."""
    statement = """
        SELECT kid, public_key_pem FROM signing_keys
        WHERE signing_until IS NULL OR signing_until > %(now)s - %(listed)s
        ORDER BY published_at
        """
    keys = sql.rows(conn, statement, {"now": now, "listed": RETIRED_KEY_LISTED})
    return {row.kid: row.public_key_pem for row in keys}
