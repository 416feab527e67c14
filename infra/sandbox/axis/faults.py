"""The faults the axis commits next, as a test ordered."""

import threading
from dataclasses import dataclass, field


@dataclass
class Faults:
    """Counts down; shared by all requests of the process."""

    down: int = 0
    lose_answers: int = 0
    duplicate: int = 0
    shuffle: bool = False
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def order(self, *, down: int = 0, lose_answers: int = 0, duplicate: int = 0, shuffle: bool = False) -> None:
        with self._lock:
            self.down, self.lose_answers, self.duplicate, self.shuffle = down, lose_answers, duplicate, shuffle

    def strikes(self, name: str) -> bool:
        """Returns whether the fault strikes now; a strike is used up."""
        with self._lock:
            left: int = getattr(self, name)
            setattr(self, name, max(left - 1, 0))
            return left > 0
