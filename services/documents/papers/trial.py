"""Sets the template of a procedure's result with examples, so that a fault is found before the first grant."""

import subprocess
from collections.abc import Mapping
from typing import Any

from services.common.times import utc_now
from services.documents.papers.domain import BadPaperOrder, form_of, is_source, named
from services.documents.papers.forms import RESULT
from services.documents.papers.press import Press
from services.documents.papers.subprocess_press import print_in_subprocess

_AGENCY = "Ủy ban nhân dân phường Bến Thành"


def fault_of(template: str, kind: Mapping[str, str], facts: Mapping[str, Any], *, fully: bool) -> str:
    """Returns why a template cannot be set with these facts; empty when it can.

    Args:
        template: the name of one that ships, or its Typst source, which is set in a process of its own.
        kind: code and names of the result.
        fully: with everything a result may have beside its facts: a number given elsewhere, a last day, who signs.
    """
    now = utc_now()
    day = now.date().isoformat()
    result: dict[str, Any] = {"facts": facts, "notation": "GP", "issued_on": day}
    if fully:
        signer = {"lines": ["KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH"], "name": "Nguyễn Thị Ví Dụ"}
        result |= {"number": "01/GP", "valid_until": day, "signer": signer}
    data = {
        "case_ref": "H29.035.00-260105-010001",
        "procedure_code": "0.000000",
        "procedure_name_vi": kind["name_vi"],
        "agency_code": "H29.035.00",
        "agency_name": _AGENCY,
        "issued_date": day,
        "applicant": {"full_name": "Nguyễn Thị Ví Dụ"},
        "received_at": now.isoformat(),
        "decision": "granted",
        "legal_ground": "Nghị định 118/2025/NĐ-CP",
        "result_type": kind,
        "result": result,
    }
    press = Press("https://dichvucong.example.vn")
    form = named(form_of(RESULT), data)
    try:
        if is_source(template):
            print_in_subprocess(press, form, "0", "01/GP", data, _AGENCY, now, template)
        else:
            press.print(form, "0", "01/GP", data, _AGENCY, now, template)
    except BadPaperOrder as error:
        return error.why
    except subprocess.TimeoutExpired:
        return "it takes too long"
    except subprocess.CalledProcessError:
        return "it ends the process that sets it"
    return ""
