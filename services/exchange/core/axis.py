"""Client of the national document axis (trục liên thông văn bản quốc gia), as its SDK speaks to it.

Every call is a POST answered by JSON `{"status": "OK", "ErrorCode": "0", "ErrorDesc": "", "DocID" or "data": …}`.
The pattern is the axis's own: poll the inbox, fetch, process, report done or fail.
"""

from base64 import b64decode
from binascii import Error as Base64Error
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

import orjson
import requests

from services.common import limits
from services.common.errors import Unavailable, Unprocessable

Kind = Literal["edoc", "status"]


class AxisUnavailable(Unavailable):
    """The axis does not answer, or not in its own language: the same call may work later."""

    code = "axis-unavailable"
    vi = "Trục liên thông văn bản chưa phục vụ được ({why}). Hệ thống sẽ tự gửi lại."
    en = "The document axis does not answer ({why}). The call is repeated automatically."


class AxisRefused(Unprocessable):
    """The axis understood the call and refused it: repeating it would not help."""

    code = "axis-refused"
    vi = "Trục liên thông văn bản từ chối: {why}."
    en = "The document axis refused: {why}."


@dataclass(frozen=True, slots=True)
class Waiting:
    """A packet that waits in an agency's inbox."""

    doc_id: str
    sender: str


class Axis:
    """The axis at `url`, on behalf of the agencies whose system we are."""

    def __init__(self, url: str) -> None:
        self._url = url.rstrip("/")
        self._session = requests.Session()
        self._session.headers["servicetype"] = "eDoc"

    def send(self, message_id: UUID, sender: str, kind: Kind, envelope: bytes) -> str:
        """Hands a packet over; returns the axis's id of it. `message_id` lets the axis know a repeated call.

        Raises:
            AxisUnavailable: it is not known whether the axis has it.
            AxisRefused: it will not take it.
        """
        headers = {
            "from": sender,
            "messagetype": kind,
            "messageid": str(message_id),
            "Content-Type": "application/xml",
        }
        return str(self._call("sendEdoc", headers, envelope).get("DocID", ""))

    def waiting(self, agency: str, kind: Kind) -> list[Waiting]:
        """Lists what waits in the inbox of an agency of ours, oldest first."""
        data = self._call("getReceivedEdocList", {"AgencyCode": agency, "messagetype": kind}).get("data")
        if not isinstance(data, list):
            raise AxisUnavailable(why="getReceivedEdocList")
        return [Waiting(str(item["DocId"]), str(item["from"])) for item in data]

    def fetch(self, agency: str, doc_id: str) -> bytes:
        """Fetches the bytes of a packet.

        Raises:
            AxisRefused: the packet is missing, or not in Base64; later packets may be fetched all the same.
            AxisUnavailable: the axis does not answer.
        """
        data = self._call("getEdoc", {"AgencyCode": agency, "docId": doc_id}).get("data")
        try:
            return b64decode(data or "", validate=True)
        except (TypeError, Base64Error) as error:
            raise AxisRefused(why="getEdoc: not Base64") from error

    def settle(self, agency: str, doc_id: str, *, done: bool) -> None:
        """Takes a packet out of the inbox: `done` it was taken in, else it was rejected."""
        self._call("updateStatus", {"AgencyCode": agency, "docId": doc_id, "status": "done" if done else "fail"})

    def close(self) -> None:
        self._session.close()

    def _call(self, name: str, headers: dict[str, str], body: bytes = b"") -> dict[str, Any]:
        try:
            with self._session.post(
                f"{self._url}/{name}",
                data=body,
                headers=headers,
                timeout=limits.AXIS_DEADLINE.total_seconds(),
                allow_redirects=False,
                stream=True,
            ) as response:
                content = response.raw.read(limits.AXIS_ANSWER_BYTES + 1, decode_content=True)
                status = response.status_code
        except (requests.RequestException, OSError) as error:
            raise AxisUnavailable(why=type(error).__name__) from error
        if status >= 500 or status in (408, 429):
            raise AxisUnavailable(why=f"HTTP {status}")
        if len(content) > limits.AXIS_ANSWER_BYTES:
            raise AxisRefused(why=f"{name}: > {limits.AXIS_ANSWER_BYTES} bytes")
        return _checked(name, status, content)


def _checked(name: str, status: int, content: bytes) -> dict[str, Any]:
    try:
        answer = orjson.loads(content)
    except orjson.JSONDecodeError as error:
        raise AxisUnavailable(why=f"{name}: HTTP {status}, not JSON") from error
    if not isinstance(answer, dict) or "status" not in answer:
        raise AxisUnavailable(why=f"{name}: HTTP {status}")
    if status >= 400 or answer["status"] != "OK":
        raise AxisRefused(why=f"{answer.get('ErrorCode')} {answer.get('ErrorDesc')}"[: limits.REASON_TEXT])
    return answer
