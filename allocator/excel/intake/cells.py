"""Single cells of the town table: what a value means, or what is wrong with it."""

from __future__ import annotations

import datetime
import re
import unicodedata
from fractions import Fraction
from typing import Final

from allocator.base.money import FEN_PER_YUAN, Fen, exact_number, number_text
from allocator.excel.files.grid import NO_VALUE, CellValue, Grid, clean, column_letter
from allocator.fund.columns import PLACEHOLDER
from allocator.fund.recipients import Number

_LARGEST: Final = 10**18
_PLAIN_DIGITS: Final = 18
_EXACT_DOUBLES: Final = 2**53
_SHOWN: Final = 40
_SHOWN_DIGITS: Final = 15
_SCALES: Final = {"万": 10**4, "亿": 10**8, "千": 10**3, "百万": 10**6, "": 1}
_WITH_SCALE: Final = re.compile(r"(\d+(?:\.\d+)?)(百万|万|亿|千|)(?:元|人|户|个|亩|公顷|平方公里)?")
_PLACEHOLDER: Final = re.compile(
    r"(示例|样例|示范|举例|例|假设|模拟|虚构|测试|演示)(数据|数字|数|值|用)?"
)
_YES: Final = frozenset(["是", "√", "✓", "✔", "●", "1", "y", "yes", "true", "试点", "是试点"])
_NO: Final = frozenset(
    ["否", "×", "✗", "✘", "0", "n", "no", "false", "非试点", "不是", "-", "—", "/", "无"]
)
_CLASS_DIGITS: Final = str.maketrans("1234567890", "一二三四五六七八九〇")
#: NFKC makes Ⅱ to II.
_ROMAN: Final = {"i": "一", "ii": "二", "iii": "三", "iv": "四", "v": "五", "vi": "六"}


class BadCell(ValueError):
    """A cell that cannot be used; carries the kind of mistake, the message and the remedy."""

    def __init__(self, code: str, message: str, remedy: str) -> None:
        super().__init__(message)
        self.code, self.message, self.remedy = code, message, remedy


def shown(value: CellValue) -> str:
    """A value as a message shows it: short, on one line."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    text = clean(value)
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"


def fault(grid: Grid, row: int, column: int) -> BadCell | None:
    """An error value or a formula without a value."""
    text = grid.faults.get((row, column))
    if text is None:
        return None
    if text == NO_VALUE:
        remedy = "请用 Excel 或 WPS 打开文件，让它重新计算并保存，或直接填入数值"
        return BadCell("table.formula", "公式没有保存计算结果", remedy)
    if not text.startswith("#"):
        return BadCell("table.error_cell", text, "请用 Excel 或 WPS 打开核对这一格，重新填写并另存")
    return BadCell("table.error_cell", "单元格是错误值", "请改正公式，或直接填入数值")


def blank(grid: Grid, row: int, column: int) -> BadCell:
    """A needed cell without a value."""
    corner = grid.merged_with(row, column)
    if corner and corner != (row, column):
        remedy = f"此格与 {column_letter(corner[1])}{corner[0]} 合并，请取消合并，逐行填写"
        return BadCell("table.blank", "合并单元格，没有自己的数值", remedy)
    return BadCell("table.blank", "缺少数值", "请填写；确实为零的请填 0")


def is_number(value: CellValue) -> bool:
    """Whether a cell reads as a number."""
    try:
        number(value)
    except BadCell:
        return False
    return True


def number(value: CellValue) -> Number:
    """The exact number of a cell; raises `BadCell`."""
    if isinstance(value, bool):
        raise BadCell("table.boolean", "这里应是数字，不是“是/否”值", "请填数字")
    if isinstance(value, int):
        return value
    if isinstance(value, datetime.date):
        remedy = "请把单元格格式改为“常规”后重新填写数字"
        raise BadCell("table.date", "这里应是数字，不是日期", remedy)
    if isinstance(value, float):
        value = _as_shown(value)
    plain = _plain_decimal(value)
    if plain is not None:
        return plain
    try:
        exact = _text_number(value) if isinstance(value, str) else exact_number(value)
    except (ValueError, ZeroDivisionError):
        remedy = "请只填数字，不带文字和单位" + _meant(value)
        raise BadCell("table.text", "这里应是数字", remedy) from None
    if abs(exact) >= _LARGEST:
        raise BadCell("table.too_large", "数值过大，不合常理", "请核对数值和单位")
    return exact.numerator if exact.denominator == 1 else exact


def _as_shown(value: float) -> str:
    """A number of a cell with the 15 digits that Excel shows of it: 28.799999999999997 is 28.8."""
    shown = repr(value)
    return shown if len(shown) <= _SHOWN_DIGITS else format(value, f".{_SHOWN_DIGITS}g")


def _meant(value: CellValue) -> str:
    """What a figure with 万 or 亿 behind it would be, as a number.

    >>> _meant("59.7万"), _meant("2亿元"), _meant("没有")
    ('，如 597000', '，如 200000000', '')
    """
    found = _WITH_SCALE.fullmatch(clean(value).replace(",", ""))
    if not found:
        return ""
    return f"，如 {number_text(Fraction(found[1]) * _SCALES[found[2]])}"


def _plain_decimal(text: CellValue) -> Number | None:
    """What nearly all cells are, digits with at most one point, without the general way's cost."""
    if not isinstance(text, str) or not text.isascii() or len(text) > _PLAIN_DIGITS:
        return None
    if text.isdigit():
        return int(text)
    whole, _, decimals = text.partition(".")
    digits = whole + decimals
    if not (whole and digits.isdigit()):
        return None
    exact = Fraction(int(digits), 10 ** len(decimals))
    return exact.numerator if exact.denominator == 1 else exact


