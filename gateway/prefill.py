"""From what a procedure declares to what the registers are asked, and back to the beginnings of an application."""

from collections.abc import Mapping
from typing import Any

from onestop.identity.v1 import identity_service_pb2 as pb

from gateway.shapes.procedures import PrefillJson

# Part of an application's applicant to the register field it takes.
_APPLICANT = {
    "full_name": "full_name",
    "identifier": "personal_number",
    "address": "permanent_residence",
    "phone": "phone",
    "email": "email",
}
_APPLICANT_PREFIX = "applicant."


def wanted(procedure: Mapping[str, Any]) -> list[pb.PrefillField]:
    """The form's fields as the procedure maps them, and the applicant's own particulars."""
    form = [pb.PrefillField(form_field=name, register_field=source) for name, source in procedure["prefill"].items()]
    applicant = [
        pb.PrefillField(form_field=_APPLICANT_PREFIX + name, register_field=source)
        for name, source in _APPLICANT.items()
    ]
    return form + applicant


def purpose(procedure: Mapping[str, Any]) -> pb.Purpose:
    """Why the citizen's own data is asked for; there is no case yet, so the procedure names it."""
    code = procedure["code"]
    return pb.Purpose(text=f"prefill {code}", case_reference=f"draft-{code}", legal_basis=procedure["legal_basis"][0])


def filled(procedure: Mapping[str, Any], values: Mapping[str, str]) -> PrefillJson:
    """The values sorted into applicant and form; `share` counts form fields filled of those the form has."""
    applicant = {"kind": "person"}
    form: dict[str, Any] = {}
    for name, value in values.items():
        if name.startswith(_APPLICANT_PREFIX):
            applicant[name.removeprefix(_APPLICANT_PREFIX)] = value
        else:
            form[name] = value
    fields = len(procedure["form_schema"]["properties"])
    share = round(len(form) / fields, 3) if fields else 0.0
    return {"applicant": applicant, "form": form, "prefilled_fields": sorted(form), "share": share}
