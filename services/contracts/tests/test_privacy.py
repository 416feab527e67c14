from dataclasses import dataclass

from services.contracts.privacy import (
    Enclosed,
    Identity,
    Neutral,
    Recorded,
    Stated,
    correctable,
    corrected,
    disposed,
    of_parts,
    told_outside,
)


@dataclass(frozen=True, slots=True)
class Person:
    name: Identity[str]
    phone: Stated[str] = ""
    account: Neutral[str] = ""


@dataclass(frozen=True, slots=True)
class Enclosure:
    code: Neutral[str]
    file_name: Enclosed[str] = ""


@dataclass(frozen=True)
class Matter:
    ref: Neutral[str]
    person: Person
    second: Person | None = None
    enclosures: tuple[Enclosure, ...] = ()
    remark: Stated[str | None] = None
    spoken: Stated[tuple[str, ...]] = ()
    reason: Recorded[str] = ""
    count: int = 0


MATTER = Matter(
    "7", Person("Lan", "0903", "a"), None, (Enclosure("id", "lan.pdf"),), "deaf", ("vi", "en"), "too late", 3
)


def test_what_goes_when_the_time_is_over_is_what_is_marked_so_however_deep() -> None:
    left = Matter("7", Person("Lan", "", "a"), None, (Enclosure("id"),), None, (), "too late", 3)
    assert disposed(MATTER) == left
    assert disposed(left) == left


def test_a_part_has_whatever_says_something_the_applicant_said() -> None:
    assert set(of_parts(MATTER)) == {"person", "second", "enclosures", "remark", "spoken"}


def test_an_agency_outside_hears_who_it_is_and_what_they_say_and_no_account() -> None:
    said = {"person": {"name": "Lan", "phone": "0903"}, "remark": "deaf", "spoken": ("vi", "en")}
    assert told_outside(MATTER) == said


def test_what_may_be_corrected_is_named_by_pointer_and_no_name_is() -> None:
    assert correctable(MATTER) == {"/person/phone": "0903", "/remark": "deaf", "/spoken": ("vi", "en")}
    now = corrected(MATTER, {"/person/phone": "0904", "/remark": "hears again"})
    assert (now.person, now.remark) == (Person("Lan", "0904", "a"), "hears again")
