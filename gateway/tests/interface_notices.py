"""Differences of the interface that come of notices, and why."""

_TOLD = "Whoever a case concerns is told of each change of it (NĐ 224/2026/NĐ-CP, Điều 15.1.g)."
_LISTED = (
    "answers 200",
    "answers 200 /next_page_token string",
    "answers 200 /notices array of object",
    "answers 200 /notices[]/acted_by string",
    "answers 200 /notices[]/agency object",
    "answers 200 /notices[]/agency/en string",
    "answers 200 /notices[]/agency/vi string",
    "answers 200 /notices[]/at string",
    "answers 200 /notices[]/case_ref string",
    "answers 200 /notices[]/due string",
    "answers 200 /notices[]/kind string",
    "answers 200 /notices[]/notice_id string",
    "answers 200 /notices[]/read_at string",
    "answers 200 /notices[]/received_at string",
    "answers 200 /notices[]/text object",
    "answers 200 /notices[]/text/en string",
    "answers 200 /notices[]/text/vi string",
    "answers 200 /notices[]/title object",
    "answers 200 /notices[]/title/en string",
    "answers 200 /notices[]/title/vi string",
    "answers 200 /notices[]/unit object",
    "answers 200 /notices[]/unit/en string",
    "answers 200 /notices[]/unit/vi string",
    "answers 200 /unread integer",
    "answers 200 application/json",
    "called by citizen",
    "is list_notices",
    "query page_size? integer",
    "query page_token? string",
)
_READ = (
    "answers 200",
    "answers 200 /unread integer",
    "answers 200 application/json",
    "called by citizen",
    "is mark_notices_read",
    "takes /notice_ids array of string",
    "takes application/json",
)
NEW = {
    **{f"GET /api/v1/me/notices {fact}": _TOLD for fact in _LISTED},
    **{f"POST /api/v1/me/notices/read {fact}": _TOLD for fact in _READ},
}
"""New facts, and why."""
