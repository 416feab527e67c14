"""Tries the template of a procedure's result, which the services otherwise first set when somebody is granted it."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from infra.cli.procedure.reading import placed

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


def refuse_unprintable(file: Path, english: bool) -> None:
    """Ends the command where the result of a procedure cannot be printed; what else is wrong with a file the system
    says that is asked to publish it."""
    from services.cases.procedures.authoring.finding import BadProcedure
    from services.cases.procedures.authoring.source import read as read_source

    try:
        found = placed(file, template_findings(read_source(file.name, file.read_bytes()).procedure))
    except BadProcedure:
        return
    for one in found:
        typer.echo(one.told(english), err=True)
    if found:
        raise typer.Exit(1)
