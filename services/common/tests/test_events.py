"""Events, their ids and their envelope."""

from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.common import context
from services.common.events import Event, uuid7
from services.common.messaging import envelope
from services.common.messaging.envelope import Undecodable
from services.common.messaging.transport import Message

EVENT = Event(type="cases.submitted", subject="ref", aggregate_id="id", aggregate_version=1, data=b"\x00")


def test_ids_are_uuids_of_version_7_in_the_order_of_time() -> None:
    before = datetime.now(UTC) - timedelta(milliseconds=1)
    ids = [uuid7() for _ in range(1000)]
    assert len(set(ids)) == 1000
    assert {(i.version, i.variant) for i in ids} == {(7, "specified in RFC 4122")}
    milliseconds = [i.int >> 80 for i in ids]
    assert milliseconds == sorted(milliseconds)
    assert before <= datetime.fromtimestamp(milliseconds[0] / 1000, UTC) <= datetime.now(UTC)


def test_the_ids_of_the_request_come_from_the_context() -> None:
    with context.acting(None, context.Trace("request", "00-trace-span-01")):
        event = Event(type="cases.accepted", subject="ref", aggregate_id="id", aggregate_version=2, data=b"")
    assert (event.request_id, event.traceparent, event.source) == ("request", "00-trace-span-01", "cases")


def test_an_event_too_large_for_the_broker_is_refused_where_it_is_made() -> None:
    with pytest.raises(ValueError, match="1048577 bytes"):
        Event(type="cases.submitted", subject="ref", aggregate_id="id", aggregate_version=1, data=bytes(2**20 + 1))


@given(
    type_=st.text(), subject=st.text(), version=st.integers(0, 2**62), data=st.binary(), source=st.text(min_size=1),
    time=st.datetimes(timezones=st.sampled_from([UTC, timezone(timedelta(hours=7))])), trace=st.text(),
)  # fmt: skip
def test_an_event_comes_out_of_its_envelope_as_it_went_in(
    type_: str, subject: str, version: int, data: bytes, source: str, time: datetime, trace: str
) -> None:
    event = Event(
        type=type_, subject=subject, aggregate_id="id", aggregate_version=version, data=data, source=source, time=time,
        traceparent=trace, request_id="r",
    )  # fmt: skip
    assert envelope.decode(envelope.encode(event)) == event


@pytest.mark.parametrize("attribute", ["id", "type", "source", "subject", "time", "aggregateid", "aggregateversion"])
def test_an_envelope_without_an_attribute_cannot_be_read(attribute: str) -> None:
    message = envelope.encode(EVENT)
    headers = {name: value for name, value in message.headers.items() if name != f"cloudEvents:{attribute}"}
    with pytest.raises(Undecodable, match=attribute):
        envelope.decode(Message(message.type, headers, message.body))


@pytest.mark.parametrize("attribute", ["id", "time", "aggregateversion"])
def test_an_envelope_with_a_malformed_attribute_cannot_be_read(attribute: str) -> None:
    message = envelope.encode(EVENT)
    with pytest.raises(Undecodable):
        envelope.decode(Message(message.type, {**message.headers, f"cloudEvents:{attribute}": "?"}, message.body))


def test_a_message_without_an_id_is_known_by_its_content() -> None:
    nameless = Message("any", {}, b"1")
    assert envelope.message_id(nameless) == envelope.message_id(Message("any", {}, b"1"))
    assert envelope.message_id(nameless) != envelope.message_id(Message("any", {}, b"2"))
    assert envelope.message_id(envelope.encode(EVENT)) == EVENT.id
    assert isinstance(envelope.message_id(Message("any", {"cloudEvents:id": "?"}, b"")), UUID)
