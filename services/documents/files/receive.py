"""Takes an upload onto disk in bounded memory, counting and hashing; the file has no name and leaves nothing behind."""

import hashlib
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import BinaryIO

from services.common import limits
from services.common.errors import InvalidInput, TooLarge


class FileTooLarge(TooLarge):
    """The file is over the limit."""

    code = "file-too-large"
    vi = "Tệp vượt quá {megabytes} MB. Hãy giảm dung lượng hoặc chia thành nhiều tệp."
    en = "The file is larger than {megabytes} MB. Make it smaller or split it."


class UploadCutShort(InvalidInput):
    """The stream ended before the announced end."""

    code = "upload-cut-short"
    vi = "Tệp tải lên chưa trọn vẹn. Hãy kiểm tra đường truyền rồi tải lại."
    en = "The upload was cut short. Check your connection and upload the file again."


class FileEmpty(InvalidInput):
    """There is nothing in the file."""

    code = "file-empty"
    vi = "Tệp rỗng. Hãy chọn lại tệp."
    en = "The file is empty. Choose the file again."


@dataclass(frozen=True, slots=True)
class Received:
    """A whole upload, on disk."""

    content: BinaryIO
    size: int
    sha256: bytes

    def chunks(self) -> Iterator[bytes]:
        """Yields the bytes from the beginning, in pieces."""
        self.content.seek(0)
        while chunk := self.content.read(limits.UPLOAD_CHUNK_BYTES):
            yield chunk


@contextmanager
def received(chunks: Iterable[bytes], announced: int = 0) -> Iterator[Received]:
    """Receives the upload these chunks make; it is gone when the body ends.

    Args:
        announced: bytes the sender said would come; 0 = not said.

    Raises:
        FileTooLarge, FileEmpty, UploadCutShort
    """
    if announced > limits.FILE_BYTES:
        raise _too_large()
    with tempfile.TemporaryFile(prefix="onestop-upload-") as content:
        digest, size = hashlib.sha256(), 0
        for chunk in chunks:
            size += len(chunk)
            if size > limits.FILE_BYTES:
                raise _too_large()
            digest.update(chunk)
            content.write(chunk)
        if announced and size != announced:
            raise UploadCutShort
        if not size:
            raise FileEmpty
        content.flush()
        yield Received(content, size, digest.digest())


def _too_large() -> FileTooLarge:
    return FileTooLarge(megabytes=limits.FILE_BYTES // limits.MIB)
