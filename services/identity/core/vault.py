"""Seals token signing keys for the database, and pseudonymises people.

Both rest on one master key in ONESTOP_KEY_DIR, the only secret of identity outside its database (docs/adr/0003).
"""

import base64
import hashlib
import hmac
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from services.common.errors import Internal
from services.common.settings import BadSettings
from services.common.tokens import SigningKey

MASTER_KEY_FILE = "master.key"
_MASTER_BYTES = 32
_NONCE_BYTES = 12


class SigningKeySealed(Internal):
    """The master key does not open the signing key in the database: another master key sealed it."""

    code = "signing-key-sealed"


@dataclass(frozen=True, slots=True)
class SealedKey:
    """A signing key as the database keeps it."""

    kid: str
    sealed_private_key: bytes
    public_key_pem: str


class Vault:
    """Makes, seals and opens signing keys; opened keys are kept ready."""

    def __init__(self, master: bytes) -> None:
        self._cipher = AESGCM(_derived(master, b"seal signing keys"))
        self._pseudonym_key = _derived(master, b"name look-up subjects")
        self._opened: dict[str, SigningKey] = {}

    @classmethod
    def at(cls, directory: Path) -> "Vault":
        """Returns the vault of the master key in `directory`; makes the key at the very first start.

        Raises:
            BadSettings: the folder or the key cannot be read or made.
        """
        path = directory / MASTER_KEY_FILE
        try:
            if not path.exists():
                _make_master_key(path)
            master = base64.b64decode(path.read_bytes().strip(), validate=True)
        except (OSError, ValueError) as error:
            raise BadSettings(f"ONESTOP_KEY_DIR: cannot use {path}: {error}") from error
        if len(master) != _MASTER_BYTES:
            raise BadSettings(f"ONESTOP_KEY_DIR: {path} must hold {_MASTER_BYTES} random bytes in base64")
        return cls(master)

    def generate(self) -> SealedKey:
        """Returns a new P-256 key; its id is the thumbprint of its public half."""
        private = ec.generate_private_key(ec.SECP256R1())
        public = private.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        kid = base64.urlsafe_b64encode(hashlib.sha256(public).digest()[:12]).decode()
        pem = private.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        nonce = os.urandom(_NONCE_BYTES)
        return SealedKey(kid, nonce + self._cipher.encrypt(nonce, pem, kid.encode()), public.decode())

    def open(self, kid: str, sealed: bytes) -> SigningKey:
        """Returns the key ready to sign; raises SigningKeySealed when another master key sealed it."""
        key = self._opened.get(kid)
        if key is None:
            try:
                pem = self._cipher.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], kid.encode())
            except InvalidTag as error:
                raise SigningKeySealed from error
            key = self._opened[kid] = SigningKey.from_pem(kid, pem)
        return key

    def pseudonym(self, number: str) -> bytes:
        """Makes the pseudonym that look-ups of this number are found by; without the master key it reveals nothing
        about the number."""
        return hmac.digest(self._pseudonym_key, number.encode(), "sha256")


def _derived(master: bytes, use: bytes) -> bytes:
    return HKDF(hashes.SHA256(), 32, salt=None, info=b"onestop-identity: " + use).derive(master)


def _make_master_key(path: Path) -> None:
    """Writes the key where no reader can see half of it; of two makers at once the first wins."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f".{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(base64.b64encode(secrets.token_bytes(_MASTER_BYTES)) + b"\n")
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        return
    finally:
        draft.unlink()
