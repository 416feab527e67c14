"""The parts every page for people is made with."""

from datetime import datetime

from flask import Response, render_template

from services.common import times


def page(template: str, status: int = 200, **values: object) -> Response:
    return Response(render_template(template, **values), status, content_type="text/html; charset=utf-8")


def local_time(rfc3339: str) -> datetime | None:
    """Returns the moment in Viet Nam; None for an empty text."""
    return times.local_time(datetime.fromisoformat(rfc3339)) if rfc3339 else None
