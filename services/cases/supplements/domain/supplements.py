"""Supplement requests: what they may ask for, how it is said, whether an answer gives what was asked and only that.

Everything is asked in one request (Nghị định 61/2018, Điều 17; kept by the 2025 family).
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from services.cases.calendar.domain import BilingualText
from services.cases.core.domain.case import Case
from services.cases.core.domain.case_parts import Attachment, Cannot, Pin
from services.cases.core.domain.case_rules import CaseRules
from services.cases.core.domain.catalogue_models import DB_MISMATCH, MISSING, OTHER_REASON
from services.cases.core.domain.papers import paper_name
from services.cases.forms.domain.forms import one_of
from services.cases.supplements.domain.particulars import choices, named
from services.cases.supplements.domain.register_faults import faults as register_faults
from services.cases.supplements.domain.register_faults import told
from services.common.errors import FieldError, pointer


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to a supplement: changed fields by JSON pointer, papers by code, a note, and what could not be
    given."""

    changed: tuple[str, ...] = ()
    papers: tuple[str, ...] = ()
    note: str = ""
    cannot: tuple[Cannot, ...] = ()


def in_words(items: Collection[str]) -> tuple[Pin, ...]:
    """Makes items asked for in words alone."""
    return tuple(Pin("", OTHER_REASON, item) for item in items)


def open_pins(case: Case) -> tuple[Pin, ...]:
    """Lists what the applicant is asked for; item n is the n-th. Requests older than pins were items in words."""
    return case.supplement.pins if case.supplement is not None else in_words(case.supplement_items)


def name(pin: Pin, rules: CaseRules) -> BilingualText:
    """Returns the title of the field or the name of the paper; empty when it is asked in words alone."""
    if pin.field:
        return named(pin.field, rules)
    return paper_name(pin.paper, rules) if pin.paper else BilingualText("", "")


def reason_name(pin: Pin, rules: CaseRules) -> BilingualText:
    reason = rules.rule_set.supplement_reason(pin.reason)
    return BilingualText(reason.name_vi, reason.name_en) if reason else BilingualText(pin.reason, pin.reason)


def sentence(pin: Pin, rules: CaseRules) -> str:
    """Returns an item as form 02 shows it."""
    if not pin.target:
        return pin.ask
    what = f"Mục “{name(pin, rules).vi}”" if pin.field else f"Giấy tờ “{name(pin, rules).vi}”"
    if pin.reason == OTHER_REASON:
        return f"{what}: {pin.ask}"
    if pin.register:
        return f"{what}: {told(pin)}. {pin.ask}".strip()
    return f"{what}: {reason_name(pin, rules).vi}. {pin.ask}".strip()


def pin_faults(pins: Sequence[Pin], case: Case, rules: CaseRules) -> Iterator[FieldError]:
    """Yields pins that name an unknown field, paper or reason, or the same thing twice."""
    procedure, correctable, seen = rules.procedure, choices(case), set[str]()
    papers = {each.code: each for each in procedure.papers_taken(by_proxy=case.proxy is not None)}
    for position, pin in enumerate(pins):
        place = pointer("pins", position)
        if pin.field and pin.field not in correctable and not procedure.form.has(pin.field):
            yield one_of(f"{place}/field", [*procedure.form.titles(), *correctable.values()])
        if pin.paper and pin.paper not in papers:
            yield one_of(f"{place}/paper", [BilingualText(each.name_vi, each.name_en) for each in papers.values()])
        if rules.rule_set.supplement_reason(pin.reason) is None:
            reasons = [BilingualText(reason.name_vi, reason.name_en) for reason in rules.rule_set.supplement_reasons]
            yield one_of(f"{place}/reason", reasons)
        yield from register_faults(pin, place, rules)
        if pin.target in seen:
            yield FieldError(place, "duplicate", "Nội dung này đã nêu ở trên.", "This is asked for above already.")
        seen.add(pin.target)


def answer_faults(pins: Sequence[Pin], answer: Answer, rules: CaseRules) -> Iterator[FieldError]:
    """Yields what was sent and not asked for, and what was asked for and neither sent nor said to be impossible.

    Where something is asked in words alone nobody can tell what answers it, so anything may be sent.
    """
    if all(pin.target for pin in pins):
        yield from _not_asked(pins, answer, rules)
    for position, cannot in enumerate(answer.cannot):
        if not 1 <= cannot.item <= len(pins):
            yield _no_such_item(position, cannot.item, len(pins))
    excused = {cannot.item for cannot in answer.cannot}
    for number, pin in enumerate(pins, start=1):
        if number not in excused and not _answers(pin, answer):
            yield _unanswered(number, pin, rules)


def taken_in(case: Case, handed_in: tuple[Attachment, ...]) -> tuple[Attachment, ...]:
    """Returns the papers of a case with those of an answer; a paper that was wrong stays beside its replacement."""
    version = case.version + 1
    wrong = {pin.paper for pin in open_pins(case) if pin.paper and pin.reason != MISSING}
    replaced = wrong & {attachment.paper for attachment in handed_in}
    kept = (
        replace(attachment, superseded=version) if attachment.paper in replaced and not attachment.superseded
        else attachment
        for attachment in case.attachments
    )  # fmt: skip
    return (*kept, *(replace(attachment, since=version) for attachment in handed_in))


def _covers(pin: Pin, changed: str) -> bool:
    return bool(pin.field) and (changed == pin.field or changed.startswith(pin.field + "/"))


def _answers(pin: Pin, answer: Answer) -> bool:
    if pin.reason == DB_MISMATCH and answer.note.strip():
        return True  # that the register is right now is all there may be to say
    if pin.field:
        return any(_covers(pin, changed) for changed in answer.changed)
    if pin.paper:
        return pin.paper in answer.papers
    return bool(answer.changed or answer.papers or answer.note.strip())


def _not_asked(pins: Sequence[Pin], answer: Answer, rules: CaseRules) -> Iterator[FieldError]:
    asked = [name(pin, rules) for pin in pins]
    asked_vi, asked_en = ", ".join(f"“{each.vi}”" for each in asked), ", ".join(f"“{each.en}”" for each in asked)

    def refused(place: str, what: BilingualText) -> FieldError:
        return FieldError(
            place,
            "not-asked",
            f"“{what.vi}” không được yêu cầu bổ sung; hãy giữ nguyên. Chỉ bổ sung: {asked_vi}.",
            f"“{what.en}” was not asked for; leave it as it was. Asked for: {asked_en}.",
        )

    for changed in answer.changed:
        if not any(_covers(pin, changed) for pin in pins):
            yield refused(changed, named(changed, rules))
    for position, paper in enumerate(answer.papers):
        if paper not in [pin.paper for pin in pins]:
            yield refused(pointer("attachments", position, "paper"), paper_name(paper, rules))


def _unanswered(number: int, pin: Pin, rules: CaseRules) -> FieldError:
    what = name(pin, rules)
    return FieldError(
        pin.field or ("/attachments" if pin.paper else "/note"),
        "unanswered",
        f"Chưa bổ sung nội dung {number}: “{what.vi or pin.ask}”. Hãy bổ sung, hoặc nêu lý do không bổ sung được.",
        f"Item {number} is not answered: “{what.en or pin.ask}”. Give it, or say why you cannot.",
    )


def _no_such_item(position: int, item: int, last: int) -> FieldError:
    return FieldError(
        pointer("cannot", position, "item"),
        "enum",
        f"Không có nội dung số {item}; yêu cầu bổ sung có các nội dung từ 1 đến {last}.",
        f"There is no item {item}; the request has items 1 to {last}.",
    )
