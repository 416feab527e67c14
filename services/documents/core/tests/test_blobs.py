"""Bytes go to a real S3 server and come back, whole or in part."""

import hashlib
import io
import os

import pytest

from services.common import limits
from services.common.testing.backing import Backing
from services.documents.core.blobs import Blobs, StorageUnavailable, key_of


def put(blobs: Blobs, content: bytes) -> bytes:
    sha256 = hashlib.sha256(content).digest()
    blobs.put(io.BytesIO(content), len(content), sha256, "application/pdf")
    return sha256


def test_bytes_are_kept_under_their_digest() -> None:
    assert key_of(bytes.fromhex("3f" * 32)) == "sha256/3f/" + "3f" * 32


def test_bytes_come_back_whole_or_in_part(blobs: Blobs) -> None:
    content = os.urandom(2 * limits.STORAGE_PART_BYTES + 12345)
    sha256 = put(blobs, content)
    assert b"".join(blobs.fetch(sha256, 0, len(content))) == content
    assert b"".join(blobs.fetch(sha256, 5, 10)) == content[5:15]
    assert b"".join(blobs.fetch(sha256, len(content) - 1, 1)) == content[-1:]


def test_storing_the_same_bytes_again_changes_nothing(blobs: Blobs) -> None:
    assert put(blobs, b"same") == put(blobs, b"same")
    assert b"".join(blobs.fetch(hashlib.sha256(b"same").digest(), 0, 4)) == b"same"


def test_removed_bytes_are_gone_and_can_be_removed_again(blobs: Blobs) -> None:
    sha256 = put(blobs, b"short-lived")
    blobs.remove(sha256)
    blobs.remove(sha256)
    assert not blobs.has(sha256)
    with pytest.raises(StorageUnavailable):
        list(blobs.fetch(sha256, 0, 1))


def test_a_reader_who_stops_early_gives_the_connection_back(blobs: Blobs) -> None:
    sha256 = put(blobs, os.urandom(4 * limits.MIB))
    for _ in range(40):
        pieces = blobs.fetch(sha256, 0, 4 * limits.MIB)
        next(pieces)
        pieces.close()  # type: ignore[attr-defined]


def test_wrong_keys_and_a_server_that_is_not_there_are_unavailable(s3: Backing) -> None:
    with pytest.raises(StorageUnavailable):
        put(Blobs(s3.url, s3.access_key, "wrong", s3.bucket()), b"x")
    with pytest.raises(StorageUnavailable):
        put(Blobs("http://127.0.0.1:1", "a", "b", "bucket"), b"x")
