import json
import logging
from typing import Any

import pytest
import structlog

from services.common import context
from services.common.context import Trace
from services.common.testing.logs import logging_as_a_process

TRACEPARENT = "00-" + "1" * 32 + "-" + "2" * 16 + "-01"


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_a_line_says_who_when_what_and_for_which_request(capsys: pytest.CaptureFixture[str]) -> None:
    with (
        logging_as_a_process("cases", "INFO"),
        context.acting(None, Trace("req-1", TRACEPARENT, "G01.029.00-261122-0001")),
    ):
        structlog.get_logger().info("filed", channel="online")
    (line,) = lines(capsys)
    assert line.pop("ts").endswith("Z")
    assert line == {
        "service": "cases",
        "level": "info",
        "event": "filed",
        "channel": "online",
        "request_id": "req-1",
        "trace_id": "1" * 32,
        "case_ref": "G01.029.00-261122-0001",
    }


def test_a_personal_number_is_masked_wherever_it_stands(capsys: pytest.CaptureFixture[str]) -> None:
    with logging_as_a_process("cases", "INFO"):
        structlog.get_logger().info("079301000019 filed", applicant={"ids": ["079301000019"]})
        logging.getLogger("some.library").warning("bad row %s", "079301000019")
        try:
            raise ValueError("no such person 079301000019")
        except ValueError:
            structlog.get_logger().exception("failed")
    told = capsys.readouterr().out
    assert told.count("0793******19") >= 4
    assert "079301000019" not in told


def test_a_library_that_logs_gets_the_same_form(capsys: pytest.CaptureFixture[str]) -> None:
    with logging_as_a_process("cases", "INFO"):
        logging.getLogger("some.library").error("disk %s", "full")
        logging.getLogger("some.library").debug("not this")
    (line,) = lines(capsys)
    assert (line["event"], line["level"], line["service"]) == ("disk full", "error", "cases")


def test_asked_for_every_detail_a_library_is_as_brief_as_ever(capsys: pytest.CaptureFixture[str]) -> None:
    """What libraries say of their work quotes it: an envelope to sign, the parameters of a statement."""
    with logging_as_a_process("exchange", "DEBUG"):
        logging.getLogger("some.library").debug("Canonicalized string: Nguyễn Thị Lan")
        logging.getLogger("services.exchange").debug("waiting")
    (line,) = lines(capsys)
    assert line["event"] == "waiting"
