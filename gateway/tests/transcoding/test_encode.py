"""Messages as JSON."""

from datetime import UTC, datetime
from typing import Any

import orjson
from onestop.common.v1.text_pb2 import Text

from gateway.tests.transcoding.everything import message
from gateway.transcoding.encode import encoder
from services.common.moments import timestamp


def as_json(of: Any) -> Any:
    return orjson.loads(orjson.dumps(encoder(of.DESCRIPTOR)(of)))


def test_what_is_not_set_is_there_all_the_same() -> None:
    assert as_json(message("Answer")()) == {
        "text": "",
        "number": 0,
        "yes": False,
        "share": 0.0,
        "name": {"vi": "", "en": ""},
        "at": "",
        "digest": "",
        "form": {},
        "old": None,
        "colour": "",
        "colour_name": None,
        "code": 0,
        "code_name": None,
        "other_code": None,
        "other_code_name": None,
        "inner": None,
        "always": {"word": "", "deeper": None},
        "inners": [],
        "texts": [],
        "colours": [],
        "lines": [],
        "flags": {},
        "by_name": {},
        "more": 0,
    }


def test_what_is_set_is_as_its_field_says() -> None:
    inner = {"word": "w", "hidden": "h", "deeper": {"word": "d"}}
    shown = {"word": "w", "deeper": {"word": "d"}}
    full = message("Answer")(
        text="t",
        number=2**40,
        yes=True,
        share=0.5,
        secret="s",
        name=Text(vi="tên", en="name"),
        at=timestamp(datetime(2026, 3, 2, 2, 0, 0, 1, UTC)),
        digest=b"\x01\xff",
        form=b'{"a":[1]}',
        old=b'"x"',
        colour=1,
        code=2,
        other_code=1,
        inner=inner,
        always=inner,
        inners=[inner, {}],
        texts=["a", "b"],
        colours=[1, 2],
        lines=[Text(vi="v", en="e")],
        flags={"f": True},
        by_name={"n": inner},
        maybe="",
        beside={"more": 3, "unseen": "u"},
    )
    assert as_json(full) == {
        "text": "t",
        "number": 2**40,
        "yes": True,
        "share": 0.5,
        "name": {"vi": "tên", "en": "name"},
        "at": "2026-03-02T02:00:00.000001Z",
        "digest": "01ff",
        "form": {"a": [1]},
        "old": "x",
        "colour": "red",
        "colour_name": {"vi": "đỏ", "en": "red"},
        "code": 2,
        "code_name": {"vi": "hai", "en": "two"},
        "other_code": 1,
        "other_code_name": {"vi": "một", "en": "one"},
        "inner": shown,
        "always": shown,
        "inners": [shown, {"word": "", "deeper": None}],
        "texts": ["a", "b"],
        "colours": ["red", "navy"],
        "lines": [{"vi": "v", "en": "e"}],
        "flags": {"f": True},
        "by_name": {"n": shown},
        "maybe": "",
        "more": 3,
    }
