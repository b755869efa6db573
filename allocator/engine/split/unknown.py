"""Entitlements with an unknown level, worked out so that they come to the budget of each group."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

from allocator.base.money import FEN_PER_YUAN, Fen, format_yuan, nearest
from allocator.engine.split.level import NoLevelError, solved_level
from allocator.engine.split.rules import within
from allocator.fund.derived.reading import LEVEL
from allocator.fund.recipients import Number
from allocator.fund.rules import Pool

if TYPE_CHECKING:
    from allocator.formulas import Formula, FormulaTable, Mistake


class NoAmountsError(Exception):
    """The formula has no value for some recipient, or no level fits: mistakes, or why not."""

    def __init__(self, mistakes: Sequence[Mistake] = (), why: str = "", remedy: str = "") -> None:
        super().__init__(why)
        self.mistakes, self.why, self.remedy = mistakes, why, remedy


def at_level(table: FormulaTable, level: Fraction | Sequence[Fraction]) -> FormulaTable:
    """The table with the level as a column: one for all, or one each."""
    each = [level] * table.rows if isinstance(level, Fraction) else level
    return replace(table, numbers={**table.numbers, LEVEL: tuple(each)})


def values_at(formula: Formula, table: FormulaTable, members: Sequence[bool]) -> tuple[Number, ...]:
    """The formula's values in yuan, 0 for who takes no part; raises `NoAmountsError`."""
    from allocator.formulas import evaluate

    found = evaluate({"": formula}, table, members or None)[""]
    if found.mistakes:
        raise NoAmountsError(found.mistakes)
    return found.values


def solved_amounts(
    formula: Formula,
    table: FormulaTable,
    members: Sequence[bool],
    parts: Mapping[str, tuple[Sequence[int], Fen]],
    bounds: tuple[Sequence[Fen], Sequence[Fen] | None],
    pool: Pool,
) -> tuple[dict[str, Fraction], tuple[Fraction, ...]]:
    """(level of each part, exact amounts in fen): the rows of a part sum to its fen exactly.

    `parts` are the groups with their rows and budgets; floors are rounded up and caps down to the
    unit. Raises `NoAmountsError`.
    """
    unit = pool.unit
    low = [Fraction(-(-fen // unit) * unit) for fen in bounds[0]]
    high = None if bounds[1] is None else [Fraction(fen // unit * unit) for fen in bounds[1]]
    amounts = [Fraction(0)] * table.rows
    levels: dict[str, Fraction] = {}
    for name, (rows, budget) in parts.items():

        def amounts_at(level: Fraction, rows: Sequence[int] = rows) -> Sequence[Fraction]:
            yuan = values_at(formula, at_level(table, level), members)
            fen = [Fraction(value) * FEN_PER_YUAN for value in yuan]
            inside = within(fen, low, high)
            return [inside[i] for i in rows]

        try:
            levels[name] = solved_level(amounts_at, Fraction(budget))
        except NoLevelError as error:
            raise NoAmountsError((), *_told(name, budget, error)) from None
        for i, amount in zip(rows, amounts_at(levels[name]), strict=True):
            amounts[i] = amount
    return levels, tuple(amounts)


def _told(name: str, budget: Fen, error: NoLevelError) -> tuple[str, str]:
    near = format_yuan(Fen(int(nearest(error.nearest))))
    group = f"{name}：" if name else ""
    why, remedy = {
        "reach": (
            f"没有一个水平（level）能使应补助额合计为 {format_yuan(budget)} 元，最接近的是 {near} 元",
            "请核对公式、上下限和预算",
        ),
        "steps": (
            f"应补助额随水平（level）跳跃，合计不能恰为 {format_yuan(budget)} 元",
            "请去掉公式中包含 level 的取整或分档：取整由“取整单位”办理",
        ),
        "turns": (
            "应补助额随水平（level）有升有降，水平不唯一",
            "请改写公式，使 level 提高时各处应补助额都不减少（或都不增加）",
        ),
    }[error.why]
    return group + why, remedy
