"""Looking somebody up without a case: a right of its own, for a reason, confirmed by somebody else, once, soon."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from services.common import limits
from services.common.context import Caller
from services.common.errors import Conflict, FieldError, InvalidInput, NotFound, PermissionDenied, RateLimited
from services.common.outside import one_line
from services.contracts.privacy import Neutral, Recorded
from services.identity.look_ups.domain import DEFAULT_LEGAL_BASIS, is_plain


class RequestNotFound(NotFound):
    """The request is unknown or no longer good, or the caller has nothing to do with it."""

    code = "look-up-request-not-found"
    vi = "Không có yêu cầu tra cứu này, hoặc yêu cầu đã hết hạn hay đã dùng."
    en = "There is no such request, or it has expired or was used."


class OwnRequest(PermissionDenied):
    """Nobody confirms what they asked themselves."""

    code = "own-look-up-request"
    vi = "Yêu cầu tra cứu phải do người khác xác nhận."
    en = "A request must be confirmed by somebody else."


class NotConfirmed(Conflict):
    """Nobody else has looked at the request yet."""

    code = "look-up-not-confirmed"
    vi = "Yêu cầu tra cứu chưa được người khác xác nhận."
    en = "Nobody else has confirmed the request yet."


class TooManyRequests(RateLimited):
    """More look-ups without a case within a day than anything but fishing asks for."""

    code = "too-many-look-up-requests"
    vi = "Bạn đã yêu cầu tra cứu ngoài hồ sơ quá {limit} lượt trong một ngày."
    en = "You have asked for more than {limit} look-ups without a case within a day."


@dataclass(frozen=True, slots=True)
class Ground:
    """Why somebody is to be looked up although no case asks for it."""

    reason: Recorded[str]
    legal_basis: Neutral[str]

    @classmethod
    def stated(cls, reason: str, legal_basis: str) -> "Ground":
        """Raises InvalidInput when no real reason is given."""
        told = one_line(reason)
        least = limits.LOOK_UP_REASON_LENGTH
        if len(told) < least or not is_plain(told):
            wrong = FieldError(
                "/reason",
                "length",
                f"Hãy nêu lý do, từ {least} đến {limits.TEXT_LENGTH} ký tự, ví dụ: xác minh theo công văn số 12.",
                f"Give the reason, {least} to {limits.TEXT_LENGTH} characters, e.g.: check asked for by letter no. 12.",
            )
            raise InvalidInput(fields=[wrong])
        return cls(told, one_line(legal_basis)[: limits.TEXT_LENGTH] or DEFAULT_LEGAL_BASIS)


@dataclass(frozen=True, slots=True)
class LookUpRequest:
    """A look-up asked for; of the number only the masked form and a pseudonym are kept.

    `asked_by_number` is the personal number of whoever asks, empty where their account has no number: two accounts of
    the same person are a single pair of eyes.
    """

    request_id: Neutral[str]
    asked_at: datetime
    asked_by: Neutral[str]
    asked_by_name: Recorded[str]
    agencies: Neutral[Sequence[str]]
    subject_masked: Recorded[str]
    subject_pseudonym: Recorded[bytes]
    fields: Neutral[Sequence[str]]
    ground: Ground
    confirmed_by_name: Recorded[str]
    asked_by_number: Recorded[str] = field(default="", repr=False)

    @property
    def good_until(self) -> datetime:
        return self.asked_at + limits.LOOK_UP_REQUEST_LIFE

    def is_seen_by(self, who: Caller) -> bool:
        """Returns whether it is the caller's own or of an agency they work for."""
        return self.asked_by == who.subject or any(who.covers(agency) for agency in self.agencies)

    def may_be_confirmed_by(self, who: Caller) -> bool:
        return not self.confirmed_by_name and not self._is_asked_by(who) and self.is_seen_by(who)

    def check_confirmable(self, who: Caller) -> None:
        """Raises OwnRequest, RequestNotFound."""
        if self._is_asked_by(who):
            raise OwnRequest
        if not self.may_be_confirmed_by(who):
            raise RequestNotFound.withheld()

    def check_usable(self, who: Caller, pseudonym: bytes) -> None:
        """Raises RequestNotFound when it is somebody else's or about somebody else, NotConfirmed."""
        if self.asked_by != who.subject or self.subject_pseudonym != pseudonym:
            raise RequestNotFound.withheld()
        if not self.confirmed_by_name:
            raise NotConfirmed

    def _is_asked_by(self, who: Caller) -> bool:
        """Returns whether it is the same person, be it under another account."""
        return self.asked_by == who.subject or self.asked_by_number == who.personal_number != ""
