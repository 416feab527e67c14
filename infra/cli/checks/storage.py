"""The bucket of files."""

from collections.abc import Iterator
from urllib.parse import urlsplit

import urllib3
from minio import Minio
from minio.error import MinioException
from urllib3.exceptions import HTTPError

from infra.cli.checks.finding import PROBE_SECONDS, Finding, in_short
from infra.cli.installation import Installation
from services.documents.settings import DocumentsSettings

DEFAULT_BUCKET: str = DocumentsSettings.model_fields["s3_bucket"].default
FIX = (
    "start the object store (`onestop up`), or correct ONESTOP_S3_URL, ONESTOP_S3_ACCESS_KEY and ONESTOP_S3_SECRET_KEY"
)


def check(installation: Installation) -> Iterator[Finding]:
    """Does the store answer, take our keys and hold the bucket? Nothing where no service stores files."""
    env = installation.environments.get("documents", {})
    if not env.get("ONESTOP_S3_URL"):
        return
    url, bucket = urlsplit(env["ONESTOP_S3_URL"]), env.get("ONESTOP_S3_BUCKET") or DEFAULT_BUCKET
    client = Minio(
        url.netloc,
        env.get("ONESTOP_S3_ACCESS_KEY"),
        env.get("ONESTOP_S3_SECRET_KEY"),
        secure=url.scheme == "https",
        region="us-east-1",
        http_client=urllib3.PoolManager(timeout=PROBE_SECONDS, retries=False),
    )
    required = f"bucket {bucket} can be listed"
    try:
        exists = client.bucket_exists(bucket_name=bucket)
        if exists:
            next(iter(client.list_objects(bucket_name=bucket)), None)
    except (MinioException, HTTPError, ValueError) as error:
        yield Finding("storage", "object store", False, in_short(error), required, FIX)
        return
    found = "it can" if exists else f"there is no bucket {bucket}"
    yield Finding("storage", "object store", exists, found, required, "start documents once: it makes its bucket")
