"""Parts that several shapes share. A shape is a typed dictionary: it types and documents, and costs nothing."""

from typing import Annotated

from onestop.cases.v1.cases_service_pb2 import CaseStatus
from pydantic import Field
from typing_extensions import TypedDict

Timestamp = Annotated[str, Field(description="RFC 3339, UTC; empty when it has not happened.")]
Day = Annotated[str, Field(description="yyyy-MM-dd; empty when there is none.")]
Sha256 = Annotated[str, Field(description="SHA-256 in hex.")]


class Bilingual(TypedDict):
    """A text in Vietnamese and English."""

    vi: str
    en: str


def bilingual(vi: str, en: str) -> Bilingual:
    return {"vi": vi, "en": en}


STATUS_NAMES: dict[int, Bilingual] = {
    CaseStatus.CASE_STATUS_REGISTERED: bilingual("Mới đăng ký", "Registered"),
    CaseStatus.CASE_STATUS_ACCEPTED: bilingual("Được tiếp nhận", "Accepted"),
    CaseStatus.CASE_STATUS_REFUSED: bilingual("Không được tiếp nhận", "Refused at intake"),
    CaseStatus.CASE_STATUS_PROCESSING: bilingual("Đang xử lý", "In progress"),
    CaseStatus.CASE_STATUS_SUPPLEMENT_REQUESTED: bilingual("Yêu cầu bổ sung giấy tờ", "Supplement requested"),
    CaseStatus.CASE_STATUS_PAYMENT_REQUESTED: bilingual("Yêu cầu thực hiện nghĩa vụ tài chính", "Payment requested"),
    CaseStatus.CASE_STATUS_WITHDRAWN: bilingual("Công dân yêu cầu rút hồ sơ", "Withdrawn by the applicant"),
    CaseStatus.CASE_STATUS_STOPPED: bilingual("Dừng xử lý", "Stopped"),
    CaseStatus.CASE_STATUS_DECIDED: bilingual("Đã xử lý xong", "Decided"),
    CaseStatus.CASE_STATUS_RETURNED: bilingual("Đã trả kết quả", "Result returned"),
}
