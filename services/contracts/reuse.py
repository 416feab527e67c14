"""Handing in a paper again: the text consented to, and how long a paper is good."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class ConsentText:
    """The text the owner of a paper consents to by naming `version`."""

    version: str
    vi: str
    en: str


REUSE_CONSENT = ConsentText(
    "reuse-2026-1",
    "Tôi đồng ý để cơ quan giải quyết hồ sơ này xem và sử dụng giấy tờ nêu trên trong kho dữ liệu của tôi, chỉ cho hồ "
    "sơ này. Tôi được xem ai đã mở giấy tờ và có thể rút lại sự đồng ý bất cứ lúc nào; nếu rút lại trước khi hồ sơ "
    "được giải quyết, cơ quan có thể yêu cầu tôi bổ sung giấy tờ. Việc đã thực hiện trước khi rút lại vẫn hợp pháp.",
    "I consent to the agency that decides this application seeing and using the paper named, from my own store, for "
    "this application only. I can see who opened it and withdraw at any time; if I do before the decision, the agency "
    "may ask me for the paper. What was done before a withdrawal stays lawful.",
)
"""Data, purpose, who processes and which rights: what consent has to name (Luật 91/2025/QH15; earlier NĐ 13/2023,
Điều 11). One consent, one purpose; a changed text gets a new version."""


def good_until(expires_on: date | None, counted_from: date, valid_months: int | None) -> date | None:
    """Returns the last day a paper is good; None = it never expires.

    Args:
        expires_on: the day on the paper, None when not known.
        counted_from: when it was issued or, not known, came into the store.
        valid_months: for how long the procedure takes such a paper, None = for good.
    """
    if valid_months is None:
        return expires_on
    limit = months_after(counted_from, valid_months)
    return min(limit, expires_on) if expires_on else limit


def months_after(day: date, months: int) -> date:
    """Returns the same day so many months later; where the month is shorter, its last (Bộ luật Dân sự 2015, Điều
    148)."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
