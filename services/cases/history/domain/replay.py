"""Whether a case, as it is stored, is what its history says.

The last entry of a history names the digest of what the case was after it; whatever is changed beside the history
differs from that. Against a history rewritten with everything that follows from it only a head held elsewhere helps.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import orjson

from services.cases.core.domain.case import Case
from services.cases.core.domain.filer import Standing
from services.cases.core.domain.transitions import Action
from services.contracts import audit
from services.contracts.application import FILED_BY_ACCOUNT

# Known only when the entry is made: what it is numbered, what it hashes to, and the papers it orders.
_AFTERWARDS = ("ref", "history_head", "register_no", "newest_papers", "papers_replaced")
_FILES_CONTENT = frozenset(
    {Action.SUBMIT.value, Action.RESUBMIT.value, Action.MOVE_VERSION.value, Action.IDENTIFY.value}
)


@dataclass(frozen=True, slots=True)
class StoredEntry:
    """One entry of a history as stored."""

    seq: int
    entry: bytes
    hash: bytes


@dataclass(frozen=True, slots=True)
class Filed:
    """Bytes filed with a version: their digest, hex, empty once they were disposed of; and that of the form beside."""

    version: int
    sha256: str
    form_sha256: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """A message by the entry that holds its digest: the digest kept, and that of salt and text, empty once removed."""

    seq: int
    kept: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Stored:
    """A case as stored. `columns` are those beside the state that say the same as a part of it; `owned` says whether it
    belongs to the number of its applicant, None in a row of the code before."""

    ref: str
    version: int
    status: int
    head: bytes
    state: bytes
    form_sha256: str
    columns: Mapping[str, str | date | datetime | None]
    entries: Sequence[StoredEntry]
    filed: Sequence[Filed]
    said: Sequence[Said]
    owned: bool | None = None


def digest_of(case: Case) -> str:
    """Returns the SHA-256 of a case as canonical JSON, hex; without what is known only after its entry."""
    return state_digest(orjson.dumps(case))


def state_digest(state: bytes) -> str:
    """Returns the digest of a case as it is stored."""
    content: dict[str, Any] = orjson.loads(state)
    for name in _AFTERWARDS:
        content.pop(name, None)
    return hashlib.sha256(audit.canonical(content)).hexdigest()


def faults(stored: Stored) -> list[str]:
    """Lists what does not fit the history, in words for an operator, without a word of what people filed."""
    entries = [orjson.loads(each.entry) for each in stored.entries] if _readable(stored.entries) else []
    if not entries:
        return ["history: there is none, or it cannot be read"]
    return [
        *_chain(stored),
        *_state(stored, entries[-1]),
        *_filed(stored, entries),
        *_forms(stored, entries),
        *_said(stored, entries),
    ]


def _readable(entries: Sequence[StoredEntry]) -> bool:
    try:
        return all(isinstance(orjson.loads(each.entry), dict) for each in entries)
    except orjson.JSONDecodeError:
        return False


def _chain(stored: Stored) -> Iterator[str]:
    export = {
        "ref": stored.ref,
        "entries": [
            {"seq": each.seq, "entry": each.entry.decode("utf-8", "replace"), "hash": each.hash.hex()}
            for each in stored.entries
        ],
        "head": stored.head.hex(),
    }
    try:
        verified = audit.verify(export)
    except audit.BrokenHistory as broken:
        yield f"history: {broken}"
        return
    if verified.entries != stored.version:
        yield f"version: {stored.version}, the history has {verified.entries} entries"


def _state(stored: Stored, last: Mapping[str, Any]) -> Iterator[str]:
    state: dict[str, Any] = orjson.loads(stored.state)
    if not stored.status == state.get("status") == last.get("status"):
        yield f"status: {stored.status}, the state says {state.get('status')}, the history {last.get('status')}"
    if "state" in last and state_digest(stored.state) != last["state"]:
        yield "state: it is not what the last entry was made of"
    for name, value in stored.columns.items():
        if _plain(value) != (_at(state, name) or None):
            yield f"{name}: it differs from the state"
    if stored.owned is not None and stored.owned is not _owned(state):
        yield "owned: it differs from the state"


def _owned(state: Mapping[str, Any]) -> bool:
    """Returns whether a case belongs to the number of its applicant, as `Case.owner` says of a case that is read."""
    if state.get("identified"):
        return True
    if (filer := state.get("filer")) is None:
        return state.get("channel") not in FILED_BY_ACCOUNT
    return filer["standing"] in (Standing.SELF, Standing.REPRESENTATIVE)


def _filings(entries: Sequence[Mapping[str, Any]]) -> dict[int, Mapping[str, Any]]:
    """Returns the entries with which something was filed, by their versions."""
    return {
        each["seq"]: each
        for each in entries
        if each.get("action") in _FILES_CONTENT and each.get("data", {}).get("sha256")
    }


def _filed(stored: Stored, entries: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    wanted = {version: each["data"]["sha256"] for version, each in _filings(entries).items()}
    disposed = _disposed(stored)
    there = {each.version: each.sha256 for each in stored.filed}
    for version in sorted(wanted.keys() - there.keys()):
        yield f"application {version}: it is gone"
    for version in sorted(there.keys() & wanted.keys()):
        if there[version] != wanted[version] and not (disposed and not there[version]):
            yield f"application {version}: its content is not what was filed"


def _forms(stored: Stored, entries: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Yields a fault unless the form that workers read is the form last filed; entries of older code do not say."""
    wanted = {version: each["data"].get("form_sha256") for version, each in _filings(entries).items()}
    if not wanted or _disposed(stored):
        return
    if wanted[max(wanted)] not in (None, stored.form_sha256):
        yield "form: it is not what was filed"
    for each in stored.filed:
        if each.form_sha256 and wanted.get(each.version) not in (None, each.form_sha256):
            yield f"application {each.version}: its form is not what was filed"


def _disposed(stored: Stored) -> bool:
    return bool(orjson.loads(stored.state).get("disposed_at"))


def _said(stored: Stored, entries: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    wanted = {
        each["seq"]: each["data"].get("sha256") for each in entries if each.get("action") == Action.POST_MESSAGE.value
    }
    there = {each.seq: each for each in stored.said}
    for seq in sorted(wanted.keys() ^ there.keys()):
        yield f"message {seq}: " + ("it is gone" if seq in wanted else "the history knows of none")
    for seq in sorted(wanted.keys() & there.keys()):
        if there[seq].kept != wanted[seq] or there[seq].sha256 not in ("", wanted[seq]):
            yield f"message {seq}: it is not what was said"


def _at(state: Mapping[str, Any], path: str) -> Any:
    part: Any = state
    for name in path.split("."):
        part = part.get(name) if isinstance(part, Mapping) else None
    return datetime.fromisoformat(part) if path.endswith("_at") and isinstance(part, str) else part


def _plain(value: str | date | datetime | None) -> Any:
    return value.isoformat() if isinstance(value, date) and not isinstance(value, datetime) else value or None
