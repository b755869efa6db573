"""load(): one workbook, or a table and a TOML file, as (recipients, scheme)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Final

from allocator.base.files import AnyFile
from allocator.base.plain_data import read_toml
from allocator.base.problems import InputError, Place, Problem, stop_on_errors
from allocator.engine import refusals
from allocator.excel.files.grid import Book, Grid
from allocator.excel.files.open_book import file_name, read_book, read_bytes
from allocator.excel.intake.record_sheets import RECORD_SHEETS, with_records
from allocator.excel.intake.scheme_sheet import canonical_columns, read_scheme_sheet
from allocator.excel.intake.table.confirmations import (
    CHECK_SHEET,
    LIST_SHEET,
    confirm,
    kept,
    one_message,
    read_confirmations,
)
from allocator.excel.intake.table.needed import needed_columns
from allocator.excel.intake.table_shape import Shape, find_shape
from allocator.excel.intake.town_table import read_table
from allocator.explain.record import canonical_sha256, recipients_record
from allocator.fund import checks
from allocator.fund.recipients import Recipients
from allocator.fund.scheme import Scheme, read_scheme

TABLE_SHEET: Final = "镇街基础数据"
SCHEME_SHEET: Final = "分配方案"
SOURCES_SHEET: Final = "数据来源"
INFO_SHEET: Final = "通知信息"
ACCOUNT_SHEET: Final = "收款账户"
#: The sheet of an official workbook that says what it was made from, and the label there.
NOTES_SHEET: Final = "说明"
DATA_FINGERPRINT: Final = "指纹：数据"
#: Sheets of an input that are not the town table.
OTHER_SHEETS: Final = (
    *(SCHEME_SHEET, SOURCES_SHEET, INFO_SHEET, ACCOUNT_SHEET),
    *(*RECORD_SHEETS, CHECK_SHEET, LIST_SHEET),
)
#: What the sheet 数据来源 holds before anything is filled in.
NO_SOURCES: Final = (("数据项", "来源（文件、年份、提供单位）", "说明"),)

_NO_RULES: Final = Scheme(name="", pools=())


def load(
    file: AnyFile, scheme: AnyFile | None = None, *, asks: bool = True
) -> tuple[Recipients, Scheme]:
    """Read a workbook, or any table with a scheme in TOML: (recipients, scheme).

    Raises `InputError` with every mistake in the input, each at its cell. What is only odd stands
    in `Recipients.warnings`, which `allocate` puts before its own. Without `asks` doubts are only
    odd, as they are in an official workbook whose data nobody has changed: they were settled when
    it was made.
    """
    return load_book(read_book(file, needed_sheets), scheme, asks=asks)


def needed_sheets(names: Sequence[str]) -> Collection[str]:
    """The sheets that `load_book` reads: of a workbook with the sheet 镇街基础数据 only the inputs."""
    plain = {name.strip() for name in names}
    inputs = {TABLE_SHEET, NOTES_SHEET, *OTHER_SHEETS}
    return [name for name in names if name.strip() in inputs or TABLE_SHEET not in plain]


def load_book(
    book: Book, scheme: AnyFile | None = None, *, asks: bool = True
) -> tuple[Recipients, Scheme]:
    """As `load`, of a workbook that has been read."""
    rules, problems = _read_rules(book, scheme)
    rules, found = with_records(rules, book)
    problems += found
    shape, found = choose_table(book, needed_columns(rules), rules.naming.name)
    problems += found
    recipients = None
    lines = read_confirmations(book)
    if shape is not None:
        table = read_table(shape, rules, book.sha256)
        problems = confirm([*problems, *table.problems], lines)
        recipients = table.recipients
        if not asks or _is_settled(book, recipients, problems):
            problems = [
                replace(p, is_warning=True, is_doubt=False) if p.is_doubt else p for p in problems
            ]
        found = _core_problems(recipients, rules, problems)
        lacking = (rules.recipients or 0) - len(recipients)
        problems, found = one_message(problems), one_message(found, problems, lacking)
        certain = {problem.place for problem in found if not problem.is_warning}
        problems = [p for p in problems if not (p.is_doubt and p.place in certain)]
    stop_on_errors([*problems, *found] if shape else problems)
    assert recipients is not None  # noqa: S101 - a book without a table has a problem that says so
    confirmed = kept(recipients, lines, problems)
    told = {"sources": _sources(book), "warnings": tuple(problems), "confirmed": confirmed}
    return replace(recipients, **told), rules  # type: ignore[arg-type]


def _is_settled(book: Book, recipients: Recipients, problems: Sequence[Problem]) -> bool:
    """Whether this is an official workbook with the very data that it was made from."""
    notes = _sheet(book, NOTES_SHEET)
    if notes is None or not any(problem.is_doubt for problem in problems):
        return False
    if any(not problem.is_warning and not problem.is_doubt for problem in problems):
        return False
    printed = (notes.text(row, 1) for row in notes.rows if notes.text(row, 0) == DATA_FINGERPRINT)
    return canonical_sha256(recipients_record(recipients)) in printed


def _read_rules(book: Book, file: AnyFile | None) -> tuple[Scheme, list[Problem]]:
    """The scheme, of the TOML file where one is given, else of the workbook's sheet."""
    grid = _sheet(book, SCHEME_SHEET)
    if file is not None:
        rules, problems = _read_toml(file)
        if grid is not None:
            message = f"工作簿中有“{SCHEME_SHEET}”表，同时又给出了 {file_name(file)}，采用后者"
            remedy = "如要采用工作簿中的方案，请不要另给方案文件"
            place = Place(book.file, grid.sheet)
            problems.append(Problem("scheme.two", message, remedy, place, is_warning=True))
        return rules, problems
    if grid is not None:
        return read_scheme_sheet(grid)
    message = f"没有分配方案：工作簿中没有“{SCHEME_SHEET}”表，也没有另给方案文件"
    remedy = "请用 --scheme 指定 TOML 方案文件，或把数据填入 allocator template 生成的模板"
    return _NO_RULES, [Problem("scheme.none", message, remedy, Place(book.file))]


