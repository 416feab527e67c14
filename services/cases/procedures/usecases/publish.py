"""Publishing procedures while the system runs (ban hành phiên bản thủ tục)."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import pairwise

from sqlalchemy import Connection

from services.cases.core.context import CasesContext
from services.cases.core.domain.procedure import Procedure
from services.cases.procedures import store as published
from services.cases.procedures.authoring import check, source
from services.cases.procedures.authoring.finding import BadProcedure, Finding, errors
from services.cases.procedures.domain.catalogue import succeed
from services.cases.procedures.domain.errors import (
    VersionExists,
    VersionInForce,
    VersionNotFound,
    VersionsOverlap,
    VersionTooEarly,
)
from services.cases.procedures.folder import read_published
from services.cases.procedures.store import Published
from services.common import limits
from services.common.context import Caller
from services.common.errors import FieldError, InvalidInput
from services.common.times import VIETNAM


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a procedure; `row` is how it was published, None = built in."""

    procedure: Procedure
    content: bytes
    row: Published | None

    @property
    def sha256(self) -> bytes:
        return hashlib.sha256(self.content).digest()


@dataclass(frozen=True, slots=True)
class Publication:
    """The outcome of publishing: the version, findings its author may still want to look at, and whether it is new."""

    version: Version
    warnings: list[Finding]
    new: bool


def publish(ctx: CasesContext, who: Caller, content: bytes, note: str = "", *, dry_run: bool = False) -> Publication:
    """Publishes a procedure file, to be in force from the day it names; an open version before it ends the day before.

    The same file again changes nothing. `dry_run` does everything but keep it.

    Raises:
        InvalidInput: the file is wrong; a field a finding.
        VersionExists, VersionsOverlap, VersionTooEarly: it does not fit the versions there are.
    """
    procedure, warnings = _examined(ctx, content)
    code, day, now = procedure.code, procedure.effective_from, ctx.now()
    with ctx.database.transaction() as conn:
        published.lock(conn)
        rows = published.of_code(conn, code)
        if (there := _content(ctx, rows, code, day)) is not None:
            if there != content:
                raise VersionExists(code=code, day=day)
            return Publication(Version(procedure, content, _row(rows, day)), warnings, new=False)
        _check_place(ctx, read_published(rows).procedures, procedure)
        _check_whole(ctx, [*_usable(ctx, conn), procedure])
        row = Published(code, day, content, hashlib.sha256(content).digest(), who.subject, now, note)
        if not dry_run:
            published.add(conn, code, day, content, who.subject, now, note)
    if not dry_run:
        ctx.refresh()
    return Publication(Version(procedure, content, row), warnings, new=True)


def withdraw(ctx: CasesContext, code: str, day: date) -> None:
    """Takes back a version published by mistake, as long as it is not about to be in force.

    Raises:
        VersionNotFound: no such version was published.
        VersionInForce, VersionInUse: it stays.
        InvalidInput: a chain needs it.
    """
    if ctx.now() + limits.CATALOGUE_NOTICE >= datetime.combine(day, time(), VIETNAM):
        raise VersionInForce(code=code, day=day)
    with ctx.database.transaction() as conn:
        published.lock(conn)
        before = _usable(ctx, conn)
        if not published.remove(conn, code, day):
            raise VersionNotFound(code=code, day=day)
        _check_whole(ctx, [each for each in before if (each.code, each.effective_from) != (code, day)])
    ctx.refresh()


def versions(ctx: CasesContext, code: str) -> list[Version]:
    """Returns every version of a procedure, oldest first."""
    ctx.refresh()
    with ctx.database.autocommit() as conn:
        rows = published.of_code(conn, code)
    return [
        Version(each, content, _row(rows, each.effective_from))
        for each in ctx.catalogue.versions(code)
        if (content := _content(ctx, rows, code, each.effective_from)) is not None
    ]


def version(ctx: CasesContext, code: str, day: date | None) -> Version:
    """Finds the version that began on `day`; without a day, the version in force today.

    Raises:
        ProcedureNotFound, VersionNotFound.
    """
    found = versions(ctx, code)
    wanted = day or ctx.catalogue.find(code, ctx.today()).effective_from
    for each in found:
        if each.procedure.effective_from == wanted:
            return each
    raise VersionNotFound(code=code, day=wanted)


def neighbours(ctx: CasesContext, code: str, day: date | None) -> tuple[Procedure | None, Procedure]:
    """Finds the version that began on `day` (without a day, the version in force today), and the version before it if
    any."""
    found = [each.procedure for each in versions(ctx, code)]
    wanted = version(ctx, code, day).procedure
    return next((old for old in reversed(found) if old.effective_from < wanted.effective_from), None), wanted


def _examined(ctx: CasesContext, content: bytes) -> tuple[Procedure, list[Finding]]:
    """Returns the procedure, and the warnings about it."""
    try:
        read = source.read("file", content)
        known = ctx.catalogue
        around = check.Surroundings(known.agencies, known.rules, known.paper_lists, known.registers)
        findings = check.check(read.procedure, around)
        if wrong := errors(findings):
            raise BadProcedure(wrong)
    except BadProcedure as bad:
        fields = [FieldError(each.place, each.rule, each.vi, each.en) for each in bad.findings]
        raise InvalidInput(fields=fields) from bad
    return read.procedure, findings


def _check_place(ctx: CasesContext, published_before: list[Procedure], new: Procedure) -> None:
    """Checks that no day gets two versions, and no past day another version than it had."""
    day, today, built_in = new.effective_from, ctx.today(), ctx.catalogue.built_in(new.code)
    for old in succeed(built_in, published_before):
        if day < today and old.effective_from < today and (old.effective_to is None or old.effective_to >= day):
            raise VersionTooEarly(day=day, today=today)
    for earlier, later in pairwise(succeed(built_in, [*published_before, new])):
        if earlier.effective_to is None or earlier.effective_to >= later.effective_from:
            raise VersionsOverlap(day=day, other=(earlier if later.effective_from == day else later).effective_from)


def _usable(ctx: CasesContext, conn: Connection) -> list[Procedure]:
    """Lists what is published, without versions set aside for not fitting the rest: they keep nobody from
    publishing."""
    every = read_published(published.read_all(conn)).procedures
    return ctx.catalogue.fitting(every)


def _check_whole(ctx: CasesContext, versions: Iterable[Procedure]) -> None:
    """Raises InvalidInput unless all versions together are a catalogue: a chain needs its parts, on every day."""
    try:
        ctx.catalogue.check(versions)
    except ValueError as error:
        wrong = FieldError(
            "/chain", "catalogue", f"Không khớp với các thủ tục khác: {error}", f"This does not fit the others: {error}"
        )
        raise InvalidInput(fields=[wrong]) from error


def _row(rows: Sequence[Published], day: date) -> Published | None:
    return next((row for row in rows if row.effective_from == day), None)


def _content(ctx: CasesContext, rows: Sequence[Published], code: str, day: date) -> bytes | None:
    """Returns the file of a version, published or built in; None when there is no such version."""
    row = _row(rows, day)
    return row.content if row else ctx.catalogue.files.get((code, day))
