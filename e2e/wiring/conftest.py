"""The chart as Helm sees it."""

import pytest

from e2e.wiring.helm import Helm, NoHelm, find
from services.common.testing.providers import all_required


@pytest.fixture(scope="session")
def helm() -> Helm:
    """A real Helm; skips where it cannot be had, fails where nothing may be skipped."""
    try:
        return Helm(find())
    except NoHelm as error:
        if all_required():
            pytest.fail(f"no Helm: {error}", pytrace=False)
        pytest.skip(f"no Helm: {error}")
