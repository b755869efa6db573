"""From plain data (TOML, a sheet) to values, with every mistake named at its place.

A value that cannot be used is reported and replaced by a harmless one, so that the rest of the
input is still checked in the same run; data with errors never reaches the engine.
"""

from __future__ import annotations

import datetime
import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from difflib import get_close_matches
from fractions import Fraction
from typing import Any, Final

from allocator.base.money import Fen, exact_number, fen_from_yuan
from allocator.base.problems import InputError, Place, Problem

#: Beyond these an amount or a number is a slip: what a spreadsheet shows with all its digits ends
#: far below, and so does any budget.
MOST_FEN: Final = 10**18
MOST_NUMBER: Final = 10**18
#: No title, reason or formula of an office is longer; a cell of a workbook holds 32,767 characters.
MOST_TEXT: Final = 4_000

_DATE: Final = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
Locate = Callable[[str], Place]


_INVISIBLE: Final = re.compile("[\u200b-\u200f\u202a-\u202e\u2060\ufeff\u00ad]")
_CONTROL: Final = re.compile("[\x00-\x1f\x7f-\x9f]+")


def one_line(text: str) -> str:
    r"""A text without blanks around it, invisible characters and line breaks; blanks are single.

    A name means the same wherever it is written: in a cell, in a TOML file, in our own workbook.

    >>> one_line(" 东城\u200b街道\n"), one_line("a\x85b")
    ('东城街道', 'a b')
    """
    if text.isprintable() and "  " not in text:
        return text.strip()
    return re.sub(r"\s+", " ", _CONTROL.sub(" ", _INVISIBLE.sub("", text))).strip()


def unknown_key(key: str, known: Sequence[str], place: Place) -> Problem:
    """The mistake of a key that is not `known`; names the nearest one."""
    near = get_close_matches(key, known, n=1, cutoff=0.5)
    remedy = f"是否应为“{near[0]}”？" if near else "请删去。"
    remedy += f"可用的项：{'、'.join(known)}"
    return Problem("scheme.unknown_key", f"不认识的项“{key}”", remedy, place)


