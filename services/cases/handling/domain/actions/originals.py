"""Originals at the counter: compared with what was handed in, kept where the law wants them, handed back."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from services.cases.calendar.domain import BilingualText
from services.cases.core.domain.case import Case, evolve
from services.cases.core.domain.case_parts import Actor, Original
from services.cases.core.domain.case_rules import CaseRules
from services.cases.core.domain.command import Command, check_text
from services.cases.core.domain.papers import paper_name
from services.cases.core.domain.status import CaseStatus
from services.cases.core.domain.transitions import ANY, CLERK, OFFICER, Action, ActionDefinition, LeftTo, Site
from services.cases.forms.domain.forms import one_of
from services.cases.handling.domain.errors import NoOriginalsKept, NothingToCompare
from services.common.errors import FieldError, InvalidInput, OnestopError, pointer
from services.common.times import rfc3339


@dataclass(frozen=True, slots=True)
class CompareOriginals(Command):
    """Says that papers were compared with their originals (đối chiếu bản chính): who, when, which; `kept` originals
    stay with the agency until they are handed back."""

    definition = ActionDefinition(
        Action.COMPARE_ORIGINALS,
        name=BilingualText("Đối chiếu bản chính", "Compare with the originals"),
        sentence=BilingualText("Đã đối chiếu bản chính.", "Papers were compared with their originals."),
        sources=frozenset(CaseStatus) - {CaseStatus.REFUSED, CaseStatus.WITHDRAWN, CaseStatus.RETURNED},
        target=None,
        roles={CLERK, OFFICER},
        event="cases.originals_compared",
        silent=True,
        left_to=LeftTo.AGENCY,
        site=Site.EITHER,
    )
    papers: tuple[str, ...] = ()
    kept: bool = False
    note: str = ""

    def __post_init__(self) -> None:
        check_text("note", self.note, required=False)

    def check(self, case: Case, at: datetime, rules: CaseRules) -> None:
        _require_known("papers", self.papers, _handed_in(case), rules)
        with_agency = {each.paper for each in case.originals if each.with_agency}
        if held := [n for n, code in enumerate(self.papers) if code in with_agency]:
            raise InvalidInput(fields=[_with_agency(n, self.papers[n], rules) for n in held])

    def apply_to(self, case: Case, actor: Actor, at: datetime, rules: CaseRules) -> Case:
        """Notes who saw them; another look takes the place of one before, not of what was kept and handed back."""
        papers = dict.fromkeys(self.papers)
        seen = [Original(paper, actor.id, actor.signature, rfc3339(at), self.kept) for paper in papers]
        before = [each for each in case.originals if each.paper not in papers or each.kept]
        return evolve(case, originals=(*before, *seen))

    @classmethod
    def obstacle(cls, case: Case, account: str, rules: CaseRules) -> OnestopError | None:
        return None if _handed_in(case) else NothingToCompare()


@dataclass(frozen=True, slots=True)
class HandBackOriginals(Command):
    """Says that originals kept were handed back, and to whom (NĐ 61/2018, Điều 20.2)."""

    definition = ActionDefinition(
        Action.HAND_BACK_ORIGINALS,
        name=BilingualText("Trả lại bản chính", "Hand originals back"),
        sentence=BilingualText("Đã trả lại bản chính.", "Originals were handed back."),
        sources=ANY,
        target=None,
        roles={CLERK, OFFICER},
        event="cases.originals_handed_back",
        silent=True,
        site=Site.EITHER,
    )
    papers: tuple[str, ...] = ()
    to: str = ""
    note: str = ""

    def __post_init__(self) -> None:
        check_text("to", self.to)
        check_text("note", self.note, required=False)

    def check(self, case: Case, at: datetime, rules: CaseRules) -> None:
        _require_known("papers", self.papers, [each.paper for each in case.originals if each.with_agency], rules)

    def apply_to(self, case: Case, actor: Actor, at: datetime, rules: CaseRules) -> Case:
        return evolve(
            case,
            originals=tuple(
                replace(each, handed_back_at=rfc3339(at), handed_back_by=actor.signature, handed_back_to=self.to)
                if each.with_agency and each.paper in self.papers
                else each
                for each in case.originals
            ),
        )

    @classmethod
    def obstacle(cls, case: Case, account: str, rules: CaseRules) -> OnestopError | None:
        return None if any(each.with_agency for each in case.originals) else NoOriginalsKept()


def _with_agency(position: int, paper: str, rules: CaseRules) -> FieldError:
    name = paper_name(paper, rules)
    return FieldError(
        pointer("papers", position),
        "with-agency",
        f"Cơ quan đang giữ bản chính “{name.vi}”. Trả lại bản chính trước, hoặc bỏ giấy tờ này.",
        f"The agency keeps the original of “{name.en}”. Hand it back first, or leave this paper out.",
    )


def _handed_in(case: Case) -> list[str]:
    """Lists the codes of everything handed in that has an original."""
    files = [each.paper for each in case.attachments if not each.superseded]
    return list(dict.fromkeys([*files, *(each.paper for each in case.handed_in)]))


def _require_known(name: str, papers: Iterable[str], known: Iterable[str], rules: CaseRules) -> None:
    """Raises InvalidInput unless at least one paper is named, and all are among those known."""
    codes, choices = list(known), [paper_name(code, rules) for code in known]
    wrong = [one_of(pointer(name, n), choices) for n, code in enumerate(papers) if code not in codes]
    if not list(papers):
        wrong = [FieldError(pointer(name), "required", "Hãy chọn ít nhất một giấy tờ.", "Choose at least one paper.")]
    if wrong:
        raise InvalidInput(fields=wrong)
