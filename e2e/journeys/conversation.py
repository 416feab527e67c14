"""Journey: a clerk writes to Lan on her case instead of sending it back; both see what the other has read."""

import json
from functools import partial
from hashlib import sha256
from uuid import uuid4

from e2e.client import Client, Json, Refused, wait_for
from e2e.journeys.stage import Stage, promise, promise_refusal, scan, this_time

PROCEDURE, AGENCY = "2.000488", "G01.029.00"
QUESTION = "Chị cho biết từ năm 2019 đến nay chị ở đâu nhé."
ANSWER = "Em vẫn ở địa chỉ cũ, em gửi kèm giấy xác nhận cư trú."


def conversation(stage: Stage) -> str:
    """Plays the journey; returns the case number."""
    lan, clerk = stage.client("lan"), stage.client("clerk")
    ref: str = lan.submit(_application(lan), str(uuid4()))["ref"]
    stage.say(f"        case {ref}")
    seen = clerk.case(ref)["version"]
    _ask(stage, clerk, lan, ref)
    _answer(stage, clerk, lan, ref)
    with stage.step("what the clerk saw of the case before they talked is not stale: he takes it in"):
        promise("the status", clerk.act(ref, "accept", seen)["status"], 2)
    with stage.step("nobody else reads along"):
        for stranger in (stage.client("hung"), stage.client("ward.officer")):
            promise_refusal("reading it", 404, partial(stranger.get, f"/cases/{ref}/conversation"))
    _check_history(stage, lan, ref)
    return ref


def _ask(stage: Stage, clerk: Client, lan: Client, ref: str) -> None:
    with stage.step("the clerk asks Lan on her case, a guide sent along; she sees that there is something to read"):
        guide = clerk.upload("huong-dan.pdf", scan("Hướng dẫn", "Phạm Thị Mai", "Cách kê khai nơi cư trú."))["file_id"]
        clerk.say(ref, QUESTION, guide)
        promise("unread on the case", lan.case(ref)["unread_messages"], 1)
        listed = lan.get("/cases", ref=ref, order="received")["cases"][0]
        promise("unread in the list", listed["unread_messages"], 1)
    with stage.step("she reads it and opens the guide; the clerk sees who read it and when"):
        [said] = lan.get(f"/cases/{ref}/conversation")["messages"]
        promise("what it says", (said["text"], said["author_name"], said["side"]), (QUESTION, "Phạm Thị Mai", "office"))
        _await_file(lan, guide)
        promise("left unread", lan.post(f"/cases/{ref}/conversation/read", {"up_to": said["seq"]})["unread"], 0)
        promise("the receipt", clerk.get(f"/cases/{ref}/conversation")["messages"][0]["read_by"], "Nguyễn Thị Lan")


def _answer(stage: Stage, clerk: Client, lan: Client, ref: str) -> None:
    with stage.step("she answers with a paper; the clerk finds it in his list and opens it"):
        paper = lan.upload("cu-tru.pdf", scan("Xác nhận thông tin về cư trú", "Nguyễn Thị Lan", "12 Lê Lợi"))["file_id"]
        lan.say(ref, ANSWER, paper)
        listed = clerk.get("/cases", ref=ref, order="received")["cases"][0]
        promise("unread in the list", listed["unread_messages"], 1)
        _await_file(clerk, paper)
    with stage.step("somebody else's file cannot be sent along"):
        promise_refusal("sending it", 400, lambda: clerk.say(ref, "Gửi lại", paper))


def _await_file(client: Client, file_id: str) -> None:
    """Waits until the event that opens the file has come to documents, then reads it."""

    def opened() -> Json:
        try:
            return client.get(f"/files/{file_id}")
        except Refused:
            return {}

    wait_for(f"file {file_id} open", opened, bool)
    promise("a PDF", client.content(f"/files/{file_id}/content")[:5], b"%PDF-")


def _check_history(stage: Stage, lan: Client, ref: str) -> None:
    with stage.step("the history verifies offline; it holds digests that the texts prove, and no text"):
        exported = stage.verify_history(lan, ref).read_text(encoding="utf-8")
        promise("the words are not in it", QUESTION in exported or ANSWER in exported, False)
        entries = [json.loads(each["entry"]) for each in json.loads(exported)["entries"]]
        recorded = [entry["data"]["sha256"] for entry in entries if entry["action"] == "post_message"]
        said = lan.get(f"/cases/{ref}/conversation")["messages"]
        proven = [sha256(bytes.fromhex(one["salt"]) + one["text"].encode()).hexdigest() for one in said]
        promise("the digests", recorded, proven)


def _application(lan: Client) -> bytes:
    prefilled = lan.get(f"/procedures/{PROCEDURE}/prefill")
    form = {
        **prefilled["form"],
        "certificate_type": "1",
        "purpose": this_time("Bổ sung hồ sơ xin việc"),
        "fee_group": "exempt",
        "history": [{"from": "2015-05", "to": "2019-06", "residence": "12 Lê Lợi, phường Bến Thành"}],
    }
    whole = {"procedure": PROCEDURE, "agency": AGENCY, "applicant": prefilled["applicant"], "form": form}
    return json.dumps(whole, ensure_ascii=False).encode()
