"""Receipts: what a prefill vouches for, signed by identity: which values and papers the registers gave, disclosing
neither.

The client hands the receipt in with the application; whoever knows identity's public keys can tell, asking nobody,
which fields of a form are as the registers gave them. Values are digests salted with the receipt's own id.
"""

import base64
import hashlib
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from services.common import limits, tokens
from services.common.events import uuid7
from services.common.tokens import KeySource, SigningKey, TokenExpired, TokenInvalid

TYPE = "prefill+jwt"
AUDIENCE = "onestop-cases"
_DIGEST_BYTES = 12


@dataclass(frozen=True, slots=True)
class Receipt:
    """Given to the account `subject` for one procedure; `papers` are codes and the registers that hold their data.

    `firms` are tax codes of firms that the business register says the account's holder represents. `answers` are codes
    of papers asked about and what their registers say: match, mismatch, no_data or inconclusive.
    """

    subject: str
    procedure: str
    salt: str
    fields: Mapping[str, str]
    papers: Mapping[str, str]
    firms: Collection[str] = ()
    answers: Mapping[str, str] = field(default_factory=dict)

    def prefilled(self, form: Mapping[str, Any]) -> int:
        """Counts the fields of a form that are as the registers gave them."""
        return sum(
            isinstance(form.get(name), str) and digest_of(self.salt, name, form[name]) == digest
            for name, digest in self.fields.items()
        )


def issue(
    key: SigningKey,
    now: datetime,
    *,
    subject: str,
    procedure: str,
    values: Mapping[str, str],
    papers: Mapping[str, str],
    firms: Collection[str] = (),
    answers: Mapping[str, str] | None = None,
) -> str:
    """Returns the receipt for `values` by form field, papers by code with the register that holds their data, and for
    firms; and what registers answered."""
    salt, issued_at = str(uuid7()), int(now.timestamp())
    claims = {
        "iss": tokens.ISSUER,
        "aud": AUDIENCE,
        "sub": subject,
        "jti": salt,
        "iat": issued_at,
        "nbf": issued_at,
        "exp": issued_at + int(limits.PREFILL_LIFE.total_seconds()),
        "procedure": procedure,
        "fields": {name: digest_of(salt, name, value) for name, value in values.items()},
        "papers": dict(papers),
        "firms": list(firms),
        "answers": dict(answers or {}),
    }
    return tokens.sign(claims, key, TYPE)


def reader(keys: KeySource) -> Callable[[str], Receipt | None]:
    """Reads receipts; None for a receipt that is not identity's, was altered or has expired."""

    def read(text: str) -> Receipt | None:
        try:
            claims = tokens.read_statement(text, keys, TYPE, AUDIENCE)
        except (TokenInvalid, TokenExpired):
            return None
        return Receipt(
            claims["sub"],
            claims["procedure"],
            claims["jti"],
            claims["fields"],
            claims["papers"],
            frozenset(claims.get("firms", ())),
            claims.get("answers", {}),
        )

    return read


def none_taken(text: str) -> Receipt | None:  # noqa: ARG001  # whatever it says
    """Reads receipts where there are no keys to verify them: every receipt counts as absent."""
    return None


def digest_of(salt: str, name: str, value: str) -> str:
    """Returns the digest by which a receipt holds a value: enough to recognise the value, too little to find it."""
    digest = hashlib.sha256(f"{salt}\n{name}\n{value}".encode()).digest()
    return base64.urlsafe_b64encode(digest[:_DIGEST_BYTES]).decode()
