"""Registers of cases: issued as sealed volumes, or read out as they stand."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import chain
from typing import Any
from uuid import UUID, uuid5

import orjson
from onestop.cases.v1 import cases_events_pb2 as events_pb
from sqlalchemy import Connection

from services.cases.case_registers import domain as registers
from services.cases.case_registers import store as books
from services.cases.case_registers.domain import (
    CaseRegister,
    CaseRegisterLine,
    CaseRegisterNotYours,
    CaseRegisterTooLong,
)
from services.cases.case_registers.store import Place
from services.cases.core.context import CasesContext
from services.cases.core.domain.catalogue_models import Sector
from services.cases.core.domain.command import check_key
from services.cases.core.domain.transitions import FORM_REGISTER
from services.common import limits, outbox
from services.common.context import Caller
from services.common.errors import FieldError, InvalidInput
from services.common.events import Event

BOOK_ORDERED = "cases.book_ordered"
_REGISTERS = UUID("5a3c1d0e-6d1b-4c58-9d5b-0d4f6f1f7c07")


def sectors(ctx: CasesContext, who: Caller, agency: str) -> list[Sector]:
    """Lists the sectors in which an agency of the caller keeps registers."""
    _check_own(ctx, who, agency)
    return ctx.catalogue.sectors(agency)


def asked(ctx: CasesContext, who: Caller, agency: str, sector: str, from_date: str, to_date: str) -> CaseRegister:
    """Returns the register that the caller asks for, of an agency of theirs.

    Raises:
        BookNotYours, InvalidInput
    """
    known = {each.code: each for each in sectors(ctx, who, agency)}
    if sector not in known:
        raise InvalidInput(fields=[_no_sector(list(known))])
    return CaseRegister(ctx.catalogue.agencies[agency], known[sector], *registers.period(from_date, to_date))


def order(ctx: CasesContext, who: Caller, register: CaseRegister, key: str) -> list[tuple[UUID, int]]:
    """Has the register issued; paper id and number of cases of each volume. The same key orders the same papers.

    Raises:
        BookTooLong
    """
    check_key(key)
    ordered = []
    with ctx.database.transaction() as conn:
        books.see_one_moment(conn)
        _check_size(ctx, conn, register)
        read = partial(books.page, conn, register, ctx.catalogue)
        lines = chain.from_iterable(_pages(ctx, register, read))
        for number, volume in enumerate(registers.volumes(lines), start=1):
            paper_id = uuid5(_REGISTERS, f"{who.subject}/{key}/{number}")
            data = registers.shown(register, volume, ctx.today(), who.name)
            outbox.append(conn, [_event(ctx, register, paper_id, orjson.dumps(data))])
            ordered.append((paper_id, len(volume)))
    return ordered


def pages(ctx: CasesContext, register: CaseRegister) -> Iterator[list[CaseRegisterLine]]:
    """Reads the register as it stands, a page at a time, and keeps no page.

    Raises:
        BookTooLong
    """
    with ctx.database.autocommit() as conn:
        _check_size(ctx, conn, register)

    def read(after: Place | None) -> Sequence[Any]:
        with ctx.database.autocommit() as conn:
            return books.page(conn, register, ctx.catalogue, after)

    return _pages(ctx, register, read)


def _pages(
    ctx: CasesContext, register: CaseRegister, read: Callable[[Place | None], Sequence[Any]]
) -> Iterator[list[CaseRegisterLine]]:
    after, no = None, 1
    while rows := read(after):
        yield list(books.lines(rows, register, ctx.catalogue, no))
        after, no = (rows[-1].received_at, rows[-1].ref), no + len(rows)


def _check_size(ctx: CasesContext, conn: Connection, register: CaseRegister) -> None:
    if books.count(conn, register, ctx.catalogue, limits.BOOK_CASES + 1) > limits.BOOK_CASES:
        raise CaseRegisterTooLong(most=limits.BOOK_CASES)


def _event(ctx: CasesContext, register: CaseRegister, paper_id: UUID, data: bytes) -> Event:
    family = ctx.catalogue.rules_on(ctx.today()).forms
    paper = events_pb.PaperOrder(paper_id=str(paper_id), form=FORM_REGISTER, data_json=data, family=family)
    body = events_pb.BookOrdered(paper=paper).SerializeToString()
    return Event(
        type=BOOK_ORDERED, subject=register.agency.code, aggregate_id=str(paper_id), aggregate_version=1, data=body
    )


def _check_own(ctx: CasesContext, who: Caller, agency: str) -> None:
    if agency not in ctx.catalogue.agencies or not who.covers(agency):
        raise CaseRegisterNotYours(agency=agency)


def _no_sector(known: list[str]) -> FieldError:
    shown = ", ".join(known) or "–"
    return FieldError("/sector", "enum", f"Chọn một lĩnh vực: {shown}.", f"Choose one of the fields: {shown}.")
