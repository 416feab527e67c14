"""From what a procedure declares to what the registers are asked: the same for a citizen's form and for the counter."""

from collections.abc import Mapping
from typing import Any

APPLICANT_PREFIX = "applicant."
_APPLICANT = {
    "full_name": "full_name",
    "identifier": "personal_number",
    "address": "permanent_residence",
    "phone": "phone",
    "email": "email",
}
"""Part of an application's applicant to the register field it takes."""


def fields_wanted(procedure: Mapping[str, Any]) -> dict[str, str]:
    """Maps form fields to register fields, as the procedure says, with the applicant's own particulars."""
    return {**procedure["prefill"], **{APPLICANT_PREFIX + name: source for name, source in _APPLICANT.items()}}


def papers_wanted(procedure: Mapping[str, Any]) -> dict[str, str]:
    """Maps the code of a paper to the register that may hold its data."""
    return {one["code"]: one["register_code"] for one in procedure["papers"] if one["register_code"]}
