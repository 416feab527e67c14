"""The HTTP interface stays as it was before the protos declared it; what differs is listed here, and why."""

from pathlib import Path

from gateway import openapi
from gateway.app import api_resources
from gateway.tests.interface import facts

KEPT = Path(__file__).with_name("interface.txt")
_FILE_NAME = "A file's name may tell whose it is; it may stand in a header, which no log of addresses has."
_NULL = "Null was taken there, and OpenAPI did not say so."
GONE = {
    "POST /api/v1/cases/{}/resubmit takes /attachments[]/consent? string": _NULL,
    "POST /api/v1/cases/{}/resubmit takes /attachments[]/file_id? string": _NULL,
    "POST /api/v1/cases/{}/resubmit takes /attachments[]/stored_paper_id? string": _NULL,
    "POST /api/v1/files query name string": _FILE_NAME,
}
"""What is no longer so, and why."""
NEW = {
    "POST /api/v1/cases/{}/resubmit takes /attachments[]/consent? null or string": _NULL,
    "POST /api/v1/cases/{}/resubmit takes /attachments[]/file_id? null or string": _NULL,
    "POST /api/v1/cases/{}/resubmit takes /attachments[]/stored_paper_id? null or string": _NULL,
    "POST /api/v1/cases/{}/resubmit takes /application? null or object": "A supplement corrects what applicant and "
    "proxy state of themselves.",
    "GET /api/v1/drafts/{} answers 200 /proxy anything": "A draft kept with a proxy came back without it.",
    "POST /api/v1/files query name? string": _FILE_NAME,
    "POST /api/v1/files header Content-Disposition? string": _FILE_NAME,
}
"""What was not so before, and why."""


def test_the_interface_is_the_one_agreed() -> None:
    resources = api_resources()
    rules = {one.name: one.access for resource in resources for one in resource.operations}
    found = set(facts(openapi.document(resources, "http://onestop"), rules))
    kept = set(KEPT.read_text(encoding="utf-8").splitlines())
    assert sorted(kept - found) == sorted(GONE)
    assert sorted(found - kept) == sorted(NEW)
