"""When a request may take a thread, whatever pieces it comes in."""

from datetime import timedelta

import pytest

from gateway.intake import Intake, Stage
from services.common import limits

HEAD = b"POST /api/v1/cases?a=b HTTP/1.1\r\nHost: h\r\n"


def fed(*pieces: bytes) -> Intake:
    intake = Intake(deadline=10.0)
    for piece in pieces:
        intake.feed(piece, 0.0)
    return intake


@pytest.mark.parametrize(
    ("request_", "stage"),
    [
        (HEAD, Stage.HEAD),
        (HEAD + b"\r\n", Stage.WHOLE),
        (HEAD + b"Content-Length: 3\r\n\r\nab", Stage.BODY),
        (HEAD + b"content-LENGTH:3\r\n\r\nabc", Stage.WHOLE),
        (HEAD + b"Content-Length: 3 \r\n\r\nabcGET", Stage.WHOLE),
        (HEAD + b"Content-Length: 0\r\n\r\n", Stage.WHOLE),
        (HEAD + b"Content-Length: %d\r\n\r\n" % (limits.JSON_BODY_BYTES + 1), Stage.LARGE),
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\n", Stage.BODY),
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n", Stage.BODY),
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\n3;x=y\r\nabc\r\n0\r\n\r\n", Stage.WHOLE),
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\nA\r\n0\r\n\r\n56789\r\n0\r\nX: y\r\n\r\n", Stage.WHOLE),
        (HEAD + b"X: content-length\r\nY: z\r\n\r\n", Stage.WHOLE),
    ],
)
def test_the_same_stage_is_reached_whole_or_byte_by_byte(request_: bytes, stage: Stage) -> None:
    assert fed(request_).stage is stage
    assert fed(*(bytes([byte]) for byte in request_)).stage is stage


@pytest.mark.parametrize(
    "request_",
    [
        HEAD + b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n",
        HEAD + b"Content-Length: 3\r\nContent-Length: x\r\n\r\n",
        HEAD + b"Content-Length: -1\r\n\r\n",
        HEAD.replace(b"\r\n", b"\n") + b"\n",
    ],
)
def test_what_the_parser_is_to_refuse_is_not_waited_for(request_: bytes) -> None:
    assert fed(request_).stage is Stage.WHOLE


@pytest.mark.timeout(60)
def test_no_head_takes_long_to_judge() -> None:
    blanks = b" " * (limits.HEAD_BYTES - 200)
    assert fed(HEAD + b"Content-Length:" + blanks + b"x\nX: y\r\n\r\n").stage is Stage.WHOLE


@pytest.mark.parametrize("chunks", [b"x\r\n", b"3\r\nabcd\r\n", b"3\nabc\n0\n\n\r\n", b"123456789\r\n", b"\r\n"])
def test_a_chunk_that_is_none_is_read_by_whoever_takes_the_body(chunks: bytes) -> None:
    assert fed(HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + chunks).stage is Stage.LARGE


def test_more_chunks_than_are_held_are_read_by_whoever_takes_the_body() -> None:
    chunk = b"8000\r\n" + bytes(0x8000) + b"\r\n"
    assert fed(HEAD + b"Transfer-Encoding: chunked\r\n\r\n", *[chunk] * 7).stage is Stage.BODY
    assert fed(HEAD + b"Transfer-Encoding: chunked\r\n\r\n", *[chunk] * 9).stage is Stage.LARGE


@pytest.mark.parametrize(
    ("address", "lasts"),
    [
        (b"/api/v1/files?name=a.pdf", True),
        (b"/api/v1/files/", True),
        (b"/api/v1/%66iles", True),
        (b"http://cong.example/api/v1/files", True),
        (b"/api/v1/files/3f/content", False),
        (b"/api/v1/files/3f", False),
        (b"/api/v1/cases", False),
    ],
)
def test_uploads_last_however_small_they_are_and_however_the_address_is_written(address: bytes, lasts: bool) -> None:
    assert fed(b"POST " + address + b" HTTP/1.1\r\nHost: x\r\n\r\n").lasts is lasts


def test_a_head_without_end_is_refused() -> None:
    assert fed(HEAD, b"X: " + b"x" * limits.HEAD_BYTES).stage is Stage.HEAD_TOO_LARGE


def test_a_head_has_a_deadline_from_its_first_byte() -> None:
    intake = Intake(deadline=75.0)
    assert not intake.late(70.0)
    intake.feed(b"G", 70.0)
    deadline = 70.0 + limits.HEAD_DEADLINE.total_seconds()
    intake.feed(b"ET", deadline - 1)
    assert not intake.late(deadline)
    assert intake.late(deadline + 0.1)


def test_a_body_keeps_a_least_rate_after_a_grace() -> None:
    intake = fed(HEAD + b"Content-Length: 200000\r\n\r\n")
    grace = limits.BODY_GRACE / timedelta(seconds=1)
    assert not intake.late(grace)
    assert intake.late(grace + 1)
    intake.feed(bytes(3 * limits.BODY_BYTES_A_SECOND), grace + 1)
    assert not intake.late(grace + 3)
    assert intake.late(grace + 3.1)


def test_the_path_is_without_its_query() -> None:
    assert fed(HEAD).path == b"/api/v1/cases"
    assert fed(b"GE").path == b""
