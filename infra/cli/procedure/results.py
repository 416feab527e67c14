"""Tries the template of a procedure's result, which the services otherwise first set when somebody is granted it."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from services.cases.core.domain.procedure import Procedure
    from services.cases.procedures.authoring.finding import Finding


def template_findings(procedure: "Procedure") -> "Iterator[Finding]":
    """Yields why the result cannot be printed: with every fact that may be given, or with only those that must."""
    from services.cases.procedures.authoring.examples import result_facts
    from services.cases.procedures.authoring.finding import error
    from services.documents.papers.trial import fault_of

    told = set[str]()
    for fully, facts in zip((True, False), result_facts(procedure), strict=False):
        kind = procedure.result_kind("granted")
        names = {"code": kind.code, "name_vi": kind.name_vi, "name_en": kind.name_en}
        fault = fault_of(kind.template, names, facts, fully=fully)
        if not fault or fault in told:
            continue
        told.add(fault)
        given_vi = "đủ mọi nội dung" if fully else "chỉ các nội dung bắt buộc"
        given_en = "everything it may show" if fully else "only what it must show"
        yield error(
            "result-template",
            "/result/template",
            f"Mẫu kết quả không in được khi có {given_vi}: {fault}. Hãy sửa mẫu hoặc facts_schema.",
            f"The result cannot be printed with {given_en}: {fault}. Mend the template or facts_schema.",
        )
