"""Differences of the interface that come of data in place of papers, and why."""

_FOUR = "A register answers match, mismatch, no_data or inconclusive, never yes or no (TT 136/2026/TT-BCA)."
_PASSPORT = "A foreigner is named by passport and country."
_WRONG = "A supplement may say that a register is wrong, and whom to ask to correct it."
GONE = {
    "GET /api/v1/me/look-ups answers 200 /look_ups[]/outcome string": _FOUR,
    "GET /api/v1/procedures/{}/prefill answers 200 /firm_represented boolean or null": _FOUR,
    "POST /api/v1/persons/verify answers 200 /found boolean": _FOUR,
    "POST /api/v1/persons/verify answers 200 /matches object": _FOUR,
}
"""What is no longer so, and why."""
NEW = {
    "GET /api/v1/me/look-ups answers 200 /look_ups[]/answer string": _FOUR,
    "GET /api/v1/procedures/{}/prefill answers 200 /papers[]/answer null or string": _FOUR,
    "GET /api/v1/procedures/{}/prefill answers 200 /papers[]/database string": "It names what confirms each paper.",
    "GET /api/v1/procedures/{}/prefill answers 200 /representation null or string": _FOUR,
    "POST /api/v1/persons/verify answers 200 /answer string": _FOUR,
    "POST /api/v1/persons/verify answers 200 /facts object": _FOUR,
    "POST /api/v1/cases/{}/propose-supplement takes /pins[]/correct_at? string": _WRONG,
    "POST /api/v1/cases/{}/propose-supplement takes /pins[]/register? string": _WRONG,
    **{
        f"GET /api/v1/cases/{{}}/supplement-choices answers 200 /registers{member}": _WRONG
        for member in (
            " array of object",
            "[]/value string",
            *(
                f"[]/{text}{part}"
                for text in ("name", "correct_at")
                for part in (" object", "/en string", "/vi string")
            ),
        )
    },
    **{
        f"{place}/{member}": _WRONG
        for place in (
            *(
                f"{operation} answers 200 /{request}/items[]"
                for operation in ("GET /api/v1/cases/{}", "POST /api/v1/cases/{}/accept")
                for request in ("supplement", "supplement_proposal")
            ),
            "GET /api/v1/cases/{}/changes answers 200 /not_given[]/item",
        )
        for name in ("register", "correct_at")
        for member in (
            f"{name} string",
            f"{name}_name object",
            f"{name}_name/en string",
            f"{name}_name/vi string",
        )
    },
    "POST /api/v1/cases takes /applicant/country? string": _PASSPORT,
    "POST /api/v1/cases takes /proxy/country? string": _PASSPORT,
    **{
        f"{operation} answers 200 /{part}/{member} string": _PASSPORT
        for operation in ("GET /api/v1/cases/{}", "POST /api/v1/cases/{}/accept")
        for part in ("applicant", "proxy")
        for member in ("country", "identifier_kind")
    },
    **{
        f"{operation} answers 200 /reuse/papers{member}": "The case says which database confirms each paper."
        for operation in ("GET /api/v1/cases/{}", "POST /api/v1/cases/{}/accept")
        for member in (
            " array of object",
            "[]/answer string",
            "[]/database string",
            "[]/name object",
            "[]/name/en string",
            "[]/name/vi string",
            "[]/paper string",
        )
    },
    **dict.fromkeys(
        (
            "DELETE /api/v1/me/sessions/{} answers 204",
            "DELETE /api/v1/me/sessions/{} called by whoever is logged in",
            "DELETE /api/v1/me/sessions/{} is end_session",
            "GET /api/v1/me/sessions answers 200",
            "GET /api/v1/me/sessions answers 200 /sessions array of object",
            "GET /api/v1/me/sessions answers 200 /sessions[]/current boolean",
            "GET /api/v1/me/sessions answers 200 /sessions[]/device string",
            "GET /api/v1/me/sessions answers 200 /sessions[]/expires_at string",
            "GET /api/v1/me/sessions answers 200 /sessions[]/session_id string",
            "GET /api/v1/me/sessions answers 200 /sessions[]/started_at string",
            "GET /api/v1/me/sessions answers 200 /sessions[]/used_at string",
            "GET /api/v1/me/sessions answers 200 application/json",
            "GET /api/v1/me/sessions called by whoever is logged in",
            "GET /api/v1/me/sessions is list_sessions",
            "POST /api/v1/me/sessions/end-others answers 200",
            "POST /api/v1/me/sessions/end-others answers 200 /ended integer",
            "POST /api/v1/me/sessions/end-others answers 200 application/json",
            "POST /api/v1/me/sessions/end-others called by whoever is logged in",
            "POST /api/v1/me/sessions/end-others is end_other_sessions",
        ),
        "People see where they are logged in, and end it.",
    ),
}
"""What was not so before, and why."""
