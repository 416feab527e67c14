"""Papers: ordered by a case, issued by a worker, listed and checked."""

import hashlib
import io
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

import structlog
from sqlalchemy import Connection

from services.common import limits, outbox
from services.common.context import Caller
from services.common.database import Database
from services.common.errors import FieldError, InvalidInput, PermissionDenied
from services.common.events import uuid7
from services.common.killpoints import killpoint
from services.common.times import local_day
from services.documents.core import owners
from services.documents.core.blobs import Blobs, StorageUnavailable
from services.documents.core.visibility import may_see
from services.documents.files import store as files_store
from services.documents.files.domain import PDF, FileNotFound, FileState, require_downloadable
from services.documents.papers import messages, store
from services.documents.papers.domain import (
    BadPaperOrder,
    FailedBook,
    Paper,
    PaperNotFound,
    PaperOrder,
    Words,
    form_of,
    is_source,
    named,
    number_of,
    retry_delay,
    worth_of,
)
from services.documents.papers.forms import RESULT
from services.documents.papers.press import Press
from services.documents.papers.seal import NoSealKey, Seals
from services.documents.papers.subprocess_press import print_in_subprocess
from services.documents.personal_store import usecases as personal_store

log = structlog.get_logger()


class NotYetIssued(Exception):
    """The paper to be replaced waits to be issued itself; the message is its id."""


@dataclass(frozen=True, slots=True)
class PaperIssuer:
    """Dependencies of issuing papers."""

    press: Press
    seals: Seals
    blobs: Blobs
    now: Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Sealed:
    """A paper ready to be shown."""

    pdf: bytes
    form_code: str
    number: str
    sealed_by: str
    sealed_at: datetime

    @property
    def sha256(self) -> bytes:
        return hashlib.sha256(self.pdf).digest()


def issue_next(database: Database, issuer: PaperIssuer, waited: timedelta = timedelta(0)) -> bool:
    """Issues the paper waiting longest, that long at least; False when no paper waits.

    A paper that fails is tried again, then parked with its reason.
    """
    with database.transaction() as conn:
        order = store.claim_order(conn, issuer.now(), waited)
    if order is None:
        return False
    try:
        _issue(database, issuer, order)
    except Exception as error:  # noqa: BLE001  # counted, logged and in the end parked
        _count_failure(database, order, error, issuer.now())
    return True


def list_papers(database: Database, who: Caller, case_ref: str) -> list[Paper]:
    """Returns the papers of a case the caller may see, oldest first."""
    with database.transaction() as conn:
        papers = store.papers_of_case(conn, case_ref)
        theirs = bool(papers) and who.owns(owners.owner_of(conn, case_ref))
    return [paper for paper in papers if theirs or may_see(who, paper.owner, paper.agencies)]


def list_books(
    database: Database, who: Caller, agency_code: str, page_token: str, page_size: int
) -> tuple[list[Paper], str]:
    """Lists a page of the volumes of registers of an agency of the caller, newest first, and the token of the next
    page.

    A token is the id of the last volume of a page.

    Raises:
        PermissionDenied: it is another agency.
        InvalidInput: no volume of that agency has the token.
    """
    if not who.covers(agency_code):
        raise PermissionDenied
    most = min(page_size or limits.PAGE_SIZE_DEFAULT, limits.PAGE_SIZE_MAX)
    with database.transaction() as conn:
        last = store.paper(conn, page_token) if page_token else None
        if page_token and (last is None or (last.case_ref, last.agency_code) != ("", agency_code)):
            raise InvalidInput(
                fields=[FieldError("/page_token", "page-token", "Mã trang không đúng.", "Not a page token of ours.")]
            )
        found = store.books_of(conn, agency_code, last, most + 1)
    page = found[:most]
    return page, page[-1].paper_id if len(found) > most else ""


def failed_books(database: Database, who: Caller, agency_code: str) -> list[FailedBook]:
    """Lists the volumes of an agency of the caller that could not be issued so far, oldest first.

    Raises:
        PermissionDenied: it is another agency.
    """
    if not who.covers(agency_code):
        raise PermissionDenied
    with database.transaction() as conn:
        parked = store.parked_books(conn, agency_code, limits.PAGE_SIZE_MAX)
    return [FailedBook(paper_id, at, _in_words(error.partition(":")[0])) for paper_id, at, error in parked]


