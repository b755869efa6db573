"""Functions of each recipient's own values: if, lookup, band, max, min, roots and logarithms."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from functools import partial
from typing import Final

from allocator.formulas.tree import Mistake
from allocator.formulas.values.decimals import (
    MOST_EXPONENT,
    logarithm,
    power,
    root,
    root_of_power,
)
from allocator.formulas.values.vectors import (
    Meter,
    Truth,
    Vector,
    aligned,
    bits_of,
    chosen,
    constant,
    inverse,
    joined_bad,
    settled,
    times,
)

_ONE: Final = Fraction(1)
_Fits = Callable[[int, int], bool]
#: What a function computes, whether it has a value there, and what to say where it has none.
REAL: Final[dict[str, tuple[Callable[[int, int, int], int], _Fits, str]]] = {
    "sqrt": (root, lambda n, _: n >= 0, "负数没有平方根"),
    "power": (root, lambda n, _: n >= 0, "负数（负指数时还有 0）没有这个次方"),
    "ln": (logarithm, lambda n, _: n > 0, "只有正数才有对数"),
    "exp": (power, lambda n, d: n <= MOST_EXPONENT * d, f"指数超过 {MOST_EXPONENT}"),
}

COMPARE: Final[dict[str, Callable[[int, int], bool]]] = {
    "<": int.__lt__,
    ">": int.__gt__,
    "<=": int.__le__,
    ">=": int.__ge__,
    "=": int.__eq__,
    "<>": int.__ne__,
}


def extreme(vectors: Sequence[Vector], pick: Callable[[int, int], int], meter: Meter) -> Vector:
    """The largest or smallest of several numbers."""
    best, *rest = vectors
    for other in rest:
        a, b = aligned(best, other, meter)
        best = settled(Vector(list(map(pick, a.n, b.n)), a.d, joined_bad(a, b)), meter)
    return best


def both(a: Truth, b: Truth, *, is_and: bool) -> Truth:
    """`and`, `or`: where the left side decides, the right one is not asked."""
    pairs = zip(a.holds, b.holds, strict=True)
    holds = [x and y for x, y in pairs] if is_and else [x or y for x, y in pairs]
    bad = {i: m for i, m in b.bad.items() if a.holds[i] is is_and} | dict(a.bad)
    return Truth(holds, bad)


def choice(test: Truth, a: Vector, b: Vector, meter: Meter) -> Vector:
    """`if` between numbers; what is wrong with the other branch does not matter."""
    result = chosen(test.holds, a, b, meter)
    return Vector(result.n, result.d, {**result.bad, **test.bad})


def choice_of_truths(test: Truth, a: Truth, b: Truth) -> Truth:
    """`if` between conditions."""
    bad = {i: a.bad[i] for i in a.bad if test.holds[i]}
    bad |= {i: b.bad[i] for i in b.bad if not test.holds[i]} | dict(test.bad)
    holds = [x if t else y for t, x, y in zip(test.holds, a.holds, b.holds, strict=True)]
    return Truth(holds, bad)


def places_of_numbers(given: Vector, cases: Sequence[Fraction], meter: Meter) -> list[int]:
    """For each row, which of the cases it equals; −1 for none."""
    places = [-1] * len(given)
    for place, case in enumerate(cases):
        a, b = aligned(given, constant(case, len(given)), meter)
        places = [place if x == y else p for x, y, p in zip(a.n, b.n, places, strict=True)]
    return places


def places_in_bands(given: Vector, limits: Sequence[Fraction], meter: Meter) -> list[int]:
    """For each row, the first limit that it does not exceed; the number of limits for none."""
    places = [len(limits)] * len(given)
    for place, limit in reversed(list(enumerate(limits))):
        a, b = aligned(given, constant(limit, len(given)), meter)
        places = [place if x <= y else p for x, y, p in zip(a.n, b.n, places, strict=True)]
    return places


def picked(values: Sequence[Vector], places: Sequence[int], meter: Meter) -> Vector:
    """Row i of `values[places[i]]`; 0 where the place is −1."""
    rows = len(places)
    meter.spend(rows)
    bad = {i: values[p].bad[i] for i, p in enumerate(places) if p >= 0 and i in values[p].bad}
    base, *rest = values
    for other in rest:
        base, _ = aligned(base, other, meter)
    if isinstance(base.d, int):
        numbers = [aligned(v, base, meter)[0].n for v in values]
        return Vector([numbers[p][i] for i, p in enumerate(places)], base.d, bad)
    each = [v.each() for v in values]
    numbers = [v.n for v in values]
    return Vector(
        [numbers[p][i] for i, p in enumerate(places)],
        [each[p][i] for i, p in enumerate(places)],
        bad,
    )


def whole_power(a: Vector, exponent: int, zero: Callable[[int], Mistake], meter: Meter) -> Vector:
    """A whole power, by squaring; `zero` is told where 0 has none."""
    if exponent < 0:
        a = inverse(a, zero)
    result = a
    for bit in f"{abs(exponent):b}"[1:]:
        result = times(result, result, meter)
        result = times(result, a, meter) if bit == "1" else result
    return result


def real(
    function: str,
    a: Vector,
    decimals: int,
    wrong: Callable[[int], Mistake],
    meter: Meter,
    exponent: Fraction = _ONE,
) -> Vector:
    """sqrt, ln, exp, power to so many decimals; equal values are computed once."""
    compute, fits, _ = REAL[function]
    if function == "power":
        compute = partial(root_of_power, exponent)
        fits = fits if exponent > 0 else (lambda n, _: n > 0)
    size = 4 * max(abs(exponent.numerator), exponent.denominator)
    meter.spend(20 * len(a), size * (bits_of(a.n) + bits_of(a.d) + 64))
    bad: dict[int, Mistake] = dict(a.bad)
    known: dict[tuple[int, int], int] = {}
    result = []
    for i, (n, d) in enumerate(zip(a.n, a.each(), strict=True)):
        if i in bad or not fits(n, d):
            bad.setdefault(i, wrong(i))
            result.append(0)
            continue
        if (n, d) not in known:
            known[n, d] = compute(n, d, decimals)
        result.append(known[n, d])
    return Vector(result, 10**decimals, bad)


def unlisted(
    places: Sequence[int], shown: Sequence[object], wrong: Callable[[int, str], Mistake]
) -> Mapping[int, Mistake]:
    """The rows whose value is no case of a lookup."""
    return {i: wrong(i, str(shown[i])) for i, place in enumerate(places) if place < 0}
