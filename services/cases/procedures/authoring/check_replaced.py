"""Whether a procedure asks for papers whose data a register has (NĐ 118/2025, Điều 4.2a as amended by NĐ 309/2026), as
the lists of Nghị quyết 66.7/2025/NQ-CP name them."""

from collections.abc import Iterator, Sequence

from services.cases.core.domain.procedure import Procedure, RequiredPaper
from services.cases.core.domain.registers import same_database
from services.cases.procedures.authoring.finding import Finding, error, warning
from services.cases.procedures.domain.replaced_papers import PaperList, Replaced, Row, replaced, rows_of
from services.common.errors import pointer

SOURCE, CONNECTION, LISTED = "register_source", "register_code", "listed_as"
"""Keys of a paper, as what is found tells an author of them."""


def replaced_findings(procedure: Procedure, lists: Sequence[PaperList]) -> Iterator[Finding]:
    """Yields papers of a list that people are asked for online although a register has their data."""
    if not procedure.filed_online:
        return
    rows = rows_of(procedure, lists)
    on_list = replaced(procedure, rows)
    for each in on_list:
        if _asked_online(each.paper):
            yield from _fallback(each)
    known = {each.position for each in on_list}
    if concerned := [each for each in lists if each.concerns(procedure)]:
        for position, paper in enumerate(procedure.papers):
            if position not in known:
                yield from _unlisted(procedure.code, position, paper, concerned, rows)


def _asked_online(paper: RequiredPaper) -> bool:
    """Returns whether people see it among what they may be asked for online."""
    return "online" in paper.required or paper.optional


def _fallback(each: Replaced) -> Iterator[Finding]:
    """Yields a finding unless the register is asked first, and for the paper only where the register has no answer."""
    paper, row, place = each.paper, each.row, pointer("papers", each.position)
    of_vi = f"Dòng {row.listed.row} của {row.listed_in.name_vi}"
    of_en = f"Row {row.listed.row} of {row.listed_in.name_en}"
    owned = f"{row.listed.database} ({row.listed.owner})"
    said_vi = f"{of_vi}: dữ liệu của {owned} thay cho “{paper.name_vi}”."
    said_en = f"{of_en}: data of {owned} replaces “{paper.name_en}”."
    if not paper.register_source:
        yield error(
            "paper-replaced",
            place,
            f"{said_vi} Không được yêu cầu nộp giấy này trực tuyến: hãy ghi tên cơ sở dữ liệu đó vào {SOURCE}.",
            f"{said_en} It is not to be asked for online: write that database under {SOURCE}.",
        )
        return
    if not same_database(paper.register_source, row.listed.database):
        yield warning(
            "paper-replaced-elsewhere",
            f"{place}/register_source",
            f"{said_vi} Tệp này ghi “{paper.register_source}”; hãy đối chiếu.",
            f"{said_en} This file says “{paper.register_source}”; compare the two.",
        )
    if "online" in paper.required and not paper.register_code:
        yield error(
            "paper-replaced-not-connected",
            f"{place}/required",
            f"{said_vi} Cơ sở dữ liệu chưa kết nối (không có {CONNECTION}) nên ai cũng phải nộp giấy. Hãy bỏ online "
            "khỏi required: cán bộ tra cứu dữ liệu, chỉ yêu cầu bổ sung khi không tra cứu được.",
            f"{said_en} It is not connected (there is no {CONNECTION}), so everybody would have to hand the paper in. "
            "Take online out of required: the officer looks the data up, and asks for the paper only where there is "
            "none.",
        )


def _unlisted(
    code: str, position: int, paper: RequiredPaper, lists: Sequence[PaperList], rows: Sequence[Row]
) -> Iterator[Finding]:
    """Yields a name under `listed_as` that no row has; and a paper that may be one of a row, where nothing says so."""
    if paper.listed_as:
        yield error(
            "paper-not-listed",
            pointer("papers", position, "listed_as"),
            f"{', '.join(each.name_vi for each in lists)} không có giấy tờ “{paper.listed_as}” của thủ tục {code}. "
            f"{_rows_vi(rows)}",
            f"{', '.join(each.name_en for each in lists)} has no paper “{paper.listed_as}” of procedure {code}. "
            f"{_rows_en(rows)}",
        )
    elif paper.listed_as is None and rows and "online" in paper.required and not paper.register_source:
        yield warning(
            "paper-maybe-listed",
            pointer("papers", position),
            f"{_rows_vi(rows)} Nếu “{paper.name_vi}” là giấy tờ đó, hãy chép tên vào {LISTED}; nếu không phải, ghi "
            f'{LISTED}: "".',
            f"{_rows_en(rows)} If “{paper.name_en}” is that paper, copy its name to {LISTED}; if it is not, write "
            f'{LISTED}: "".',
        )


def _rows_vi(rows: Sequence[Row]) -> str:
    told = (f"dòng {each.listed.row}: “{each.listed.paper}”" for each in rows)
    return f"Dữ liệu thay cho: {'; '.join(told)}." if rows else "Danh mục không có dòng nào của thủ tục này."


def _rows_en(rows: Sequence[Row]) -> str:
    told = (f"row {each.listed.row}: “{each.listed.paper}”" for each in rows)
    return f"Data replaces: {'; '.join(told)}." if rows else "The list has no row of this procedure."
