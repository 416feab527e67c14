"""Journey: a day's work shared: a queue, many cases at once, a filter kept, a deputy who signs for a leader."""

import json
from datetime import datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

from e2e.client import Client, Json, wait_for
from e2e.journeys.stage import Stage, promise, promise_refusal, this_time
from e2e.journeys.steps import registered_business

PROCEDURE, AGENCY = "2.000488", "G01.029.00"
VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")


def work(stage: Stage) -> str:
    """Plays the journey; returns the number of the case the deputy signed."""
    clerk, officer = stage.client("clerk"), stage.client("officer")
    with stage.step("three people file; the clerk finds them in the queue of new cases, oldest first"):
        refs = [_file(stage.client("lan")) for _ in range(3)]
        queue = _all(clerk, order="intake", channel="online", unassigned="true", procedure=PROCEDURE)
        promise("the queue", [ref for ref in queue if ref in refs], refs)
    with stage.step("she claims one and accepts all three at once; one was changed meanwhile and says so"):
        promise("who has it", bool(clerk.act(refs[0], "claim")["assigned_to"]))
        answer = _bulk(clerk, "accept", refs, seen=1)
        promise("done and refused", (answer["done"], answer["refused"]), (2, 1))
        stale = answer["rows"][0]["problem"]
        promise("why", (stale["status"], stale["code"]), (412, "case-version-conflict"))
        promise("the one left", _bulk(clerk, "accept", refs[:1], seen=2)["done"], 1)
    with stage.step("the officer claims them; nobody else can"):
        promise("claimed", _bulk(officer, "claim", refs)["done"], 3)
        promise_refusal("claiming it again", 409, lambda: stage.client("leader").act(refs[0], "claim"))
    with stage.step("she keeps her work as a filter and comes back to it"):
        officer.put("/me/filters/việc của tôi", {"assigned_to": "me", "procedure": PROCEDURE, "unit": "ho_so"})
        [kept] = [each for each in officer.get("/me/filters")["filters"] if each["name"] == "việc của tôi"]
        promise("the first page of it", bool(officer.get(kept["path"].removeprefix("/api/v1"))["cases"]))
        promise("her cases", set(refs) <= set(_all(officer, **kept["query"])))
    with stage.step("the ward's officer proposes to grant a household business"):
        ref: str = registered_business(stage)["ref"]
        stage.client("ward.officer").act(ref, "forward", decision="granted")
    _deputy_signs(stage, ref)
    return ref


def _deputy_signs(stage: Stage, ref: str) -> None:
    leader, deputy = stage.client("leader"), stage.client("ward.deputy")
    with stage.step("the leader is away: her deputy cannot sign until she delegates it to him"):
        promise_refusal("signing", 403, lambda: deputy.grant(ref))
        today = datetime.now(VIETNAM).date()
        granted = leader.post(
            "/delegations",
            {
                "delegate": deputy.get("/me")["account_id"],
                "role": "leader",
                "from_day": today.isoformat(),
                "to_day": (today + timedelta(days=2)).isoformat(),
                "reason": "Đi công tác",
                "agencies": ["H29.035.00"],
            },
        )
    with stage.step("he signs for her; the result and the history name both"):
        wait_for("his delegation", lambda: deputy.case(ref), lambda case: "decide" in case["allowed_actions"])
        promise("the status", deputy.grant(ref)["status"], 9)
        history = deputy.get(f"/cases/{ref}/history")
        entries = [json.loads(each["entry"]) for each in history["entries"]]
        signed = next(entry for entry in entries if entry["action"] == "decide")
        promise("in whose place", signed["actor"]["for_name"], "Võ Thành Công")
        stage.verify_pdf(stage.fetch_paper(deputy, ref, "result"))
    with stage.step("back at work she ends it"):
        leader.delete(f"/delegations/{granted['delegation_id']}")
        left = [each["delegation_id"] for each in leader.get("/delegations")["delegations"]]
        promise("it is among those in force", granted["delegation_id"] in left, False)


def _bulk(who: Client, action: str, refs: list[str], seen: int = 0) -> Json:
    cases = [{"ref": ref, "version": seen or who.case(ref)["version"]} for ref in refs]
    return who.post("/cases/bulk", {"action": action, "cases": cases})


def _all(who: Client, **query: str) -> list[str]:
    """Every case of a list, page by page."""
    refs: list[str] = []
    page = who.get("/cases", page_size=100, **query)
    while True:
        refs += [line["ref"] for line in page["cases"]]
        if not page["next_page_token"]:
            return refs
        page = who.get("/cases", page_size=100, page_token=page["next_page_token"], **query)


def _file(citizen: Client) -> str:
    prefilled = citizen.get(f"/procedures/{PROCEDURE}/prefill")
    form = {
        **prefilled["form"],
        "certificate_type": "1",
        "purpose": this_time("Bổ sung hồ sơ xin việc"),
        "fee_group": "exempt",
        "history": [{"from": "2015-09", "residence": "12 Lê Lợi, phường Bến Thành, Thành phố Hồ Chí Minh"}],
    }
    application = {"procedure": PROCEDURE, "agency": AGENCY, "applicant": prefilled["applicant"], "form": form}
    ref: str = citizen.submit(json.dumps(application, ensure_ascii=False).encode(), str(uuid4()))["ref"]
    return ref
