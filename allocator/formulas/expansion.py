"""Functions that are short for others: what they mean in operators, `max`, `min` and `if`."""

from __future__ import annotations

from functools import reduce
from itertools import pairwise
from typing import Final

from allocator.formulas.tree import Binary, Call, Node, NumberNode, TextNode

#: Functions that are computed, checked and written to cells as what they are short for.
SHORT: Final = frozenset({"tiers", "interpolate"})


def expanded(call: Call) -> Node:
    """What a call of one of SHORT means.

    >>> from allocator.formulas.reading.parser import parse
    >>> from allocator.formulas.reading.rendering import render
    >>> render(expanded(parse("tiers(x, {100: 0.5, 300: 0.8}, 1)")[0]))
    'min(x, 100) × 0.5 + max(min(x, 300) − 100, 0) × 0.8 + max(x − 300, 0) × 1'
    >>> render(expanded(parse("interpolate(x, {10: 1, 20: 1.5})")[0]))
    'if(x ≤ 10, 1, if(x ≤ 20, 1 + (x − 10) × 0.05, 1.5))'
    """
    points = [(_number(key), value) for key, value in call.pairs]
    return _tiers(call, points) if call.function == "tiers" else _interpolated(call, points)


def _tiers(call: Call, points: list[tuple[NumberNode, Node]]) -> Node:
    """Σ rate · the part of x within the tier (超额累进)."""
    x, above, at = *call.arguments, call.at
    zero = NumberNode(points[0][0].value * 0)
    (first, rate), *_ = points
    parts: list[Node] = [Binary("*", Call("min", (x, first), at=at), rate, at)]
    for (low, _), (high, value) in pairwise(points):
        inside = Binary("-", Call("min", (x, high), at=at), low, at)
        parts.append(Binary("*", Call("max", (inside, zero), at=at), value, at))
    rest = Call("max", (Binary("-", x, points[-1][0], at), zero), at=at)
    parts.append(Binary("*", rest, above, at))
    return reduce(lambda left, right: Binary("+", left, right, at), parts)


def _interpolated(call: Call, points: list[tuple[NumberNode, Node]]) -> Node:
    """Straight between two points, level before the first and after the last (插值法)."""
    x, at = call.arguments[0], call.at
    result = points[-1][1]
    for (low, start), (high, end) in reversed(list(pairwise(points))):
        width = NumberNode(high.value - low.value)
        slope: Node = Binary("/", Binary("-", end, start, at), width, at)
        if isinstance(start, NumberNode) and isinstance(end, NumberNode):
            slope = NumberNode((end.value - start.value) / width.value)
        rise = Binary("*", Binary("-", x, low, at), slope, at)
        test = Binary("<=", x, high, at)
        result = Call("if", (test, Binary("+", start, rise, at), result), at=at)
    return Call("if", (Binary("<=", x, points[0][0], at), points[0][1], result), at=at)


def _number(key: NumberNode | TextNode) -> NumberNode:
    assert isinstance(key, NumberNode)  # noqa: S101 - the parser takes nothing else between braces
    return key
