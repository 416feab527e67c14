"""Token signing keys in the database."""

from datetime import datetime

from sqlalchemy import Connection, text

from services.identity.core.vault import SealedKey
from services.identity.signing_keys.domain import RETIRED_KEY_LISTED, KeyPeriod


def signing_key(conn: Connection) -> tuple[str, bytes] | None:
    """Reads id and sealed private half of the key that signs now."""
    statement = text(
        "SELECT kid, sealed_private_key FROM signing_keys WHERE signing_from IS NOT NULL AND signing_until IS NULL"
    )
    row = conn.execute(statement).one_or_none()
    return (row[0], row[1]) if row else None


def next_signing_key(conn: Connection) -> KeyPeriod | None:
    """Returns the published key that will sign next."""
    row = conn.execute(text("SELECT kid, published_at FROM signing_keys WHERE signing_from IS NULL")).one_or_none()
    return KeyPeriod(row[0], row[1]) if row else None


def lock_signing_keys(conn: Connection) -> None:
    """Lets one rotation at a time look at the keys and change them; readers go on."""
    conn.execute(text("LOCK TABLE signing_keys IN SHARE ROW EXCLUSIVE MODE"))


def add_signing_key(conn: Connection, key: SealedKey, now: datetime, *, signs: bool) -> None:
    """Publishes a key, signing at once or next; does nothing when another replica was first."""
    statement = text(
        """
        INSERT INTO signing_keys (kid, sealed_private_key, public_key_pem, published_at, signing_from)
        VALUES (:kid, :sealed, :pem, :now, :signing_from)
        ON CONFLICT DO NOTHING
        """
    )
    conn.execute(
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
    conn.execute(
        text("UPDATE signing_keys SET signing_until = :now WHERE signing_from IS NOT NULL AND signing_until IS NULL"),
        {"now": now},
    )
    conn.execute(text("UPDATE signing_keys SET signing_from = :now WHERE kid = :kid"), {"now": now, "kid": kid})


def listed_signing_keys(conn: Connection, now: datetime) -> dict[str, str]:
    """Maps ids to public keys (PEM): the keys whose tokens may be met now or soon."""
    statement = text(
        """
        SELECT kid, public_key_pem FROM signing_keys
        WHERE signing_until IS NULL OR signing_until > :now - :listed
        ORDER BY published_at
        """
    )
    return {row.kid: row.public_key_pem for row in conn.execute(statement, {"now": now, "listed": RETIRED_KEY_LISTED})}
