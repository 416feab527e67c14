"""The cases service: `python -m services.cases`."""

from datetime import UTC, datetime
from functools import partial

import structlog

from services.cases.calendar.usecases import take_up
from services.cases.core.context import CasesContext
from services.cases.core.group_commit import GroupCommit
from services.cases.core.staff_directory import IdentityDirectory
from services.cases.core.usecases.upkeep import prepare_years
from services.cases.deadlines.usecases.forecasting import refresh_forecasts
from services.cases.deadlines.usecases.timers import run_timers
from services.cases.drafts.upkeep import end_drafts
from services.cases.events import HANDLERS, PUBLISHED
from services.cases.filing.files import DocumentsFiles
from services.cases.filing.upkeep import forget_filings
from services.cases.handling.usecases import assigning
from services.cases.history.usecases.replay import Round
from services.cases.procedures.folder import load_catalogue
from services.cases.rpc import SERVICES, add_to_server
from services.cases.settings import CasesSettings
from services.cases.signatures.verifying import SignatureVerifier
from services.cases.work.upkeep import fill_search_index
from services.cases.work.usecases import delegations
from services.common import limits, messaging
from services.common.database import Database, DatabaseUnavailable
from services.common.ended_sessions import ended_at_identity
from services.common.inbox import Consumer
from services.common.messaging.catalogue import unheard
from services.common.outbox import Relay
from services.common.process import App, Loop, every, main
from services.common.rpc import build_server, open_channel
from services.common.tokens import TokenVerifier, keys_of_identity
from services.contracts import receipts

log = structlog.get_logger()

A_DAY = 86_400.0


def _signatures(settings: CasesSettings) -> SignatureVerifier | None:
    """Makes the verifier of signed applications; None = applications cannot be signed."""
    if settings.applicant_ca is None:
        return None
    return SignatureVerifier.from_files(settings.applicant_ca, settings.applicant_crls)


def build(settings: CasesSettings) -> App:
    """Composes the service; raises OSError or BadSettings saying what to mend."""
    database = Database(settings.database_url.get_secret_value(), pool_size=settings.database_pool, name="cases")
    transport = messaging.open_transport(settings)
    identity = open_channel(settings.identity_target, settings.tls_dir)
    documents = open_channel(settings.documents_target, settings.tls_dir)
    catalogue = load_catalogue(settings.catalogue_dir)
    group_commit = GroupCommit(database)
    replay = Round()
    keys = keys_of_identity(identity)
    ctx = CasesContext(
        database,
        catalogue,
        DocumentsFiles(documents),
        group_commit,
        lambda: datetime.now(UTC),
        receipts.reader(keys),
        IdentityDirectory(identity),
        metered=not settings.unmetered,
        signatures=_signatures(settings),
    )
    try:
        ctx.refresh()
        take_up(ctx)
    except DatabaseUnavailable:
        log.warning("what was published and decided comes later", reason="the database does not answer yet")
    handlers = {event_type: partial(handler, ctx) for event_type, handler in HANDLERS.items()}
    server = build_server(
        settings,
        add=partial(add_to_server, ctx=ctx),
        services=SERVICES,
        authenticate=TokenVerifier(keys, ended_at_identity(identity)).verify,
    )
    return App(
        "cases",
        server,
        loops=[
            Loop("relay", "relay", Relay(database, transport, unheard(PUBLISHED)).run),
            Loop("consumer", "consumer", Consumer(database, transport, "cases", handlers).run),
            every("partitions", A_DAY, partial(prepare_years, ctx)),
            every("findable", limits.FILL_EVERY, partial(fill_search_index, ctx)),
            every("catalogue", limits.CATALOGUE_EVERY, ctx.refresh, role="any"),
            every("calendar", limits.CALENDAR_EVERY, partial(take_up, ctx), role="any"),
            every("forecasts", limits.FORECAST_EVERY, partial(refresh_forecasts, ctx), role="any"),
            every("delegations", limits.DELEGATIONS_EVERY, partial(delegations.refresh, ctx), role="any"),
            every("assignees", limits.ASSIGNEES_EVERY, partial(assigning.find_non_workers, ctx), role="any"),
            every("timers", limits.TIMER_EVERY, partial(run_timers, ctx)),
            every("replay", limits.REPLAY_EVERY, lambda: replay.go_on(database)),
            every("drafts", limits.DRAFTS_EVERY, partial(end_drafts, ctx)),
            every("filings", A_DAY, partial(forget_filings, ctx)),
        ],
        closing=[group_commit.close, identity.close, documents.close, database.close],
    )


if __name__ == "__main__":
    main("cases", CasesSettings, build)
