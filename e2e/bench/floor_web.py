"""The floor's web side: the gateway's own server settings and a bare Flask route. `python -m e2e.bench.floor_web`."""

import os
from typing import Any

import grpc
from flask import Flask, Response, request
from gunicorn.app.base import BaseApplication

from e2e.bench.floor_service import METHOD
from gateway.__main__ import server_options
from gateway.settings import GatewaySettings


def create_app(target: str) -> Flask:
    app = Flask(__name__, static_folder=None)
    insert: Any = grpc.insecure_channel(target).unary_unary(METHOD)

    @app.post("/floor")
    def floor() -> Response:
        return Response(insert(request.get_data()), 201)

    return app


class Server(BaseApplication):  # type: ignore[misc]  # gunicorn has no types
    def load_config(self) -> None:
        for name, value in server_options(GatewaySettings.load()).items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        return create_app(os.environ["FLOOR_TARGET"])


if __name__ == "__main__":
    Server().run()
