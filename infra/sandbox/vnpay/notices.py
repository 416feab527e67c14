"""Server notices (IPN): sent in the background until the merchant has taken them."""

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import requests
import stamina
import structlog

from infra.sandbox.vnpay.orders import Order
from infra.sandbox.vnpay.signing import signed_query

log = structlog.get_logger()

ATTEMPTS = 12
TIMEOUT = 10.0
TAKEN = frozenset({"00", "02"})
MOST_AT_ONCE = 200


class NotTaken(Exception):
    """The merchant did not answer, or not with 00 or 02."""


class Notices:
    """Tells one merchant what became of its orders."""

    def __init__(self, url: str, tmn_code: str, secret: str) -> None:
        self._url = url
        self._tmn_code = tmn_code
        self._secret = secret

    def query(self, order: Order) -> str:
        """Returns the signed query string that notice and return carry."""
        return signed_query(self._secret, order.report(self._tmn_code))

    def send(self, order: Order) -> None:
        """Sends the notice in the background, again and again until it is taken or has failed too often."""
        threading.Thread(target=self._deliver, args=(self.query(order),), daemon=True).start()

    def send_many(self, order: Order, times: int) -> Counter[str]:
        """Sends the notice `times` times at once; returns how often each RspCode was answered, "" for no answer."""
        query = self.query(order)
        with ThreadPoolExecutor(16) as pool:
            return Counter(pool.map(lambda _: self._answer(query), range(min(times, MOST_AT_ONCE))))

    def _deliver(self, query: str) -> None:
        try:
            for attempt in stamina.retry_context(
                on=NotTaken, attempts=ATTEMPTS, timeout=None, wait_initial=0.2, wait_max=30.0
            ):
                with attempt:
                    self._deliver_once(query)
        except NotTaken as error:
            log.error("notice never taken", url=self._url, answer=str(error))

    def _deliver_once(self, query: str) -> None:
        code = self._answer(query)
        if code not in TAKEN:
            raise NotTaken(code)

    def _answer(self, query: str) -> str:
        try:
            answer = requests.get(f"{self._url}?{query}", timeout=TIMEOUT, allow_redirects=False).json()
        except (requests.RequestException, ValueError) as error:
            log.warning("notice not answered", url=self._url, error=type(error).__name__)
            return ""
        return str(answer.get("RspCode", "")) if isinstance(answer, dict) else ""
