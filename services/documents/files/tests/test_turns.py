"""Files are looked into by turns: one account's do not keep everybody else's waiting."""

import threading
from contextlib import ExitStack

import pytest

from services.common import limits
from services.documents.files.turns import Turns


def test_an_account_has_one_turn_at_a_time_and_the_other_is_left_to_others() -> None:
    turns = Turns(2)
    with ExitStack() as held:
        held.enter_context(turns.of("lan", 0))
        with pytest.raises(TimeoutError):
            held.enter_context(turns.of("lan", 0))
        held.enter_context(turns.of("hung", 0))
        with pytest.raises(TimeoutError):
            held.enter_context(turns.of("mai", 0))
    with turns.of("lan", 0):
        pass


def test_who_took_the_least_time_comes_first_and_among_those_alike_who_came_first() -> None:
    turns = Turns(1)
    with turns.of("lan", 0):
        pass
    assert order_of(turns, ["lan", "hung", "mai"]) == ["hung", "mai", "lan"]


def test_time_taken_is_forgiven_after_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    turns = Turns(1)
    with turns.of("lan", 0):
        pass
    monkeypatch.setattr(limits, "INSPECTION_REMEMBERED", -limits.INSPECTION_REMEMBERED)
    with turns.of("duc", 0):
        pass
    assert order_of(turns, ["lan", "hung"]) == ["lan", "hung"]


def order_of(turns: Turns, accounts: list[str]) -> list[str]:
    """In which order these accounts, come in this one, have their turns."""
    served: list[str] = []

    def serve(account: str) -> None:
        with turns.of(account, 10):
            served.append(account)

    threads = [threading.Thread(target=serve, args=(account,)) for account in accounts]
    with turns.of("somebody", 0):
        for place, thread in enumerate(threads, 1):
            thread.start()
            with turns._changed:
                turns._changed.wait_for(lambda place=place: len(turns._waiting) == place, 10)  # type: ignore[misc]
    for thread in threads:
        thread.join()
    return served