def _read_toml(file: AnyFile) -> tuple[Scheme, list[Problem]]:
    name = file_name(file)
    from allocator.excel.files.plain_text import decode

    text = decode(name, read_bytes(file))
    try:
        raw = read_toml(text, name)
    except InputError as error:
        return _NO_RULES, list(error.problems)
    return read_scheme(canonical_columns(raw), lambda key: Place(name, "", key))


def read_scheme_file(file: AnyFile) -> Scheme:
    """The scheme of a TOML file; raises `InputError` with every mistake in it."""
    rules, problems = _read_toml(file)
    stop_on_errors(problems)
    return rules


def _sheet(book: Book, name: str) -> Grid | None:
    return next((grid for grid in book.grids if grid.sheet.strip() == name), None)


def choose_table(
    book: Book, wanted: Sequence[str], names: str = ""
) -> tuple[Shape | None, list[Problem]]:
    """The sheet that holds the town table: the one of that name, else the only one that looks so.

    `names` is the header of the column of names, where it is no usual one.
    """
    others = [grid for grid in book.grids if grid.sheet.strip() not in OTHER_SHEETS]
    named = [grid for grid in others if grid.sheet.strip() == TABLE_SHEET]
    shapes = [shape for grid in named or others if (shape := find_shape(grid, wanted, names))]
    shapes = [shape for shape in shapes if shape.known > 1] or shapes
    visible = [shape for shape in shapes if not shape.grid.is_hidden]
    if len(visible or shapes) > 1:
        names = "、".join(shape.grid.sheet for shape in visible or shapes)
        remedy = f"请把要用的一张改名为“{TABLE_SHEET}”，或只保留一张"
        message = f"有 {len(visible or shapes)} 张工作表都像数据表：{names}"
        return None, [Problem("table.several_sheets", message, remedy, Place(book.file))]
    if not shapes:
        return None, [_no_table(book, named)]
    shape = (visible or shapes)[0]
    hidden = [grid.sheet for grid in others if grid.is_hidden]
    return shape, _hidden_sheets(book, shape, hidden)


def _no_table(book: Book, named: list[Grid]) -> Problem:
    if not any(grid.rows for grid in book.grids):
        return Problem("table.none", "文件中没有数据", "请填写数据后再运行", Place(book.file))
    place = Place(book.file, named[0].sheet if named else "")
    message = "找不到数据表：没有一行表头同时写有镇街（或单位）和数据列的名称"
    remedy = "请在表头写明“镇街（园区）”和各列名称（如：村（社区）数量、行政区划面积（平方公里）），名称列的列名特殊的，在分配方案的“称谓”中写明“名称列”（TOML 中为 [table] name）；可用 allocator template 生成模板"
    return Problem("table.none", message, remedy, place)


def _hidden_sheets(book: Book, shape: Shape, hidden: list[str]) -> list[Problem]:
    if not hidden:
        return []
    if shape.grid.is_hidden:
        message = f"数据表“{shape.grid.sheet}”是隐藏的工作表，已读入"
    else:
        message = f"有隐藏的工作表未读入：{'、'.join(hidden)}"
    place = Place(book.file, shape.grid.sheet)
    remedy = "请核对是否应采用"
    return [Problem("table.hidden_sheet", message, remedy, place, is_warning=True)]


def _core_problems(
    recipients: Recipients, rules: Scheme, found: Sequence[Problem]
) -> list[Problem]:
    """What the core says of the table, but for cells that already have a mistake.

    With a mistake anywhere the bounds are not looked at: they would speak of replaced values.
    """
    if all(problem.is_warning for problem in found):
        return refusals.check(recipients, rules)
    errors = [p for p in found if not p.is_warning and not p.is_doubt]
    bad = {p.place for p in errors if p.code != "table.missing_town"}
    core = [problem for one in checks.CHECKS for problem in one(recipients, rules)]
    return [problem for problem in core if problem.place not in bad]


def _sources(book: Book) -> tuple[tuple[str, ...], ...]:
    """The rows of 数据来源 as text, as they stand."""
    grid = _sheet(book, SOURCES_SHEET)
    if grid is None:
        return ()
    lines = tuple(
        tuple(grid.text(row, column) for column in range(len(grid.rows[row])))
        for row in sorted(grid.rows)
    )
    return () if lines == NO_SOURCES else lines
