import threading
from collections.abc import Callable

import pytest

from services.common.errors import Unauthenticated
from services.common.process import App, Loop, every
from services.common.rpc import Server, build_server
from services.common.settings import ServiceSettings


def refuse(token: str) -> None:
    raise Unauthenticated


@pytest.fixture
def server() -> Server:
    settings = ServiceSettings(listen="127.0.0.1:0", database_url="postgresql://unused")
    return build_server(settings, add=lambda _: None, services=[], access={}, authenticate=refuse)  # type: ignore[arg-type]


def waits(name: str, ran: list[str]) -> Callable[[threading.Event], None]:
    def run(stop: threading.Event) -> None:
        ran.append(name)
        stop.wait()

    return run


@pytest.mark.parametrize(
    ("role", "running"),
    [("all", ["any", "consumer", "relay", "timer"]), ("relay", ["any", "relay"]), ("server", ["any"])],
)
def test_a_role_runs_its_own_loops_and_those_of_every_process(server: Server, role: str, running: list[str]) -> None:
    ran: list[str] = []
    loops = [Loop(name, name, waits(name, ran)) for name in ("relay", "consumer", "timer", "any")]
    stop, closed = threading.Event(), threading.Event()
    app = App("test", server, loops, closing=[closed.set])
    threading.Timer(0.1, stop.set).start()
    assert app.run(role, stop) == 0
    assert sorted(ran) == running
    assert closed.is_set()


def test_a_loop_that_dies_ends_the_process_with_a_failure(server: Server) -> None:
    def dies(stop: threading.Event) -> None:
        raise ZeroDivisionError

    others: list[str] = []
    app = App("test", server, [Loop("dies", "timer", dies), Loop("waits", "relay", waits("waits", others))])
    assert app.run("all", threading.Event()) == 1


def test_a_timer_that_fails_tries_again() -> None:
    stop = threading.Event()
    turns: list[int] = []

    def action() -> None:
        turns.append(len(turns))
        if len(turns) == 3:
            stop.set()
        raise ZeroDivisionError

    every("test", 0.001, action).run(stop)
    assert turns == [0, 1, 2]
