"""What makes two applications of one account the same one, sent again by mistake or to use up numbers."""

import hashlib
from collections.abc import Mapping
from dataclasses import astuple
from typing import Any

import orjson

from services.cases.domain.case import Case


def sameness(case: Case, form: Mapping[str, Any], signer: str) -> bytes:
    """What two applications have in common that ask the same for the same person with the same papers and signer."""
    who = [*astuple(case.applicant), *(astuple(case.proxy) if case.proxy else ())]
    papers = sorted((paper.paper, paper.sha256) for paper in case.attachments)
    asked = [case.procedure_code, case.agency_code, who, papers, form, signer]
    return hashlib.sha256(orjson.dumps(asked, option=orjson.OPT_SORT_KEYS)).digest()
