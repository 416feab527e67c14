"""Finds what is wrong between files that are right each for itself."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from itertools import groupby, pairwise

from services.cases.chains.domain import planning
from services.cases.core.domain.errors import ProcedureNotFound
from services.cases.core.domain.procedure import Procedure
from services.cases.procedures.authoring.finding import Finding, error
from services.common.text import vn_date


def chains(drafts: Mapping[str, Procedure], siblings: Iterable[Procedure]) -> Iterator[tuple[str, Finding]]:
    """Yields chains whose parts are missing or do not fit, by file; a draft counts before the sibling it replaces."""
    known = {(each.code, each.effective_from): each for each in (*siblings, *drafts.values())}

    def find(code: str, day: date) -> Procedure:
        for procedure in known.values():
            if procedure.code == code and procedure.in_force(day):
                return procedure
        raise ProcedureNotFound(code=code)

    for name, procedure in drafts.items():
        try:
            planning.check(procedure, find)
        except ValueError as wrong:
            yield (
                name,
                error(
                    "chain",
                    "/chain",
                    f"Chuỗi liên thông chưa khớp: {wrong}. Hãy sửa chain, hoặc ban hành thủ tục thành phần trước.",
                    f"The chain does not fit: {wrong}. Correct the chain, or publish its part first.",
                ),
            )


def overlaps(procedures: Mapping[str, Procedure]) -> Iterator[tuple[str, Finding]]:
    """Yields versions of a procedure in force on the same day, by the name of the later version's file."""
    ordered = sorted(procedures.items(), key=lambda each: (each[1].code, each[1].effective_from))
    for _, versions in groupby(ordered, key=lambda each: each[1].code):
        for (name, earlier), (later_name, later) in pairwise(versions):
            if earlier.effective_to is None or earlier.effective_to >= later.effective_from:
                since = earlier.effective_from
                yield (
                    later_name,
                    error(
                        "overlap",
                        "/effective_from",
                        f"Trùng hiệu lực với phiên bản từ {vn_date(since)} ({name}); hãy cho bản cũ hết hiệu lực.",
                        f"In force together with the version from {since} ({name}); give that one a last day in force.",
                    ),
                )
