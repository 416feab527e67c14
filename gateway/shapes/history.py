"""A case's hash-chained history as JSON: the file `onestop audit verify` reads."""

from typing import Annotated

from onestop.cases.v1.cases_service_pb2 import GetHistoryResponse
from pydantic import Field
from typing_extensions import TypedDict

from gateway.shapes.common import Sha256


class HistoryEntryJson(TypedDict):
    """One link of the chain: hash = SHA-256(previous hash ‖ entry)."""

    seq: Annotated[int, Field(ge=1)]
    entry: Annotated[str, Field(description="Canonical JSON (RFC 8785), the text that was hashed.")]
    hash: Sha256


class HistoryJson(TypedDict):
    """The whole history of a case, verifiable offline."""

    ref: str
    entries: list[HistoryEntryJson]
    head: Sha256


def history(message: GetHistoryResponse) -> HistoryJson:
    return {
        "ref": message.ref,
        "entries": [{"seq": one.seq, "entry": one.entry.decode(), "hash": one.hash.hex()} for one in message.entries],
        "head": message.head.hex(),
    }
