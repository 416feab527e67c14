"""A backing service, as its provider gives it."""

from dataclasses import dataclass
from uuid import uuid4


class Absent(Exception):
    """This way of getting the backing service is not open on this machine; the message says why."""


@dataclass(frozen=True)
class Backing:
    """A real backing service: its URL, how it was provided, and for S3 its keys."""

    url: str
    how: str
    access_key: str = ""
    secret_key: str = ""

    def bucket(self) -> str:
        """Returns a bucket name that nobody else uses; make the bucket, or let the code under test make it."""
        return f"test-{uuid4().hex[:12]}"
