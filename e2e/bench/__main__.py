"""`make bench`: starts the whole system, measures it beside a bare floor, prints a table and one line of JSON."""

import argparse
import os
import signal
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

from e2e.bench import events, report
from e2e.bench.life import Life, People, application
from e2e.bench.load import Generator
from e2e.bench.measure import Bench
from e2e.bench.report import MANY
from e2e.bench.system import running_floor, running_onestop
from services.common.testing.backing import Absent
from services.common.testing.providers import RABBITMQ, provide

WARM_UP_CASES = 64


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m e2e.bench", description=__doc__)
    parser.add_argument("--rounds", type=int, default=8, help="batches of submissions at 16 clients")
    parser.add_argument("--batch", type=int, default=320, help="requests in each")
    parser.add_argument("--cases", type=int, default=96, help="cases taken through their whole life at once")
    parser.add_argument("--lives", type=int, default=5, help="how many times over, at 16 clients")
    arguments = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # everything started is stopped then too
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="onestop-bench-")))
        folder.chmod(0o711)
        say(f"starting the system; the machine's load is {os.getloadavg()[0]:.1f} before")
        system = stack.enter_context(running_onestop(folder))
        idle = system.idle_mib()
        say(f"ready after {system.ready_seconds:.1f} s, {idle:.0f} MiB at rest; starting the floor beside it")
        floor = stack.enter_context(running_floor(system.floor_url(), folder))
        generator = stack.enter_context(Generator())
        base_url = f"http://127.0.0.1:{system.port}"
        body = application(base_url)
        bench = Bench(system, *floor, generator, body)
        life = Life(bench, People.log_in(base_url), body)
        warm_up(bench, life)
        for turn in range(arguments.rounds):
            say(f"submissions, {MANY} clients, batch {turn + 1} of {arguments.rounds}")
            life.submit(arguments.batch, MANY)
        say("submissions, 1 client")
        life.submit(arguments.batch // 4, 1)
        for turn in range(arguments.lives):
            say(f"the whole life of {arguments.cases} cases, {MANY} clients, {turn + 1} of {arguments.lives}")
            life.whole(arguments.cases, MANY)
        say("the whole life of cases, 1 client")
        life.whole(arguments.cases // 6, 1)
        system.drain()
        say("events over PostgreSQL")
        postgres_ms = events.median_ms(system.server_url())
        rabbitmq_ms = over_rabbitmq(system.server_url())
    print(report.table(bench.series))
    print(
        report.figures(
            bench.series,
            event_p50_ms=postgres_ms,
            event_p50_ms_rabbitmq=rabbitmq_ms,
            ready_s=system.ready_seconds,
            idle_mb=idle,
        )
    )


def warm_up(bench: Bench, life: Life) -> None:
    """Fills pools and caches, and has every connection's statements prepared; what it measured is thrown away."""
    say("warming up")
    life.whole(WARM_UP_CASES, MANY)
    bench.series.clear()


def over_rabbitmq(server_url: str) -> float | None:
    with ExitStack() as stack:
        try:
            broker = provide(RABBITMQ, stack)
        except Absent as absent:
            say(f"events over RabbitMQ not measured: {absent}")
            return None
        say(f"events over RabbitMQ: {broker.how}")
        return events.median_ms(server_url, broker.url)


def say(text: str) -> None:
    print(text, flush=True)


if __name__ == "__main__":
    main()
