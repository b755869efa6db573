"""核对记录: doubts that a person has looked at and confirmed, in the input itself.

A line names a cell, its value and the doubt; with a name under 已核对人 that doubt stops no run as
long as the value stays the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Final

from allocator.base.problems import Problem
from allocator.excel.files.grid import Book
from allocator.excel.intake.headers import comparable
from allocator.fund.recipients import Confirmation, Recipients

CHECK_SHEET: Final = "核对记录"
#: The sheet of a marked copy that lists every mistake.
LIST_SHEET: Final = "错误清单"
COLUMNS: Final = ("工作表", "单元格", "现值", "疑问", "已核对人", "说明")
WIDTHS: Final = (18, 10, 20, 14, 14, 60)  # of the columns, in characters
#: What each doubt is called on the sheet.
DOUBTS: Final = MappingProxyType(
    {
        "table.scale": "数量级",
        "table.ratio": "比例失常",
        "table.zero_figure": "是否为零",
        "table.fraction": "是否有小数",
        "table.sum_row": "是否合计",
        "table.total": "合计不符",
        "table.odd_row": "是否镇街",
        "table.alike": "是否同一个",
        "table.no_unspent": "试点剩余",
        "table.status": "数据状态",
        "table.few_towns": "镇街数",
    }
)


def read_confirmations(book: Book) -> list[Confirmation]:
    """The lines of the sheet that somebody has signed."""
    found = []
    for grid in book.grids:
        if grid.sheet.strip() != CHECK_SHEET:
            continue
        columns: dict[str, int] = {}
        for row in sorted(grid.rows):
            texts = [grid.text(row, column) for column in range(len(grid.rows[row]))]
            if not columns:
                heads = {comparable(text): c for c, text in enumerate(texts) if text}
                columns = {n: heads[comparable(n)] for n in COLUMNS if comparable(n) in heads}
                columns = columns if len(columns) > 3 else {}
                continue
            cells = [texts[columns[n]] if columns.get(n, 99) < len(texts) else "" for n in COLUMNS]
            if cells[4]:
                found.append(Confirmation(*cells))
    return found


def confirm(problems: Iterable[Problem], lines: Sequence[Confirmation]) -> list[Problem]:
    """The problems with every confirmed doubt made a warning that says who confirmed it."""
    known = {key_of_line(line): line for line in lines}
    return [_confirmed(problem, known) for problem in problems]


def _confirmed(problem: Problem, known: dict[tuple[str, str, str, str], Confirmation]) -> Problem:
    line = known.get(key_of(problem)) if problem.is_doubt else None
    if line is None:
        return problem
    told = f"（{line.by}已核对{'：' if line.note else ''}{line.note}）"
    message = f"{problem.message}{told}".replace("。", "；")
    return replace(problem, message=message, remedy="", is_warning=True, is_doubt=False)


def key_of(problem: Problem) -> tuple[str, str, str, str]:
    """What tells a doubt on the sheet: sheet, cell, value, name of the doubt."""
    place = problem.place
    doubt = DOUBTS.get(problem.code, problem.code)
    return place.sheet, place.cell, problem.value, doubt


def key_of_line(line: Confirmation) -> tuple[str, str, str, str]:
    """The doubt that a line of the sheet speaks of, as `key_of` tells it."""
    return line.sheet, line.cell, line.value, line.doubt


def kept(
    recipients: Recipients, lines: Sequence[Confirmation], used: Iterable[Problem]
) -> tuple[Confirmation, ...]:
    """The confirmations of cells of recipients, each with its column and recipient.

    They go with the table into a workbook where its cells stand elsewhere.
    """
    if not lines:
        return ()
    origin = recipients.origin
    cells = {
        (f"{letter}{row}"): (name, i)
        for name, letter in origin.columns.items()
        for i, row in enumerate(origin.rows)
    }
    by_key = {key_of_line(line): line for line in lines}
    found = []
    for problem in used:
        line = by_key.get(key_of(problem))
        if line and problem.is_warning and line.cell in cells:
            column, i = cells[line.cell]
            found.append(replace(line, column=column, town=recipients.towns[i]))
    return tuple(found)


#: Doubts whether a row is a recipient at all: what else is wrong with the row is asked later.
_OF_ROWS: Final = ("table.odd_row", "table.sum_row", "table.alike")


def one_message(
    problems: Sequence[Problem], before: Sequence[Problem] = (), lacking: int = 0
) -> list[Problem]:
    """The problems without those that follow from another: one fault, one message.

    `before` are those found earlier, of the same table, `lacking` how many recipients it has too few.
    """
    known = [*before, *problems]
    asked = [p for p in known if p.is_doubt and p.code in _OF_ROWS]
    rows = {(p.place.sheet, _row(p)) for p in asked}
    missing = sum(p.code == "table.missing_town" for p in known)
    return [
        problem
        for problem in problems
        if problem.is_warning
        or problem in asked
        or not (
            (problem.place.sheet, _row(problem)) in rows
            or (problem.code == "table.count" and (asked or missing == lacking))
        )
    ]


def _row(problem: Problem) -> str:
    return problem.place.cell.strip("第行").lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
