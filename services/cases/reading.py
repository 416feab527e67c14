"""Reads what is asked over gRPC: papers, pins, searches."""

from collections.abc import Callable, Iterable, Iterator
from functools import partial

from onestop.cases.v1 import cases_service_pb2 as pb
from onestop.cases.v1 import corrections_pb2
from pydantic import ValidationError

from services.cases.domain.actions import check_date, check_text
from services.cases.domain.case import Pin
from services.cases.store.paging import ORDERS, bad_token
from services.cases.store.worklist import Query
from services.cases.usecases.office import CasesContext, principals_of
from services.common import limits
from services.common.context import Caller
from services.common.errors import FieldError, InvalidInput, pointer
from services.common.text import words
from services.contracts.application import AttachmentPart

PLACE_DIGITS = 9


def read_attachments(sent: Iterable[pb.Attachment]) -> list[AttachmentPart]:
    """Papers added, by code and file.

    Raises:
        InvalidInput: one lacks either.
    """
    try:
        return [
            AttachmentPart(
                paper=each.paper, file_id=each.file_id, stored_paper_id=each.stored_paper_id, consent=each.consent
            )
            for each in sent
        ]
    except ValidationError as error:
        wrong = FieldError(
            "/attachments", "required", "Nêu từng giấy tờ và tệp của nó.", "Name each paper and its file."
        )
        raise InvalidInput(fields=[wrong]) from error


def read_place(page_token: str) -> int:
    """Where a page of entries starts: after the one of that number; the first page for an empty token.

    Raises:
        InvalidInput: the token is not one of ours.
    """
    if not page_token:
        return 0
    if page_token.isascii() and page_token.isdigit() and len(page_token) <= PLACE_DIGITS:
        return int(page_token)
    raise bad_token()


def read_pins(sent: Iterable[corrections_pb2.SupplementPin]) -> tuple[Pin, ...]:
    """What is to be supplemented, each one field or one paper.

    Raises:
        InvalidInput: one names both, or neither, or a field outside the form.
    """
    pins = list(sent)
    wrong = [
        FieldError(
            pointer("pins", position),
            "one-target",
            "Nêu đúng một mục của biểu mẫu hoặc đúng một giấy tờ.",
            "Name exactly one field of the form or one paper.",
        )
        for position, pin in enumerate(pins)
        if not _one_target(pin)
    ]
    if wrong:
        raise InvalidInput(fields=wrong)
    return tuple(Pin(pin.field or pin.paper, pin.reason, pin.ask) for pin in pins)


def _one_target(pin: corrections_pb2.SupplementPin) -> bool:
    return pin.field.startswith("/") if not pin.paper else not pin.field and not pin.paper.startswith("/")


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
        nobodys=sorted(ctx.nobodys.accounts),
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
