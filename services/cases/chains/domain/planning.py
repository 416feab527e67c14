"""The parts of a chained procedure: checked when the catalogue is built, planned when a case is filed."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Protocol

from services.cases.chains.domain.chain import longest
from services.cases.core.domain.catalogue_models import Agency
from services.cases.core.domain.children import Child
from services.cases.core.domain.errors import ProcedureNotFound
from services.cases.core.domain.procedure import Procedure

Find = Callable[[str, date], Procedure]
"""The version of a procedure in force on a day; raises ProcedureNotFound."""


class ChainCatalogue(Protocol):
    """The part of the catalogue that planning needs."""

    @property
    def agencies(self) -> Mapping[str, Agency]: ...

    def find(self, code: str, day: date) -> Procedure: ...


def planned(
    procedure: Procedure, agency: str, day: date, catalogue: ChainCatalogue, form: Mapping[str, Any] | None = None
) -> tuple[Child, ...]:
    """Plans the children that a case filed with an agency that day will have; empty unless the procedure is chained.

    Args:
        form: decides on the parts that are opened only when they are asked for; None = all are.
    """
    return tuple(
        Child(
            code=link.code,
            procedure_code=(part := catalogue.find(link.procedure, day)).code,
            procedure_version=part.effective_from,
            name_vi=part.name_vi,
            name_en=part.name_en,
            agency_code=(decides := catalogue.agencies[link.agencies[agency]]).code,
            agency_vi=decides.name_vi,
            agency_en=decides.name_en,
            days=part.days,
            follows=link.follows,
            needs_result_of=tuple(link.results.values()),
            outside=decides.outside,
            apart=link.apart,
        )
        for link in procedure.chain
        if form is None or link.asked(form)
    )


def check(procedure: Procedure, find: Find) -> None:
    """Raises ValueError unless the parts are in force with the chain, fit it, and together take no longer than it."""
    place = f"{procedure.code} from {procedure.effective_from}"
    parts: dict[str, Procedure] = {}
    for link in procedure.chain:
        try:
            part = parts[link.code] = find(link.procedure, procedure.effective_from)
        except ProcedureNotFound as error:
            raise ValueError(f"{place}: {link.code}: no procedure {link.procedure!r} in force then") from error
        fields, papers = part.form_schema.get("properties", {}), {paper.code for paper in part.papers}
        unknown = {*link.form, *link.fixed} - set(fields) | {*link.papers, *link.results} - papers
        unknown |= set(link.agencies.values()) - set(part.agencies)
        if unknown:
            raise ValueError(f"{place}: {link.code}: {link.procedure} has no {sorted(unknown)}")
    days = longest((link.code, parts[link.code].days, link.follows) for link in procedure.chain if not link.apart)
    if days > procedure.days:
        raise ValueError(f"{place}: the chain takes {days} working days, the procedure {procedure.days}")
