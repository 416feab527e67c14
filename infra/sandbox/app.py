"""The stand-ins that speak HTTP, as one Flask application."""

from flask import Flask

from infra.sandbox import axis, registers, vnpay
from infra.sandbox.settings import SandboxSettings


def create_app(settings: SandboxSettings) -> Flask:
    """Returns every stand-in's blueprint; `/healthz` answers once all are mounted."""
    app = Flask("onestop-sandbox", static_folder=None)
    for stand_in in (registers, vnpay, axis):
        app.register_blueprint(stand_in.create_blueprint(settings))
    app.add_url_rule("/healthz", "healthz", lambda: {"status": "ok"})
    return app
