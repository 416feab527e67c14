"""`onestop demo`: plays every journey against a running system and saves what it brings home."""

import argparse
import sys
import time
from collections.abc import Callable
from pathlib import Path

import requests

from e2e.client import Refused, TookTooLong
from e2e.journeys.another_commune import another_commune
from e2e.journeys.birth import birth, birth_refused_in_part
from e2e.journeys.certification import certification
from e2e.journeys.clock import clock
from e2e.journeys.conversation import conversation
from e2e.journeys.corrections import corrections
from e2e.journeys.counter import counter
from e2e.journeys.counter_online import counter_online
from e2e.journeys.criminal_record import criminal_record
from e2e.journeys.death import death
from e2e.journeys.double_submit import double_submit
from e2e.journeys.drafts import drafts
from e2e.journeys.karaoke import karaoke
from e2e.journeys.licence import licence
from e2e.journeys.new_procedure import new_procedure
from e2e.journeys.own_store import own_store
from e2e.journeys.papers import papers
from e2e.journeys.proxy import proxy
from e2e.journeys.search import search
from e2e.journeys.stage import Broken, Stage
from e2e.journeys.steps import steps
from e2e.journeys.withdrawal import withdrawal
from e2e.journeys.work import work
from infra.local.home import Home
from services.exchange.envelopes.domain import BadSignature

Journey = Callable[[Stage], str]

JOURNEYS: dict[str, Journey] = {
    # From an application to its result.
    "a driving licence exchanged online": licence,
    "a criminal record, with a supplement and another agency's answer": criminal_record,
    "a case filed at the counter, paid in cash and refused": counter,
    "a case filed at the counter and answered online by whom it is for": counter_online,
    "intake for another commune: received there, decided there, handed to a proxy here": another_commune,
    "certified copies, given at once in five minutes": certification,
    "a counter case stopped, resumed, and withdrawn at the counter on a request in writing": withdrawal,
    "a household business, checked by one and approved by another": steps,
    "a new procedure, from a text file to a result, by the book": new_procedure,
    # Filing.
    "a draft begun on the telephone and filed at the desk": drafts,
    "one submission sent twice, and twenty times at once": double_submit,
    "a case filed by proxy: at the counter with an authorisation paper, online without": proxy,
    "papers of one's own, offered, used by consent, withdrawn and deleted": own_store,
    # While a case is handled.
    "cases found again, whatever people type": search,
    "work shared: a queue, many cases at once, a deputy who signs": work,
    "a conversation of clerk and applicant on a case": conversation,
    "a supplement pinned to fields and papers, a second one approved, a result corrected": corrections,
    "a clock that stands, moves and foresees, each with its reason": clock,
    "the papers about a case: control slip, a receipt issued again, the register": papers,
    # Chains.
    "a newborn child: one form, four procedures, one of them behind the document axis": birth,
    "a newborn child, refused in part: the birth certificate stands": birth_refused_in_part,
    "a death: one form, its registration, the residence removed and the funeral costs paid": death,
    "a karaoke licence: 3 + 3 + 10 working days over three agencies": karaoke,
}
"""Title and play of every journey, in the order they are told; each may be played again on the same system."""
NOT_AS_PROMISED = (Broken, Refused, TookTooLong, BadSignature)


def main(base_url: str, out: Path) -> int:
    """Plays all; the exit code says whether everything was as promised."""
    began = time.monotonic()
    print(f"demonstration against {base_url}")
    home = Home.load().path
    if not (home / "applicants").is_dir():
        print(f"{home} has no keys of applicants: start the system with `make run`, or name its home in ONESTOP_HOME")
        return 1
    stage = Stage(base_url, home, out)
    try:
        titled = [(f"{number}. {title}", journey) for number, (title, journey) in enumerate(JOURNEYS.items(), start=1)]
        failed = [title for title, journey in titled if not play(stage, title, journey)]
    except requests.ConnectionError:
        print(f"\nnothing answers at {base_url}: start the system with `make run`, or name its address with --url")
        return 1
    print(f"\npapers, histories and envelopes are in {out}")
    for title in failed:
        print(f"NOT AS PROMISED  {title}")
    if not failed:
        print(f"everything was as promised, in {time.monotonic() - began:.0f} s")
    return 1 if failed else 0


def play(stage: Stage, title: str, journey: Journey) -> bool:
    """Whether the journey went as promised; says what differed."""
    stage.say(f"\n{title}")
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
