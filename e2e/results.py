"""The results that workers give when they grant a case, by its procedure: what the form does not say."""

from typing import Any

Json = dict[str, Any]

_FACTS: dict[str, Json] = {
    "2.000488": {"has_convictions": False},
    "3.000347": {},
    "1.001612": {"business_code": "001090000001"},
    "1.001612.ANTT": {},
    "1.001612.GP": {},
    "1.001193": {"child_personal_number": "079326000019"},
}
_SIGNER: Json = {"authority": "KT", "position": "Phó Thủ trưởng cơ quan", "name": "Võ Thành Công"}


def granting(procedure: str) -> Json:
    """What a decision to grant a case of the procedure says, with the result itself where there is one."""
    if procedure not in _FACTS:
        return {"decision": "granted"}
    return {"decision": "granted", "result": {"facts": _FACTS[procedure], "signer": _SIGNER}}