class PlainReader:
    """Reads one raw table of tables; `problems` and `places` fill up on the way.

    `keys` holds the known keys of each kind of table, `choices` the options of a key with their
    Chinese names, `family` is the first part of every problem's code. Keys of `foreign` on the
    top level belong to other readers of the same file.
    """

    def __init__(
        self,
        locate: Locate,
        keys: Mapping[str, Sequence[str]],
        choices: Mapping[str, Mapping[str, str]],
        family: str,
        foreign: Sequence[str] = (),
    ) -> None:
        self.locate = locate
        self.keys = keys
        self.choices = choices
        self.family = family
        self.foreign = foreign
        #: What a key is called where the data come from, if not by its name.
        self.labels: Mapping[str, str] = {}
        self.problems: list[Problem] = []
        self.places: dict[str, Place] = {}

    def report(self, code: str, path: str, message: str, remedy: str, value: object = "") -> None:
        """Note a mistake at `path`."""
        place = self.locate(path)
        if isinstance(value, float) and value.is_integer():
            value = int(value)  # as the user sees it in the cell
        self.problems.append(Problem(f"{self.family}.{code}", message, remedy, place, str(value)))

    def table(self, raw: object, path: str, kind: str) -> Mapping[str, Any]:
        """`raw` as a table of a known kind; every key that is not known is reported."""
        if not isinstance(raw, Mapping):
            self.report("shape", path, "这里应是一张表（键 = 值）", "请照样例改写", raw)
            return {}
        known = self.keys[kind]
        for key in raw:
            if key in known or (kind == "" and key in self.foreign):
                continue
            self.problems.append(unknown_key(str(key), known, self.locate(join(path, key))))
        for key in raw:
            self.places[join(path, key)] = self.locate(join(path, key))
        return raw

    def tables(self, raw: object, path: str) -> list[tuple[object, str]]:
        """Each item of a list of tables, with its path."""
        if not isinstance(raw, Sequence) or isinstance(raw, str):
            self.report("shape", path, "这里应是一组表", "请照样例改写", raw)
            return []
        return [(item, f"{path}[{i}]") for i, item in enumerate(raw)]

    def text(self, raw: Mapping[str, Any], path: str, key: str, *, needed: bool = False) -> str:
        """The text under `key`, empty where there is none."""
        value = raw.get(key)
        if not isinstance(value, str | int | float | Decimal | None):
            self.report("text", join(path, key), "这里应是文字", "请改为一段文字", value)
            return ""
        text = "" if value is None else one_line(str(value))
        if len(text) > MOST_TEXT:
            message = f"文字有 {len(text):,} 个字，超过 {MOST_TEXT:,} 个"
            self.report("text", join(path, key), message, "请缩短", f"{text[:20]}…")
            return ""
        if needed and not text:
            self.report("missing", join(path, key), f"缺少“{self.labels.get(key, key)}”", "请补上")
        return text

    def choice(self, raw: Mapping[str, Any], path: str, key: str, default: str) -> Any:
        """One of the options of `key`, which may be named in Chinese."""
        options = self.choices[key]
        value = self.text(raw, path, key) or default
        if value in options:
            return value
        for english, chinese in options.items():
            if value == chinese:
                return english
        remedy = "可选：" + "、".join(
            f"{english}（{chinese}）" for english, chinese in options.items()
        )
        self.report("choice", join(path, key), "没有这个选项", remedy, value)
        return default

    def number(self, raw: Mapping[str, Any], path: str, key: str) -> Fraction:
        """An exact number, never negative; 0 where it cannot be read."""
        value = raw.get(key)
        try:
            number = ratio(value)
        except (ValueError, ZeroDivisionError):
            self.report("number", join(path, key), "这里应是一个数", "请填数字，如 0.30", value)
            return Fraction(0)
        if number >= MOST_NUMBER:
            self.report("too_large", join(path, key), "数值过大，不合常理", "请核对", value)
            return Fraction(0)
        if number < 0:
            self.report("negative", join(path, key), "不能为负数", "请改为不小于 0 的数", value)
            return Fraction(0)
        return number

    def amount(self, raw: Mapping[str, Any], path: str, key: str, default: str = "") -> Fen:
        """An amount of yuan as fen, never negative; 0 where it cannot be read."""
        value = raw.get(key, default)
        try:
            # 1% is no amount of 0.01 yuan.
            is_rate = str(value).rstrip().endswith(("%", "％"))
            fen = fen_from_yuan("" if is_rate else value)
        except ValueError:
            remedy = "请填以元为单位、最多两位小数的金额，如 2000000.00"
            self.report("amount", join(path, key), "金额无法识别", remedy, value)
            return Fen(0)
        if fen >= MOST_FEN:
            remedy = f"请核对：每项金额应小于 {MOST_FEN // 10**10:,} 亿元"
            self.report("too_large", join(path, key), "金额过大，不合常理", remedy, value)
            return Fen(0)
        if fen < 0:
            self.report("negative", join(path, key), "金额不能为负数", "请改正", value)
            return Fen(0)
        return fen

    def date(self, raw: Mapping[str, Any], path: str, key: str) -> datetime.date | None:
        """A day; None where nothing is given."""
        value = raw.get(key)
        if value is None or value == "":
            return None
        if isinstance(value, datetime.datetime):
            return value.date()
        if isinstance(value, datetime.date):
            return value
        try:
            return date_of(str(value))
        except ValueError:
            remedy = "请写成 2020-06-30 的样子"
            self.report("date", join(path, key), "日期无法识别", remedy, value)
            return None

    def amount_or_formula(self, raw: Mapping[str, Any], path: str, key: str) -> Fen | str | None:
        """An amount in fen, a formula (a column's name is one), or None where nothing is given.

        A percentage is a formula too: nobody means 0.01 yuan by `1%`.
        """
        value = raw.get(key)
        if value is None or value == "":
            return None
        if isinstance(value, str):
            text = value.strip()
            if text.endswith(("%", "％")):
                return text
            try:
                exact_number(text)
            except ValueError:
                return text
        return self.amount(raw, path, key)


def date_of(text: str) -> datetime.date:
    """A date as people write it; raises `ValueError`.

    >>> [str(date_of(text)) for text in ("2020年6月30日", "2020/6/30", "2020.6.30", "2020-06-30")]
    ['2020-06-30', '2020-06-30', '2020-06-30', '2020-06-30']
    """
    found = _DATE.fullmatch("".join(text.split()))
    if not found:
        raise ValueError(text)
    return datetime.date(*map(int, found.groups()))


def ratio(value: object) -> Fraction:
    """An exact number, which may also be written as a fraction: `1/3`."""
    if isinstance(value, str) and value.count("/") == 1:
        over, under = value.split("/")
        return exact_number(over) / exact_number(under)
    return exact_number(value)


def join(path: str, key: object) -> str:
    """The path of a key inside a table: `pool[0].budget`."""
    return f"{path}.{key}" if path else str(key)


def read_toml(text: str, file: str = "") -> dict[str, Any]:
    """The data of a TOML text; `file` is its name in messages.

    Raises `InputError` for text that is not TOML, nested too deep, or with numbers of absurd length.
    """
    try:
        # Decimals, not doubles: 90071992547409.93 must not become the nearest double, …94.
        return tomllib.loads(text.replace("\r\n", "\n"), parse_float=Decimal)
    except (ValueError, RecursionError) as error:
        message = f"不是有效的 TOML：{error}"
        raise InputError([Problem("toml", message, "请按提示的行列改正", Place(file))]) from None
