"""What operators and machines ask: is it alive, is it ready, figures, keys, the interface's own description."""

import orjson
from flask import Response
from onestop.identity.v1 import identity_service_pb2 as pb
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from gateway.routing import Resource, reply
from gateway.state import clients, state
from services.common.access import PUBLIC
from services.common.tokens import public_jwk

resource = Resource("system", "Hệ thống · System", prefix="")


@resource.operation("GET", "/healthz", access=PUBLIC, summary="Còn chạy · Alive", counted=False)
def healthz() -> dict[str, str]:
    """This process answers."""
    return {"status": "ok"}


@resource.operation("GET", "/readyz", access=PUBLIC, summary="Sẵn sàng · Ready", counted=False)
def readyz() -> Response:
    """Whether every service says it serves; 503 while one does not."""
    services = clients().health()
    ready = all(services.values())
    body = {"status": "ready" if ready else "not ready", "services": services}
    return reply(body, 200 if ready else 503)


@resource.operation("GET", "/metrics", access=PUBLIC, summary="Số đo · Metrics")
def metrics() -> Response:
    """Figures for Prometheus; the ingress does not let this address out."""
    return Response(generate_latest(), content_type=CONTENT_TYPE_LATEST)


@resource.operation("GET", "/.well-known/jwks.json", access=PUBLIC, summary="Khóa công khai · Public keys")
def jwks() -> Response:
    """The keys that verify access tokens (RFC 7517)."""
    listed = clients().identity.ListSigningKeys(pb.ListSigningKeysRequest())
    keys = [public_jwk(key.kid, key.public_key_pem) for key in listed.keys]
    return reply({"keys": keys}, headers={"Cache-Control": "public, max-age=60"})


@resource.operation("GET", "/api/v1/openapi.json", access=PUBLIC, summary="OpenAPI 3.1")
def openapi_document() -> Response:
    """This interface, described for machines."""
    return Response(orjson.dumps(state().openapi()), content_type="application/json")
