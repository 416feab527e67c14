"""Days, moments and working days as an explanation writes them."""

from datetime import date, datetime
from functools import lru_cache

from services.common.text import vn_date

_WEEKDAYS_VI = ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật")
_WEEKDAYS_EN = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def moment_vi(local: datetime) -> str:
    return f"{local:%H:%M} {day_vi(local.date())}"


def moment_en(local: datetime) -> str:
    return f"{local:%H:%M} on {day_en(local.date())}"


@lru_cache(maxsize=1_024)
def day_vi(day: date) -> str:
    return f"{_WEEKDAYS_VI[day.weekday()]} {vn_date(day)}"


@lru_cache(maxsize=1_024)
def day_en(day: date) -> str:
    return f"{_WEEKDAYS_EN[day.weekday()]} {vn_date(day)}"


def days_span(days: list[date]) -> str:
    return vn_date(days[0]) if len(days) == 1 else f"{vn_date(days[0])}–{vn_date(days[-1])}"


def left_vi(remaining: int) -> str:
    return f"còn {remaining} ngày làm việc" if remaining >= 0 else f"đã quá hạn {-remaining} ngày làm việc"


def left_en(remaining: int) -> str:
    return f"{remaining} working days left" if remaining >= 0 else f"{-remaining} working days overdue"
