"""The HTTP interface stays as it was before the protos declared it; what differs is listed here, and why."""

from pathlib import Path

from gateway import openapi
from gateway.app import api_resources
from gateway.tests.interface import facts

KEPT = Path(__file__).with_name("interface.txt")
_FILE_NAME = "A file's name may tell whose it is; it may stand in a header, which no log of addresses has."
_COUNTER = "The counter as it is: channels, papers on paper, how a result goes back, taking in for another agency."
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
} | dict.fromkeys(
    (
        "GET /api/v1/cases/{} answers 200 /handed_in array of object",
        "GET /api/v1/cases/{} answers 200 /handed_in[]/copies integer",
        "GET /api/v1/cases/{} answers 200 /handed_in[]/kind string",
        "GET /api/v1/cases/{} answers 200 /handed_in[]/paper string",
        "GET /api/v1/cases/{} answers 200 /intake_agency string",
        "GET /api/v1/cases/{} answers 200 /kiosk string",
        "GET /api/v1/cases/{} answers 200 /postal_number string",
        "GET /api/v1/cases/{} answers 200 /posted_on string",
        "GET /api/v1/cases/{} answers 200 /result_address string",
        "GET /api/v1/cases/{} answers 200 /result_by string",
        "GET /api/v1/cases/{} answers 200 /sets integer",
        "GET /api/v1/drafts/{} answers 200 /channel string",
        "GET /api/v1/drafts/{} answers 200 /handed_in array of object",
        "GET /api/v1/drafts/{} answers 200 /intake_agency string",
        "GET /api/v1/drafts/{} answers 200 /kiosk string",
        "GET /api/v1/drafts/{} answers 200 /postal_number string",
        "GET /api/v1/drafts/{} answers 200 /posted_on string",
        "GET /api/v1/drafts/{} answers 200 /result_address string",
        "GET /api/v1/drafts/{} answers 200 /result_by string",
        "GET /api/v1/drafts/{} answers 200 /sets integer",
        "POST /api/v1/cases takes /channel? string",
        "POST /api/v1/cases takes /handed_in? array of object",
        "POST /api/v1/cases takes /handed_in[]/copies? integer",
        "POST /api/v1/cases takes /handed_in[]/kind string",
        "POST /api/v1/cases takes /handed_in[]/paper string",
        "POST /api/v1/cases takes /intake_agency? string",
        "POST /api/v1/cases takes /kiosk? string",
        "POST /api/v1/cases takes /postal_number? string",
        "POST /api/v1/cases takes /posted_on? null or string",
        "POST /api/v1/cases takes /result_address? string",
        "POST /api/v1/cases takes /result_by? string",
        "POST /api/v1/cases takes /sets? integer",
        "POST /api/v1/cases/{}/accept answers 200 /handed_in array of object",
        "POST /api/v1/cases/{}/accept answers 200 /handed_in[]/copies integer",
        "POST /api/v1/cases/{}/accept answers 200 /handed_in[]/kind string",
        "POST /api/v1/cases/{}/accept answers 200 /handed_in[]/paper string",
        "POST /api/v1/cases/{}/accept answers 200 /intake_agency string",
        "POST /api/v1/cases/{}/accept answers 200 /kiosk string",
        "POST /api/v1/cases/{}/accept answers 200 /postal_number string",
        "POST /api/v1/cases/{}/accept answers 200 /posted_on string",
        "POST /api/v1/cases/{}/accept answers 200 /result_address string",
        "POST /api/v1/cases/{}/accept answers 200 /result_by string",
        "POST /api/v1/cases/{}/accept answers 200 /sets integer",
        "PUT /api/v1/drafts/{} takes /channel? string",
        "PUT /api/v1/drafts/{} takes /handed_in? array of object",
        "PUT /api/v1/drafts/{} takes /handed_in[]/copies? integer",
        "PUT /api/v1/drafts/{} takes /handed_in[]/kind string",
        "PUT /api/v1/drafts/{} takes /handed_in[]/paper string",
        "PUT /api/v1/drafts/{} takes /intake_agency? string",
        "PUT /api/v1/drafts/{} takes /kiosk? string",
        "PUT /api/v1/drafts/{} takes /postal_number? string",
        "PUT /api/v1/drafts/{} takes /posted_on? null or string",
        "PUT /api/v1/drafts/{} takes /result_address? string",
        "PUT /api/v1/drafts/{} takes /result_by? string",
        "PUT /api/v1/drafts/{} takes /sets? integer",
    ),
    _COUNTER,
)
"""What was not so before, and why."""


def test_the_interface_is_the_one_agreed() -> None:
    resources = api_resources()
    rules = {one.name: one.access for resource in resources for one in resource.operations}
    found = set(facts(openapi.document(resources, "http://onestop"), rules))
    kept = set(KEPT.read_text(encoding="utf-8").splitlines())
    assert sorted(kept - found) == sorted(GONE)
    assert sorted(found - kept) == sorted(NEW)
