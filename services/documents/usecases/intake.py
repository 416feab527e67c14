"""The intake of an upload, before it is a file."""

from dataclasses import dataclass

from services.documents.blobs import Blobs
from services.documents.inspector import Inspectors
from services.documents.scanner import Clamd


@dataclass(frozen=True, slots=True)
class Intake:
    """It is looked into, stored and scanned."""

    inspectors: Inspectors
    blobs: Blobs
    scanner: Clamd
