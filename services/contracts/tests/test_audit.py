"""The chain verifies offline and every way of altering it is found, at the first bad entry."""

import copy
import hashlib
from collections.abc import Callable
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from services.contracts import audit

REF = "H29.001.00-260105-0001"


def export(ref: str = REF, length: int = 5) -> dict[str, Any]:
    head, entries = audit.genesis(ref), []
    for seq in range(1, length + 1):
        entry = audit.canonical({"seq": seq, "action": "accept", "data": {"note": "Đủ giấy tờ"}, "v": 1})
        head = audit.link(head, entry)
        entries.append({"seq": seq, "entry": entry.decode(), "hash": head.hex()})
    return {"ref": ref, "entries": entries, "head": head.hex()}


GOOD = export()


def test_a_chain_starts_from_its_case_number_and_links_by_hash() -> None:
    genesis = hashlib.sha256(b"onestop-history-v1\nH29.001.00-260105-0001").digest()
    assert audit.genesis(REF) == genesis
    assert audit.link(genesis, b"{}") == hashlib.sha256(genesis + b"{}").digest()


def test_a_good_history_verifies_with_and_without_a_known_head() -> None:
    assert audit.verify(GOOD) == audit.Verified(REF, 5, GOOD["head"])
    assert audit.verify(GOOD, GOOD["head"].upper()).entries == 5


def edited(history: dict[str, Any]) -> None:
    history["entries"][2]["entry"] = history["entries"][2]["entry"].replace("Đủ", "Thiếu")


def edited_with_its_hash(history: dict[str, Any]) -> None:
    edited(history)
    previous = bytes.fromhex(history["entries"][1]["hash"])
    history["entries"][2]["hash"] = audit.link(previous, history["entries"][2]["entry"].encode()).hex()


def deleted(history: dict[str, Any]) -> None:
    del history["entries"][2]


def reordered(history: dict[str, Any]) -> None:
    history["entries"][2:4] = reversed(history["entries"][2:4])


def duplicated(history: dict[str, Any]) -> None:
    history["entries"].insert(2, history["entries"][1])


def truncated(history: dict[str, Any]) -> None:
    del history["entries"][3:]


def truncated_with_its_head(history: dict[str, Any]) -> None:
    truncated(history)
    history["head"] = history["entries"][-1]["hash"]


def moved_to_another_case(history: dict[str, Any]) -> None:
    history["ref"] = "H29.001.00-260105-0002"


def renumbered(history: dict[str, Any]) -> None:
    deleted(history)
    for position, entry in enumerate(history["entries"], start=1):
        entry["seq"] = position


def written_otherwise(history: dict[str, Any]) -> None:
    history["entries"][2]["entry"] = history["entries"][2]["entry"].replace(",", ", ")


def emptied(history: dict[str, Any]) -> None:
    history["entries"] = []


def garbled(history: dict[str, Any]) -> None:
    history["entries"][2] = {"seq": 3, "entry": "\ud800", "hash": 7}


def not_objects(history: dict[str, Any]) -> None:
    history["entries"][2] = "entry"


@pytest.mark.parametrize(
    ("alter", "seq"),
    [
        (edited, 3),
        (edited_with_its_hash, 4),
        (deleted, 3),
        (reordered, 3),
        (duplicated, 3),
        (truncated, 4),
        (truncated_with_its_head, 4),
        (moved_to_another_case, 1),
        (renumbered, 3),
        (written_otherwise, 3),
        (emptied, 1),
        (garbled, 3),
        (not_objects, 3),
    ],
)
def test_an_altered_history_is_broken_at_the_first_bad_entry(alter: Callable[[dict[str, Any]], None], seq: int) -> None:
    altered = copy.deepcopy(GOOD)
    alter(altered)
    with pytest.raises(audit.BrokenHistory) as caught:
        audit.verify(altered, GOOD["head"])
    assert caught.value.seq == seq
    assert caught.value.vi


def test_a_cut_tail_is_found_only_by_a_head_known_from_elsewhere() -> None:
    cut = export(length=3)
    assert audit.verify(cut).entries == 3
    with pytest.raises(audit.BrokenHistory):
        audit.verify(cut, GOOD["head"])


_texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
_keys = st.text("abcdefghijklmnopqrstuvwxyz_0123456789", min_size=1, max_size=10)
_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | _texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_keys, inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(_keys, _values, max_size=6))
def test_entries_are_written_as_rfc_8785_says(entry: dict[str, Any]) -> None:
    assert audit.canonical(entry) == rfc8785.dumps(entry)


@given(st.integers(0, 4), st.data())
def test_changing_any_character_of_any_entry_is_found(index: int, data: st.DataObject) -> None:
    altered = copy.deepcopy(GOOD)
    entry = altered["entries"][index]["entry"]
    place = data.draw(st.integers(0, len(entry) - 1))
    other = data.draw(st.characters(exclude_categories=["Cs"]).filter(lambda c: c != entry[place]))
    altered["entries"][index]["entry"] = entry[:place] + other + entry[place + 1 :]
    with pytest.raises(audit.BrokenHistory) as caught:
        audit.verify(altered)
    assert caught.value.seq == index + 1
