"""What people write, as exact values: 30 % as text, amounts in yuan, one name or several.

The parts of a question pass what they are given through these, so that Python takes what a TOML
file takes. Each mistake is told at once, with the part and the field it stands in.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from difflib import get_close_matches
from fractions import Fraction
from typing import NoReturn

from allocator.base.money import Fen, exact_number, fen_from_yuan
from allocator.base.plain_data import ratio
from allocator.base.problems import InputError, Place, Problem


def refuse(code: str, where: str, message: str, remedy: str, value: object = "") -> NoReturn:
    """Raise the mistake in `where`, such as `Change.down`."""
    place = Place("", "", where)
    raise InputError([Problem(f"problem.{code}", message, remedy, place, str(value))])


def take_ratio(value: object, where: str) -> Fraction | None:
    """A number that is not negative: 0.3, "30%", "1/3" or a Fraction; None stays None.

    >>> take_ratio("30%", "Change.down")
    Fraction(3, 10)
    """
    if value is None:
        return None
    try:
        number = ratio(value)
    except (ValueError, ZeroDivisionError):
        refuse("number", where, "这里应是一个数", '请填数字，如 0.3、"30%" 或 "1/3"', value)
    if number < 0:
        refuse("negative", where, "不能为负数", "请改为不小于 0 的数", value)
    return number


def take_yuan(yuan: object, where: str) -> Fen:
    """An amount of yuan as fen, exact to two decimals."""
    try:
        fen = fen_from_yuan(yuan)
    except ValueError:
        remedy = '请填以元为单位、最多两位小数的金额，如 "2000000.00"'
        refuse("amount", where, "金额无法识别", remedy, yuan)
    if fen < 0:
        refuse("negative", where, "金额不能为负数", "请改正", yuan)
    return fen


def take_amount(value: object, where: str) -> Fen | str:
    """Whole fen, a text of yuan as fen, or the name of a column; anything else is refused."""
    if isinstance(value, bool) or not isinstance(value, int | str):
        remedy = '请填元，写成文字，如 "2000000.00"；整数按分计'
        refuse("amount", where, "金额的单位不明", remedy, value)
    if isinstance(value, int):
        if value < 0:
            refuse("negative", where, "金额不能为负数", "请改正", value)
        return Fen(value)
    try:
        exact_number(value)
    except ValueError:
        return value.strip()
    return take_yuan(value, where)


def take_names(value: object, where: str) -> tuple[str, ...]:
    """One name or several."""
    if isinstance(value, str):
        return (value.strip(),)
    names = tuple(value) if isinstance(value, Iterable) else (value,)
    if not all(isinstance(name, str) for name in names):
        refuse("shape", where, "这里应是一组名称", '请写成 ["东城街道", "南城街道"] 的样子', value)
    return tuple(name.strip() for name in names)


def take_choice(value: str, names: dict[str, str], where: str) -> str:
    """One of `names`, in English or Chinese; the remedy names the nearest and lists all."""
    if value in names:
        return value
    for english, chinese in names.items():
        if value == chinese:
            return english
    refuse("choice", where, "没有这个选项", choices_told(value, names), value)


def choices_told(value: str, names: dict[str, str]) -> str:
    """“是否应为 …？”, where something is near, and every choice."""
    near = nearest_name(value, names)
    listed = "、".join(f"{english}（{chinese}）" for english, chinese in names.items())
    return (f"是否应为“{near}”？" if near else "") + f"可选：{listed}"


def nearest_name(value: str, known: Collection[str]) -> str:
    """The known name most like the value; empty when none is."""
    return next(iter(get_close_matches(value, list(known), n=1, cutoff=0.5)), "")
