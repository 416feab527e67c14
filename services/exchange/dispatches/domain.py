"""A case to be sent to an agency outside, and what its papers must be."""

from datetime import datetime
from typing import NamedTuple

from services.common.errors import TooLarge, Unprocessable


class PaperChanged(Unprocessable):
    """A paper of a case is not what the case knows it to be."""

    code = "dispatch-paper-changed"
    vi = "Tệp {file_id} không khớp mã băm ghi trong hồ sơ nên không gửi đi. Hãy báo quản trị hệ thống."
    en = "File {file_id} does not match the digest in the case and is not sent. Tell the system's administrator."


class PaperDoesNotFit(TooLarge):
    """With this paper an envelope would be too large for the axis."""

    code = "dispatch-paper-too-large"
    vi = (
        "Tệp {name} không vừa gói tin gửi cơ quan giải quyết (mọi tệp cộng lại không quá {megabytes} MB). "
        "Hãy chuyển hồ sơ bằng cách khác."
    )
    en = (
        "File {name} does not fit the envelope to the agency (all files together at most {megabytes} MB). "
        "Hand the case over another way."
    )


class Dispatch(NamedTuple):
    """A case to be sent; `content` is the DispatchOrder as cases gave it, `attempts` counts the present attempt."""

    dispatch_id: str
    case_id: str
    case_ref: str
    agency_code: str
    sender: str
    receiver: str
    content: bytes
    requested_at: datetime
    attempts: int = 0