def check_paper(database: Database, paper_id: str) -> Paper:
    """Returns an issued paper, for anyone who holds its id; raises PaperNotFound."""
    with database.transaction() as conn:
        paper = store.paper(conn, paper_id)
    if paper is None:
        raise PaperNotFound
    return paper


def takes_seal(database: Database, blobs: Blobs, seals: Seals, who: Caller, file_id: str) -> bool:
    """Returns whether a result drawn up, the caller's own upload, will take the agency's seal.

    Raises:
        FileNotFound: it is not theirs.
        FileInQuarantine, FileInfected, FileDisposed: it cannot be read.
    """
    with database.transaction() as conn:
        file = files_store.find(conn, file_id)
    if file is None or file.owner != who.subject:
        raise FileNotFound.withheld(file_id=file_id)
    require_downloadable(file_id, file.state, file.signature)
    if file.media_type != PDF or file.size > limits.RESULT_FILE_BYTES:
        return False
    return seals.takes_seal(b"".join(blobs.fetch(file.sha256, 0, file.size)))


def drop_result(conn: Connection, case_ref: str, before: datetime) -> None:
    """Gives up the result of a case that is opened again, unless it is issued: what was wrong is not issued later."""
    if dropped := store.drop_orders(conn, case_ref, RESULT, before):
        log.info("a result that was not issued is given up", count=dropped)


def parked(database: Database) -> list[tuple[str, str, str, str]]:
    """Lists paper id, case number, form and reason of every paper given up on, oldest first."""
    with database.transaction() as conn:
        return store.parked_orders(conn)


def reopen_parked(database: Database, now: datetime) -> int:
    """Has every paper given up on tried again, once what was wrong is mended; returns how many."""
    with database.transaction() as conn:
        return store.reopen_parked_orders(conn, now)


def retry_parked(database: Database, now: Callable[[], datetime]) -> None:
    """Orders another try of every paper given up on long enough ago: what was wrong may be mended."""
    with database.transaction() as conn:
        if retried := store.retry_parked_orders(conn, now()):
            log.info("papers tried again", count=retried)


def _issue(database: Database, issuer: PaperIssuer, order: PaperOrder) -> None:
    if order.attempts > limits.MAX_ATTEMPTS:  # every attempt before died with its process
        raise BadPaperOrder(why="every attempt ended with the process")
    sealed = _seal(issuer, order, _replaced(database, order), _drawn_up(database, issuer, order))
    with database.transaction() as conn:
        files_store.touch_blob(conn, sealed.sha256, issuer.now())
    issuer.blobs.put(io.BytesIO(sealed.pdf), len(sealed.pdf), sealed.sha256, PDF)
    killpoint("paper.after_store")
    with database.transaction() as conn:
        if store.finish_order(conn, order.paper_id):
            paper = _publish(conn, order, sealed)
            log.info("paper issued", paper_id=paper.paper_id, form=paper.form, number=paper.number)


def _replaced(database: Database, order: PaperOrder) -> dict[str, Any]:
    """Returns what the paper says of the paper it replaces; raises NotYetIssued while that is not issued itself."""
    if order.replaces is None:
        return {}
    with database.transaction() as conn:
        before = store.paper(conn, order.replaces)
    if before is None:
        raise NotYetIssued(order.replaces)
    form = form_of(before.form, before.family)
    day = local_day(before.issued_at).isoformat()
    replaced = {"title": form.title_vi, "number": before.number, "date": day, "reason": order.reissue_reason}
    return {"replaces": replaced}


def _seal(issuer: PaperIssuer, order: PaperOrder, more: dict[str, Any], drawn_up: bytes) -> Sealed:
    seal = issuer.seals.of(order.agency_code)
    data: dict[str, Any] = json.loads(order.data_json) | more
    form, now = named(form_of(order.form, order.family), data), issuer.now()
    number, said = number_of(form, order.sequence, data), {"reason": form.title_vi, "place": data.get("place", "")}
    if drawn_up:
        stamp = issuer.press.stamp(number, seal.name, now)
        return Sealed(
            issuer.seals.seal_file(drawn_up, stamp, order.agency_code, **said), form.code, number, seal.name, now
        )
    # What failed again and again may be what ends the process: its last attempt is made in one of its own. So is a
    # template that came with a procedure: nobody here has read it.
    in_subprocess = form.bulky or order.attempts >= limits.MAX_ATTEMPTS or is_source(order.template)
    printer = partial(print_in_subprocess, issuer.press) if in_subprocess else issuer.press.print
    printed = printer(form, order.paper_id, number, data, seal.name, now, order.template)
    return Sealed(issuer.seals.seal(printed, order.agency_code, **said), form.code, number, seal.name, now)


