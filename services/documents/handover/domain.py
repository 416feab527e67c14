"""The rights of the bearer of a dispatch's grant."""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from services.common.errors import NotFound, TooLarge


class Handover(NamedTuple):
    """The rights of the bearer of a dispatch's grant: collect these files, hand in a result for the applicant."""

    case_ref: str
    applicant_account: str
    agency_code: str
    file_ids: Sequence[UUID]


class GrantUnknown(NotFound):
    """The grant does not exist, or not yet, or no longer."""

    code = "handover-grant-unknown"
    security_event = "call_denied"
    vi = "Không có quyền nhận hoặc gửi tệp này, hoặc quyền đã hết hạn."
    en = "There is no such right to collect or hand in this file, or it has expired."


class FileDoesNotTravel(TooLarge):
    """The file is too large for any envelope to an agency outside."""

    code = "handover-file-too-large"
    vi = (
        "Tệp {name} không vừa gói tin gửi cơ quan giải quyết (không quá {megabytes} MB). "
        "Hãy chuyển hồ sơ bằng cách khác."
    )
    en = "File {name} does not fit the envelope to the agency (at most {megabytes} MB). Hand the case over another way."
