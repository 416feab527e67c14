"""Journey: Lan begins an application on her telephone, goes on at her desk, is warned of what she filed before."""

import json
from typing import Any
from uuid import uuid4

from e2e.client import Client, Json
from e2e.journeys.stage import Stage, promise, promise_refusal, scan

PROCEDURE, AGENCY = "3.000347", "G01.029.00"


def drafts(stage: Stage) -> str:
    """Plays the journey; returns the case number."""
    phone, desk = stage.client("lan"), stage.client("lan")
    draft_id = str(uuid4())
    _begin(stage, phone, draft_id)
    body = _go_on(stage, phone, desk, draft_id)
    return _file(stage, desk, body, draft_id)


def _begin(stage: Stage, phone: Client, draft_id: str) -> None:
    with stage.step("on her telephone Lan saves what she has: her certificate and half of the form"):
        certificate = phone.upload("giay-kham.pdf", scan("Giấy khám sức khỏe", "Nguyễn Thị Lan", "Đủ sức khỏe."))
        draft = _begun(phone, certificate["file_id"])
        saved = phone.put(f"/drafts/{draft_id}", draft)
        promise("the version", saved["version"], 1)
        missing = {hint["pointer"] for hint in saved["hints"]}
        promise("what is still missing is named", {"/form/reason", "/form/return_method"} <= missing)
        promise("what is filled in is not", "/form/full_name" not in missing)


def _go_on(stage: Stage, phone: Client, desk: Client, draft_id: str) -> bytes:
    with stage.step("at her desk she finds it with its file and fills in the rest; the telephone cannot overwrite it"):
        promise("it is listed", draft_id in [one["draft_id"] for one in desk.get("/drafts")["drafts"]])
        found = desk.get(f"/drafts/{draft_id}")
        file_id = found["attachments"][0]["file_id"]
        promise("its file", desk.get(f"/files/{file_id}")["state"], "clean")
        rest = {
            "licence_number": "790123456789",
            "licence_class": "B",
            "reason": "expiring",
            "return_method": "counter",
        }
        whole = _content(found) | {"form": {**found["form"], **rest}}
        promise("nothing is missing", desk.put(f"/drafts/{draft_id}", whole, found["version"])["hints"], [])
        stale = _content(found)
        promise_refusal("saving over it", 412, lambda: phone.put(f"/drafts/{draft_id}", stale, found["version"]))
    with stage.step("nobody else sees it"):
        promise_refusal("reading it", 404, lambda: stage.client("hung").get(f"/drafts/{draft_id}"))
    return json.dumps(whole, ensure_ascii=False).encode()


def _file(stage: Stage, desk: Client, body: bytes, draft_id: str) -> str:
    with stage.step("a check before filing finds no errors and does not warn of the draft she files from"):
        checked = desk.check(body, draft_id)
        promise("it may be filed", (checked["acceptable"], checked["errors"]), (True, []))
        promise("her draft", draft_id not in [one["draft_id"] for one in checked["warnings"]])
    with stage.step("filing ends the draft"):
        ref: str = desk.submit(body, str(uuid4()), draft_id=draft_id)["ref"]
        promise_refusal("reading the draft", 404, lambda: desk.get(f"/drafts/{draft_id}"))
        stage.say(f"        case {ref}")
    with stage.step("before filing nearly the same again she is warned of it, with its number; she may all the same"):
        nearly = body.replace(b'"expiring"', b'"damaged"')
        promise("the warning", ref in [one["ref"] for one in desk.check(nearly)["warnings"]])
        again: str = desk.submit(nearly, str(uuid4()))["ref"]
        promise("another case", again != ref)
    with stage.step("the clerk sees on each that there is the other"):
        clerk = stage.client("clerk")
        for one, other in ((ref, again), (again, ref)):
            found = [alike["ref"] for alike in clerk.case(one)["possible_duplicates"]]
            promise(f"{other} beside {one}", other in found)
        desk.act(again, "withdraw", reason="Nộp trùng")
    return ref


def _begun(phone: Client, file_id: str) -> Json:
    prefilled = phone.get(f"/procedures/{PROCEDURE}/prefill")
    return {
        "procedure": PROCEDURE,
        "agency": AGENCY,
        "applicant": prefilled["applicant"],
        "form": prefilled["form"],
        "attachments": [{"paper": "giay_kham_suc_khoe", "file_id": file_id}],
    }


def _content(draft: Json) -> dict[str, Any]:
    return {name: draft[name] for name in ("procedure", "agency", "applicant", "form", "attachments")}
