"""The parts every page for people is made with."""

from datetime import datetime

from flask import Response, render_template
from google.protobuf.timestamp_pb2 import Timestamp

from services.common import times
from services.common.moments import moment


def page(template: str, status: int = 200, **values: object) -> Response:
    return Response(render_template(template, **values), status, content_type="text/html; charset=utf-8")


def local_time(held: Timestamp) -> datetime | None:
    """Returns the moment a message holds as clocks in Viet Nam show it; None where it is not set."""
    at = moment(held)
    return times.local_time(at) if at else None
