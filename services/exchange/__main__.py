"""Composes and runs the exchange service."""

from datetime import UTC, datetime
from functools import partial

import grpc
from onestop.exchange.v1 import exchange_service_pb2_grpc

from services.common import messaging, process
from services.common.database import Database
from services.common.inbox import Consumer
from services.common.outbox import Relay
from services.common.process import App, Loop, every
from services.common.rpc import build_server, open_channel
from services.common.settings import BadSettings
from services.common.tokens import verifier_of_identity
from services.exchange import rpc
from services.exchange.core.axis import Axis
from services.exchange.core.context import ExchangeContext
from services.exchange.core.papers import DocumentsPapers
from services.exchange.dispatches import usecases as dispatches
from services.exchange.envelopes.agencies import Agency
from services.exchange.events import HANDLERS
from services.exchange.receiving import usecases
from services.exchange.sending import usecases as sending_usecases
from services.exchange.settings import ExchangeSettings


def build(settings: ExchangeSettings) -> App:
    """Wires everything; raises OSError or BadSettings saying what to mend."""
    documents = open_channel(settings.documents_target, settings.tls_dir)
    ctx = _open_context(settings, documents)
    database = Database(settings.database_url.get_secret_value(), pool_size=settings.database_pool, name="exchange")
    transport = messaging.open_transport(settings)
    identity = open_channel(settings.identity_target, settings.tls_dir)
    axis = Axis(settings.axis_url)
    clock = partial(datetime.now, UTC)
    handlers = {event_type: partial(handler, ctx) for event_type, handler in HANDLERS.items()}
    servicer = rpc.Servicer(database, ctx)
    server = build_server(
        settings,
        add=lambda server: exchange_service_pb2_grpc.add_ExchangeServiceServicer_to_server(servicer, server),
        services=[rpc.SERVICE],
        authenticate=verifier_of_identity(identity).verify,
    )

    def send() -> None:
        sending_usecases.send_due(database, axis, clock)

    def write() -> None:
        dispatches.write_due(ctx, database, clock)

    def collect(agency: Agency) -> None:
        usecases.collect(ctx, database, axis, agency, clock())

    return App(
        "exchange",
        server,
        loops=[
            Loop("relay", "relay", Relay(database, transport).run),
            Loop("consumer", "consumer", Consumer(database, transport, "exchange", handlers).run),
            every("write", settings.send_seconds, write),
            every("send", settings.send_seconds, send),
            *(every(f"collect {a.code}", settings.poll_seconds, partial(collect, a)) for a in ctx.directory.own),
        ],
        closing=[identity.close, documents.close, axis.close, database.close],
    )


def _open_context(settings: ExchangeSettings, documents: grpc.Channel) -> ExchangeContext:
    try:
        return ExchangeContext.load(settings.agencies_file, settings.exchange_dir, DocumentsPapers(documents))
    except (OSError, ValueError) as error:
        raise BadSettings(f"ONESTOP_AGENCIES_FILE, ONESTOP_EXCHANGE_DIR: {error}") from error


if __name__ == "__main__":
    process.main("exchange", ExchangeSettings, build)
