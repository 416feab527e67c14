"""The notifications service: `python -m services.notifications`."""

from functools import partial

from onestop.notifications.v1 import notifications_service_pb2_grpc

from services.common import limits, messaging, rpc
from services.common.database import Database
from services.common.inbox import Consumer
from services.common.process import App, Loop, every, main
from services.common.times import utc_now
from services.common.tokens import verifier_of_identity
from services.notifications.core.templates import load
from services.notifications.deliveries.usecases import Sender, send_due
from services.notifications.events import HANDLERS
from services.notifications.rpc import SERVICE, Servicer
from services.notifications.settings import NotificationsSettings


def build(settings: NotificationsSettings) -> App:
    """Composes the service."""
    database = Database(
        settings.database_url.get_secret_value(), pool_size=settings.database_pool, name="notifications"
    )
    transport = messaging.open_transport(settings)
    templates = load()
    servicer = Servicer(database, templates)
    mail = settings.mail()
    channels = (mail,) if mail else ()
    sender = Sender(database, templates, settings.public_url, utc_now)
    handlers = {name: partial(handler, [each.name for each in channels]) for name, handler in HANDLERS.items()}
    identity = rpc.open_channel(settings.identity_target, settings.tls_dir)
    server = rpc.build_server(
        settings,
        add=lambda server: notifications_service_pb2_grpc.add_NotificationsServiceServicer_to_server(servicer, server),
        services=[SERVICE],
        authenticate=verifier_of_identity(identity).verify,
    )
    send_every = limits.DELIVERY_EVERY.total_seconds()
    return App(
        "notifications",
        server,
        loops=[
            Loop("consumer", "consumer", Consumer(database, transport, "notifications", handlers).run),
            *(every(each.name, send_every, partial(send_due, sender, each)) for each in channels),
        ],
        closing=[identity.close, database.close],
    )


if __name__ == "__main__":
    main("notifications", NotificationsSettings, build)
