"""The payments service: `python -m services.payments`."""

from functools import partial

from onestop.payments.v1 import payments_service_pb2_grpc

from services.common import limits, messaging, rpc
from services.common.database import Database
from services.common.inbox import Consumer
from services.common.messaging.catalogue import unheard
from services.common.outbox import Relay
from services.common.process import App, Loop, every, main
from services.common.times import utc_now
from services.common.tokens import verifier_of_identity
from services.payments.attempts import usecases as attempts_usecases
from services.payments.attempts.provider import Provider
from services.payments.events import HANDLERS, PUBLISHED
from services.payments.rpc import SERVICE, Servicer
from services.payments.settings import PaymentsSettings


def build(settings: PaymentsSettings) -> App:
    """Composes the service."""
    database = Database(settings.database_url.get_secret_value(), pool_size=settings.database_pool, name="payments")
    transport = messaging.open_transport(settings)
    merchant = settings.merchant()
    provider = Provider(merchant)
    servicer = Servicer(database, merchant)
    identity = rpc.open_channel(settings.identity_target, settings.tls_dir)
    server = rpc.build_server(
        settings,
        add=lambda server: payments_service_pb2_grpc.add_PaymentsServiceServicer_to_server(servicer, server),
        services=[SERVICE],
        authenticate=verifier_of_identity(identity).verify,
    )
    query_every = limits.PAYMENT_QUERY_EVERY.total_seconds()
    return App(
        "payments",
        server,
        loops=[
            Loop("relay", "relay", Relay(database, transport, unheard(PUBLISHED)).run),
            Loop("consumer", "consumer", Consumer(database, transport, "payments", HANDLERS).run),
            every("query", query_every, partial(attempts_usecases.query_overdue, database, provider, utc_now)),
        ],
        closing=[identity.close, provider.close, database.close],
    )


if __name__ == "__main__":
    main("payments", PaymentsSettings, build)
