"""The firms an account's holder represents by law (người đại diện theo pháp luật), and when the register said so."""

from datetime import datetime
from typing import NamedTuple

from services.common import limits
from services.common.errors import PermissionDenied
from services.contracts.privacy import Neutral, Recorded


class NotRepresented(PermissionDenied):
    """The business register does not name the caller for this firm, or the firm is not active."""

    code = "firm-not-represented"
    vi = (
        "Cơ sở dữ liệu đăng ký doanh nghiệp không ghi bạn là người đại diện của tổ chức này, hoặc tổ chức không còn "
        "hoạt động. Nếu vừa thay đổi đăng ký, hãy thử lại sau hoặc đến Bộ phận Một cửa."
    )
    en = (
        "The business register does not name you as the representative of this firm, or the firm is not active. If "
        "its entry changed just now, try again later or go to the one-stop counter."
    )


class Representation(NamedTuple):
    """A firm an account's holder represents, as the business register last said."""

    account_id: Neutral[str]
    tax_code: Recorded[str]
    confirmed_at: datetime

    def stands(self, now: datetime) -> bool:
        """Returns whether the register's word is recent enough not to ask again."""
        return now - self.confirmed_at < limits.REPRESENTATION_LIFE
