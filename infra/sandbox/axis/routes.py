"""The HTTP routes of the axis; the contract is in the package's docstring."""

from base64 import b64encode
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Blueprint, Response, jsonify, request

from infra.sandbox.axis import agency, edxml
from infra.sandbox.axis.edxml import Unreadable
from infra.sandbox.axis.faults import Faults
from infra.sandbox.axis.insurance import SocialInsurance
from infra.sandbox.axis.post import PostOffice
from infra.sandbox.axis.records import RecordsOffice
from infra.sandbox.axis.register import Register
from infra.sandbox.settings import SandboxSettings

KINDS = ("edoc", "status")
AGENCIES: tuple[type[agency.Agency], ...] = (RecordsOffice, SocialInsurance)


class Refused(Exception):
    """The call is understood and refused."""

    def __init__(self, code: str, description: str, http_status: int = 200) -> None:
        super().__init__(description)
        self.code = code
        self.http_status = http_status


def create_blueprint(settings: SandboxSettings, pace: timedelta = agency.PACE) -> Blueprint:
    """Builds the axis under /axis; without `exchange_dir` no agency answers behind it."""
    axis = Blueprint("axis", __name__, url_prefix="/axis")
    faults = Faults()
    post = PostOffice(faults)
    register = Register.load(settings.agencies_file)
    behind = [kind.load(settings.exchange_dir, pace) for kind in AGENCIES] if settings.exchange_dir else []

    @axis.before_request
    def fall() -> Response | None:
        if request.path.endswith("/faults") or not faults.strikes("down"):
            return None
        return _failed("9", "Trục đang bảo trì", 503)

    @axis.errorhandler(Refused)
    def refused(error: Refused) -> Response:
        return _failed(error.code, str(error), error.http_status)

    @axis.errorhandler(Unreadable)
    def unreadable(error: Unreadable) -> Response:
        return _failed("5", f"Gói tin edXML không hợp lệ: {error}", 200)

    @axis.post("/sendEdoc")
    def send() -> Response:
        sender, message_id = _header("from"), request.headers.get("messageid", "")
        doc_id = post.taken(sender, message_id) or take(sender, _kind(), request.get_data(), message_id)
        if faults.strikes("lose_answers"):
            return _failed("9", "Hết thời gian chờ", 504)
        return _ok(DocID=doc_id)

    def take(sender: str, kind: str, envelope: bytes, message_id: str) -> str:
        named = {code: register.code(code) for code in _receivers(sender, kind, envelope)}
        receivers = [code for code in named.values() if code is not None]
        if len(receivers) < len(named):
            raise Refused("2", f"Không có đơn vị {', '.join(named)} trên trục")
        now = datetime.now(UTC)
        asked = [each for each in behind if each.organ.code in receivers]
        replies = [(each.organ.code, reply) for each in asked for reply in each.replies(envelope, now)]
        doc_id = post.put(sender, receivers, kind, envelope, now, message_id)
        for replying, reply in replies:
            post.put(replying, [sender], reply.kind, reply.envelope, reply.at)
        return doc_id

    @axis.post("/getReceivedEdocList")
    def received() -> Response:
        letters = post.waiting(_header("AgencyCode"), _kind(), datetime.now(UTC))
        return _ok(
            data=[
                {
                    "DocId": letter.doc_id,
                    "from": letter.sender,
                    "messagetype": letter.kind,
                    "created_time": letter.visible_at.strftime("%Y/%m/%d %H:%M:%S"),
                }
                for letter in letters
            ]
        )

    @axis.post("/getEdoc")
    def fetch() -> Response:
        letter = post.letter(_header("AgencyCode"), _header("docId"))
        if letter is None:
            raise Refused("3", "Không có văn bản này trong hộp thư")
        return _ok(data=b64encode(letter.envelope).decode("ascii"))

    @axis.post("/updateStatus")
    def update() -> Response:
        status = _header("status")
        if status not in ("done", "fail", "processing"):
            raise Refused("1", f"status {status}", 400)
        letter = post.letter(_header("AgencyCode"), _header("docId"))
        if letter is not None and status != "processing":
            post.remove(letter.doc_id)
        return _ok()

    @axis.post("/getAgenciesList")
    def agencies() -> Response:
        return _ok(data=[{"code": code, "name": name} for code, name in register.names.items()])

    @axis.post("/sandbox/faults")
    def order() -> tuple[str, int]:
        faults.order(**request.get_json())
        return "", 204

    return axis


def _receivers(sender: str, kind: str, envelope: bytes) -> tuple[str, ...]:
    """Reads from a packet who it is for; the axis passes packets on without vouching for them."""
    if len(envelope) > edxml.MOST_BYTES:
        raise Refused("4", "Gói tin vượt 50 MB", 413)
    said = edxml.addresses(edxml.parse(envelope))
    if (said.kind, said.sender) != (kind, sender):
        raise Refused("6", "Gói tin không khớp from hoặc messagetype")
    return said.receivers


def _kind() -> str:
    kind = _header("messagetype")
    if kind not in KINDS:
        raise Refused("1", f"messagetype {kind}", 400)
    return kind


def _header(name: str) -> str:
    value = request.headers.get(name, "")
    if not value:
        raise Refused("1", f"Thiếu {name}", 400)
    return value


def _ok(**content: Any) -> Response:
    return jsonify(status="OK", ErrorCode="0", ErrorDesc="", **content)


def _failed(code: str, description: str, http_status: int) -> Response:
    answer = jsonify(status="FAIL", ErrorCode=code, ErrorDesc=description)
    answer.status_code = http_status
    return answer
