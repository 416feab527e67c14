"""The story of a chained case, and its parts on the case."""

from collections.abc import Callable

from flask.testing import FlaskClient
from onestop.cases.v1 import cases_service_pb2 as pb

from gateway.tests.fakes.common import REF
from gateway.transcoding.encode import encoder

As = Callable[..., dict[str, str]]


def test_a_timeline_tells_what_was_who_has_it_and_what_comes(web: FlaskClient, as_: As) -> None:
    answer = web.get(f"/api/v1/cases/{REF}/timeline", headers=as_("citizen"))
    assert answer.json is not None
    assert (answer.json["ref"], answer.json["due_date"]) == (REF, "2026-01-12")
    assert [entry["text"]["vi"] for entry in answer.json["entries"]] == ["Đã nộp hồ sơ."]
    assert [(one["agency_code"], one["status"], one["applicant_acts"]) for one in answer.json["now"]] == [
        ("H29.001.00", 1, False)
    ]
    assert [one["text"]["vi"] for one in answer.json["next"]] == ["Bắt đầu sau."]


def test_a_timeline_is_for_the_applicant_and_workers(web: FlaskClient, as_: As) -> None:
    assert web.get(f"/api/v1/cases/{REF}/timeline", headers=as_("agency_system")).status_code == 403
    assert web.get(f"/api/v1/cases/{REF}/timeline").status_code == 401


def test_a_part_that_has_not_started_has_no_status() -> None:
    part = encoder(pb.Part.DESCRIPTOR)
    planned = part(pb.Part(code="thuong_tru", follows=["khai_sinh"]))
    assert (planned["status"], planned["status_name"], planned["follows"]) == (None, None, ["khai_sinh"])
    assert part(pb.Part(status=pb.CASE_STATUS_ACCEPTED))["status"] == 2
