"""The conversation on a case through the gateway."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from gateway.tests.conftest import Backend
from gateway.tests.fakes.common import REF, WHEN
from services.common import limits

As = Callable[..., dict[str, str]]
ADDRESS = f"/api/v1/cases/{REF}/conversation"


def test_what_was_said_is_shown_with_receipts_and_what_proves_it(web: FlaskClient, backend: Backend, as_: As) -> None:
    answer = web.get(f"{ADDRESS}?page_token=1&page_size=7", headers=as_("citizen")).json
    assert answer is not None
    assert (answer["unread"], answer["open"], answer["next_page_token"]) == (1, True, "2")
    [said] = answer["messages"]
    assert (said["side"], said["author_role"], said["at"], said["text"]) == ("office", "clerk", WHEN, "Chào chị")
    assert (said["sha256"], said["salt"], said["removed"]) == ("ab" * 32, "01" * 16, False)
    assert (said["attachments"][0]["sha256"], said["read_at"]) == ("cd" * 32, "")
    asked = backend.asked.last("GetConversation")
    assert (asked.ref, asked.page_token, asked.page_size) == (REF, "1", 7)


def test_something_is_said_once_under_a_key(web: FlaskClient, backend: Backend, as_: As) -> None:
    body = {"text": "Em cảm ơn", "file_ids": ["f1"]}
    answer = web.post(ADDRESS, json=body, headers=as_("clerk", **{"Idempotency-Key": "k"}))
    assert answer.status_code == 201
    asked = backend.asked.last("PostMessage")
    assert (asked.idempotency_key, asked.text, list(asked.file_ids)) == ("k", "Em cảm ơn", ["f1"])
    assert web.post(ADDRESS, json=body, headers=as_("clerk")).status_code == 400


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"text": " "},
        {"text": "x" * (limits.LONG_TEXT_LENGTH + 1)},
        {"text": "a", "file_ids": ["f"] * (limits.MESSAGE_FILES + 1)},
        {"text": "a", "seen": True},
    ],
)
def test_a_message_that_is_none_is_refused(web: FlaskClient, as_: As, body: dict[str, Any]) -> None:
    assert web.post(ADDRESS, json=body, headers=as_("clerk", **{"Idempotency-Key": "k"})).status_code == 400


def test_reading_is_said_and_tells_what_is_left(web: FlaskClient, backend: Backend, as_: As) -> None:
    answer = web.post(f"{ADDRESS}/read", json={"up_to": 2}, headers=as_("citizen"))
    assert (answer.status_code, answer.json) == (200, {"unread": 3})
    assert backend.asked.last("MarkMessagesRead").up_to == 2
    assert web.post(f"{ADDRESS}/read", json={"up_to": 0}, headers=as_("citizen")).status_code == 400


def test_the_case_and_its_line_in_the_list_say_how_much_is_unread(web: FlaskClient, as_: As) -> None:
    case = web.get(f"/api/v1/cases/{REF}", headers=as_("clerk")).json
    line = web.get("/api/v1/cases", headers=as_("clerk")).json
    assert case is not None
    assert line is not None
    assert (case["unread_messages"], line["cases"][0]["unread_messages"]) == (2, 0)


def test_who_has_nothing_to_do_with_cases_is_turned_away(web: FlaskClient, as_: As) -> None:
    assert web.get(ADDRESS, headers=as_("administrator")).status_code == 403
