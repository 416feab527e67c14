"""Passwords, kept as argon2id hashes."""

import secrets

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError

from services.common.text import nfc

# OWASP's least parameters for argon2id: 19 MiB, two passes, one lane; some 25 ms.
MEMORY_KIB, PASSES, LANES = 19_456, 2, 1


class Passwords:
    """Hashes and checks passwords, taking the same time whether or not the account exists."""

    def __init__(self, memory_kib: int = MEMORY_KIB, passes: int = PASSES) -> None:
        self._hasher = PasswordHasher(time_cost=passes, memory_cost=memory_kib, parallelism=LANES)
        self._nobodys = self._hasher.hash(secrets.token_bytes(16))

    def hash(self, password: str) -> str:
        return self._hasher.hash(nfc(password))

    def match(self, password: str, stored: str) -> bool:
        """Returns whether the password belongs to the hash; an empty hash, nobody's, never matches and takes as
        long."""
        try:
            self._hasher.verify(stored or self._nobodys, nfc(password))
        except VerificationError:
            return False
        return bool(stored)
