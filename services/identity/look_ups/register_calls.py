"""One question to a register over HTTP, in the contract of infra/sandbox/registers.

A question is built first, so that the hash of exactly what will be asked is on record before it is sent.
"""

import base64
import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from urllib.parse import quote
from uuid import UUID

import orjson
import stamina
import structlog
import urllib3
from pydantic import ValidationError
from urllib3.exceptions import HTTPError

from services.common import context, limits
from services.common.errors import Unavailable
from services.identity.look_ups.domain import Purpose

log = structlog.get_logger()

T = TypeVar("T")

_PASSING = frozenset({429, 502, 503, 504})
_NOT_FOUND = "Server.NotFound"


class RegisterUnavailable(Unavailable):
    """The register does not answer in time, or answers what makes no sense."""

    code = "register-unavailable"
    vi = "Cơ sở dữ liệu quốc gia tạm thời không trả lời. Hãy thử lại sau ít phút hoặc nhập thông tin bằng tay."
    en = "The national register does not answer for now. Try again in a few minutes, or enter the data by hand."


class RegisterRefused(RegisterUnavailable):
    """The register understands the call and will not answer it: our key, agency or contract is at fault."""

    code = "register-refused"
    vi = "Cơ sở dữ liệu quốc gia từ chối kết nối của hệ thống. Hãy báo cho bộ phận hỗ trợ."
    en = "The national register refuses this system's connection. Tell support."


class _PassingFault(Exception):
    """A fault worth another attempt."""


@dataclass(frozen=True, slots=True)
class Errand:
    """Who asks, for which agency and why; `call_id` names the call on both sides."""

    call_id: UUID
    agency: str
    officer: str
    purpose: Purpose


class Connection:
    """The way to one register's host: its address, our key and our X-Road name."""

    def __init__(self, url: str, api_key: str, client: str) -> None:
        self.url = url.rstrip("/")
        self.api_key = api_key
        self.client = client
        self.pool = urllib3.PoolManager(maxsize=16, retries=False)

    def close(self) -> None:
        self.pool.clear()


class Call(Generic[T]):
    """One question, ready to send; `request_hash` is X-Road's, which the answer must repeat."""

    def __init__(
        self, connection: Connection, path: str, errand: Errand, asked: dict[str, Any], read: Callable[[bytes], T]
    ) -> None:
        self._connection = connection
        self._url = connection.url + path
        self._read = read
        self._body = orjson.dumps(
            {
                "agency": errand.agency,
                "officer": errand.officer,
                "case_reference": errand.purpose.case_reference,
                "purpose": errand.purpose.text,
                "legal_basis": errand.purpose.legal_basis,
                "salt": secrets.token_urlsafe(16),
                **asked,
            }
        )
        self._xroad = {
            "X-Road-Client": connection.client,
            "X-Road-Id": str(errand.call_id),
            "X-Road-Issue": quote(errand.purpose.case_reference, safe=""),
            "X-Road-UserId": f"VN-{errand.officer}",
        }
        lines = "\n".join(f"{name}: {value}" for name, value in self._xroad.items())
        digests = hashlib.sha512(lines.encode()).digest() + hashlib.sha512(self._body).digest()
        self.request_hash = base64.b64encode(hashlib.sha512(digests).digest()).decode()

    def send(self) -> T | None:
        """Sends the call; returns the answer, or None when the register knows no such number.

        Raises:
            RegisterUnavailable: no good answer within `limits.REGISTER_DEADLINE` and the caller's own deadline.
            RegisterRefused: the register will not talk to us.
        """
        try:
            for attempt in stamina.retry_context(
                on=(HTTPError, _PassingFault),
                attempts=limits.REGISTER_ATTEMPTS,
                timeout=context.seconds_left(limits.REGISTER_DEADLINE.total_seconds()),
                wait_initial=0.1,
                wait_max=0.5,
                wait_jitter=0.1,
            ):
                with attempt:
                    answer = self._once()
        except (HTTPError, _PassingFault) as error:
            raise RegisterUnavailable from error
        return answer

    def _once(self) -> T | None:
        patience = context.seconds_left(limits.REGISTER_ATTEMPT_TIME.total_seconds())
        answer = self._connection.pool.request(
            "POST",
            self._url,
            body=self._body,
            headers={"Content-Type": "application/json", "X-Api-Key": self._connection.api_key, **self._xroad},
            timeout=urllib3.Timeout(total=patience),
            redirect=False,
            preload_content=False,
        )
        try:
            content = answer.read(limits.REGISTER_ANSWER_BYTES + 1)
        finally:
            answer.release_conn()
        fault = answer.headers.get("X-Road-Error", "")
        if answer.status in _PASSING:
            raise _PassingFault(f"{self._url} answered {answer.status}")
        if answer.status == 404 and fault == _NOT_FOUND:
            return None
        if answer.status != 200:
            log.error("register refused", url=self._url, status=answer.status, fault=fault)
            raise RegisterRefused
        if answer.headers.get("X-Road-Request-Hash") != self.request_hash:
            log.error("register answered another request", url=self._url, call_id=self._xroad["X-Road-Id"])
            raise RegisterUnavailable
        try:
            return self._read(content)
        except ValidationError as error:
            log.error("register answered out of contract", url=self._url, problems=error.error_count())
            raise RegisterUnavailable from None  # the validation error would carry the person's data into the log
