"""How a body is read by the thread that wants it: at a least rate, and never past what is known to belong to it."""

import time

from gunicorn.http.unreader import SocketUnreader

from gateway.errors import BadRequest, SentTooSlowly
from services.common import limits


class PacedUnreader(SocketUnreader):  # type: ignore[misc]  # gunicorn has no types
    """Reads what is left of a body in the thread that wants it, as long as it keeps the least rate."""

    def begin(self, held: bytes, *, whole: bool) -> None:
        """Starts with the next request, of which so much has come; of a `whole` one nothing is waited for."""
        self.unread(held)
        self._came = 0
        self._waited = 0.0
        self.whole = whole
        self._shut: Exception | None = BadRequest() if whole else None

    def shut(self) -> None:
        """Lets nothing more be read than what has come."""
        self._shut = TimeoutError()

    def chunk(self, size_hint: int | None = None) -> bytes:
        """Reads a chunk; time counts only while waiting for the sender, not while the chunk is dealt with."""
        if self._shut:
            raise self._shut
        grace = limits.BODY_GRACE.total_seconds()
        left = min(grace, grace + self._came / limits.BODY_BYTES_A_SECOND - self._waited)
        if left <= 0:
            raise SentTooSlowly
        self.sock.settimeout(left)
        began = time.monotonic()
        try:
            data: bytes = super().chunk(size_hint)
        except TimeoutError:
            raise SentTooSlowly from None
        self._waited += time.monotonic() - began
        self._came += len(data)
        return data
