"""The HTTP routes of both registers; the contract is in the package's docstring."""

import hmac
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from flask import Blueprint, Response, jsonify, request

from infra.sandbox.registers.behaviour import Behaviour
from infra.sandbox.registers.calls import XROAD_HEADERS, Refused, checked_body, request_hash, text_of
from infra.sandbox.registers.data import FIRMS, PAPERS, PEOPLE, Person
from infra.sandbox.settings import SandboxSettings
from services.common.outside import PartialDate, partial_date
from services.common.text import nfc
from services.contracts.answers import RegisterAnswer, together

DECLARABLE = ("full_name", "birth_date", "sex")


def create_blueprint(settings: SandboxSettings) -> Blueprint:
    """Builds both registers under /registers, with their own behaviour and memory."""
    registers = Blueprint("registers", __name__, url_prefix="/registers")
    behaviour = Behaviour()
    api_key = settings.registers_api_key.get_secret_value()

    @registers.before_request
    def admit() -> None:
        if not hmac.compare_digest(request.headers.get("X-Api-Key", "").encode(), api_key.encode()):
            raise Refused(401, "Client.Unauthenticated", "X-Api-Key is missing or wrong")

    @registers.errorhandler(Refused)
    def refused(error: Refused) -> Response:
        answer = jsonify(type=error.kind, message=str(error), detail="")
        answer.status_code = error.status
        answer.headers["X-Road-Error"] = error.kind
        return answer

    def accountable() -> dict[str, Any]:
        body = checked_body(request)
        headers = {name: request.headers[name] for name in XROAD_HEADERS}
        behaviour.remember({"path": request.path, "headers": headers, "body": body})
        status = behaviour.next()
        if status:
            raise Refused(status, "Server.Ordered", "told to fail")
        return body

    def answered(content: dict[str, Any]) -> Response:
        answer = jsonify(content)
        answer.headers["X-Road-Id"] = request.headers["X-Road-Id"]
        answer.headers["X-Road-Request-Hash"] = request_hash(request)
        return answer

    @registers.post("/population/verify")
    def verify() -> Response:
        body = accountable()
        person = PEOPLE.get(text_of(body, "personal_number"))
        declared = body.get("declared")
        if not isinstance(declared, dict) or not set(declared) <= set(DECLARABLE):
            raise Refused(400, "Client.BadBody", f"declared takes {', '.join(DECLARABLE)}")
        return answered(_verified(person, declared))

    @registers.post("/population/fetch")
    def fetch_person() -> Response:
        body = accountable()
        person = PEOPLE.get(text_of(body, "personal_number"))
        if person is None:
            raise Refused(404, "Server.NotFound", "no such personal number")
        held = asdict(person)
        fields = body.get("fields")
        if not isinstance(fields, list) or not fields or any(name not in [*held] for name in fields):
            raise Refused(400, "Client.BadBody", f"fields takes a list of {', '.join(held)}")
        return answered({"person": {name: held[name] for name in fields if held[name]}})

    @registers.post("/business/fetch")
    def fetch_firm() -> Response:
        firm = FIRMS.get(text_of(accountable(), "tax_code"))
        if firm is None:
            raise Refused(404, "Server.NotFound", "no such tax code")
        return answered({"firm": asdict(firm)})

    @registers.post("/<any('driving-licences', 'health-records'):register>/fetch")
    def fetch_paper(register: str) -> Response:
        paper = PAPERS[register].get(text_of(accountable(), "personal_number"))
        if paper is None:
            raise Refused(404, "Server.NotFound", "no paper of this person")
        return answered({"paper": dict(paper)})

    @registers.post("/admin/behaviour")
    def order() -> tuple[str, int]:
        body = request.get_json()
        behaviour.order(
            times=int(body.get("times", 1)), delay_ms=int(body.get("delay_ms", 0)), status=int(body.get("status", 0))
        )
        return "", 204

    @registers.get("/admin/calls")
    def calls() -> Response:
        return jsonify(calls=behaviour.calls())

    return registers


def _verified(person: Person | None, declared: Mapping[str, object]) -> dict[str, Any]:
    if person is None:
        return {"answer": RegisterAnswer.NO_DATA, "facts": {}}
    facts = {name: _compared(name, value, getattr(person, name)) for name, value in declared.items()}
    return {"answer": together(facts.values()), "facts": facts}


def _compared(name: str, declared: object, held: str) -> RegisterAnswer:
    """Compares as a clerk would: one Unicode form, single spaces, case aside; of a day as much of it as both know."""
    if not held:
        return RegisterAnswer.NO_DATA
    if not isinstance(declared, str):
        return RegisterAnswer.INCONCLUSIVE
    if name == "birth_date":
        return _days(partial_date(declared), partial_date(held))
    return RegisterAnswer.MATCH if _plain(declared) == _plain(held) else RegisterAnswer.MISMATCH


def _days(declared: PartialDate | None, held: PartialDate | None) -> RegisterAnswer:
    if declared is None or held is None:
        return RegisterAnswer.INCONCLUSIVE
    if declared == held:
        return RegisterAnswer.MATCH
    known = zip(str(declared).split("-"), str(held).split("-"), strict=False)
    return RegisterAnswer.INCONCLUSIVE if all(one == other for one, other in known) else RegisterAnswer.MISMATCH


def _plain(value: str) -> str:
    return " ".join(nfc(value).split()).casefold()
