"""Filled forms of made-up people, a function a procedure. A procedure without a function here gets no made-up cases."""

from collections.abc import Callable, Mapping
from random import Random
from typing import Any

from infra.synthetic.people import Person

Form = dict[str, Any]


def _licence(person: Person, random: Random) -> Form:
    return _person(person) | {
        "phone": person.phone,
        "licence_number": f"{random.randrange(10**12):012d}",
        "licence_class": random.choice(("A1", "A", "B", "B", "B", "C1", "C")),
        "reason": random.choice(("expiring", "expiring", "damaged", "changed_data", "paper_to_card")),
        "return_method": "counter",
    }


def _criminal_record(person: Person, random: Random) -> Form:
    return _person(person) | {
        "certificate_type": random.choice(("1", "2")),
        "purpose": random.choice(("Bổ sung hồ sơ xin việc", "Xuất khẩu lao động", "Kết hôn với người nước ngoài")),
        "fee_group": random.choice(("standard", "standard", "student", "merit", "exempt")),
        "history": [{"from": f"{person.born.year + 14}-09", "residence": person.address, "occupation": "Học sinh"}],
    }


def _household_business(person: Person, random: Random) -> Form:
    trade, code, name = random.choice((
        ("Phở", "5610", "Nhà hàng và dịch vụ ăn uống lưu động"),
        ("Tạp hóa", "4711", "Bán lẻ lương thực, thực phẩm"),
        ("May", "1410", "May trang phục"),
    ))  # fmt: skip
    return {
        "business_name": f"Hộ kinh doanh {trade} {person.full_name.split()[-1]}",
        "business_address": person.address,
        "lines_of_business": [{"code": code, "name": name}],
        "capital": random.randrange(20, 1000) * 1_000_000,
        "established_by": "individual",
        "owner_name": person.full_name,
        "owner_personal_number": person.personal_number,
        "owner_birth_date": _birth_date(person),
        "owner_sex": person.sex,
        "owner_residence": person.address,
        "phone": person.phone,
    }


def _birth_date(person: Person) -> str:
    """Writes a birth date as papers have it: a third of those born before 1960 know the year alone."""
    year_alone = person.born.year < 1960 and int(person.personal_number) % 3 == 0
    return str(person.born.year) if year_alone else person.born.isoformat()


def _person(person: Person) -> Form:
    return {
        "full_name": person.full_name,
        "personal_number": person.personal_number,
        "birth_date": _birth_date(person),
        "sex": person.sex,
        "nationality": "Việt Nam",
        "permanent_residence": person.address,
    }


FORMS: Mapping[str, tuple[int, Callable[[Person, Random], Form]]] = {
    "3.000347": (45, _licence),
    "2.000488": (35, _criminal_record),
    "1.001612": (20, _household_business),
}
"""By procedure: its share of all cases, and what fills its form."""
