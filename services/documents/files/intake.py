"""The intake of an upload, before it is a file."""

from dataclasses import dataclass

from services.documents.core.blobs import Blobs
from services.documents.files.inspector import Inspectors
from services.documents.files.scanner import Clamd


@dataclass(frozen=True, slots=True)
class Intake:
    """It is looked into, stored and scanned."""

    inspectors: Inspectors
    blobs: Blobs
    scanner: Clamd
