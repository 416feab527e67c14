"""The use cases of the personal store: what people do with it, and what cases puts into it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

import structlog
from asn1crypto import x509
from sqlalchemy import Connection

from services.common import limits
from services.common.context import Caller
from services.common.database import Database
from services.common.errors import FieldError, InvalidInput
from services.common.text import nfc
from services.common.times import local_day
from services.documents.core.blobs import Blobs, BytesAltered, BytesMissing
from services.documents.files import store as files_store
from services.documents.files import usecases as files
from services.documents.files.domain import PDF, File, FileState, require_downloadable
from services.documents.papers.domain import Paper
from services.documents.personal_store import store
from services.documents.personal_store.domain import (
    Access,
    Consent,
    ConsentNotFound,
    LegalValue,
    NewPaper,
    Origin,
    PaperNeeded,
    Signature,
    StoredPaper,
    StoredPaperNotFound,
    StoreFull,
    check_kept,
    day_of,
    judged,
    owns,
)
from services.documents.signatures import domain as verdicts
from services.documents.signatures import verify

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class ListedPaper:
    """A paper with the consents to use it."""

    paper: StoredPaper
    consents: tuple[Consent, ...] = ()


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which of the caller's papers: of these types, or any; `usable` = those that can be handed in today."""

    paper_codes: Sequence[str] = ()
    usable: bool = False
    page_token: str = ""
    page_size: int = 0


@dataclass(frozen=True, slots=True)
class Keeping:
    """The owner's description of a paper to keep; the days are yyyy-MM-dd or empty."""

    file_id: str
    paper_code: str
    name: str
    number: str = ""
    issuer_name: str = ""
    issued_on: str = ""
    expires_on: str = ""


@dataclass(frozen=True, slots=True)
class HandedIn:
    """The papers an applicant hands in with a case: uploads, and papers of their own store."""

    files: list[File] = field(default_factory=list)
    papers: list[StoredPaper] = field(default_factory=list)


def describe(
    database: Database, who: Caller, file_ids: Sequence[str], stored_paper_ids: Sequence[str], now: datetime
) -> HandedIn:
    """Describes both in the order asked; raises FileNotFound or StoredPaperNotFound naming the first that the caller
    may not hand in."""
    with database.transaction() as conn:
        return HandedIn(
            files.visible(conn, who, file_ids, now) if file_ids else [],
            _own(conn, who, stored_paper_ids) if stored_paper_ids else [],
        )


def list_papers(database: Database, who: Caller, wanted: Wanted, now: datetime) -> tuple[list[ListedPaper], str]:
    """Returns a page of the caller's papers, newest first, and the token of the next page."""
    most = min(wanted.page_size or limits.PAGE_SIZE_DEFAULT, limits.PAGE_SIZE_MAX)
    before = _id_of(wanted.page_token) if wanted.page_token else None
    if wanted.page_token and before is None:
        raise InvalidInput(
            fields=[FieldError("/page_token", "page-token", "Mã trang không đúng.", "Not a page token of ours.")]
        )
    with database.transaction() as conn:
        found = store.own_papers(
            conn,
            owner=who.subject,
            numbers=who.numbers,
            codes=wanted.paper_codes,
            usable=wanted.usable,
            today=local_day(now),
            before=before,
            most=most + 1,
        )
        page = _with_consents(conn, found[:most])
    return page, str(found[most - 1].stored_paper_id) if len(found) > most else ""


def store_upload(database: Database, who: Caller, keeping: Keeping, now: datetime) -> ListedPaper:
    """Keeps an upload of the caller's own for later.

    Raises:
        FileNotFound: it is not there or not the caller's.
        FileInfected, FileDisposed: it is of no use to anybody.
        InvalidInput: what is said of it cannot be so.
        AlreadyKept: it is in a store already.
        StoreFull: the caller has put as much into it as it takes.
    """
    check_kept(keeping.paper_code, keeping.name, keeping.number, keeping.issuer_name)
    name = nfc(keeping.name).strip()
    with database.transaction() as conn:
        file = files.own(conn, who, keeping.file_id, now)
        if file.state is not FileState.QUARANTINED:  # then it is offered once found clean
            require_downloadable(keeping.file_id, file.state, file.signature)
        files_store.lock_uploads(conn, who.subject)
        _require_room(conn, who, file.size)
        new = NewPaper(
            owner=who.subject,
            owner_number=who.proven_number,
            paper_code=keeping.paper_code,
            name_vi=name,
            name_en=name,
            file_id=file.file_id,
            origin=Origin.KEPT,
            number=nfc(keeping.number).strip(),
            issuer_name=nfc(keeping.issuer_name).strip(),
            issued_on=day_of("issued_on", keeping.issued_on),
            expires_on=day_of("expires_on", keeping.expires_on),
        )
        return ListedPaper(store.papers(conn, [stored := store.add_paper(conn, new, now)])[stored])


def _require_room(conn: Connection, who: Caller, size: int) -> None:
    count, kept = store.kept_by(conn, who.subject)
    if count + 1 > limits.PAPERS_KEPT or kept + size > limits.PAPERS_KEPT_BYTES:
        raise StoreFull(
            count=count,
            megabytes=kept // limits.MIB,
            most=limits.PAPERS_KEPT,
            most_megabytes=limits.PAPERS_KEPT_BYTES // limits.MIB,
        )


