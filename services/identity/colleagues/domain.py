"""Which workers a worker may know of."""

from services.common.errors import NotFound


class ColleagueNotFound(NotFound):
    """The account is no worker's, or of none of the caller's agencies."""

    code = "colleague-not-found"
    vi = "Không tìm thấy cán bộ này trong cơ quan của bạn."
    en = "There is no such worker in your agencies."
