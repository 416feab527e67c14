"""What people paste and type by hand reaches the services as it is meant."""

import json
from collections.abc import Callable
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient

from gateway.tests.conftest import Backend
from gateway.tests.fakes.common import REF
from services.common import limits

As = Callable[..., dict[str, str]]


@pytest.mark.parametrize(
    "typed", [REF.lower(), f" {REF} ", REF.replace("-", "\u2011"), REF.replace("-", " – "), f"\u200b{REF}"]
)
def test_a_case_is_found_however_its_number_is_typed(web: FlaskClient, backend: Backend, typed: str) -> None:
    assert web.get(f"/api/v1/public/cases/{quote(typed)}").status_code == 200
    assert backend.asked.last("GetPublicStatus").ref == REF


def test_an_address_of_what_does_not_show_is_that_of_nothing(web: FlaskClient) -> None:
    assert web.get(f"/api/v1/public/cases/{quote(chr(0x200B))}").status_code == 404


@pytest.mark.parametrize(
    ("typed", "heard"),
    [
        (" Ảnh\u00a0mờ\u200b ", "Ảnh mờ"),
        ("Ảnh\tmờ\r\n\uf0b7 chụp lại", "Ảnh mờ\nchụp lại"),
        ("A\u0309nh \u202emờ", "Ảnh mờ"),
    ],
)
def test_a_reason_is_heard_as_it_is_read(web: FlaskClient, backend: Backend, as_: As, typed: str, heard: str) -> None:
    body = b"\xef\xbb\xbf" + json.dumps({"reason": typed}).encode()
    headers = as_("clerk", **{"If-Match": '"3"'})
    answer = web.post(f"/api/v1/cases/{REF}/refuse", data=body, headers=headers, content_type="application/json")
    assert answer.status_code == 200
    assert backend.asked.last("refuse").refuse.reason == heard


@pytest.mark.parametrize("reason", ["\u200b", "\u3164", " \u00a0\t", "\n\r\n"])
def test_a_reason_that_shows_nothing_is_none(web: FlaskClient, as_: As, reason: str) -> None:
    headers = as_("clerk", **{"If-Match": '"3"'})
    answer = web.post(f"/api/v1/cases/{REF}/refuse", json={"reason": reason}, headers=headers)
    assert answer.status_code == 400
    assert answer.json is not None
    assert answer.json["errors"][0]["detail"] == "Cần điền mục này."


@pytest.mark.parametrize(
    ("query", "name", "heard"),
    [
        ("q=%20h%CA%BClinh%E2%80%8B", "q", "hʼlinh"),
        ("identifier=079%20301%20000%20019", "identifier", "079301000019"),
        ("ref=g01.029", "ref", "G01.029"),
        ("due_before=31/12/2026", "due_before", "2026-12-31"),
    ],
)
def test_a_search_asks_for_what_is_meant(
    web: FlaskClient, backend: Backend, as_: As, query: str, name: str, heard: str
) -> None:
    assert web.get(f"/api/v1/cases?{query}", headers=as_("clerk")).status_code == 200
    assert getattr(backend.asked.last("SearchCases").filter, name) == heard


def test_a_text_too_long_is_refused_whatever_would_be_left_of_it(web: FlaskClient, as_: As) -> None:
    headers = as_("clerk", **{"If-Match": '"3"'})
    body = {"reason": "a" + "\u200b" * limits.LONG_TEXT_LENGTH}
    assert web.post(f"/api/v1/cases/{REF}/refuse", json=body, headers=headers).status_code == 400
