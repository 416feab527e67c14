"""`onestop demo`: plays every journey against a running system and saves what it brings home."""

import argparse
import sys
import time
from collections.abc import Callable
from pathlib import Path

import requests

from e2e.client import Refused, TookTooLong
from e2e.journeys.birth import birth, birth_refused_in_part
from e2e.journeys.clock import clock
from e2e.journeys.conversation import conversation
from e2e.journeys.corrections import corrections
from e2e.journeys.counter import counter_refusal
from e2e.journeys.criminal_record import criminal_record
from e2e.journeys.double_submit import double_submit
from e2e.journeys.drafts import drafts
from e2e.journeys.karaoke import karaoke
from e2e.journeys.licence import licence_exchange
from e2e.journeys.new_procedure import new_procedure
from e2e.journeys.own_store import own_store
from e2e.journeys.papers import papers
from e2e.journeys.search import search
from e2e.journeys.stage import Broken, Stage
from e2e.journeys.steps import two_steps
from e2e.journeys.work import shared_work
from infra.local.home import Home
from services.exchange.domain import BadSignature

Journey = Callable[[Stage], str]

JOURNEYS: dict[str, Journey] = {
    "(a) a driving licence exchanged online": licence_exchange,
    "(b) a criminal record, with a supplement and another agency's answer": criminal_record,
    "(c) filed at the counter, paid in cash, refused": counter_refusal,
    "(d) the same submission twice, and twenty times at once": double_submit,
    "(e) checked by one, approved by another": two_steps,
    "one form for a newborn child, four procedures, one of them behind the document axis": birth,
    "the same, refused in part: the birth certificate stands": birth_refused_in_part,
    "a karaoke licence: 3 + 3 + 10 working days over three agencies": karaoke,
    "(f) one's own papers: offered, used by consent, withdrawn, deleted": own_store,
    "the papers about a case: control slip, a receipt issued again, the register": papers,
    "a draft begun on the telephone and filed at the desk": drafts,
    "cases found again, as people type": search,
    "a new procedure, from a text file to a result, by the book": new_procedure,
    "a supplement pinned to fields and papers, a second one approved, a result corrected": corrections,
    "a clerk and an applicant talk on a case": conversation,
    "a clock that stands, moves and foresees, each with its reason": clock,
    "work shared: a queue, many cases at once, a deputy who signs": shared_work,
}
NOT_AS_PROMISED = (Broken, Refused, TookTooLong, BadSignature)


def main(base_url: str, out: Path) -> int:
    """Plays all; the exit code says whether everything was as promised."""
    began = time.monotonic()
    print(f"demonstration against {base_url}")
    stage = Stage(base_url, Home.load().path, out)
    try:
        failed = [name for name, journey in JOURNEYS.items() if not play(stage, name, journey)]
    except requests.ConnectionError:
        print(f"\nnothing answers at {base_url}: start the system with `make run`, or name its address with --url")
        return 1
    print(f"\npapers, histories and envelopes are in {out}")
    for name in failed:
        print(f"NOT AS PROMISED  {name}")
    if not failed:
        print(f"everything was as promised, in {time.monotonic() - began:.0f} s")
    return 1 if failed else 0


def play(stage: Stage, name: str, journey: Journey) -> bool:
    """Whether the journey went as promised; says what differed."""
    stage.say(f"\n{name}")
    try:
        journey(stage)
    except NOT_AS_PROMISED as error:
        stage.say(f"        {error}")
        return False
    return True


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="onestop demo", description=__doc__)
    parser.add_argument("--url", required=True, help="address of the gateway")
    parser.add_argument("--out", type=Path, required=True, help="folder for the papers and envelopes")
    arguments = parser.parse_args()
    sys.exit(main(arguments.url, arguments.out))
