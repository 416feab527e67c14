"""Whether a procedure asks for papers whose data a register has (NĐ 118/2025, Điều 4.2a as amended by NĐ 309/2026), as
the lists of Nghị quyết 66.7/2025/NQ-CP name them."""

from collections.abc import Iterable, Iterator, Sequence
from textwrap import shorten

from services.cases.core.domain.procedure import Procedure
from services.cases.core.domain.procedure_parts import RequiredPaper
from services.cases.core.domain.registers import Register, same_database
from services.cases.procedures.authoring.finding import Finding, error, warning
from services.cases.procedures.domain.replaced_papers import PaperList, Replaced, Row, replaced, rows_of
from services.common.errors import pointer

SOURCE, CONNECTION, LISTED = "register_source", "register_code", "listed_as"
"""Keys of a paper, as what is found tells an author of them."""
ROW_SHOWN = 120
"""Characters of a row's paper that are shown; some rows are a paragraph."""


def replaced_findings(
    procedure: Procedure, lists: Sequence[PaperList], registers: Iterable[Register]
) -> Iterator[Finding]:
    """Yields papers of a list that people are asked for online although a register has their data, and papers that may
    be such."""
    yield from _connections(procedure, registers)
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


def _spared(paper: RequiredPaper) -> bool:
    """Returns whether a register is named whose data takes its place, and nobody must hand it in online before that
    register is asked."""
    return bool(paper.register_source) and ("online" not in paper.required or bool(paper.register_code))


def _connections(procedure: Procedure, registers: Iterable[Register]) -> Iterator[Finding]:
    """Yields papers for which another register is asked than the one their form names."""
    connected = {each.code: each for each in registers}
    for position, paper in enumerate(procedure.papers):
        asked = connected.get(paper.register_code)
        if asked and not same_database(paper.register_source, asked.name_vi):
            yield error(
                "paper-register-other",
                pointer("papers", position, "register_code"),
                f"{CONNECTION} này là {asked.name_vi}, còn {SOURCE} ghi “{paper.register_source}”; hãy sửa cho khớp.",
                f"This {CONNECTION} is {asked.name_en}, but {SOURCE} says “{paper.register_source}”; make them agree.",
            )


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
    """Yields a name under `listed_as` that no row has; and a paper of which nothing says whether it is one of a row.

    Names are written in too many ways to know (CCCD, thẻ căn cước, giấy tờ tùy thân), so its author says it.
    """
    if paper.listed_as:
        yield error(
            "paper-not-listed",
            pointer("papers", position, "listed_as"),
            f"{', '.join(each.name_vi for each in lists)} không có giấy tờ “{paper.listed_as}” của thủ tục {code}. "
            f"{_rows_vi(rows)}",
            f"{', '.join(each.name_en for each in lists)} has no paper “{paper.listed_as}” of procedure {code}. "
            f"{_rows_en(rows)}",
        )
    elif paper.listed_as is None and rows and _asked_online(paper) and not _spared(paper):
        yield error(
            "paper-maybe-listed",
            pointer("papers", position),
            f"{_rows_vi(rows)} Nếu “{paper.name_vi}” là giấy tờ đó, hãy chép tên vào {LISTED}; nếu không phải, ghi "
            f'{LISTED}: "".',
            f"{_rows_en(rows)} If “{paper.name_en}” is that paper, copy its name to {LISTED}; if it is not, write "
            f'{LISTED}: "".',
        )


def _short(row: Row) -> str:
    """Returns what the row calls its paper, or the beginning of it, which `listed_as` takes as well."""
    return shorten(row.listed.paper, ROW_SHOWN, placeholder="…")


def _rows_vi(rows: Sequence[Row]) -> str:
    told = (f"dòng {each.listed.row}: “{_short(each)}”" for each in rows)
    return f"Dữ liệu thay cho: {'; '.join(told)}." if rows else "Danh mục không có dòng nào của thủ tục này."


def _rows_en(rows: Sequence[Row]) -> str:
    told = (f"row {each.listed.row}: “{_short(each)}”" for each in rows)
    return f"Data replaces: {'; '.join(told)}." if rows else "The list has no row of this procedure."
