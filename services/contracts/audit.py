"""The hash chain of a case's history, and its verifier, which needs nothing but the exported file.

h0 = SHA-256("onestop-history-v1\\n" + case number); hn = SHA-256(hn-1 + entry n). An entry is canonical JSON
(RFC 8785), kept and exported verbatim, so that any program in any language can check it.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson
import rfc8785

GENESIS_LABEL = "onestop-history-v1\n"


def genesis(ref: str) -> bytes:
    """Returns the 32 bytes a chain starts from; they bind it to its case number."""
    return hashlib.sha256((GENESIS_LABEL + ref).encode()).digest()


def canonical(entry: Mapping[str, Any]) -> bytes:
    """Returns the entry as RFC 8785 bytes.

    Entries hold text, whole numbers, booleans, lists and objects with ASCII keys, never fractions: for those orjson's
    sorted output is the canonical form, at a fortieth of the cost; a property test holds the two equal.
    """
    return orjson.dumps(entry, option=orjson.OPT_SORT_KEYS)


def link(previous: bytes, entry: bytes) -> bytes:
    """Returns the hash of an entry that follows `previous`."""
    return hashlib.sha256(previous + entry).digest()


@dataclass(frozen=True, slots=True)
class Verified:
    """A history that holds: its case number, how many entries it has, and its head (hex)."""

    ref: str
    entries: int
    head: str


class BrokenHistory(Exception):
    """The history was altered; `seq` is the first entry that is wrong or missing."""

    def __init__(self, seq: int, vi: str, en: str) -> None:
        self.seq, self.vi, self.en = seq, vi, en
        super().__init__(f"entry {seq}: {en}")


def verify(export: Mapping[str, Any], known_head: str = "") -> Verified:
    """Checks an export `{ref, entries: [{seq, entry, hash}], head}`; `entry` is text, hashes are hex.

    Args:
        known_head: the head learnt elsewhere, e.g. from an issued paper; without it a cut or wholly rewritten tail
            cannot be told from a shorter history.

    Raises:
        BrokenHistory: names the first bad entry.
    """
    ref, entries = export.get("ref"), export.get("entries")
    if not isinstance(ref, str) or not isinstance(entries, list) or not entries:
        raise BrokenHistory(1, "tệp không phải lịch sử hồ sơ", "the file is not a case history")
    head = genesis(ref)
    for position, exported in enumerate(entries, start=1):
        head = _check(position, exported, head)
    after = len(entries) + 1
    if export.get("head") != head.hex():
        raise BrokenHistory(after, "thiếu mục ở cuối lịch sử", "entries are missing at the end")
    if known_head and known_head.lower() != head.hex():
        raise BrokenHistory(
            after,
            "lịch sử không kết thúc ở giá trị băm đã biết: bị cắt bớt hoặc viết lại",
            "the history does not end at the known head: it was cut or rewritten",
        )
    return Verified(ref, len(entries), head.hex())


def _check(position: int, exported: Any, previous: bytes) -> bytes:
    """Checks an exported entry and returns its hash; raises BrokenHistory."""
    text = exported.get("entry") if isinstance(exported, Mapping) else None
    if not isinstance(text, str):
        raise BrokenHistory(position, "không đọc được mục này", "the entry cannot be read")
    entry = text.encode("utf-8", "surrogatepass")
    content = _content(position, entry)
    if exported.get("seq") != position or content.get("seq") != position:
        raise BrokenHistory(position, "sai số thứ tự: có mục bị xóa, lặp hoặc đổi chỗ", "out of sequence")
    hashed = link(previous, entry)
    if exported.get("hash") != hashed.hex():
        raise BrokenHistory(
            position,
            "giá trị băm không khớp: nội dung hoặc số hồ sơ đã bị sửa",
            "the hash does not match: the content, an earlier entry or the case number was altered",
        )
    return hashed


def _content(position: int, entry: bytes) -> Mapping[str, Any]:
    try:
        content = json.loads(entry)
        if isinstance(content, dict) and rfc8785.dumps(content) == entry:
            return content
    except (ValueError, RecursionError) as error:
        raise BrokenHistory(position, "không đọc được mục này", "the entry cannot be read") from error
    raise BrokenHistory(position, "mục không ở dạng JSON chuẩn tắc", "the entry is not canonical JSON")
