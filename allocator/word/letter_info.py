"""What letters say beside the result: the issuing office, the deadline, the accounts of recipients.

It is filled in on two sheets, 通知信息 and 收款账户, in the input workbook or in one of their own.
"""

from __future__ import annotations

import datetime
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Final

from allocator.base.archive import same_bytes
from allocator.base.files import AnyFile
from allocator.base.problems import Problem, stop_on_errors
from allocator.excel.files.grid import Grid, clean
from allocator.excel.files.open_book import read_book
from allocator.excel.intake.load import ACCOUNT_SHEET, INFO_SHEET

#: Label on the sheet → (field of `LetterInfo`, what an officer is told).
LABELS: Final[Mapping[str, tuple[str, str]]] = {
    "发文机关": ("office", "落款的单位，如：××市财政局"),
    "发文机关标志": ("red_head", "红头文字，如：××市财政局文件；不用红头留空"),
    "发文字号": ("number", "如：×财〔2020〕22号"),
    "成文日期": ("date", "如 2020-06-30；留空则印方案的日期"),
    "主送": ("addressees", "通知的主送单位；留空则印“各有关单位”"),
    "配套到位期限": ("deadline", "如：2020年12月31日前"),
    "联系人": ("contact", ""),
    "联系电话": ("telephone", "请设为文本格式，保留开头的 0"),
    "抄送": ("copies", "没有留空"),
}
ACCOUNT_LABELS: Final = ("镇街", "户名", "开户银行", "账号")
#: Digits that a spreadsheet's number keeps.
_DIGITS: Final = 15


@dataclass(frozen=True, slots=True)
class BankAccount:
    """Where a recipient is paid."""

    holder: str = ""
    bank: str = ""
    number: str = ""


@dataclass(frozen=True, slots=True)
class LetterInfo:
    """The texts of the sheets; an empty one leaves a blank to be filled in by hand."""

    office: str = ""
    red_head: str = ""
    number: str = ""
    date: str = ""
    addressees: str = ""
    deadline: str = ""
    contact: str = ""
    telephone: str = ""
    copies: str = ""
    accounts: Mapping[str, BankAccount] = field(default_factory=dict)


def read_letter_info(file: AnyFile, towns: Sequence[str]) -> LetterInfo:
    """Read both sheets of a workbook; one that is not there says nothing.

    Raises `InputError` with every mistake: unknown labels and recipients, account numbers that a
    number cell has cut.
    """
    grids = {grid.sheet.strip(): grid for grid in read_book(file).grids}
    problems: list[Problem] = []
    texts = _info(grids[INFO_SHEET], problems) if INFO_SHEET in grids else {}
    accounts = {}
    if ACCOUNT_SHEET in grids:
        accounts = _accounts(grids[ACCOUNT_SHEET], towns, problems)
    stop_on_errors(problems)
    return LetterInfo(**texts, accounts=accounts)


def _info(grid: Grid, problems: list[Problem]) -> dict[str, str]:
    texts: dict[str, str] = {}
    for row in sorted(grid.rows):
        label = grid.text(row, 0).rstrip("：: ")
        value = grid.value(row, 1)
        if label in LABELS:
            text = day(value) if isinstance(value, datetime.date) else grid.text(row, 1)
            texts[LABELS[label][0]] = text
        elif label and grid.text(row, 1) and label != "项目":
            near = get_close_matches(label, LABELS, n=1, cutoff=0.4)
            remedy = f"是否为“{near[0]}”？" if near else f"可用的项：{'、'.join(LABELS)}"
            message = f"“{INFO_SHEET}”中没有“{label}”这一项"
            problems.append(Problem("letters.label", message, remedy, grid.place(row, 0)))
    return texts


def day(value: datetime.date) -> str:
    """A day as official documents write it.

    >>> day(datetime.date(2020, 6, 3))
    '2020年6月3日'
    """
    return f"{value.year}年{value.month}月{value.day}日"


def _accounts(grid: Grid, towns: Sequence[str], problems: list[Problem]) -> dict[str, BankAccount]:
    header = next((row for row in sorted(grid.rows) if "账号" in _line(grid, row)), None)
    if header is None:
        remedy = f"请写一行列名：{'、'.join(ACCOUNT_LABELS)}"
        problems.append(
            Problem("letters.accounts", f"“{ACCOUNT_SHEET}”没有列名", remedy, grid.place(1))
        )
        return {}
    labels = {name: c for c, name in enumerate(_line(grid, header)) if name}
    first = next((c for c, name in enumerate(_line(grid, header)) if "镇" in name), 0)
    accounts: dict[str, BankAccount] = {}
    for row in sorted(row for row in grid.rows if row > header):
        town = grid.text(row, first)
        if not town:
            continue
        texts = {k: grid.text(row, labels[k]) if k in labels else "" for k in ACCOUNT_LABELS[1:]}
        place = grid.place(row, first)
        if town not in towns:
            near = get_close_matches(town, towns, n=3, cutoff=0.4)
            remedy = f"是否为：{'、'.join(near)}？" if near else "请与数据表的名称一致"
            problems.append(Problem("letters.town", f"数据表中没有“{town}”", remedy, place))
        elif town in accounts:
            problems.append(Problem("letters.twice", f"“{town}”有两行账户", "请只留一行", place))
        problems += _cut_number(grid, row, labels.get("账号"), texts["账号"])
        accounts[town] = BankAccount(texts["户名"], texts["开户银行"], texts["账号"])
    return accounts


def _line(grid: Grid, row: int) -> list[str]:
    return [grid.text(row, column) for column in range(len(grid.rows[row]))]


def _cut_number(grid: Grid, row: int, column: int | None, text: str) -> list[Problem]:
    """A number cell keeps 15 digits: a longer account number in it is not what was typed."""
    if column is None or not isinstance(grid.value(row, column), int | float):
        return []
    if text.isdecimal() and len(text) <= _DIGITS:
        return []
    message = "账号是数字格式，超过 15 位的部分已丢失"
    remedy = "请把账号一列设为文本格式，重新录入"
    return [Problem("letters.account", message, remedy, grid.place(row, column), clean(text))]


def info_workbook(towns: Sequence[str], recipient: str = "") -> bytes:
    """Both sheets, to be filled in; `recipient` is what the fund calls a town."""
    import xlsxwriter

    content = io.BytesIO()
    book = xlsxwriter.Workbook(content)
    head = book.add_format({"bold": True, "border": 1, "bg_color": "#DDEBF7"})
    cell = book.add_format({"border": 1, "num_format": "@", "text_wrap": True})
    hint = book.add_format({"font_color": "#7F7F7F"})
    info = book.add_worksheet(INFO_SHEET)
    for row, (label, (_, told)) in enumerate(LABELS.items()):
        info.write_string(row, 0, label, head)
        info.write_blank(row, 1, None, cell)
        info.write_string(row, 2, told, hint)
    accounts = book.add_worksheet(ACCOUNT_SHEET)
    for column, label in enumerate((recipient or ACCOUNT_LABELS[0], *ACCOUNT_LABELS[1:])):
        accounts.write_string(0, column, label, head)
    for row, town in enumerate(towns, 1):
        accounts.write_string(row, 0, town, cell)
        for column in range(1, len(ACCOUNT_LABELS)):
            accounts.write_blank(row, column, None, cell)
    for sheet, widths in ((info, (16, 50, 46)), (accounts, (16, 34, 40, 28))):
        for column, width in enumerate(widths):
            sheet.set_column(column, column, width)
    book.close()
    return same_bytes(content.getvalue())
