"""The outcome of one check of one thing."""

from dataclasses import dataclass

# Nothing hangs: a probe that takes longer has failed.
PROBE_SECONDS = 10


@dataclass(frozen=True)
class Finding:
    """A finding: what was looked at, what was found and needed, and how to mend it when it is not well."""

    id: str
    name: str
    ok: bool
    found: str
    required: str
    fix: str = ""


def in_short(error: BaseException) -> str:
    """Returns an error's first line, without what libraries put around it."""
    lines = str(error).strip().splitlines() or [type(error).__name__]
    return lines[0][:200]