def delete(database: Database, who: Caller, stored_paper_id: str) -> None:
    """Takes a paper out of the caller's store, and its bytes with it.

    Raises:
        StoredPaperNotFound, PaperNeeded.
    """
    with database.transaction() as conn:
        [paper] = _own(conn, who, [stored_paper_id])
        store.lock(conn, paper.stored_paper_id)
        if needing := store.cases_needing(conn, paper.file_id):
            raise PaperNeeded(cases=", ".join(filter(None, needing)) or "–")
        store.remove(conn, paper.stored_paper_id)
        files_store.dispose_of(conn, [paper.file_id])
    log.info("stored paper deleted", stored_paper_id=stored_paper_id, by=who.subject)


def withdraw(database: Database, who: Caller, consent_id: str, now: datetime) -> tuple[Consent, bool]:
    """Returns the consent as withdrawn, and whether that closed the agency's access; raises ConsentNotFound."""
    with database.transaction() as conn:
        parsed = _id_of(consent_id)
        given = store.consent(conn, parsed) if parsed else None
        paper = store.papers(conn, [given.stored_paper_id])[given.stored_paper_id] if given else None
        if given is None or paper is None:
            raise ConsentNotFound
        if not owns(who, paper.owner, paper.owner_number):
            raise ConsentNotFound.withheld()
        if given.withdrawn_at:  # the paper may be handed in again by now, under a consent of its own
            return given, given.relied_on_at is None
        withdrawn = store.withdraw_consent(conn, given.consent_id, now)
    log.info("consent withdrawn", consent_id=consent_id, by=who.subject, relied_on=withdrawn.relied_on_at is not None)
    return withdrawn, withdrawn.relied_on_at is None


def list_accesses(database: Database, who: Caller, stored_paper_id: str) -> list[Access]:
    """Lists who has read or used a paper of the caller's, newest first; raises StoredPaperNotFound."""
    with database.transaction() as conn:
        [paper] = _own(conn, who, [stored_paper_id])
        return store.accesses(conn, paper.stored_paper_id)


def validate_signatures(
    database: Database, blobs: Blobs, roots: Sequence[x509.Certificate], now: Callable[[], datetime]
) -> None:
    """Judges signatures nobody has judged, one after another, as many as one turn has; the next turn goes on."""
    for _ in range(limits.JUDGE_BATCH):
        if not validate_next_signature(database, blobs, roots, now()):
            return


def validate_next_signature(database: Database, blobs: Blobs, roots: Sequence[x509.Certificate], now: datetime) -> bool:
    """Judges the signature of a paper whose signature nobody has judged; False when there is no such paper."""
    with database.transaction() as conn:
        paper = store.claim_unjudged(conn, now)
    if paper is None:
        return False
    if paper.media_type == PDF:
        try:
            content = b"".join(blobs.fetch(paper.sha256, 0, paper.size))
        except (BytesAltered, BytesMissing) as error:  # the others need not wait for this one
            log.error("paper cannot be judged", stored_paper_id=str(paper.stored_paper_id), cause=error.code)
            return True
        report = verify.verify(content, roots)
    else:
        report = verdicts.Report(verdicts.Verdict.TOTAL_FAILED, (verdicts.NO_SIGNATURE,))
    with database.transaction() as conn:
        signature, legal_value = judged(report, issued_here=store.issued_here(conn, paper.sha256))
        store.record_judgement(conn, paper.stored_paper_id, signature, report.signer, legal_value)
    return True


def add_result(conn: Connection, paper: Paper, kind: tuple[str, str, str], owner_number: str, issued_on: date) -> None:
    """Puts a result issued here into its applicant's store: the certificate as an original, a letter as a notice.

    `kind` is its type and its names in both languages.
    """
    code, name_vi, name_en = kind
    new = NewPaper(
        owner=paper.owner,
        owner_number=owner_number,
        paper_code=code,
        name_vi=name_vi,
        name_en=name_en,
        file_id=paper.file_id,
        origin=Origin.RESULT,
        number=paper.number,
        issuer_code=paper.agency_code,
        issuer_name=paper.sealed_by,
        issued_on=issued_on,
        expires_on=paper.valid_until,
        source_case=paper.case_ref,
        signature=Signature.SEALED,
        signer=paper.sealed_by,
        legal_value=LegalValue(paper.legal_value),
    )
    store.add(conn, new, paper.issued_at)


def _own(conn: Connection, who: Caller, stored_paper_ids: Sequence[str]) -> list[StoredPaper]:
    ids = [_id_of(each) for each in stored_paper_ids]
    found = store.papers(conn, [each for each in ids if each])
    for asked, each in zip(stored_paper_ids, ids, strict=True):
        paper = found.get(each) if each else None
        if paper is None:
            raise StoredPaperNotFound(stored_paper_id=asked)
        if not owns(who, paper.owner, paper.owner_number):
            raise StoredPaperNotFound.withheld(stored_paper_id=asked)
    return [found[each] for each in ids if each]


def _with_consents(conn: Connection, found: Sequence[StoredPaper]) -> list[ListedPaper]:
    given = store.consents(conn, [paper.stored_paper_id for paper in found])
    return [
        ListedPaper(paper, tuple(each for each in given if each.stored_paper_id == paper.stored_paper_id))
        for paper in found
    ]


def _id_of(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
