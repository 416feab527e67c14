"""Journey: a fee suspends the clock, a day off moves a due date, a forecast stands beside it; all of it explained."""

import json
from pathlib import Path
from uuid import uuid4

from e2e.client import Client, Json, wait_for
from e2e.journeys.stage import Stage, promise, promise_refusal, this_time
from services.common import limits

FILE = Path(__file__).with_name("clock.yaml")
PROCEDURE, AGENCY = "2.000908.SAO", "H29.035.00"
GROUND = "Quyết định minh họa 1/QĐ-UBND"


def clock(stage: Stage) -> str:
    """Plays the journey; returns the case number."""
    lan, clerk, officer = stage.client("lan"), stage.client("clerk"), stage.client("ward.officer")
    admin = stage.client("admin")
    with stage.step("a procedure whose fees fall due later is published; Lan files and owes nothing yet"):
        admin.publish(FILE.read_bytes())
        ref = _handled(lan, lan, clerk, officer)
        case = lan.case(ref)
        promise("what is due", (case["status"], case["fee_state"], len(case["fees"])), (4, "none", 2))
        promise("the law it keeps", case["rules"]["id"], "nd118-2025@2026-08-05")
        stage.say(f"        case {ref}")
    with stage.step("the officer asks for a fee; the clock stands until it is paid, and says so"):
        asked = officer.act(ref, "request-payment", fees=["phi_sao_luc"], reason="Phải sao lục hồ sơ lưu trữ")
        promise("asked", (asked["status"], asked["due_date"], asked["spans"][-1]["kind"]), (6, "", "suspended"))
        lan.pay(ref)
        paid = wait_for("status 4", lambda: lan.case(ref), lambda case: case["status"] == 4)
        promise("the wait is told", any("chờ nộp phí" in line["vi"] for line in paid["explanation"]))
        promise("no moment is left out", [one["start"] for one in paid["spans"]][1:], _ends(paid))
    with stage.step("an administrator makes its last day a day off; the due date moves, and back with it"):
        address, due = f"/calendar/{paid['due_date']}", paid["due_date"]
        off = {"working": False, "name_vi": "nghỉ (minh họa)", "name_en": "off (example)", "legal_ground": GROUND}
        promise_refusal("deciding on days", 403, lambda: lan.put(address, off))
        admin.put(address, off)
        moved = wait_for("another date", lambda: lan.case(ref), lambda case: case["due_date"] > due)
        promise("why", any("nghỉ (minh họa)" in line["vi"] for line in moved["explanation"]))
        promise("anyone may read it", due in [day["day"] for day in lan.get("/calendar", year=due[:4])["days"]])
        admin.delete(f"{address}?legal_ground={GROUND}")
        wait_for("the date it had", lambda: lan.case(ref), lambda case: case["due_date"] == due)
        promise("the entries", _actions(stage, lan, ref).count("recount"), 2)
    with stage.step("the result is handed over once the fee due with it is paid"):
        officer.grant(ref)
        refusal = promise_refusal("returning", 409, lambda: clerk.act(ref, "return"))
        promise("why not", refusal.code, "case-return-fee-unpaid")
        promise("asked", clerk.act(ref, "request-payment")["status"], 6)
        lan.pay(ref)
        wait_for("the fee paid", lambda: clerk.case(ref), lambda case: case["fee_state"] == "paid")
        stage.fetch_paper(lan, ref, "result")
        wait_for("the result", lambda: clerk.case(ref), lambda case: case["result_file_id"])
        promise("the status", clerk.hand_over(ref)["status"], 10)
    with stage.step("once enough cases are decided, the next one says by when it is likely to be"):
        for _ in range(limits.FORECAST_CASES - 1):
            # At the counter: one account files only so many online a day, and a demonstration is given more than once.
            officer.grant(_handled(clerk, lan, clerk, officer))
        following = _handled(lan, lan, clerk, officer)
        foreseen = wait_for("a forecast", lambda: lan.case(following), lambda case: case["forecast"])
        promise("before it is due", foreseen["forecast"]["p90_date"] <= foreseen["due_date"])
        usual = lan.get(f"/procedures/{PROCEDURE}")["usual"]
        promise("from how many", usual["cases"] >= limits.FORECAST_CASES)
    return ref


def _handled(filer: Client, lan: Client, clerk: Client, officer: Client) -> str:
    """A case of Lan's, filed by herself or at the counter, taken in and in an officer's hands."""
    ref: str = filer.submit(application(lan), str(uuid4()))["ref"]
    clerk.act(ref, "accept", version=1)
    officer.act(ref, "assign")
    return ref


def application(lan: Client) -> bytes:
    """An extract from an old register, whose fees fall due on the way."""
    prefilled = lan.get(f"/procedures/{PROCEDURE}/prefill")
    form = {**prefilled["form"], "book": this_time("Sổ đăng ký kết hôn năm 1999")}
    application = {"procedure": PROCEDURE, "agency": AGENCY, "applicant": prefilled["applicant"], "form": form}
    return json.dumps(application, ensure_ascii=False).encode()


def _ends(case: Json) -> list[str]:
    return [span["end"] for span in case["spans"]][:-1]


def _actions(stage: Stage, who: Client, ref: str) -> list[str]:
    """What the verified history says was done."""
    history = json.loads(stage.verify_history(who, ref).read_text(encoding="utf-8"))
    return [json.loads(exported["entry"])["action"] for exported in history["entries"]]
