"""Files up and down: streamed, ranged, named, never held whole."""

import hashlib
import io
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from gateway.tests.conftest import Backend
from services.common import limits

As = Callable[..., dict[str, str]]
CONTENT = b"%PDF-1.7 " + bytes(range(256))


@pytest.fixture
def file_id(web: FlaskClient, as_: As) -> str:
    answer = web.post("/api/v1/files?name=gi%E1%BA%A5y.pdf", data=CONTENT, headers=as_("citizen"))
    assert answer.json is not None
    return str(answer.json["file_id"])


def test_an_upload_reaches_the_service_in_bounded_chunks_with_its_size(
    web: FlaskClient, backend: Backend, as_: As
) -> None:
    content = b"x" * (limits.UPLOAD_CHUNK_BYTES * 3 + 5)
    headers = as_("citizen", **{"Content-Type": "application/pdf"})
    answer = web.post("/api/v1/files?name=gi%E1%BA%A5y.pdf", data=content, headers=headers)
    assert answer.status_code == 201
    assert answer.json is not None
    assert answer.json["sha256"] == hashlib.sha256(content).hexdigest()
    assert answer.json["state"] == "quarantined"
    header = backend.asked.calls["UploadHeader"][-1].request
    assert (header.name, header.declared_media_type, header.size) == ("giấy.pdf", "application/pdf", len(content))
    assert backend.documents.largest_chunk <= limits.UPLOAD_CHUNK_BYTES


def test_what_the_service_refuses_early_is_answered_though_more_was_to_come(web: FlaskClient, as_: As) -> None:
    body = io.BytesIO(b"MZ" + b"x" * limits.UPLOAD_CHUNK_BYTES * 20)
    answer = web.post("/api/v1/files?name=a.exe", input_stream=body, headers=as_("citizen"))
    assert (answer.status_code, answer.content_type) == (400, "application/problem+json")


def test_an_upload_that_breaks_off_is_not_kept(web: FlaskClient, backend: Backend, as_: As) -> None:
    kept = len(backend.documents.contents)
    body = io.BytesIO(b"x" * 1000)
    announced = {"CONTENT_LENGTH": "2000"}
    answer = web.post("/api/v1/files?name=a", input_stream=body, environ_overrides=announced, headers=as_("citizen"))
    assert answer.status_code == 400
    assert len(backend.documents.contents) == kept


def test_a_file_over_the_limit_is_refused_by_its_announced_size(web: FlaskClient, as_: As) -> None:
    announced = {"CONTENT_LENGTH": str(limits.FILE_BYTES + 1)}
    answer = web.post("/api/v1/files?name=a", environ_overrides=announced, headers=as_("citizen"))
    assert answer.status_code == 413


def test_an_upload_needs_a_name(web: FlaskClient, as_: As) -> None:
    answer = web.post("/api/v1/files", data=b"x", headers=as_("citizen"))
    assert answer.status_code == 400
    assert answer.json is not None
    assert answer.json["errors"][0]["pointer"] == "/query/name"


def test_an_upload_has_its_name_in_a_header_as_well(web: FlaskClient, backend: Backend, as_: As) -> None:
    headers = as_("citizen", **{"Content-Disposition": "attachment; filename*=UTF-8''C%C4%83n%20c%C6%B0%E1%BB%9Bc.pdf"})
    assert web.post("/api/v1/files", data=b"x", headers=headers).status_code == 201
    assert backend.asked.calls["UploadHeader"][-1].request.name == "Căn cước.pdf"


def test_a_download_is_an_attachment_under_its_own_name(web: FlaskClient, as_: As, file_id: str) -> None:
    answer = web.get(f"/api/v1/files/{file_id}/content", headers=as_("citizen"))
    assert (answer.status_code, answer.data) == (200, CONTENT)
    assert (
        answer.headers["Content-Disposition"] == "attachment; filename=\"giay.pdf\"; filename*=UTF-8''gi%E1%BA%A5y.pdf"
    )
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Length"] == str(len(CONTENT))
    assert answer.headers["ETag"] == f'"{hashlib.sha256(CONTENT).hexdigest()}"'


@pytest.mark.parametrize(
    ("wanted", "part", "content_range"),
    [
        ("bytes=0-0", CONTENT[:1], "bytes 0-0/265"),
        ("bytes=10-19", CONTENT[10:20], "bytes 10-19/265"),
        ("bytes=260-", CONTENT[260:], "bytes 260-264/265"),
        ("bytes=-5", CONTENT[-5:], "bytes 260-264/265"),
        ("bytes=0-9999", CONTENT, "bytes 0-264/265"),
        ("bytes=-9999", CONTENT, "bytes 0-264/265"),
    ],
)
def test_one_range_is_sent_as_partial_content(
    web: FlaskClient, as_: As, file_id: str, wanted: str, part: bytes, content_range: str
) -> None:
    answer = web.get(f"/api/v1/files/{file_id}/content", headers=as_("citizen", Range=wanted))
    assert (answer.status_code, answer.data, answer.headers["Content-Range"]) == (206, part, content_range)


@pytest.mark.parametrize("wanted", ["bytes=1-2,4-5", "bytes=5-2", "lines=1-2", "bytes=", "bytes=a-b"])
def test_a_range_not_understood_is_answered_with_the_whole(
    web: FlaskClient, as_: As, file_id: str, wanted: str
) -> None:
    answer = web.get(f"/api/v1/files/{file_id}/content", headers=as_("citizen", Range=wanted))
    assert (answer.status_code, answer.data) == (200, CONTENT)


def test_a_range_behind_the_end_says_how_long_the_file_is(web: FlaskClient, as_: As, file_id: str) -> None:
    answer = web.get(f"/api/v1/files/{file_id}/content", headers=as_("citizen", Range="bytes=265-"))
    assert (answer.status_code, answer.headers["Content-Range"]) == (416, "bytes */265")


def test_a_range_of_another_version_is_answered_with_the_whole(web: FlaskClient, as_: As, file_id: str) -> None:
    headers = as_("citizen", **{"Range": "bytes=0-1", "If-Range": '"other"'})
    assert web.get(f"/api/v1/files/{file_id}/content", headers=headers).status_code == 200


def test_head_tells_the_length_without_the_bytes(web: FlaskClient, as_: As, file_id: str) -> None:
    answer = web.head(f"/api/v1/files/{file_id}/content", headers=as_("citizen"))
    assert (answer.status_code, answer.data, answer.headers["Content-Length"]) == (200, b"", "265")


def test_an_unknown_file_is_a_problem_not_a_broken_stream(web: FlaskClient, as_: As) -> None:
    answer = web.get("/api/v1/files/none/content", headers=as_("citizen"))
    assert (answer.status_code, answer.content_type) == (404, "application/problem+json")
