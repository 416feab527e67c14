"""Checks a procedure the way an experienced colleague would before it is published."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from services.cases.core.domain.catalogue_models import Agency, RuleSet
from services.cases.core.domain.numbers import NumberSyntax
from services.cases.core.domain.procedure import Procedure
from services.cases.core.domain.registers import Register
from services.cases.procedures.authoring.check_fees import fee_findings, impossible
from services.cases.procedures.authoring.check_form import form_findings
from services.cases.procedures.authoring.check_replaced import replaced_findings
from services.cases.procedures.authoring.check_steps import step_findings
from services.cases.procedures.authoring.check_texts import text_findings
from services.cases.procedures.authoring.finding import Finding, error, warning
from services.cases.procedures.domain import law
from services.cases.procedures.domain.replaced_papers import PaperList
from services.common.errors import pointer
from services.contracts.personal import PAPER_FACTS, REGISTER_FIELDS

Rule = Callable[[Procedure], Iterator[Finding]]
_OF_PEOPLE = frozenset({"personal-number", "identity-number"})
"""Formats of form fields that hold the number of a person."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The surroundings of a procedure: the agencies and rule sets it refers to, the papers that data replaces, and the
    registers that have such data."""

    agencies: Mapping[str, Agency]
    rules: Mapping[str, RuleSet]
    paper_lists: Sequence[PaperList]
    registers: Sequence[Register]

    @classmethod
    def of(
        cls,
        agencies: Iterable[Agency],
        rules: Iterable[RuleSet],
        paper_lists: Sequence[PaperList],
        registers: Sequence[Register],
    ) -> "Surroundings":
        return cls({each.code: each for each in agencies}, {each.id: each for each in rules}, paper_lists, registers)


def check(procedure: Procedure, around: Surroundings) -> list[Finding]:
    """Lists everything found, errors first; without an error cases can be filed and come to an end."""
    found = [
        *_agencies(procedure, around),
        *_units(procedure, around),
        *_rules(procedure, around),
        *replaced_findings(procedure, around.paper_lists, around.registers),
        *(finding for rule in _RULES for finding in rule(procedure)),
    ]
    return sorted(found, key=lambda finding: finding.severity)


def _agencies(procedure: Procedure, around: Surroundings) -> Iterator[Finding]:
    for position, code in enumerate(procedure.agencies):
        place = pointer("agencies", position)
        if code not in around.agencies:
            yield error(
                "agency-unknown",
                place,
                f"Chưa có cơ quan {code}. Hãy thêm vào agencies.yaml, hoặc sửa mã.",
                f"There is no agency {code}. Add it to agencies.yaml, or correct the code.",
            )
        agency = around.agencies.get(code)
        try:
            numbered = agency.numbered_as(procedure.number_format) if agency else code
            procedure.series.prefix(numbered, procedure.effective_from)
        except NumberSyntax:
            fmt = procedure.number_format
            yield error(
                "number-format",
                place,
                f"Định dạng mã hồ sơ {fmt} không dùng được với mã cơ quan {code}; hãy chọn định dạng khác.",
                f"Number format {fmt} cannot carry the agency code {code}; choose another format.",
            )


def _units(procedure: Procedure, around: Surroundings) -> Iterator[Finding]:
    for code in procedure.agencies:
        agency = around.agencies.get(code)
        units = [unit.code for unit in agency.units] if agency else []
        for position, step in enumerate(procedure.steps):
            if units and step.unit not in units:
                yield error(
                    "unit-unknown",
                    pointer("steps", position, "unit"),
                    f"Cơ quan {code} không có đơn vị “{step.unit}”; hãy chọn một trong: {', '.join(units)}.",
                    f"Agency {code} has no unit {step.unit!r}; choose one of: {', '.join(units)}.",
                )


def _rules(procedure: Procedure, around: Surroundings) -> Iterator[Finding]:
    if not law.named(around.rules, procedure.rules):
        known = ", ".join(sorted({*around.rules, *(each.family for each in around.rules.values())}))
        yield error(
            "rules-unknown",
            "/rules",
            f"Chưa có bộ quy định “{procedure.rules}”; hãy chọn một trong: {known}.",
            f"There is no rule set {procedure.rules!r}; choose one of: {known}.",
        )
        return
    try:
        law.applying(around.rules, procedure)
    except ValueError:
        yield error(
            "rules-not-in-force",
            "/rules",
            f"“{procedure.rules}” không có hiệu lực trong suốt thời gian của phiên bản; hãy chọn bộ quy định khác.",
            f"{procedure.rules!r} is not in force all the time the version is; choose another rule set.",
        )


def _dates(procedure: Procedure) -> Iterator[Finding]:
    if procedure.effective_to is not None and procedure.effective_to < procedure.effective_from:
        yield error(
            "dates",
            "/effective_to",
            "Ngày hết hiệu lực đứng trước ngày có hiệu lực; hãy sửa lại.",
            "The last day in force comes before the first; correct it.",
        )


def _prefill(procedure: Procedure) -> Iterator[Finding]:
    fields = (*REGISTER_FIELDS, *PAPER_FACTS)
    known = ", ".join(fields)
    for name, source in procedure.prefill.items():
        if source not in fields:
            yield error(
                "prefill-unknown",
                pointer("prefill", name),
                f"Các cơ sở dữ liệu không có trường “{source}”; hãy chọn một trong: {known}.",
                f"No register has a field {source!r}; choose one of: {known}.",
            )


def _whose(procedure: Procedure) -> Iterator[Finding]:
    """Yields a finding where no field is filled with the applicant's number: online, only such fields are held against
    the account."""
    properties = procedure.form_schema.get("properties", {})
    numbers = [name for name, field in properties.items() if field.get("format") in _OF_PEOPLE]
    if numbers and not procedure.number_fields and procedure.alone and procedure.filed_online:
        yield warning(
            "number-of-nobody",
            "/prefill",
            "Biểu mẫu có số định danh cá nhân nhưng không mục nào là số của người đứng tên. Hãy ghi trong prefill mục "
            f"nào lấy số định danh của người nộp ({', '.join(numbers)}), để không ai nộp được hồ sơ về người khác.",
            "The form has personal numbers and none is the applicant's. Say under prefill which one is that of whoever "
            f"files ({', '.join(numbers)}), so that nobody files about somebody else.",
        )


def _proxy(procedure: Procedure) -> Iterator[Finding]:
    yield from impossible("proxy-condition", procedure.proxy.exempt_when, "/proxy/exempt_when", procedure)


def _papers(procedure: Procedure) -> Iterator[Finding]:
    for position, paper in enumerate(procedure.papers):
        if not (paper.required or paper.register_source or paper.optional):
            yield warning(
                "paper-never-asked",
                pointer("papers", position),
                f"Không kênh nào bắt buộc nộp “{paper.name_vi}”. Hãy ghi kênh vào required, hoặc ghi optional: true "
                "nếu chỉ một số người phải nộp.",
                f"No channel asks for “{paper.name_en}”. Name the channels under required, or write optional: true if "
                "it is only for some.",
            )


def _translations(procedure: Procedure) -> Iterator[Finding]:
    """Yields pairs of Vietnamese and English texts that are equal: they say the same in two languages, so they
    differ."""
    for place, name_vi, name_en in _names(procedure):
        if name_vi == name_en:
            yield warning(
                "translation",
                place,
                f"“{name_vi}” chưa được dịch sang tiếng Anh; hãy ghi bản dịch tiếng Anh.",
                f"“{name_vi}” is not translated; write it in English.",
            )


def _names(procedure: Procedure) -> Iterator[tuple[str, str, str]]:
    yield "/name_en", procedure.name_vi, procedure.name_en
    for group in ("papers", "fees", "steps"):
        for position, part in enumerate(getattr(procedure, group)):
            yield pointer(group, position, "name_en"), part.name_vi, part.name_en


def _steps(procedure: Procedure) -> Iterator[Finding]:
    yield from step_findings(procedure.model_dump(include={"steps", "days", "immediate"}))


_RULES: tuple[Rule, ...] = (
    _dates, _prefill, _whose, _proxy, _papers, _translations, fee_findings, form_findings, text_findings, _steps,
)  # fmt: skip
