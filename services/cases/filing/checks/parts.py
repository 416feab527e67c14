"""Checks, when a chained case is filed, that every part of it will have its form and papers."""

from collections.abc import Collection, Iterator, Sequence
from datetime import date

from services.cases.core.domain.procedure import Procedure
from services.cases.core.domain.procedure_parts import Channel, Link
from services.cases.filing.checks import accounts, facts, intake
from services.cases.filing.checks import applications as filing
from services.cases.procedures.domain.catalogue import Catalogue
from services.common.context import Caller
from services.common.errors import FieldError, pointer
from services.contracts.application import Application


def all_errors(
    application: Application,
    procedure: Procedure,
    channel: Channel,
    catalogue: Catalogue,
    day: date,
    who: Caller,
    confirmed: Collection[str] = (),
) -> list[FieldError]:
    """Lists everything for which `who` cannot file it: what is wrong with it, else what its parts would lack.

    Args:
        confirmed: codes of papers that need not be handed in, since a register holds their data.
    """
    own = [
        *filing.errors(application, procedure, channel, confirmed),
        *intake.errors(application, procedure, channel, day, catalogue.agencies),
        *accounts.errors(application, procedure, who, channel),
        *facts.errors(application, procedure, day),
    ]
    return own or errors(application, procedure, channel, catalogue, day)


def errors(
    application: Application, chain: Procedure, channel: Channel, catalogue: Catalogue, day: date
) -> list[FieldError]:
    """Lists what a part would lack, by the chain's own field or paper behind it; empty unless the procedure is
    chained."""
    handed_in = {each.paper for each in application.attachments} | {each.paper for each in application.handed_in}
    return [
        error
        for link in chain.chain
        if link.asked(application.form)
        for error in _errors(link, chain, catalogue.find(link.procedure, day), application, handed_in, channel)
    ]


def _errors(
    link: Link,
    chain: Procedure,
    part: Procedure,
    application: Application,
    handed_in: set[str],
    channel: Channel,
) -> Iterator[FieldError]:
    for error in part.form.errors(link.filled(application.form)):
        yield FieldError(_of_chain(error.pointer, link), error.code, error.vi, error.en)
    names = {paper.code: paper for paper in chain.papers}
    for paper in part.papers:
        source = link.papers.get(paper.code)
        if paper.asked_for(channel) and source is not None and source not in handed_in:
            yield FieldError(
                "/attachments",
                "paper-missing",
                f"Thiếu “{names[source].name_vi}”. Hãy tải lên rồi nộp lại.",
                f"“{names[source].name_en}” is missing. Upload it and file again.",
            )


def _of_chain(place: str, link: Link) -> str:
    """Returns a place in the part's form as the place in the chain's form it comes from."""
    parts: Sequence[str] = place.split("/")[2:]
    return pointer("form", link.form.get(parts[0], parts[0]), *parts[1:]) if parts else "/form"
