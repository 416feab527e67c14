"""Bytes in an S3 bucket, each under its own SHA-256; the same bytes are the same object."""

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO
from urllib.parse import urlsplit

import urllib3
from minio import Minio
from minio.error import MinioException, S3Error
from urllib3 import BaseHTTPResponse

from services.common import limits, security_log
from services.common.errors import Internal, Unavailable

_REGION = "us-east-1"  # named, so that the client need not ask the server for it
_READ_BYTES = 256 * limits.KIB


class StorageUnavailable(Unavailable):
    """The object store does not answer, or not as it should."""

    code = "storage-unavailable"
    vi = "Kho lưu trữ tệp tạm thời không phục vụ được. Hãy thử lại sau ít phút."
    en = "File storage is temporarily unavailable. Try again in a few minutes."


class BytesAltered(Internal):
    """The store holds other bytes than were stored."""

    code = "stored-bytes-altered"
    vi = (
        "Nội dung đang lưu không còn đúng với tệp đã nhận nên không được gửi đi. Hãy báo bộ phận hỗ trợ kèm mã yêu cầu."
    )
    en = "What is stored is no longer the file that was taken in, so it is not sent. Tell support the request id."


class BytesMissing(StorageUnavailable):
    """The store holds nothing where bytes were stored."""


Version = tuple[bytes, str, str]


def key_of(sha256: bytes) -> str:
    """Returns the key of an object: sha256/3f/3f…, an object for each content."""
    digest = sha256.hex()
    return f"sha256/{digest[:2]}/{digest}"


class Blobs:
    """One bucket."""

    def __init__(self, url: str, access_key: str, secret_key: str, bucket: str) -> None:
        """Opens the store; `url` is http(s)://host:port of any S3 server."""
        parts = urlsplit(url)
        self._bucket = bucket
        self._checked = _Checked()
        self._http = urllib3.PoolManager(
            timeout=urllib3.Timeout(connect=5, read=30), maxsize=16, retries=urllib3.Retry(2, backoff_factor=0.2)
        )
        self._client = Minio(
            parts.netloc,
            access_key=access_key,
            secret_key=secret_key,
            secure=parts.scheme == "https",
            region=_REGION,
            http_client=self._http,
        )

    def ensure_bucket(self) -> None:
        """Makes the bucket when it is missing."""
        with _translating():
            if self._client.bucket_exists(bucket_name=self._bucket):
                return
            try:
                self._client.make_bucket(bucket_name=self._bucket)
            except S3Error as error:
                if error.code not in ("BucketAlreadyOwnedByYou", "BucketAlreadyExists"):
                    raise

    def put(self, content: BinaryIO, size: int, sha256: bytes, media_type: str) -> None:
        """Stores `size` bytes under their digest, in parts of bounded size; storing them again changes nothing."""
        content.seek(0)
        with _translating():
            self._client.put_object(
                bucket_name=self._bucket,
                object_name=key_of(sha256),
                data=content,
                length=size,
                content_type=media_type,
                part_size=limits.STORAGE_PART_BYTES,
                num_parallel_uploads=1,
            )

    def fetch(self, sha256: bytes, offset: int, length: int) -> Iterator[bytes]:
        """Reads bytes `offset` to `offset + length` of an object, in pieces; `length` is at least 1.

        They are those of its digest: what is small is checked before any of it is given away, an object read in parts
        is read through once for every version the store has of it, and whatever is read whole is checked again.

        Raises:
            BytesAltered: the store holds other bytes under this digest; a security event.
        """
        with _translating():
            response = self._open(sha256, offset, length)
            version, total = _version_of(sha256, response), _total_of(response)
            if offset == 0 and length == total and length <= limits.CHECKED_AT_ONCE_BYTES:
                return (piece for piece in self._read_checked(sha256, response))
            if version not in self._checked:
                self._read_through(sha256)
            return self._stream(response, sha256 if offset == 0 and length == total else b"")

    def check(self, sha256: bytes) -> None:
        """Reads an object to its end.

        Raises:
            BytesAltered: the store holds other bytes under this digest.
            BytesMissing: the store holds no bytes of this digest.
        """
        with _translating():
            self._read_through(sha256)

    def _open(self, sha256: bytes, offset: int = 0, length: int = 0) -> BaseHTTPResponse:
        return self._client.get_object(
            bucket_name=self._bucket, object_name=key_of(sha256), offset=offset, length=length
        )

    def _read_checked(self, sha256: bytes, response: BaseHTTPResponse) -> list[bytes]:
        pieces = list(_pieces(response))
        if hashlib.sha256(b"".join(pieces)).digest() != sha256:
            raise _altered(sha256)
        return pieces

    def _read_through(self, sha256: bytes) -> None:
        response = self._open(sha256)
        digest = hashlib.sha256()
        for piece in _pieces(response):
            digest.update(piece)
        if digest.digest() != sha256:
            raise _altered(sha256)
        self._checked.add(_version_of(sha256, response))

    def _stream(self, response: BaseHTTPResponse, expected: bytes) -> Iterator[bytes]:
        """Yields the pieces; where a digest is expected the last is held back until all of them make it."""
        digest, held = hashlib.sha256(), b""
        with _translating():
            for piece in _pieces(response):
                if held:
                    yield held
                digest.update(piece)
                held = piece
            if expected and digest.digest() != expected:
                raise _altered(expected)
            yield held

    def remove(self, sha256: bytes) -> None:
        """Removes an object; an absent object counts as removed."""
        with _translating():
            self._client.remove_object(bucket_name=self._bucket, object_name=key_of(sha256))

    def has(self, sha256: bytes) -> bool:
        with _translating():
            try:
                self._client.stat_object(bucket_name=self._bucket, object_name=key_of(sha256))
            except S3Error as error:
                if error.code == "NoSuchKey":
                    return False
                raise
            return True

    def close(self) -> None:
        self._http.clear()


class _Checked:
    """Versions of objects found to be what their digest says, the latest so many."""

    def __init__(self) -> None:
        self._versions: OrderedDict[Version, None] = OrderedDict()
        self._lock = threading.Lock()

    def __contains__(self, version: Version) -> bool:
        with self._lock:
            return version in self._versions

    def add(self, version: Version) -> None:
        with self._lock:
            self._versions[version] = None
            if len(self._versions) > limits.CHECKED_VERSIONS:
                self._versions.popitem(last=False)


def _version_of(sha256: bytes, response: BaseHTTPResponse) -> Version:
    """Reads from an answer what the store calls the version of an object."""
    return sha256, response.headers.get("ETag", ""), response.headers.get("Last-Modified", "")


def _total_of(response: BaseHTTPResponse) -> int:
    """Reads the size of the whole object, of which the answer may hold a part."""
    whole = response.headers.get("Content-Range", "").rpartition("/")[2] or response.headers.get("Content-Length", "0")
    return int(whole)


def _pieces(response: BaseHTTPResponse) -> Iterator[bytes]:
    try:
        yield from response.stream(_READ_BYTES)
    finally:
        response.close()
        response.release_conn()


def _altered(sha256: bytes) -> BytesAltered:
    security_log.tell(security_log.Event.BYTES_ALTERED, target=sha256.hex())
    return BytesAltered()


@contextmanager
def _translating() -> Iterator[None]:
    try:
        yield
    except S3Error as error:
        raise (BytesMissing if error.code == "NoSuchKey" else StorageUnavailable) from error
    except (MinioException, urllib3.exceptions.HTTPError) as error:
        raise StorageUnavailable from error
