"""JSON and queries as messages, and everything that can be wrong with them."""

from typing import Any

import orjson
import pytest

from gateway.tests.transcoding.everything import message
from gateway.transcoding.decode import Faults, body_of, query_of, takeable

LEAST = {"name": "Lan", "day": "2026-03-02", "working": False, "must": "red", "words": ["a"]}


def take(given: Any) -> tuple[Any, list[tuple[str, str]]]:
    """The message made of a body, and what was wrong: pointer and code."""
    kind = message("Question")
    faults: Faults = []
    taken = body_of(takeable(kind.DESCRIPTOR))(given, "", faults)
    return (None if faults else kind(**taken)), [(one.pointer, one.code) for one in faults]


def wrong(**changes: Any) -> list[tuple[str, str]]:
    return take({**LEAST, **changes})[1]


def test_what_may_be_left_out_is_nothing_or_its_default() -> None:
    taken, faults = take(LEAST)
    assert faults == []
    assert (taken.name, taken.note, taken.until, taken.page_size, taken.HasField("pin")) == ("Lan", "", "", 50, False)


def test_everything_is_taken_as_its_field_says_and_cleaned() -> None:
    taken, faults = take(
        {
            "name": "  Nguyễn\u200b  Thị Lan ",
            "note": " a  b \r\n c",
            "day": "2/3/2026",
            "until": "",
            "number": "079 301.000019",
            "firm": "0312687878001",
            "born": "6/1945",
            "ref": "h29.001.00–260105-0001.",
            "password": "  as typed ",
            "days": 10,
            "working": True,
            "colour": "",
            "must": "navy",
            "codes": [1, 2],
            "words": [" a "],
            "pins": [{"field": "/form/x", "reason": "r"}],
            "pin": None,
            "form": {"a": [1, None]},
            "more": 4,
        }
    )
    assert faults == []
    assert taken.name == "Nguyễn Thị Lan"
    assert taken.note == "a b\nc"
    assert (taken.day, taken.until, taken.born) == ("2026-03-02", "", "1945-06")
    assert (taken.number, taken.firm, taken.ref) == ("079301000019", "0312687878-001", "H29.001.00-260105-0001")
    assert taken.password == "  as typed "
    assert (taken.must, list(taken.codes), list(taken.words)) == (2, [1, 2], ["a"])
    assert taken.pins[0].field == "/form/x"
    assert orjson.loads(taken.form) == {"a": [1, None]}
    assert taken.beside.more == 4


def test_everything_that_is_missing_or_has_no_such_name_is_named() -> None:
    assert take({"x/y": 1, "inside": "i", "beside": {}})[1] == [
        ("/name", "missing"),
        ("/day", "missing"),
        ("/working", "missing"),
        ("/must", "missing"),
        ("/x~1y", "extra-forbidden"),
        ("/inside", "extra-forbidden"),
        ("/beside", "extra-forbidden"),
    ]


@pytest.mark.parametrize("given", [None, [], "x", 1])
def test_what_is_no_object_is_refused_as_a_whole(given: Any) -> None:
    assert take(given)[1] == [("", "model-type")]


@pytest.mark.parametrize(
    ("member", "value", "code"),
    [
        ("name", 1, "string-type"),
        ("name", None, "string-type"),
        ("name", " ", "string-too-short"),
        ("name", "x" * 501, "string-too-long"),
        ("name", "a\0", "characters"),
        ("note", "x" * 4_001, "string-too-long"),
        ("day", "", "day"),
        ("day", "3/2026", "day"),
        ("until", "31/2/2026", "day"),
        ("number", "12", "personal-number"),
        ("firm", "12", "tax-code"),
        ("born", "yesterday", "birth-date"),
        ("password", "", "string-too-short"),
        ("days", "1", "int-type"),
        ("days", True, "int-type"),
        ("days", 1.0, "int-type"),
        ("days", 0, "greater-than-equal"),
        ("days", 11, "less-than-equal"),
        ("days", 10**30, "less-than-equal"),
        ("working", 1, "bool-type"),
        ("working", "true", "bool-type"),
        ("colour", "green", "literal-error"),
        ("colour", 1, "literal-error"),
        ("must", "", "literal-error"),
        ("codes", 1, "list-type"),
        ("codes", [1, 1, 1, 1], "too-long"),
        ("words", [], "too-short"),
        ("form", [], "dict-type"),
        ("form", {"n": 2**70}, "number-out-of-range"),
        ("more", -1, "greater-than-equal"),
        ("pin", [], "model-type"),
    ],
)
def test_no_value_stands_in_for_another(member: str, value: Any, code: str) -> None:
    assert wrong(**{member: value}) == [(f"/{member}", code)]


def test_what_is_wrong_deeper_is_named_where_it_is() -> None:
    found = wrong(codes=[1, 3], words=["", "b"], pins=[{"reason": "r"}, {"field": 1, "x": 2}])
    assert found == [
        ("/codes/1", "less-than-equal"),
        ("/words/0", "string-too-short"),
        ("/pins/1/field", "string-type"),
        ("/pins/1/reason", "missing"),
        ("/pins/1/x", "extra-forbidden"),
    ]


def test_a_choice_says_what_may_be_chosen_in_both_languages() -> None:
    faults: Faults = []
    body_of(takeable(message("Question").DESCRIPTOR))({**LEAST, "must": "green"}, "", faults)
    assert (faults[0].vi, faults[0].en) == ("Chọn một trong: red, navy.", "Choose one of: red, navy.")


def ask(**given: list[str]) -> tuple[dict[str, Any], list[tuple[str, str]]]:
    faults: Faults = []
    fields = message("Question").DESCRIPTOR.fields_by_name
    taken = query_of([fields[name] for name in ("note", "days", "page_size", "working", "codes", "until", "beside")])
    return taken({"working": ["yes"], **given}, faults), [(one.pointer, one.code) for one in faults]


def test_of_a_parameter_given_twice_the_last_counts_and_a_list_takes_all() -> None:
    taken, faults = ask(days=["3", " 4 "], codes=["1", "2"], working=["false", "1"], note=["a", " b "], more=["7"])
    assert faults == []
    assert taken == {
        "days": 4,
        "page_size": 50,
        "codes": [1, 2],
        "working": True,
        "note": "b",
        "beside": {"more": 7},
    }


def test_a_parameter_that_is_wrong_is_named() -> None:
    assert ask(days=["many"], page_size=["101"], codes=["9"], working=["perhaps"], until=["x"], q=["1"])[1] == [
        ("/query/days", "int-parsing"),
        ("/query/page_size", "less-than-equal"),
        ("/query/working", "bool-parsing"),
        ("/query/codes/0", "less-than-equal"),
        ("/query/until", "day"),
        ("/query/q", "extra-forbidden"),
    ]
