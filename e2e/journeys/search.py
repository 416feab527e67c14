"""Journey: a clerk finds cases by whatever people type: part of a number, a name, a telephone; in Vietnamese order."""

import json
from collections.abc import Sequence
from uuid import uuid4

from e2e.client import Client, Json
from e2e.journeys.stage import Stage, promise, promise_refusal

PROCEDURE, AGENCY = "2.000488", "G01.029.00"
# In the order of a Vietnamese list of people: by given name, then by family name.
NAMES = ("Trịnh Công Hoa", "Lê Thị Hòa", "Trịnh Công Hoà", "Trịnh Công Hoá", "Đặng Thị Thuý", "Đỗ Ước")


def search(stage: Stage) -> str:
    """Plays the journey; returns the number of a case that was found."""
    quarter = f"khu{uuid4().hex[:8]}"  # so that cases of an earlier play are not among those found
    with stage.step(f"the clerk files for {len(NAMES)} people at the counter"):
        clerk = stage.client("clerk")
        people = [_person(name, number, quarter) for number, name in enumerate(NAMES, start=1)]
        refs = {one["full_name"]: clerk.submit(_application(one), str(uuid4()))["ref"] for one in reversed(people)}
    with stage.step("a name is found without its accents, in any order, wherever the tone mark stands"):
        for typed in ("trinh cong hoa", "HOA TRINH CONG", "Trịnh Công Hoà", "Trịnh Công Hòa"):
            promise(typed, set(_found(clerk, f"{typed} {quarter}")), {NAMES[0], NAMES[2], NAMES[3]})
    with stage.step("what has the accents typed comes first, then the others in Vietnamese order"):
        promise("hoá", _found(clerk, f"hoá {quarter}"), [NAMES[3], NAMES[0], NAMES[1], NAMES[2]])
        promise("hòa", _found(clerk, f"hòa {quarter}"), [NAMES[1], NAMES[2], NAMES[0], NAMES[3]])
        promise("all", _found(clerk, quarter), list(NAMES))
    with stage.step("page by page it is the same list"):
        promise("pages of two", _found(clerk, quarter, page_size=2), list(NAMES))
    with stage.step("a telephone, an identity number, a house, or parts of the case number will do"):
        last = people[-1]
        agency, day, running = refs[last["full_name"]].split("-")
        for typed in (
            "+84" + last["phone"][1:],
            f"{last['phone'][:4]} {last['phone'][4:7]} {last['phone'][7:]}",
            last["identifier"],
            last["address"].split(",")[0] + f", {quarter}",
            f"{day}-{running} {quarter}",
            f"{agency}{day}{running}".replace(".", ""),
        ):
            promise(typed, _found(clerk, typed), [last["full_name"]])
        [line] = clerk.search(q=last["identifier"])["cases"]
        promise(
            "the number shown", line["identifier_masked"], last["identifier"][:4] + "******" + last["identifier"][-2:]
        )
    with stage.step("another agency's officer finds none of them; a search for nothing is refused"):
        promise("found in the ward", _found(stage.client("ward.officer"), quarter), [])
        promise_refusal("searching for %", 400, lambda: clerk.search(q="%"))
    return str(refs[NAMES[0]])


def _found(client: Client, q: str, page_size: int = 50) -> Sequence[str]:
    """Whose cases are found, over all pages."""
    names: list[str] = []
    token = ""
    while True:
        page = client.search(q=q, page_size=page_size, page_token=token)
        names += [case["applicant_name"] for case in page["cases"]]
        token = page["next_page_token"]
        if not token:
            return names


def _person(name: str, number: int, quarter: str) -> Json:
    digits = f"{uuid4().int % 10**6:06d}"
    return {
        "kind": "person",
        "full_name": name,
        "identifier": f"079190{digits}",
        "address": f"{number}/2 Lý Thường Kiệt, {quarter}",
        "phone": f"090{uuid4().int % 10**7:07d}",
    }


def _application(person: Json) -> bytes:
    form = {
        "certificate_type": "1",
        "purpose": "Bổ sung hồ sơ xin việc",
        "full_name": person["full_name"],
        "personal_number": person["identifier"],
        "birth_date": "1990-05-12",
        "sex": "female",
        "nationality": "Việt Nam",
        "permanent_residence": person["address"],
        "fee_group": "exempt",
        "history": [{"from": "2004-09", "residence": person["address"]}],
    }
    application = {"procedure": PROCEDURE, "agency": AGENCY, "applicant": person, "form": form}
    return json.dumps(application, ensure_ascii=False).encode()
