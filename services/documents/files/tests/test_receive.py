"""Uploads come to disk in bounded memory and never leave anything behind."""

import hashlib
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest

from services.common import limits
from services.documents.files.receive import FileEmpty, FileTooLarge, UploadCutShort, received


def chunks_of(size: int) -> Iterator[bytes]:
    chunk = b"x" * limits.UPLOAD_CHUNK_BYTES
    for start in range(0, size, len(chunk)):
        yield chunk[: size - start]


def test_an_upload_is_counted_hashed_and_read_again(scratch: Path) -> None:
    with received([b"xin ", b"chao"], announced=8) as incoming:
        assert (incoming.size, incoming.sha256) == (8, hashlib.sha256(b"xin chao").digest())
        assert b"".join(incoming.chunks()) == b"xin chao"
        assert b"".join(incoming.chunks()) == b"xin chao"
        assert list(scratch.iterdir()) == []


def test_100_mb_are_taken_in_little_memory(scratch: Path) -> None:
    tracemalloc.start()
    with received(chunks_of(limits.FILE_BYTES)) as incoming:
        assert incoming.size == limits.FILE_BYTES
        assert sum(map(len, incoming.chunks())) == limits.FILE_BYTES
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 4 * limits.MIB


def test_one_byte_more_is_too_much_and_stops_the_stream(scratch: Path) -> None:
    read = 0

    def counted() -> Iterator[bytes]:
        nonlocal read
        for chunk in chunks_of(2 * limits.FILE_BYTES):
            read += len(chunk)
            yield chunk

    with pytest.raises(FileTooLarge, match="100 MB"), received(counted()):
        pass
    assert read <= limits.FILE_BYTES + limits.UPLOAD_CHUNK_BYTES


def test_an_announced_size_over_the_limit_is_refused_before_the_first_byte() -> None:
    with pytest.raises(FileTooLarge), received(iter(()), announced=limits.FILE_BYTES + 1):
        pass


@pytest.mark.parametrize("announced", [1, 7, 9])
def test_a_stream_that_does_not_keep_its_announcement_is_refused(announced: int) -> None:
    with pytest.raises(UploadCutShort), received([b"xin chao"], announced):
        pass


def test_an_empty_file_is_refused() -> None:
    with pytest.raises(FileEmpty), received([b""]):
        pass
