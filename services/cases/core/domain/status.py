"""The national status codes of a case (trạng thái hồ sơ)."""

from enum import IntEnum


class CaseStatus(IntEnum):
    """Code 1-10 as every national system exchanges it."""

    REGISTERED = 1  # Mới đăng ký: filed, nobody has looked at it yet
    ACCEPTED = 2  # Được tiếp nhận: taken in, the clock runs
    REFUSED = 3  # Không được tiếp nhận: refused at intake with form 03; an end
    PROCESSING = 4  # Đang xử lý: an officer works on it, the clock runs
    SUPPLEMENT_REQUESTED = 5  # Yêu cầu bổ sung giấy tờ: waits for the applicant, the clock is reset
    PAYMENT_REQUESTED = 6  # Yêu cầu thực hiện nghĩa vụ tài chính: waits for the fee, the clock does not run
    WITHDRAWN = 7  # Công dân yêu cầu rút hồ sơ; an end
    STOPPED = 8  # Dừng xử lý: stopped with form 05, the clock is suspended
    DECIDED = 9  # Đã xử lý xong: the result is ready; on time is judged here
    RETURNED = 10  # Đã trả kết quả: the applicant has it; an end

    @property
    def vi(self) -> str:
        return _LABELS[self][0]

    @property
    def en(self) -> str:
        return _LABELS[self][1]

    @property
    def closed(self) -> bool:
        return self in CLOSED


CLOSED = frozenset({CaseStatus.REFUSED, CaseStatus.WITHDRAWN, CaseStatus.RETURNED})

_LABELS = {
    CaseStatus.REGISTERED: ("Mới đăng ký", "newly registered"),
    CaseStatus.ACCEPTED: ("Được tiếp nhận", "accepted"),
    CaseStatus.REFUSED: ("Không được tiếp nhận", "refused at intake"),
    CaseStatus.PROCESSING: ("Đang xử lý", "being processed"),
    CaseStatus.SUPPLEMENT_REQUESTED: ("Yêu cầu bổ sung giấy tờ", "supplement requested"),
    CaseStatus.PAYMENT_REQUESTED: ("Yêu cầu thực hiện nghĩa vụ tài chính", "payment requested"),
    CaseStatus.WITHDRAWN: ("Công dân yêu cầu rút hồ sơ", "withdrawn"),
    CaseStatus.STOPPED: ("Dừng xử lý", "stopped"),
    CaseStatus.DECIDED: ("Đã xử lý xong", "decided"),
    CaseStatus.RETURNED: ("Đã trả kết quả", "result returned"),
}
