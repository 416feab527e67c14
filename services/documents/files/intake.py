"""The intake of an upload, before it is a file."""

from collections.abc import Callable
from dataclasses import dataclass

from services.documents.core.blobs import Blobs
from services.documents.files.inspector import Inspectors
from services.documents.files.scanner import Clamd


@dataclass(frozen=True, slots=True)
class Intake:
    """It is looked into, stored and scanned; a mark on it names an agency by
    what `agency_name` returns for its code."""

    inspectors: Inspectors
    blobs: Blobs
    scanner: Clamd
    agency_name: Callable[[str], str] = str
