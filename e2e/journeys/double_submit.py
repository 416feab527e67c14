"""Journey: the same submission sent twice, and twenty times at once, is one case."""

import json
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

from e2e.client import Client, Json
from e2e.journeys.stage import Stage, promise, promise_refusal, this_time

PROCEDURE, AGENCY = "2.000488", "G01.029.00"
AT_ONCE = 20


def double_submit(stage: Stage) -> str:
    """Plays the journey; returns the case number of the twenty."""
    with stage.step("Lan sends the same submission twice; the second answer is the first case"):
        lan = stage.client("lan")
        body, key = _application(lan.get(f"/procedures/{PROCEDURE}/prefill"), this_time("twice")), str(uuid4())
        first, again = lan.submit(body, key), lan.submit(body, key)
        promise("replayed", (first["replayed"], again["replayed"]), (False, True))
        promise("the receipt", {**again, "replayed": False}, first)
    with stage.step("the same key with another content is refused"):
        promise_refusal("reusing a key", 422, lambda: lan.submit(body.replace(b"twice", b"thrice"), key))
    with stage.step("the same application with another key is the first case still, and she is told so"):
        told = lan.submit(body, str(uuid4()))
        promise("the case and that it is no new one", (told["ref"], told["same_as_open"]), (first["ref"], True))
        promise("what she is told", bool(told["notice"]["vi"] and told["notice"]["en"]))
    with stage.step(f"she sends another one {AT_ONCE} times at once, over {AT_ONCE} connections"):
        body, key = body.replace(b"twice", b"at once"), str(uuid4())
        before = _cases(lan)
        clients = [stage.client("lan") for _ in range(AT_ONCE)]
        with ThreadPoolExecutor(AT_ONCE) as pool:
            answers = list(pool.map(lambda client: client.submit(body, key), clients))
        refs = {answer["ref"] for answer in answers}
        promise("one case number", len(refs), 1)
        promise("filed once", sum(not answer["replayed"] for answer in answers), 1)
        promise("one more case", _cases(lan) - before, refs)
    ref: str = refs.pop()
    stage.say(f"        case {ref}")
    with stage.step("its history has one entry and verifies offline"):
        promise("the version", lan.case(ref)["version"], 1)
        history = json.loads(stage.verify_history(lan, ref).read_text("utf-8"))
        promise("the entries", len(history["entries"]), 1)
    return ref


def _cases(lan: Client) -> set[str]:
    return {case["ref"] for case in lan.get("/cases", order="received", page_size=100)["cases"]}


def _application(prefilled: Json, purpose: str) -> bytes:
    form = {
        **prefilled["form"],
        "certificate_type": "2",
        "purpose": purpose,
        "fee_group": "exempt",
        "history": [{"from": "2015-06", "residence": "Thành phố Hồ Chí Minh"}],
    }
    application = {"procedure": PROCEDURE, "agency": AGENCY, "applicant": prefilled["applicant"], "form": form}
    return json.dumps(application, ensure_ascii=False).encode()
