"""Numbers that a formula must state as such: decimals, places, exponents."""

from __future__ import annotations

from fractions import Fraction

from allocator.formulas.functions import Function
from allocator.formulas.tree import (
    MOST_DECIMALS,
    MOST_POWER,
    MOST_POWER_PART,
    Binary,
    Mistake,
    Node,
    NumberNode,
    Unary,
    start_of,
)


def number_of(node: Node) -> Fraction | None:
    """The number that a literal means: `2`, `-1`, `-1/3`; None for all else."""
    match node:
        case NumberNode(value):
            return value
        case Unary("-", operand):
            negated = number_of(operand)
            return None if negated is None else -negated
        case Binary("/", left, right):
            top, below = number_of(left), number_of(right)
            return top / below if top is not None and below else None
    return None


def exponent(node: Node) -> NumberNode | Mistake:
    """The whole number behind `^`."""
    value, at = number_of(node), start_of(node)
    if value is None or value.denominator != 1 or not 0 < abs(value) <= MOST_POWER:
        message = f"乘方的指数应为 1 到 {MOST_POWER} 的整数（或其相反数）"
        remedy = "分数次方请写成：power(x, 1/3, 6)，开平方：sqrt(x, 6)"
        return Mistake("formula.exponent", at, message, remedy)
    return NumberNode(value, at=at)


def small_fraction(function: Function, node: Node) -> NumberNode | Mistake:
    """The exponent of `power`: its two parts are small, or no root could be told."""
    value, at = number_of(node), start_of(node)
    if not value or max(abs(value.numerator), value.denominator) > MOST_POWER_PART:
        message = f"函数 {function.name} 的 p 应为分子、分母不超过 {MOST_POWER_PART} 的数"
        return Mistake("formula.exponent", at, message, f"请写成：{function.form}")
    return NumberNode(value, at=at)


def part_of_all(function: Function, node: Node) -> NumberNode | Mistake:
    """The place of `percentile`: 0 is the smallest, 1 the largest."""
    value, at = number_of(node), start_of(node)
    if value is None or not 0 <= value <= 1:
        message = f"函数 {function.name} 的位置应为 0 到 1 的数"
        return Mistake("formula.constant", at, message, f"请写成：{function.form}")
    return NumberNode(value, at=at)


def whole_constant(function: Function, node: Node) -> NumberNode | Mistake:
    """The decimals of `round`, the place of `large`."""
    value, at = number_of(node), start_of(node)
    low, high = (1, 10**9) if function.name == "large" else (0, MOST_DECIMALS)
    low = -MOST_DECIMALS if function.name.startswith("round") else low
    if value is None or value.denominator != 1 or not low <= value <= high:
        message = f"函数 {function.name} 的 n 应为 {low} 到 {high} 的整数"
        return Mistake("formula.constant", at, message, f"请写成：{function.form}")
    return NumberNode(value, at=at)
