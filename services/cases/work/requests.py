"""Reads searches asked over gRPC."""

from collections.abc import Callable, Iterator
from functools import partial

from onestop.cases.v1 import cases_service_pb2 as pb

from services.cases.core.context import CasesContext
from services.cases.core.domain.command import check_date, check_text
from services.cases.core.visibility import principals_of
from services.cases.work.store.worklist import Query
from services.common import limits
from services.common.context import Caller
from services.common.declared import words_of
from services.common.errors import FieldError, InvalidInput
from services.common.text import words

_ORDERS, _CHANNELS = words_of(pb.SearchOrder.DESCRIPTOR), words_of(pb.Channel.DESCRIPTOR)


def read_query(ctx: CasesContext, request: pb.SearchCasesRequest, who: Caller) -> Callable[..., Query]:
    """Reads everything of the query but whose cases are searched.

    Raises:
        InvalidInput: a date or a text is malformed, or a text has nothing to look for.
    """
    asked = request.filter
    for name in ("q", "ref", "name", "identifier", "procedure", "assigned_to", "unit"):
        check_text(name, getattr(asked, name), required=False, printed=False)
    order = _ORDERS[asked.order] or ("match" if asked.q else "due")
    if wrong := [*_without_words(asked), *_wrong_order(order, asked)]:
        raise InvalidInput(fields=wrong)
    return partial(
        Query,
        text=asked.q,
        ref=asked.ref,
        name=asked.name,
        identifier=asked.identifier,
        procedure_code=asked.procedure,
        statuses=[int(status) for status in asked.status],
        due_before=check_date("due_before", asked.due_before) if asked.due_before else None,
        due_after=check_date("due_after", asked.due_after) if asked.due_after else None,
        assigned_to=_assignees(ctx, asked.assigned_to, who),
        unassigned=asked.unassigned,
        non_workers=sorted(ctx.non_workers.accounts),
        papers_failed=asked.papers_failed,
        unit=asked.unit,
        channel=_CHANNELS[asked.channel],
        to_receive=asked.to_receive,
        order=order,
        page_token=request.page_token,
        page_size=min(request.page_size or limits.PAGE_SIZE_DEFAULT, limits.PAGE_SIZE_MAX),
    )


def _assignees(ctx: CasesContext, asked: str, who: Caller) -> tuple[str, ...]:
    if asked == "me":
        return (who.subject, *principals_of(ctx, who))
    return (asked,) if asked else ()


def _without_words(asked: pb.CaseFilter) -> Iterator[FieldError]:
    """Yields the fields that ask for a text with neither a letter nor a digit."""
    for field, text in (("/q", asked.q), ("/name", asked.name)):
        if text and not words(text):
            yield FieldError(
                field, "words", "Hãy nhập ít nhất một chữ hoặc một số.", "Give at least one letter or digit."
            )


def _wrong_order(order: str, asked: pb.CaseFilter) -> Iterator[FieldError]:
    if order == "match" and not asked.q and not asked.name:
        yield FieldError(
            "/order",
            "match",
            "Xếp theo mức độ khớp thì cần có từ để tìm.",
            "To order by how well cases match, give words to look for.",
        )
