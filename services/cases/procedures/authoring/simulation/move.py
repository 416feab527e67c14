"""One thing that may happen next to a simulated case."""

from dataclasses import dataclass
from datetime import datetime

from services.cases.core.domain.case_parts import Actor
from services.cases.core.domain.command import Command


@dataclass(frozen=True, slots=True)
class Move:
    """Who does what when. A `detour` leaves the straight way from filing to result; `then` is done with it, in one
    act."""

    command: Command
    actor: Actor
    at: datetime
    detour: bool = False
    then: tuple["Move", ...] = ()
