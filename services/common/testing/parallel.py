"""Tests beside each other (`pytest -n 2`): decides which of xdist's workers runs what, and when.

One worker runs a file of tests from beginning to end, so that what its module shares is made once. Tests of the whole
system kill its processes and see who has to wait for whom; they run when all others are done.
"""

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling
from xdist.workermanage import WorkerController

WHOLE_SYSTEM = ("e2e/attacks/", "e2e/faults/", "e2e/journeys/")
AT_THE_END = "tests of the whole system"


class WholeSystemLast(LoadScopeScheduling):  # type: ignore[misc]  # xdist is not typed
    """Gives out file by file; the worker that remains when the others have ended gets the tests of the whole system."""

    def _split_scope(self, nodeid: str) -> str:
        return AT_THE_END if nodeid.startswith(WHOLE_SYSTEM) else nodeid.split("::", 1)[0]

    def _assign_work_unit(self, node: WorkerController) -> None:
        if AT_THE_END in self.workqueue:
            self.workqueue.move_to_end(AT_THE_END)
        if not self._only_the_end_is_left() or len(self.nodes) == 1:
            super()._assign_work_unit(node)

    def _reschedule(self, node: WorkerController) -> None:
        if self._only_the_end_is_left() and len(self.nodes) > 1:
            if any(other is not node and not other.shutting_down for other in self.nodes):
                node.shutdown()  # after what it has been given
            return
        super()._reschedule(node)

    def remove_node(self, node: WorkerController) -> str | None:
        """Forgets a worker that has ended; another worker may have waited for that."""
        crashed: str | None = super().remove_node(node)
        for other in self.nodes:
            self._reschedule(other)
        return crashed

    def _only_the_end_is_left(self) -> bool:
        return set(self.workqueue) == {AT_THE_END}


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> WholeSystemLast | None:
    """Takes the place of xdist's own way where no special one was asked for."""
    return WholeSystemLast(config, log) if config.getvalue("dist") == "load" else None