def _text_number(text: str) -> Fraction:
    """A number typed as text; `40÷3` is how a number without an end is written."""
    over, sign, under = clean(text).partition("÷")
    return exact_number(over) / exact_number(under) if sign else exact_number(over)


def is_beyond_double(value: CellValue) -> bool:
    """Whether a number cell has lost digits: Excel holds 15 of them."""
    return isinstance(value, float) and abs(value) >= _EXACT_DOUBLES


def fen(value: CellValue, scale: Fraction) -> Fen:
    """An amount in fen of a cell in a unit of `scale` yuan; raises `BadCell`."""
    amount = number(value) * scale * FEN_PER_YUAN
    if amount.denominator != 1:
        remedy = "请改为整分；由公式算出的请在 Excel 中用 ROUND(…, 2)"
        raise BadCell("table.decimals", "金额不是整分（元最多两位小数）", remedy)
    return Fen(amount.numerator)


def yes_no_or_blank(value: CellValue) -> bool | None:
    """Whether a cell says 是; None where it says nothing; raises `BadCell`."""
    if isinstance(value, bool):
        return value
    text = clean(value).lower()
    if text in _YES:
        return True
    if not text:
        return None
    if text in _NO:
        return False
    raise BadCell("table.yes_no", "这里应填“是”或“否”", "请填“是”或“否”")


def yes_or_no(value: CellValue) -> bool:
    """Whether a cell says 是; blank is 否; raises `BadCell`."""
    return bool(yes_no_or_blank(value))


def status_word(text: str) -> str:
    """How a figure came about, in the words of the project.

    >>> status_word("示 例"), status_word("样例数据"), status_word("公布")
    ('示例', '示例', '公布')
    """
    plain = re.sub(r"[\s（）()]+", "", text)
    return PLACEHOLDER if _PLACEHOLDER.fullmatch(plain) else plain


def class_name(text: str, allowed: frozenset[str]) -> str:
    """The economic class that a text means, as the scheme writes it.

    >>> [class_name(text, frozenset({"一类", "二类"})) for text in ("1类", "2", "I类", "１ 类", "Ⅱ类")]
    ['一类', '二类', '一类', '一类', '二类']
    """
    if text in allowed or not text:
        return text
    plain = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).lower()
    plain = plain.removeprefix("第").removesuffix("镇").removesuffix("镇街")
    number = plain.removesuffix("类")
    plain = plain.replace(number, _ROMAN.get(number, number)).translate(_CLASS_DIGITS)
    return next((name for name in (plain, f"{plain}类") if name in allowed), text)
