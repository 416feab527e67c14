"""Asks VNPAY over HTTPS what became of an order (querydr)."""

from datetime import UTC, datetime
from typing import Any

import orjson
import requests

from services.common import limits
from services.common.errors import Unavailable
from services.common.events import uuid7
from services.payments.attempts import vnpay
from services.payments.attempts.domain import Report
from services.payments.attempts.vnpay import Merchant, Order


class ProviderUnavailable(Unavailable):
    """The payment provider does not answer, or not in its own language."""

    code = "provider-unavailable"


class Provider:
    """VNPAY's query interface for one merchant."""

    def __init__(self, merchant: Merchant) -> None:
        self._merchant = merchant
        self._session = requests.Session()

    def query(self, order: Order) -> Report:
        """Queries what became of `order`.

        Raises:
            ProviderUnavailable: no answer, or an unreadable answer.
            BadChecksum: the answer is not signed with our secret, or is about another order.
        """
        request = vnpay.query_request(
            self._merchant, order, request_id=uuid7().hex, now=datetime.now(UTC), client_ip="127.0.0.1"
        )
        return vnpay.read_query_response(self._merchant, order, self._post(request))

    def close(self) -> None:
        self._session.close()

    def _post(self, body: dict[str, str]) -> dict[str, Any]:
        url = self._merchant.api_url + vnpay.API_PATH
        try:
            with self._session.post(
                url, json=body, timeout=limits.PROVIDER_DEADLINE, allow_redirects=False, stream=True
            ) as response:
                response.raise_for_status()
                content = response.raw.read(limits.PROVIDER_ANSWER_BYTES + 1, decode_content=True)
        except (requests.RequestException, OSError) as error:
            raise ProviderUnavailable from error
        return _object(content)


def _object(content: bytes) -> dict[str, Any]:
    if len(content) > limits.PROVIDER_ANSWER_BYTES:
        raise ProviderUnavailable
    try:
        answer = orjson.loads(content)
    except orjson.JSONDecodeError as error:
        raise ProviderUnavailable from error
    if not isinstance(answer, dict):
        raise ProviderUnavailable
    return answer
