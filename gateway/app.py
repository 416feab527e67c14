"""The gateway as a Flask application: everything it needs comes in, nothing is made at import."""

from functools import cache
from typing import TYPE_CHECKING

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from gateway import openapi, problems
from gateway.clients import Clients
from gateway.middleware import Middleware
from gateway.ratelimit import AtOnce, RateLimiter
from gateway.resources import (
    auth,
    books,
    bulk,
    cases,
    catalogue,
    drafts,
    files,
    home,
    messages,
    payments,
    procedures,
    system,
    tracking,
    work,
)
from gateway.routing import Resource
from gateway.settings import GatewaySettings
from gateway.state import KEY, State
from gateway.transcoding.routes import handlers, resources, unnamed
from services.common import limits
from services.common.tokens import TokenVerifier

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

API = (
    auth,
    procedures,
    catalogue,
    files,
    drafts,
    cases,
    bulk,
    work,
    books,
    payments,
    messages,
)
PAGES = (home, tracking, system)


@cache
def api_resources() -> list[Resource]:
    """Lists everything under /api: what handlers declare, and what the protos do where no handler is left."""
    declared: list[Resource] = [module.resource for module in API if hasattr(module, "resource")]
    taken = {(one.method, unnamed(one.path)) for resource in declared for one in resource.operations}
    return declared + resources(handlers(API), taken)


def create_app(settings: GatewaySettings, clients: Clients, tokens: TokenVerifier) -> Flask:
    """Returns the gateway. Call it in the process that serves: `clients` hold channels, which do not survive a fork."""
    app = Flask("gateway", static_folder=None)
    app.config["PROVIDE_AUTOMATIC_OPTIONS"] = False
    app.config["MAX_CONTENT_LENGTH"] = limits.JSON_BODY_BYTES
    app.url_map.merge_slashes = False
    problems.install(app)
    for resource in (*api_resources(), *(module.resource for module in PAGES)):
        app.register_blueprint(resource)
    app.extensions[KEY] = State(
        settings=settings,
        clients=clients,
        tokens=tokens,
        limiter=RateLimiter(settings.rate_per_second, settings.rate_burst),
        bodies=AtOnce(limits.BODIES_PER_ACCOUNT, limits.BODY_THREADS),
        downloads=AtOnce(limits.DOWNLOADS_PER_ACCOUNT, limits.READERS_WAITED_FOR),
        openapi=cache(lambda: openapi.document(api_resources(), settings.public_url)),
    )
    app.wsgi_app = Middleware(_trusting(app.wsgi_app, settings.trusted_proxies))  # type: ignore[method-assign]
    return app


def _trusting(inner: "WSGIApplication", hops: int) -> "WSGIApplication":
    """Believes X-Forwarded-* of so many proxies in front, and of nobody else."""
    return ProxyFix(inner, x_for=hops, x_proto=hops, x_host=0) if hops else inner
