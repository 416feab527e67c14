"""Procedures as files through the gateway."""

from flask.testing import FlaskClient

from gateway.resources.catalogue import YAML
from gateway.tests.conftest import Backend
from gateway.tests.test_resources import As
from services.common import limits

FILE = "code: “3.000347”\n".encode()


def test_a_file_is_published_as_sent_and_the_same_again_is_not_new(web: FlaskClient, backend: Backend, as_: As) -> None:
    headers = as_("administrator") | {"Content-Type": YAML}
    rehearsed = web.post("/api/v1/procedures?dry_run=true", data=FILE, headers=headers)
    first = web.post("/api/v1/procedures?note=QĐ 12", data=FILE, headers=headers)
    again = web.post("/api/v1/procedures", data=FILE, headers=headers)
    assert [answer.status_code for answer in (rehearsed, first, again)] == [200, 201, 200]
    assert first.json is not None
    assert (first.json["new"], first.json["version"]["sha256"]) == (True, "01" * 32)
    assert first.json["remarks"][0]["text"] == {"vi": "Xem lại", "en": "Look again"}
    asked = [call.request for call in backend.asked.calls["PublishProcedure"]][-3:]
    assert [(each.content, each.note, each.dry_run) for each in asked] == [
        (FILE, "", True), (FILE, "QĐ 12", False), (FILE, "", False),
    ]  # fmt: skip


def test_only_an_administrator_publishes_and_only_files_of_the_right_kind(web: FlaskClient, as_: As) -> None:
    assert web.post("/api/v1/procedures", data=FILE, headers=as_("leader")).status_code == 403
    wrong = as_("administrator") | {"Content-Type": "application/json"}
    assert web.post("/api/v1/procedures", data=FILE, headers=wrong).status_code == 415
    headers = as_("administrator") | {"Content-Type": YAML}
    too_much = b"#" * (limits.PROCEDURE_FILE_BYTES + 1)
    assert web.post("/api/v1/procedures", data=too_much, headers=headers).status_code == 413


def test_a_version_is_taken_back(web: FlaskClient, backend: Backend, as_: As) -> None:
    body = {"effective_from": "2030-01-01"}
    answer = web.post("/api/v1/procedures/3.000347/withdraw", json=body, headers=as_("administrator"))
    assert answer.status_code == 204
    assert backend.asked.last("WithdrawProcedure").effective_from == "2030-01-01"


def test_anyone_reads_the_file_the_versions_and_what_changes(web: FlaskClient, backend: Backend) -> None:
    file = web.get("/api/v1/procedures/3.000347/file?effective_from=2025-07-01")
    assert (file.data.decode(), file.mimetype) == ("code: đúng\n", YAML)
    assert backend.asked.last("GetProcedureFile").effective_from == "2025-07-01"
    versions = web.get("/api/v1/procedures/3.000347/versions").json
    assert versions is not None
    assert versions["versions"][0]["published_by"] == "admin"
    changes = web.get("/api/v1/procedures/3.000347/changes").json
    assert changes is not None
    assert changes["changes"] == [{"place": "/days", "text": {"vi": "Thời hạn: 5 → 4", "en": "Term: 5 → 4"}}]
    assert web.get("/api/v1/procedures/9.999999/changes").status_code == 404


def test_the_schema_is_served_to_editors(web: FlaskClient) -> None:
    answer = web.get("/api/v1/procedure-schema")
    assert (answer.mimetype, answer.json) == ("application/schema+json", {"title": "Procedure"})
