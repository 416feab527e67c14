"""A part of a form joins the whole as RFC 7396 says, and what differs is told by pointer, exactly."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.cases.forms.domain.forms import FormCheck
from services.cases.supplements.domain.case_changes import differences, merged

NAMES = st.sampled_from(["a", "b/c", "d~e"])
VALUES = st.recursive(
    st.booleans() | st.integers(0, 2) | st.sampled_from(["", "x", "y"]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(NAMES, inner, max_size=2),
    max_leaves=6,
)
FORMS = st.dictionaries(NAMES, VALUES, max_size=3)
SCHEMA = {
    "type": "object",
    "properties": {
        "phone": {"type": "string", "title": "Số điện thoại", "description": "Phone number"},
        "agreed": {"type": "boolean", "title": "Đồng ý", "description": "Agreed"},
        "history": {
            "type": "array",
            "title": "Quá trình",
            "description": "History",
            "items": {"type": "object", "properties": {"from": {"title": "Từ", "description": "From"}}},
        },
    },
}


@pytest.mark.parametrize(
    ("form", "part", "whole"),
    [
        ({"a": "b"}, {"a": "c"}, {"a": "c"}),
        ({"a": "b"}, {"b": "c"}, {"a": "b", "b": "c"}),
        ({"a": "b", "b": "c"}, {"a": None}, {"b": "c"}),
        ({"a": ["b"]}, {"a": "c"}, {"a": "c"}),
        ({"a": {"b": "c"}}, {"a": {"b": "d", "c": None}}, {"a": {"b": "d"}}),
        ({"a": [{"b": "c"}]}, {"a": [1]}, {"a": [1]}),
        ({"e": None}, {"a": 1}, {"e": None, "a": 1}),
        ({}, {"a": {"bb": {"ccc": None}}}, {"a": {"bb": {}}}),
        ({"a": "b"}, ["c"], ["c"]),
    ],
)
def test_a_part_is_merged_as_the_vectors_of_rfc_7396(form: Any, part: Any, whole: Any) -> None:
    assert merged(form, part) == whole


@given(FORMS, FORMS)
def test_nothing_outside_the_part_differs_and_the_same_form_sent_whole_changes_nothing(form: Any, part: Any) -> None:
    assert list(differences(form, merged(form, form))) == []
    within = {"/form/" + name.replace("~", "~0").replace("/", "~1") for name in part}
    for found in differences(form, merged(form, part)):
        assert any(found.pointer == place or found.pointer.startswith(place + "/") for place in within)
        assert type(found.old) is not type(found.new) or found.old != found.new


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ({"phone": "1"}, {}, "Phone number: “1” → left empty"),
        ({}, {"agreed": True}, "Agreed: left empty → yes"),
        ({"agreed": 1}, {"agreed": True}, "Agreed: “1” → yes"),
        ({"history": [{"from": "2004"}]}, {"history": [{"from": "2005"}]}, "History › entry 1 › From: “2004” → “2005”"),
        ({"history": []}, {"history": [{"from": "2005"}]}, "History › entry 1: left empty → “2005”"),
    ],
)
def test_a_difference_is_told_by_the_titles_that_lead_to_it(old: Any, new: Any, told: str) -> None:
    assert [found.told(FormCheck(SCHEMA)).en for found in differences(old, new)] == [told]


@pytest.mark.parametrize(
    ("place", "there"),
    [
        ("/form/phone", True),
        ("/form/history/0/from", True),
        ("/form/history/00/from", False),
        ("/form/history/0/to", False),
        ("/form/phone/0", False),
        ("/form", False),
        ("/applicant/phone", False),
        ("phone", False),
    ],
)
def test_a_form_has_the_places_its_schema_describes(place: str, there: bool) -> None:
    assert FormCheck(SCHEMA).has(place) is there
