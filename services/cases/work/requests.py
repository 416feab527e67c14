"""Reads searches asked over gRPC."""

from collections.abc import Callable, Iterator
from functools import partial

from onestop.cases.v1 import cases_service_pb2 as pb

from services.cases.core.context import CasesContext
from services.cases.core.domain.command import check_date, check_text
from services.cases.core.visibility import principals_of
from services.cases.work.store.paging import ORDERS
from services.cases.work.store.worklist import Query
from services.common import limits
from services.common.context import Caller
from services.common.errors import FieldError, InvalidInput
from services.common.text import words


def read_query(ctx: CasesContext, request: pb.SearchCasesRequest, who: Caller) -> Callable[..., Query]:
    """Everything of the query but whose cases are searched.

    Raises:
        InvalidInput: a date, a text or the order is not one, or there is nothing to look for in a text.
    """
    for name in (
        "text",
        "ref",
        "applicant_name",
        "identifier",
        "procedure_code",
        "assigned_to",
        "unit_code",
        "channel",
    ):
        check_text(name, getattr(request, name), required=False, printed=False)
    order = request.order or ("match" if request.text else "due")
    if wrong := [*_without_words(request), *_wrong_order(order, request)]:
        raise InvalidInput(fields=wrong)
    return partial(
        Query,
        text=request.text,
        ref=request.ref,
        name=request.applicant_name,
        identifier=request.identifier,
        procedure_code=request.procedure_code,
        statuses=[int(status) for status in request.statuses],
        due_before=check_date("due_before", request.due_before) if request.due_before else None,
        due_after=check_date("due_after", request.due_after) if request.due_after else None,
        assigned_to=_assignees(ctx, request.assigned_to, who),
        unassigned=request.unassigned,
        non_workers=sorted(ctx.non_workers.accounts),
        papers_failed=request.papers_failed,
        unit=request.unit_code,
        channel=request.channel,
        order=order,
        page_token=request.page_token,
        page_size=min(request.page_size or limits.PAGE_SIZE_DEFAULT, limits.PAGE_SIZE_MAX),
    )


def _assignees(ctx: CasesContext, asked: str, who: Caller) -> tuple[str, ...]:
    if asked == "me":
        return (who.subject, *principals_of(ctx, who))
    return (asked,) if asked else ()


def _without_words(request: pb.SearchCasesRequest) -> Iterator[FieldError]:
    """Where something is looked for that has neither a letter nor a digit."""
    for field, text in (("/q", request.text), ("/name", request.applicant_name)):
        if text and not words(text):
            yield FieldError(
                field, "words", "Hãy nhập ít nhất một chữ hoặc một số.", "Give at least one letter or digit."
            )


def _wrong_order(order: str, request: pb.SearchCasesRequest) -> Iterator[FieldError]:
    names = ", ".join(ORDERS)
    if order not in ORDERS:
        yield FieldError("/order", "enum", f"Thứ tự phải là một trong: {names}.", f"Order is one of: {names}.")
    elif order == "match" and not request.text and not request.applicant_name:
        yield FieldError(
            "/order",
            "match",
            "Xếp theo mức độ khớp thì cần có từ để tìm.",
            "To order by how well cases match, give words to look for.",
        )
