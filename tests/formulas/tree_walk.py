"""What a formula means, walked row by row in Fractions: slow and obvious."""

from __future__ import annotations

import math
import operator
from fractions import Fraction
from functools import partial

from allocator.formulas import FormulaTable
from allocator.formulas.tree import Binary, Call, Name, Node, NumberNode, TextNode, Unary

_SIGNS = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
    "=": operator.eq,
    "<>": operator.ne,
    "^": lambda a, b: a ** int(b),
}

_EXTREMES = {"max": max, "min": min}


class NoValueError(Exception):
    """The row, or the whole formula, has no value."""


def value(node: Node, table: FormulaTable, rows: list[int], i: int):  # noqa: PLR0911
    """The value of a tree for row i, `rows` taking part."""
    of = partial(value, table=table, rows=rows, i=i)
    match node:
        case NumberNode(number):
            return number
        case TextNode(text):
            return text
        case Name(name):
            return table.texts[name][i] if name in table.texts else Fraction(table.numbers[name][i])
        case Unary(sign, operand):
            return not of(operand) if sign == "not" else -of(operand)
        case Binary(("and" | "or") as sign, left, right):
            return (of(left) and of(right)) if sign == "and" else (of(left) or of(right))
        case Binary(sign, left, right):
            a, b = of(left), of(right)
            if (sign == "/" and b == 0) or (sign == "^" and a == 0 and b < 0):
                raise NoValueError
            return _SIGNS[sign](a, b)
    if node.function in _OF_ONE:
        return _OF_ONE[node.function](node, of)
    if len(node.arguments) > 1 and node.function in ("max", "min"):
        return _EXTREMES[node.function](map(of, node.arguments))
    return _over_all(node, table, rows, i)


def _power(call, of):
    base, power, decimals = call.arguments
    given = of(base)
    if given < 0 or (power.value < 0 and given == 0):
        raise NoValueError
    unit = Fraction(1, 10 ** int(decimals.value))
    # given^(a/b) ≥ (m + ½)·unit, where the b-th powers of both sides are.
    target, b = given**power.value.numerator, power.value.denominator
    low, high = 0, 1
    while target >= ((high - Fraction(1, 2)) * unit) ** b:
        high *= 2
    while high - low > 1:
        middle = (low + high) // 2
        is_below = target >= ((middle - Fraction(1, 2)) * unit) ** b
        low, high = (middle, high) if is_below else (low, middle)
    return low * unit


def _sqrt(call, of):
    argument, decimals = call.arguments
    given = of(argument)
    if given < 0:
        raise NoValueError
    unit = Fraction(1, 10 ** int(decimals.value))
    whole = math.isqrt(math.floor(given / unit**2))
    return unit * (whole + ((whole + Fraction(1, 2)) ** 2 * unit**2 <= given))


def _rounded(call, of):
    argument, decimals = call.arguments
    given, unit = of(argument), Fraction(10) ** -int(decimals.value)
    scaled = abs(given) / unit
    whole = {
        "round": math.floor(scaled + Fraction(1, 2)),
        "roundup": math.ceil(scaled),
        "rounddown": math.floor(scaled),
    }[call.function]
    return (-1 if given < 0 else 1) * whole * unit


def _if(call, of):
    test, then, otherwise = call.arguments
    return of(then if of(test) else otherwise)


def _lookup(call, of):
    given = of(call.arguments[0])
    for key, result in call.pairs:
        if given == (key.text if isinstance(key, TextNode) else key.value):
            return of(result)
    if not call.options:
        raise NoValueError
    return of(call.options[0][1])


def _band(call, of):
    argument, above = call.arguments
    given = of(argument)
    return of(next((result for limit, result in call.pairs if given <= limit.value), above))


def _tiers(call, of):
    argument, above = call.arguments
    given, (first, second) = of(argument), [limit.value for limit, _ in call.pairs]
    parts = min(given, first), min(max(given - first, 0), second - first), max(given - second, 0)
    rates = [*(of(rate) for _, rate in call.pairs), of(above)]
    return sum((p * r for p, r in zip(parts, rates, strict=True)), Fraction(0))


def _interpolate(call, of):
    given = of(call.arguments[0])
    (low, _), (knee, _), (high, _) = call.pairs
    first, middle, last = (result for _, result in call.pairs)
    if given <= low.value:
        return of(first)
    if given > high.value:
        return of(last)
    is_low = given <= knee.value
    a, b, x, y = (low, knee, first, middle) if is_low else (knee, high, middle, last)
    start, end = of(x), of(y)
    return start + (end - start) * (given - a.value) / (b.value - a.value)


#: Functions of one row's own values.
_OF_ONE = {
    "abs": lambda call, of: abs(of(call.arguments[0])),
    "power": _power,
    "sqrt": _sqrt,
    "if": _if,
    "lookup": _lookup,
    "band": _band,
    "tiers": _tiers,
    "interpolate": _interpolate,
    **dict.fromkeys(("round", "roundup", "rounddown"), _rounded),
}


def _over_all(node: Call, table: FormulaTable, rows: list[int], i: int):  # noqa: PLR0911, PLR0912, C901
    all_values = {j: value(node.arguments[0], table, rows, j) for j in rows}
    weight = node.option("weight")
    weights = {j: Fraction(1) if weight is None else value(weight, table, rows, j) for j in rows}
    by = node.option("by")
    members = (
        rows
        if by is None
        else [j for j in rows if value(by, table, rows, j) == value(by, table, rows, i)]
    )
    x = {j: all_values[j] for j in members}
    match node.function:
        case "count":
            return Fraction(sum(v for v in x.values()) if isinstance(x[i], bool) else len(x))
        case "sum":
            return sum(x.values(), Fraction(0))
        case "average":
            below = sum(weights[j] for j in members)
            if below == 0:
                raise NoValueError
            return sum(weights[j] * x[j] for j in members) / Fraction(below)
        case "max":
            return max(x.values())
        case "min":
            return min(x.values())
        case "rank":
            return Fraction(1 + sum(v > x[i] for v in x.values()))
        case "percentile":
            ordered = sorted(x.values())
            way = node.arguments[1].value * (len(x) - 1)
            low = ordered[int(way)]
            return low + (ordered[-int(-way // 1)] - low) * (way - int(way))
        case "median":
            ordered = sorted(x.values())
            return (ordered[(len(x) - 1) // 2] + ordered[len(x) // 2]) / 2
        case "large":
            place = int(node.arguments[1].value)
            if place > len(x):
                raise NoValueError
            return sorted(x.values(), reverse=True)[place - 1]
    least = node.option("least")
    if least is None:
        if sum(x.values()) == 0:
            raise NoValueError
        return x[i] / sum(x.values())
    return _lifted_share(x, least.value, i)


def _lifted_share(x: dict[int, Fraction], least: Fraction, i: int) -> Fraction:
    """Lift all who are below, share the rest again, until nobody is below."""
    lifted: set[int] = set()
    if least * len(x) > 1:
        raise NoValueError
    if least * len(x) == 1:
        return least
    while True:
        others = sum(v for j, v in x.items() if j not in lifted)
        if others <= 0:
            # Only negative or no values are left to share by; those below go first.
            below = {j for j in x if j not in lifted and x[j] < 0}
            if not below:
                raise NoValueError
            lifted |= below
            continue
        rest = 1 - least * len(lifted)
        shares = {j: rest * v / others for j, v in x.items() if j not in lifted}
        below = {j for j, share in shares.items() if share < least}
        if not below:
            return least if i in lifted else shares[i]
        lifted |= below
