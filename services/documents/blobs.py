"""Bytes in an S3 bucket, each under its own SHA-256; the same bytes are the same object."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO
from urllib.parse import urlsplit

import urllib3
from minio import Minio
from minio.error import MinioException, S3Error

from services.common import limits
from services.common.errors import Unavailable

_REGION = "us-east-1"  # named, so that the client need not ask the server for it
_READ_BYTES = 256 * limits.KIB


class StorageUnavailable(Unavailable):
    """The object store does not answer, or not as it should."""

    code = "storage-unavailable"
    vi = "Kho lưu trữ tệp tạm thời không phục vụ được. Hãy thử lại sau ít phút."
    en = "File storage is temporarily unavailable. Try again in a few minutes."


def key_of(sha256: bytes) -> str:
    """sha256/3f/3f…: one object a content."""
    digest = sha256.hex()
    return f"sha256/{digest[:2]}/{digest}"


class Blobs:
    """One bucket."""

    def __init__(self, url: str, access_key: str, secret_key: str, bucket: str) -> None:
        """`url` is http(s)://host:port of any S3 server."""
        parts = urlsplit(url)
        self._bucket = bucket
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
        """Bytes `offset` to `offset + length` of an object, in pieces; `length` is at least 1."""
        with _translating():
            response = self._client.get_object(
                bucket_name=self._bucket, object_name=key_of(sha256), offset=offset, length=length
            )
            try:
                yield from response.stream(_READ_BYTES)
            finally:
                response.close()
                response.release_conn()

    def remove(self, sha256: bytes) -> None:
        """Removes an object; one that is not there is as good as removed."""
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


@contextmanager
def _translating() -> Iterator[None]:
    try:
        yield
    except (MinioException, urllib3.exceptions.HTTPError) as error:
        raise StorageUnavailable from error
