"""Letters by which an agency turns somebody down: how to complain of them."""

from typing import Any

from services.cases.core.domain.case_rules import CaseRules


def complaint(rules: CaseRules) -> dict[str, Any]:
    """Returns how to complain of what a letter says (khiếu nại), as the rule set knows it; empty where it says nothing.

    The first complaint goes to the head of the agency that decided (Luật Khiếu nại 2011, Điều 7).
    """
    known = rules.rule_set.complaint
    if known is None:
        return {}
    agency = rules.agency
    return {
        "complaint": {
            "to": f"người đứng đầu {agency.name_vi}",
            "days": known.days,
            "legal_basis": known.legal_basis,
            "court": known.court,
            "place": agency.counter,
            "phone": agency.counter_phone,
        }
    }
