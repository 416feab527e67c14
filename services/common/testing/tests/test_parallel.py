"""Files of tests run beside each other; those of the whole system when all others are done."""

import pytest

A_FILE = """
import os
import pytest

@pytest.mark.parametrize("number", range(5))
def test_it(number):
    with open({told!r}, "a") as file:
        file.write(f"{name} {{os.environ['PYTEST_XDIST_WORKER']}}\\n")
"""
WHOLE_SYSTEM = {"e2e/attacks/test_a", "e2e/faults/test_b"}
OTHERS = {"test_c", "test_d", "test_e"}


def told_by(pytester: pytest.Pytester, names: set[str]) -> list[list[str]]:
    """File and worker of each test, in the order in which they ran on two workers."""
    told = pytester.path / "told"
    for name in names:
        file = pytester.path / f"{name}.py"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(A_FILE.format(told=str(told), name=name))
    pytester.makeconftest('pytest_plugins = "services.common.testing.parallel"')
    pytester.runpytest_subprocess("-n", "2").assert_outcomes(passed=5 * len(names))
    return [line.split() for line in told.read_text().splitlines()]


@pytest.mark.slow
def test_a_file_stays_on_one_worker_and_the_whole_system_comes_last(pytester: pytest.Pytester) -> None:
    told = told_by(pytester, OTHERS | WHOLE_SYSTEM)
    ran_on = {name: {worker for other, worker in told if other == name} for name, _ in told}
    assert {name: len(workers) for name, workers in ran_on.items()} == dict.fromkeys(OTHERS | WHOLE_SYSTEM, 1)
    assert set.union(*(ran_on[name] for name in OTHERS)) == {"gw0", "gw1"}
    assert ran_on["e2e/attacks/test_a"] == ran_on["e2e/faults/test_b"]
    assert {name for name, _ in told[-10:]} == WHOLE_SYSTEM


@pytest.mark.slow
@pytest.mark.parametrize("names", [{"test_c"} | WHOLE_SYSTEM, WHOLE_SYSTEM], ids=["one beside", "none beside"])
def test_few_files_are_run_too(pytester: pytest.Pytester, names: set[str]) -> None:
    told = told_by(pytester, names)
    assert {name for name, _ in told} == names
    assert {name for name, _ in told[:5]} == ({"test_c"} if "test_c" in names else {told[0][0]})
