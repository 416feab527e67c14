import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from uuid import uuid4

import pytest
import requests

from services.exchange.core.axis import Axis, AxisRefused, AxisUnavailable
from services.exchange.envelopes import edxml
from services.exchange.envelopes.domain import Status
from services.exchange.envelopes.signing import Signer
from services.exchange.tests.samples import ANSWER, POLICE, QUESTION, RECORDS, report

WRITER = edxml.Writer()


@pytest.fixture(scope="session")
def question(police: Signer) -> bytes:
    return police.sign(WRITER.write(QUESTION))


def test_a_packet_sent_waits_in_its_receivers_inbox_until_it_is_settled(axis: Axis, records: Signer) -> None:
    answer = records.sign(WRITER.write(ANSWER))
    doc_id = axis.send(uuid4(), RECORDS, "edoc", answer)
    (waiting,) = axis.waiting(POLICE, "edoc")
    assert (waiting.doc_id, waiting.sender) == (doc_id, RECORDS)
    assert axis.fetch(POLICE, doc_id) == answer
    axis.settle(POLICE, doc_id, done=True)
    assert axis.waiting(POLICE, "edoc") == []


def test_the_same_message_sent_again_is_the_same_document(axis: Axis, records: Signer) -> None:
    message_id, answer = uuid4(), records.sign(WRITER.write(ANSWER))
    assert axis.send(message_id, RECORDS, "edoc", answer) == axis.send(message_id, RECORDS, "edoc", answer)
    assert len(axis.waiting(POLICE, "edoc")) == 1


def test_a_status_goes_to_the_sender_of_the_document_it_is_about(axis: Axis, records: Signer) -> None:
    axis.send(uuid4(), RECORDS, "status", records.sign(WRITER.write(report(Status.ARRIVED))))
    assert len(axis.waiting(POLICE, "status")) == 1


@pytest.mark.parametrize(
    ("sender", "kind", "change"),
    [
        (POLICE, "status", bytes),
        (RECORDS, "edoc", bytes),
        (POLICE, "edoc", lambda data: data[:-3]),
        (POLICE, "edoc", lambda data: data.replace(b"G01.001.00", b"G01.999.00")),
    ],
    ids=["another kind", "another sender", "malformed", "unknown receiver"],
)
def test_what_the_axis_refuses_is_not_worth_repeating(
    axis: Axis, question: bytes, sender: str, kind: str, change: Callable[[bytes], bytes]
) -> None:
    with pytest.raises(AxisRefused):
        axis.send(uuid4(), sender, kind, change(question))  # type: ignore[arg-type]


def test_a_packet_of_another_inbox_cannot_be_fetched(axis: Axis, records: Signer) -> None:
    doc_id = axis.send(uuid4(), RECORDS, "edoc", records.sign(WRITER.write(ANSWER)))
    with pytest.raises(AxisRefused):
        axis.fetch("H29.001.00", doc_id)


def test_an_axis_under_repair_is_worth_another_try(axis: Axis, axis_url: str) -> None:
    requests.post(f"{axis_url}/sandbox/faults", json={"down": 1}, timeout=5)
    with pytest.raises(AxisUnavailable):
        axis.waiting(POLICE, "edoc")
    assert axis.waiting(POLICE, "edoc") == []


def test_nobody_at_the_address_is_worth_another_try() -> None:
    with pytest.raises(AxisUnavailable):
        Axis("http://127.0.0.1:9/axis").waiting(POLICE, "edoc")


@contextmanager
def _answering(status: int, body: bytes) -> Iterator[str]:
    """A server that is not an axis."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (200, b"<html>proxy</html>", AxisUnavailable),
        (200, b"[]", AxisUnavailable),
        (200, b'{"status": "OK"}', AxisUnavailable),
        (429, b"", AxisUnavailable),
        (500, b"", AxisUnavailable),
        (302, b"", AxisUnavailable),
        (400, b'{"status": "OK"}', AxisRefused),
        (200, b'{"status": "FAIL", "ErrorCode": "7", "ErrorDesc": "x"}', AxisRefused),
    ],
)
def test_an_answer_that_is_not_the_axis_own_is_told_apart(status: int, body: bytes, error: type[Exception]) -> None:
    with _answering(status, body) as url, pytest.raises(error):
        Axis(url).waiting(POLICE, "edoc")