def _drawn_up(database: Database, issuer: PaperIssuer, order: PaperOrder) -> bytes:
    """Reads the result that an officer drew up as a file; empty for a paper that is printed."""
    if order.result_file_id is None:
        return b""
    with database.transaction() as conn:
        file = files_store.files(conn, [order.result_file_id]).get(order.result_file_id)
    if file is None or file.state is not FileState.CLEAN:
        raise BadPaperOrder(why=f"file {order.result_file_id} is not there, or not clean")
    return b"".join(issuer.blobs.fetch(file.sha256, 0, file.size))


def _publish(conn: Connection, order: PaperOrder, sealed: Sealed) -> Paper:
    """Stores file, paper and event, in the transaction that finishes the order."""
    data = json.loads(order.data_json)
    file = files_store.add_file(
        conn,
        uuid7(),
        file_name=f"{order.case_ref or order.agency_code}-{sealed.form_code}-{order.sequence}.pdf",
        media_type=PDF,
        size=len(sealed.pdf),
        sha256=sealed.sha256,
        state=FileState.CLEAN,
        owner=order.applicant_account,
        now=sealed.sealed_at,
    )
    data = json.loads(order.data_json)
    for agency in {order.case_agency, order.agency_code, *data.get("seen_by", ())}:
        files_store.open_to_agency(conn, [file.file_id], agency, order.case_ref)
    paper = store.add_paper(
        conn,
        order,
        number=sealed.number,
        sealed_by=sealed.sealed_by,
        file_id=file.file_id,
        issued_at=sealed.sealed_at,
        worth=worth_of(data),
    )
    if (kind := data.get("result_type")) and kind.get("owner"):  # whose it is nobody has proven enters no store
        issued_on = date.fromisoformat((data.get("result") or {}).get("issued_on") or data["issued_date"])
        names = (kind["code"], kind["name_vi"], kind["name_en"])
        personal_store.add_result(conn, paper, names, kind["owner"], issued_on)
    if paper.case_ref:  # a register belongs to no case, and nobody waits for it
        outbox.append(conn, [messages.paper_issued(paper)])
    return paper


_REASONS: Mapping[str, Words] = {
    NoSealKey.__name__: Words("Hệ thống chưa có khóa ký số của cơ quan", "The system has no sealing key of the agency"),
    StorageUnavailable.__name__: Words("Kho lưu trữ tệp không trả lời", "The store of files does not answer"),
    NotYetIssued.__name__: Words("Giấy tờ được thay thế chưa được phát hành", "The paper it replaces is not issued"),
    BadPaperOrder.__name__: Words("Mẫu in hoặc dữ liệu của giấy tờ có lỗi", "The form or its data are faulty"),
}
"""By the name of the error, with which the reason kept on the order begins."""
_OTHER_REASON = Words("Có lỗi khi in và ký số giấy tờ", "Something went wrong in printing and sealing it")


def _in_words(error: str) -> Words:
    """Says why a paper is not issued, for clerk and applicant; a technician finds more in the log and on the order."""
    return _REASONS.get(error, _OTHER_REASON)


def _count_failure(database: Database, order: PaperOrder, error: Exception, now: datetime) -> None:
    reason = f"{type(error).__name__}: {error}"[: limits.TEXT_LENGTH]
    hopeless = isinstance(error, BadPaperOrder) or order.attempts >= limits.MAX_ATTEMPTS
    with database.transaction() as conn:
        if hopeless:
            wanted = store.park_order(conn, order.paper_id, reason, now)
        else:
            wanted = store.postpone_order(conn, order.paper_id, now + retry_delay(order.attempts), reason)
        if wanted and order.case_ref and (hopeless or order.attempts >= limits.PAPER_TOLD_AFTER):
            outbox.append(conn, [messages.paper_failed(order, _in_words(type(error).__name__))])
    # Behind a faulty template stands what Typst said of it, which may quote the paper: only the cause is logged.
    told = {"reason": error.why} if isinstance(error, BadPaperOrder) else {"exc_info": error}
    log.error("paper not issued", paper_id=order.paper_id, attempts=order.attempts, parked=hopeless, **told)
