"""The stand-ins that speak HTTP, as one Flask application."""

from flask import Flask

from infra.sandbox import axis, mail, registers, vnpay
from infra.sandbox.mail.letters import Letters
from infra.sandbox.settings import SandboxSettings


def create_app(settings: SandboxSettings, letters: Letters | None = None) -> Flask:
    """Returns every stand-in's blueprint; `/healthz` answers once all are mounted. `letters` is what came by SMTP."""
    app = Flask("onestop-sandbox", static_folder=None)
    for stand_in in (registers, vnpay, axis):
        app.register_blueprint(stand_in.create_blueprint(settings))
    app.register_blueprint(mail.create_blueprint(letters or Letters()))
    app.add_url_rule("/healthz", "healthz", lambda: {"status": "ok"})
    return app
