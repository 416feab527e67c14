"""Composes and runs the documents service."""

from functools import partial

from services.common import limits, messaging, process
from services.common.database import Database
from services.common.inbox import Consumer
from services.common.outbox import Relay
from services.common.process import App, Loop, every
from services.common.rpc import build_server, open_channel
from services.common.times import utc_now
from services.common.tokens import verifier_of_identity
from services.documents import rpc
from services.documents.core.blobs import Blobs, StorageUnavailable
from services.documents.events import HANDLERS
from services.documents.files import usecases as files
from services.documents.files.inspector import Inspectors
from services.documents.files.intake import Intake
from services.documents.files.scanner import Clamd
from services.documents.papers import usecases as papers
from services.documents.papers.issuing_loop import issue_until
from services.documents.papers.press import Press
from services.documents.papers.seal import Seals
from services.documents.papers.usecases import PaperIssuer
from services.documents.personal_store import usecases as personal_store
from services.documents.settings import DocumentsSettings
from services.documents.signatures import verify


def build(settings: DocumentsSettings) -> App:
    """Wires everything; raises OSError or BadSettings saying what to mend."""
    database = Database(settings.database_url.get_secret_value(), pool_size=settings.database_pool, name="documents")
    transport = messaging.open_transport(settings)
    identity = open_channel(settings.identity_target, settings.tls_dir)
    now = utc_now
    blobs, scanner, inspectors = _open_blobs(settings), Clamd(settings.clamd), Inspectors()
    seals = Seals(settings.seal_dir)
    issuer = PaperIssuer(Press(settings.public_url, settings.font_dir), seals, blobs, now)
    intake = Intake(inspectors, blobs, scanner, seals.name_of)
    roots = verify.load_roots(settings.seal_dir / "ca.crt.pem")
    server = build_server(
        settings,
        add=partial(rpc.add_to_server, database=database, intake=intake, seals=seals, now=now),
        services=rpc.SERVICES,
        authenticate=verifier_of_identity(identity).verify,
    )
    return App(
        "documents",
        server,
        loops=[
            Loop("relay", "relay", Relay(database, transport).run),
            Loop("consumer", "consumer", Consumer(database, transport, "documents", HANDLERS).run),
            Loop("papers", "timer", partial(issue_until, database=database, issuer=issuer)),
            every(
                "papers-again", limits.PAPER_REOPEN_EVERY.total_seconds(), partial(papers.retry_parked, database, now)
            ),
            every("rescan", limits.RESCAN_EVERY.total_seconds(), partial(files.rescan, database, blobs, scanner, now)),
            every(
                "judge", limits.JUDGE_EVERY, partial(personal_store.validate_signatures, database, blobs, roots, now)
            ),
            every("inspectors", limits.INSPECTOR_IDLE.total_seconds() / 2, inspectors.rest, role="any"),
            every("sweep", limits.SWEEP_EVERY.total_seconds(), partial(files.sweep, database, blobs, now)),
        ],
        closing=[inspectors.close, identity.close, blobs.close, database.close],
    )


def _open_blobs(settings: DocumentsSettings) -> Blobs:
    blobs = Blobs(
        settings.s3_url, settings.s3_access_key, settings.s3_secret_key.get_secret_value(), settings.s3_bucket
    )
    try:
        blobs.ensure_bucket()
    except StorageUnavailable as error:
        raise OSError(f"the object store at {settings.s3_url} does not answer: {error.__cause__}") from error
    return blobs


if __name__ == "__main__":
    process.main("documents", DocumentsSettings, build)
