"""What was measured, as a table for people and one JSON object for machines."""

import json
from collections.abc import Mapping

from e2e.bench.life import PHASES
from e2e.bench.measure import FLOOR, Series

MANY = 16


def table(series: Mapping[tuple[str, int], Series]) -> str:
    lines = [f"{'':<10}{'clients':>8}{'req/s':>9}{'p50 ms':>9}{'p95 ms':>9}  CPU ms a request"]
    for (name, clients), one in sorted(series.items(), key=lambda item: (item[0][1], _order(item[0][0]))):
        cpu = one.cpu_ms()
        parts = "  ".join(f"{process} {ms:.2f}" for process, ms in cpu.items())
        lines.append(
            f"{name:<10}{clients:>8}{one.rate:>9.0f}{one.percentile_ms(50):>9.1f}{one.percentile_ms(95):>9.1f}"
            f"  {sum(cpu.values()):.2f} = {parts}"
        )
    return "\n".join(lines)


def _order(name: str) -> int:
    return (FLOOR, *PHASES).index(name)


def figures(series: Mapping[tuple[str, int], Series], **others: float | None) -> str:
    """The last line: rates and ratios at 16 clients, and whatever else was measured.

    A ratio is to the floor's batches that ran just before, so it differs a little from the quotient of the rates.
    """
    floor = series[FLOOR, MANY].rate
    phases = [series[name, MANY] for name in PHASES]
    slowest = min(phases, key=lambda one: one.ratio)
    life = sum(one.requests for one in phases) / sum(one.requests / one.rate for one in phases)
    submit = series["submit", MANY]
    measured: dict[str, float | str | None] = {
        "floor_rps": round(floor, 1),
        "submit_rps": round(submit.rate, 1),
        "submit_ratio": round(submit.ratio, 3),
        "life_rps": round(life, 1),
        "life_min_ratio": round(slowest.ratio, 3),
        "life_slowest": slowest.name,
    }
    measured |= {f"{one.name}_ratio": round(one.ratio, 3) for one in phases}
    measured |= {name: None if value is None else round(value, 2) for name, value in others.items()}
    return json.dumps(measured)
