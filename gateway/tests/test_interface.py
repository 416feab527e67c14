"""The HTTP interface stays as it was before the protos declared it; what differs is listed here, and why."""

from pathlib import Path

from gateway import openapi
from gateway.app import api_resources
from gateway.tests import interface_accounts, interface_data, interface_notices
from gateway.tests.interface import facts

KEPT = Path(__file__).with_name("interface.txt")
_FILE_NAME = "A file's name may tell whose it is; it may stand in a header, which no log of addresses has."
_COUNTER = "The counter as it is: channels, papers on paper, how a result goes back, taking in for another agency."
_AT_ONCE = "A result given while the applicant waits is taken in, decided and returned in one act."
_HOURS = "A term in hours ends at a moment, not with the day."
_RESULT = "Whoever grants a case gives the certificate itself, and papers say what they are worth."
_NULL = "Null was taken there, and OpenAPI did not say so."
_ON_REQUEST = "A version may come to cases of before when their applicant asks, with what its form asks for."
_OUTAGES = "Announced outages stop the time of cases (NĐ 301/2026/NĐ-CP)."
_GROUND = "The letter of a stop names the article it rests on."
_IN_WRITING = "A clerk withdraws a case on its applicant's request in writing (NĐ 118/2025/NĐ-CP, Điều 21.1)."
_CLOSING = "No general law closes a case whose supplement does not come: a person does, or waits on."
_PROMISED = "Lateness is told by the date promised before an apology."
_ACTING = "Who acts for whom is on the case."
GONE = {
    "POST /api/v1/cases/{}/move-version called by leader": _ON_REQUEST,
    "POST /api/v1/cases/{}/resubmit takes /attachments[]/consent? string": _NULL,
    "POST /api/v1/cases/{}/resubmit takes /attachments[]/file_id? string": _NULL,
    "POST /api/v1/cases/{}/resubmit takes /attachments[]/stored_paper_id? string": _NULL,
    "POST /api/v1/cases/{}/stop takes /reason string": _GROUND,
    "POST /api/v1/cases/{}/withdraw called by citizen": _IN_WRITING,
    "POST /api/v1/files query name string": _FILE_NAME,
}
"""What is no longer so, and why."""
NEW = {
    "POST /api/v1/cases/{}/move-version called by citizen, clerk, leader": _ON_REQUEST,
    "POST /api/v1/cases/{}/move-version takes /form? null or object": _ON_REQUEST,
    **dict.fromkeys(
        (
            "GET /api/v1/books answers 200 /volumes[]/legal_value string",
            "GET /api/v1/books answers 200 /volumes[]/valid_until string",
            "GET /api/v1/cases/{} answers 200 /result null or object",
            "GET /api/v1/cases/{} answers 200 /result/issued_on string",
            "GET /api/v1/cases/{} answers 200 /result/number string",
            "GET /api/v1/cases/{} answers 200 /result/signer null or object",
            "GET /api/v1/cases/{} answers 200 /result/signer/authority string",
            "GET /api/v1/cases/{} answers 200 /result/signer/name string",
            "GET /api/v1/cases/{} answers 200 /result/signer/position string",
            "GET /api/v1/cases/{} answers 200 /result/valid_until string",
            "GET /api/v1/cases/{}/papers answers 200 /papers[]/legal_value string",
            "GET /api/v1/cases/{}/papers answers 200 /papers[]/valid_until string",
            "GET /api/v1/public/papers/{} answers 200 /legal_value string",
            "GET /api/v1/public/papers/{} answers 200 /valid_until string",
            "POST /api/v1/cases/{}/accept answers 200 /result null or object",
            "POST /api/v1/cases/{}/accept answers 200 /result/issued_on string",
            "POST /api/v1/cases/{}/accept answers 200 /result/number string",
            "POST /api/v1/cases/{}/accept answers 200 /result/signer null or object",
            "POST /api/v1/cases/{}/accept answers 200 /result/signer/authority string",
            "POST /api/v1/cases/{}/accept answers 200 /result/signer/name string",
            "POST /api/v1/cases/{}/accept answers 200 /result/signer/position string",
            "POST /api/v1/cases/{}/accept answers 200 /result/valid_until string",
            "POST /api/v1/cases/{}/decide takes /result/facts? null or object",
            "POST /api/v1/cases/{}/decide takes /result/file_id? string",
            "POST /api/v1/cases/{}/decide takes /result/issued_on? string",
            "POST /api/v1/cases/{}/decide takes /result/number? string",
            "POST /api/v1/cases/{}/decide takes /result/signer/authority? string",
            "POST /api/v1/cases/{}/decide takes /result/signer/name string",
            "POST /api/v1/cases/{}/decide takes /result/signer/position string",
            "POST /api/v1/cases/{}/decide takes /result/signer? null or object",
            "POST /api/v1/cases/{}/decide takes /result/valid_until? string",
            "POST /api/v1/cases/{}/decide takes /result? null or object",
        ),
        _RESULT,
    ),
    "POST /api/v1/cases/{}/resubmit takes /attachments[]/consent? null or string": _NULL,
    "POST /api/v1/cases/{}/resubmit takes /attachments[]/file_id? null or string": _NULL,
    "POST /api/v1/cases/{}/resubmit takes /attachments[]/stored_paper_id? null or string": _NULL,
    "POST /api/v1/cases/{}/resubmit takes /application? null or object": "A supplement corrects what applicant and "
    "proxy state of themselves.",
    "GET /api/v1/drafts/{} answers 200 /proxy anything": "A draft kept with a proxy came back without it.",
    "GET /api/v1/cases/{} answers 200 /due_at string": _HOURS,
    "POST /api/v1/cases/{}/accept answers 200 /due_at string": _HOURS,
    "POST /api/v1/cases/{}/give-at-once answers 200": _AT_ONCE,
    "POST /api/v1/cases/{}/give-at-once answers 200 ETag": _AT_ONCE,
    "POST /api/v1/cases/{}/give-at-once answers 200 application/json": _AT_ONCE,
    "POST /api/v1/cases/{}/give-at-once answers 200 the shape given by accept": _AT_ONCE,
    "POST /api/v1/cases/{}/give-at-once called by clerk, officer": _AT_ONCE,
    "POST /api/v1/cases/{}/give-at-once header If-Match string": _AT_ONCE,
    "POST /api/v1/cases/{}/give-at-once is give_at_once": _AT_ONCE,
    "POST /api/v1/cases/{}/give-at-once takes /note? string": _AT_ONCE,
    "POST /api/v1/cases/{}/give-at-once takes /receipt? boolean": _AT_ONCE,
    "POST /api/v1/cases/{}/give-at-once takes /number? string": _AT_ONCE,
    "POST /api/v1/cases/{}/give-at-once takes /receiver/authorisation? string": _AT_ONCE,
    "POST /api/v1/cases/{}/give-at-once takes /receiver/authorisation_file? string": _AT_ONCE,
    "POST /api/v1/cases/{}/give-at-once takes /receiver/capacity? string": _AT_ONCE,
    "POST /api/v1/cases/{}/give-at-once takes /receiver/full_name? string": _AT_ONCE,
    "POST /api/v1/cases/{}/give-at-once takes /receiver/proof? string": _AT_ONCE,
    "POST /api/v1/cases/{}/give-at-once takes /receiver/proof_number? string": _AT_ONCE,
    "POST /api/v1/cases/{}/give-at-once takes /receiver? null or object": _AT_ONCE,
    "POST /api/v1/cases/{}/give-at-once takes /signer/authority? string": _AT_ONCE,
    "POST /api/v1/cases/{}/give-at-once takes /signer/name string": _AT_ONCE,
    "POST /api/v1/cases/{}/give-at-once takes /signer/position string": _AT_ONCE,
    "POST /api/v1/cases/{}/give-at-once takes /signer? null or object": _AT_ONCE,
    "POST /api/v1/cases/{}/give-at-once takes application/json": _AT_ONCE,
    **{
        f"{route} answers 200 /acting{member}": _ACTING
        for route in ("GET /api/v1/cases/{}", "POST /api/v1/cases/{}/accept")
        for member in (
            " array of object",
            *(f"[]/{name} string" for name in ("account", "full_name", "since", "standing")),
        )
    },
    **{
        f"POST /api/v1/cases/{{}}/identify {fact}": "Whom a case is for is put right, or established, at the counter."
        for fact in (
            "answers 200",
            "answers 200 ETag",
            "answers 200 application/json",
            "answers 200 the shape given by accept",
            "called by clerk",
            "header If-Match string",
            "is identify",
            "takes /full_name? string",
            "takes /identifier string",
            "takes /proof string",
            "takes application/json",
        )
    },
    **{
        f"POST /api/v1/me/firms {fact}": "A firm's case belongs to those who represent it, whoever filed."
        for fact in (
            "answers 200",
            "answers 200 application/json",
            "answers 200 the shape given by look_up_firm",
            "called by citizen",
            "is represent_firm",
            "takes /tax_code string",
            "takes application/json",
        )
    },
    "POST /api/v1/files query name? string": _FILE_NAME,
    "POST /api/v1/files header Content-Disposition? string": _FILE_NAME,
} | dict.fromkeys(
    (
        "GET /api/v1/cases query to_receive? boolean",
        "GET /api/v1/cases/{} answers 200 /attachments[]/certified_at string",
        "GET /api/v1/cases/{} answers 200 /attachments[]/certified_by string",
        "GET /api/v1/cases/{} answers 200 /handed_in array of object",
        "GET /api/v1/cases/{} answers 200 /handed_in[]/copies integer",
        "GET /api/v1/cases/{} answers 200 /handed_in[]/kind string",
        "GET /api/v1/cases/{} answers 200 /handed_in[]/paper string",
        "GET /api/v1/cases/{} answers 200 /intake_agency string",
        "GET /api/v1/cases/{} answers 200 /kiosk string",
        "GET /api/v1/cases/{} answers 200 /originals array of object",
        "GET /api/v1/cases/{} answers 200 /originals[]/at string",
        "GET /api/v1/cases/{} answers 200 /originals[]/handed_back_at string",
        "GET /api/v1/cases/{} answers 200 /originals[]/handed_back_by string",
        "GET /api/v1/cases/{} answers 200 /originals[]/handed_back_to string",
        "GET /api/v1/cases/{} answers 200 /originals[]/kept boolean",
        "GET /api/v1/cases/{} answers 200 /originals[]/name string",
        "GET /api/v1/cases/{} answers 200 /originals[]/paper string",
        "GET /api/v1/cases/{} answers 200 /postal_number string",
        "GET /api/v1/cases/{} answers 200 /posted_on string",
        "GET /api/v1/cases/{} answers 200 /received_by_competent_at string",
        "GET /api/v1/cases/{} answers 200 /result_address string",
        "GET /api/v1/cases/{} answers 200 /result_by string",
        "GET /api/v1/cases/{} answers 200 /result_return null or object",
        "GET /api/v1/cases/{} answers 200 /result_return/by string",
        "GET /api/v1/cases/{} answers 200 /result_return/carrier string",
        "GET /api/v1/cases/{} answers 200 /result_return/receiver null or object",
        "GET /api/v1/cases/{} answers 200 /result_return/receiver/authorisation string",
        "GET /api/v1/cases/{} answers 200 /result_return/receiver/authorisation_file string",
        "GET /api/v1/cases/{} answers 200 /result_return/receiver/capacity string",
        "GET /api/v1/cases/{} answers 200 /result_return/receiver/full_name string",
        "GET /api/v1/cases/{} answers 200 /result_return/receiver/proof string",
        "GET /api/v1/cases/{} answers 200 /result_return/receiver/proof_number string",
        "GET /api/v1/cases/{} answers 200 /result_return/returned_by string",
        "GET /api/v1/cases/{} answers 200 /result_return/tracking_number string",
        "GET /api/v1/cases/{} answers 200 /sets integer",
        "GET /api/v1/cases/{}/changes answers 200 /papers[]/new[]/certified_at string",
        "GET /api/v1/cases/{}/changes answers 200 /papers[]/new[]/certified_by string",
        "GET /api/v1/cases/{}/changes answers 200 /papers[]/old[]/certified_at string",
        "GET /api/v1/cases/{}/changes answers 200 /papers[]/old[]/certified_by string",
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
        "POST /api/v1/cases/search takes /to_receive? boolean",
        "POST /api/v1/cases/{}/accept answers 200 /attachments[]/certified_at string",
        "POST /api/v1/cases/{}/accept answers 200 /attachments[]/certified_by string",
        "POST /api/v1/cases/{}/accept answers 200 /handed_in array of object",
        "POST /api/v1/cases/{}/accept answers 200 /handed_in[]/copies integer",
        "POST /api/v1/cases/{}/accept answers 200 /handed_in[]/kind string",
        "POST /api/v1/cases/{}/accept answers 200 /handed_in[]/paper string",
        "POST /api/v1/cases/{}/accept answers 200 /intake_agency string",
        "POST /api/v1/cases/{}/accept answers 200 /kiosk string",
        "POST /api/v1/cases/{}/accept answers 200 /originals array of object",
        "POST /api/v1/cases/{}/accept answers 200 /originals[]/at string",
        "POST /api/v1/cases/{}/accept answers 200 /originals[]/handed_back_at string",
        "POST /api/v1/cases/{}/accept answers 200 /originals[]/handed_back_by string",
        "POST /api/v1/cases/{}/accept answers 200 /originals[]/handed_back_to string",
        "POST /api/v1/cases/{}/accept answers 200 /originals[]/kept boolean",
        "POST /api/v1/cases/{}/accept answers 200 /originals[]/name string",
        "POST /api/v1/cases/{}/accept answers 200 /originals[]/paper string",
        "POST /api/v1/cases/{}/accept answers 200 /postal_number string",
        "POST /api/v1/cases/{}/accept answers 200 /posted_on string",
        "POST /api/v1/cases/{}/accept answers 200 /received_by_competent_at string",
        "POST /api/v1/cases/{}/accept answers 200 /result_address string",
        "POST /api/v1/cases/{}/accept answers 200 /result_by string",
        "POST /api/v1/cases/{}/accept answers 200 /result_return null or object",
        "POST /api/v1/cases/{}/accept answers 200 /result_return/by string",
        "POST /api/v1/cases/{}/accept answers 200 /result_return/carrier string",
        "POST /api/v1/cases/{}/accept answers 200 /result_return/receiver null or object",
        "POST /api/v1/cases/{}/accept answers 200 /result_return/receiver/authorisation string",
        "POST /api/v1/cases/{}/accept answers 200 /result_return/receiver/authorisation_file string",
        "POST /api/v1/cases/{}/accept answers 200 /result_return/receiver/capacity string",
        "POST /api/v1/cases/{}/accept answers 200 /result_return/receiver/full_name string",
        "POST /api/v1/cases/{}/accept answers 200 /result_return/receiver/proof string",
        "POST /api/v1/cases/{}/accept answers 200 /result_return/receiver/proof_number string",
        "POST /api/v1/cases/{}/accept answers 200 /result_return/returned_by string",
        "POST /api/v1/cases/{}/accept answers 200 /result_return/tracking_number string",
        "POST /api/v1/cases/{}/accept answers 200 /sets integer",
        "POST /api/v1/cases/{}/compare-originals answers 200",
        "POST /api/v1/cases/{}/compare-originals answers 200 ETag",
        "POST /api/v1/cases/{}/compare-originals answers 200 application/json",
        "POST /api/v1/cases/{}/compare-originals answers 200 the shape given by accept",
        "POST /api/v1/cases/{}/compare-originals called by clerk, officer",
        "POST /api/v1/cases/{}/compare-originals header If-Match string",
        "POST /api/v1/cases/{}/compare-originals is compare_originals",
        "POST /api/v1/cases/{}/compare-originals takes /kept? boolean",
        "POST /api/v1/cases/{}/compare-originals takes /note? string",
        "POST /api/v1/cases/{}/compare-originals takes /papers? array of string",
        "POST /api/v1/cases/{}/compare-originals takes application/json",
        "POST /api/v1/cases/{}/hand-back-originals answers 200",
        "POST /api/v1/cases/{}/hand-back-originals answers 200 ETag",
        "POST /api/v1/cases/{}/hand-back-originals answers 200 application/json",
        "POST /api/v1/cases/{}/hand-back-originals answers 200 the shape given by accept",
        "POST /api/v1/cases/{}/hand-back-originals called by clerk, officer",
        "POST /api/v1/cases/{}/hand-back-originals header If-Match string",
        "POST /api/v1/cases/{}/hand-back-originals is hand_back_originals",
        "POST /api/v1/cases/{}/hand-back-originals takes /note? string",
        "POST /api/v1/cases/{}/hand-back-originals takes /papers? array of string",
        "POST /api/v1/cases/{}/hand-back-originals takes /to string",
        "POST /api/v1/cases/{}/hand-back-originals takes application/json",
        "POST /api/v1/cases/{}/receive answers 200",
        "POST /api/v1/cases/{}/receive answers 200 ETag",
        "POST /api/v1/cases/{}/receive answers 200 application/json",
        "POST /api/v1/cases/{}/receive answers 200 the shape given by accept",
        "POST /api/v1/cases/{}/receive called by clerk, leader, officer",
        "POST /api/v1/cases/{}/receive header If-Match string",
        "POST /api/v1/cases/{}/receive is receive",
        "POST /api/v1/cases/{}/receive takes /note? string",
        "POST /api/v1/cases/{}/receive takes application/json",
        "POST /api/v1/cases/{}/return takes /by? string",
        "POST /api/v1/cases/{}/return takes /carrier? string",
        "POST /api/v1/cases/{}/return takes /receiver/authorisation? string",
        "POST /api/v1/cases/{}/return takes /receiver/authorisation_file? string",
        "POST /api/v1/cases/{}/return takes /receiver/capacity? string",
        "POST /api/v1/cases/{}/return takes /receiver/full_name? string",
        "POST /api/v1/cases/{}/return takes /receiver/proof? string",
        "POST /api/v1/cases/{}/return takes /receiver/proof_number? string",
        "POST /api/v1/cases/{}/return takes /receiver? null or object",
        "POST /api/v1/cases/{}/return takes /tracking_number? string",
        "POST /api/v1/files answers 200 /certified_agency string",
        "POST /api/v1/files answers 200 /certified_at string",
        "POST /api/v1/files answers 200 /certified_by string",
        "POST /api/v1/files answers 200 /split_from string",
        "POST /api/v1/files/{}/split answers 200",
        "POST /api/v1/files/{}/split answers 200 /files array of object",
        "POST /api/v1/files/{}/split answers 200 /files[]/certified_agency string",
        "POST /api/v1/files/{}/split answers 200 /files[]/certified_at string",
        "POST /api/v1/files/{}/split answers 200 /files[]/certified_by string",
        "POST /api/v1/files/{}/split answers 200 /files[]/created_at string",
        "POST /api/v1/files/{}/split answers 200 /files[]/file_id string",
        "POST /api/v1/files/{}/split answers 200 /files[]/file_name string",
        "POST /api/v1/files/{}/split answers 200 /files[]/media_type string",
        "POST /api/v1/files/{}/split answers 200 /files[]/sha256 string",
        "POST /api/v1/files/{}/split answers 200 /files[]/size integer",
        "POST /api/v1/files/{}/split answers 200 /files[]/split_from string",
        "POST /api/v1/files/{}/split answers 200 /files[]/state string",
        "POST /api/v1/files/{}/split answers 200 /files[]/version integer",
        "POST /api/v1/files/{}/split answers 200 application/json",
        "POST /api/v1/files/{}/split called by clerk",
        "POST /api/v1/files/{}/split is split_file",
        "POST /api/v1/files/{}/split takes /left_out? array of integer",
        "POST /api/v1/files/{}/split takes /parts? array of object",
        "POST /api/v1/files/{}/split takes /parts[]/certified? boolean",
        "POST /api/v1/files/{}/split takes /parts[]/first integer",
        "POST /api/v1/files/{}/split takes /parts[]/last integer",
        "POST /api/v1/files/{}/split takes /parts[]/pages integer",
        "POST /api/v1/files/{}/split takes /parts[]/paper string",
        "POST /api/v1/files/{}/split takes /parts[]/twice? array of integer",
        "POST /api/v1/files/{}/split takes /shared? array of integer",
        "POST /api/v1/files/{}/split takes application/json",
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
        "PUT /api/v1/me/filters/{} takes /to_receive? boolean",
    ),
    _COUNTER,
)
"""What was not so before, and why."""
_OUTAGE = (
    "is list_outages", "called by anyone", "answers 200", "answers 200 application/json",
    "answers 200 /outages array of object", "answers 200 /outages[]/announced_on string",
    "answers 200 /outages[]/announcement string", "answers 200 /outages[]/begins string",
    "answers 200 /outages[]/ends string", "answers 200 /outages[]/outage_id string",
    "answers 200 /outages[]/planned boolean", "answers 200 /outages[]/reason string",
)  # fmt: skip
_ANNOUNCED = (
    "is announce_outage", "called by administrator, leader", "answers 201", "answers 201 application/json",
    "answers 201 /outage_id string", "takes application/json", "takes /announced_on string",
    "takes /announcement string", "takes /begins string", "takes /ends string", "takes /planned boolean",
)  # fmt: skip
_ENDED = (
    "is end_outage", "called by administrator, leader", "answers 204", "takes application/json", "takes /ends string",
    "takes /reason string",
)  # fmt: skip
NEW |= {f"GET /api/v1/outages {each}": _OUTAGES for each in _OUTAGE}
NEW |= {f"POST /api/v1/outages {each}": _OUTAGES for each in _ANNOUNCED}
NEW |= {f"POST /api/v1/outages/{{}}/end {each}": _OUTAGES for each in _ENDED}
NEW |= {
    "POST /api/v1/cases/{}/stop takes the shape taken by close": _GROUND,
    "POST /api/v1/cases/{}/withdraw called by citizen, clerk": _IN_WRITING,
    "POST /api/v1/cases/{}/withdraw takes /request_file_id? string": _IN_WRITING,
    "POST /api/v1/cases/{}/withdraw takes /requested_by? string": _IN_WRITING,
    "POST /api/v1/cases/{}/withdraw takes /requested_via? string": _IN_WRITING,
}
NEW |= {
    f"{address} answers 200 /{name} string": why
    for address in ("GET /api/v1/cases/{}", "POST /api/v1/cases/{}/accept")
    for name, why in (("promised_date", _PROMISED), ("supplement_due_date", _CLOSING))
}
NEW |= {
    f"POST /api/v1/cases/{{}}/{action} {what}": _CLOSING
    for action, own in (
        ("close", ("called by leader, officer", "is close", "takes /legal_ground? string")),
        ("wait-on", ("called by clerk, leader, officer", "is wait_on", "takes /until string")),
    )
    for what in (
        *own,
        "takes /reason string",
        "takes application/json",
        "header If-Match string",
        "answers 200",
        "answers 200 ETag",
        "answers 200 application/json",
        "answers 200 the shape given by accept",
    )
}


def test_the_interface_is_the_one_agreed() -> None:
    resources = api_resources()
    rules = {one.name: one.access for resource in resources for one in resource.operations}
    found = set(facts(openapi.document(resources, "http://onestop"), rules))
    kept = set(KEPT.read_text(encoding="utf-8").splitlines())
    assert sorted(kept - found) == sorted(GONE | interface_data.GONE)
    agreed = NEW | interface_data.NEW | interface_notices.NEW | interface_accounts.NEW
    assert sorted(found - kept) == sorted(agreed)
