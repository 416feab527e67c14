"""The keys that sign tokens: in use, published, rotated."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from services.common.database import Database
from services.common.tokens import SigningKey
from services.identity.core.vault import Vault
from services.identity.signing_keys import store


@dataclass(frozen=True, slots=True)
class Rotation:
    """The key that signs from now on, and the key that will sign next ("" when no next key is published)."""

    signing_kid: str
    next_kid: str = ""


def present_key(conn: Connection, vault: Vault, now: datetime) -> SigningKey:
    """Returns the key that signs now, the same for every replica; makes the first key."""
    row = store.signing_key(conn)
    if row is None:
        store.add_signing_key(conn, vault.generate(), now, signs=True)
        row = store.signing_key(conn)
    if row is None:
        raise LookupError("no signing key although one was just added")
    return vault.open(*row)


def list_signing_keys(database: Database, vault: Vault, now: datetime) -> dict[str, str]:
    """Maps ids to public keys (PEM): signing, next, and retired until their last token expired."""
    with database.transaction() as conn:
        present_key(conn, vault, now)
        return store.listed_signing_keys(conn, now)


def rotate_signing_key(database: Database, vault: Vault, now: datetime) -> Rotation:
    """Publishes a next key, or has the published one sign.

    Raises:
        NextKeyTooYoung: the next key was published so lately that some verifier may not know it.
    """
    with database.transaction() as conn:
        store.lock_signing_keys(conn)
        signing = present_key(conn, vault, now)
        following = store.next_signing_key(conn)
        if following is None:
            made = vault.generate()
            store.add_signing_key(conn, made, now, signs=False)
            return Rotation(signing.kid, made.kid)
        following.check_may_sign(now)
        store.promote_signing_key(conn, following.kid, now)
        return Rotation(following.kid)
