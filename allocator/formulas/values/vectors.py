"""Columns of exact numbers: whole numbers over one denominator, or over one each.

Fractions cost ten times as much as whole numbers; most columns of a table (counts, yuan, rates of
a few decimals) share one small denominator, and stay whole numbers through sums and products.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import gcd, lcm
from operator import add, mul
from typing import Final

from allocator.base.money import half_up
from allocator.formulas.tree import MOST_BITS, MOST_WORK, Mistake

_SMALL: Final = 64
#: Bits of a product up to which it costs about as much as any.
_CHEAP: Final = 1 << 10


@dataclass(frozen=True, slots=True)
class Vector:
    """Row i is `n[i] / d` or `n[i] / d[i]`; denominators are positive.

    `bad` says of rows without a value why; their numbers mean nothing.
    """

    n: list[int]
    d: int | list[int] = 1
    bad: Mapping[int, Mistake] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.n)

    def each(self) -> list[int]:
        """The denominators row by row."""
        return self.d if isinstance(self.d, list) else [self.d] * len(self.n)

    def at(self, i: int) -> Fraction:
        """The number of row i."""
        return Fraction(self.n[i], self.d[i] if isinstance(self.d, list) else self.d)

    def fractions(self) -> list[int | Fraction]:
        """The numbers, whole ones as int."""
        if isinstance(self.d, int):
            below = self.d
            known = {n: n // below if not n % below else Fraction(n, below) for n in set(self.n)}
            return [known[n] for n in self.n]
        whole = (
            (n // d if not n % d else Fraction(n, d))
            for n, d in zip(self.n, self.each(), strict=True)
        )
        return list(whole)


@dataclass(frozen=True, slots=True)
class Truth:
    """Whether a condition holds, row by row; `bad` as for a vector."""

    holds: list[bool]
    bad: Mapping[int, Mistake] = field(default_factory=dict)


class OversizeError(Exception):
    """A number, or the work for all of them, is beyond the bounds."""


class Meter:
    """Counts the work of one evaluation, and stops it before it takes long."""

    def __init__(self) -> None:
        self.work = 0

    def spend(self, rows: int, bits: int = 0) -> None:
        """Before `rows` products of `bits` bits each."""
        if bits > MOST_BITS:
            raise OversizeError
        self.work += 1 + rows + rows * (bits * bits // (_CHEAP * _CHEAP))
        if self.work > MOST_WORK:
            raise OversizeError


def bits_of(numbers: int | Iterable[int]) -> int:
    """The bits of the longest number."""
    if isinstance(numbers, int):
        return numbers.bit_length()
    return max(map(int.bit_length, numbers), default=0)


def constant(value: int | Fraction, rows: int) -> Vector:
    """The same number in every row."""
    return Vector([value.numerator] * rows, value.denominator)


def vector_of(values: Sequence[int | Fraction], bad: Mapping[int, Mistake] | None = None) -> Vector:
    """A column of numbers."""
    denominators = {value.denominator for value in values}
    common = 1
    for denominator in denominators:
        common = lcm(common, denominator)
        if common.bit_length() > _SMALL:
            pairs = [value.as_integer_ratio() for value in values]
            return Vector([n for n, _ in pairs], [d for _, d in pairs], bad or {})
    if common == 1:
        return Vector([value.numerator for value in values], 1, bad or {})
    scaled = [value.numerator * (common // value.denominator) for value in values]
    return Vector(scaled, common, bad or {})


def joined_bad(*vectors: Vector) -> Mapping[int, Mistake]:
    """The rows that any of them has no value for, by the first that has none."""
    found: dict[int, Mistake] = {}
    for vector in reversed(vectors):
        found.update(vector.bad)
    return found


def settled(vector: Vector, meter: Meter) -> Vector:
    """The vector in lower terms where its numbers grow long."""
    bits = max(bits_of(vector.n), bits_of(vector.d))
    if bits <= _SMALL * 2 or not vector.n:
        return vector
    # A greatest common divisor costs several products.
    meter.spend(8 * len(vector.n), bits)
    if isinstance(vector.d, int):
        common = gcd(vector.d, *vector.n)
        return Vector([n // common for n in vector.n], vector.d // common, vector.bad)
    shared = list(map(gcd, vector.n, vector.d))
    numerators = [n // g for n, g in zip(vector.n, shared, strict=True)]
    return Vector(numerators, [d // g for d, g in zip(vector.d, shared, strict=True)], vector.bad)


def plus(a: Vector, b: Vector, meter: Meter) -> Vector:
    """A + b."""
    a, b = aligned(a, b, meter)
    return settled(Vector(list(map(add, a.n, b.n)), a.d, joined_bad(a, b)), meter)


def negated(a: Vector) -> Vector:
    """−a."""
    return Vector([-n for n in a.n], a.d, a.bad)


def times(a: Vector, b: Vector, meter: Meter) -> Vector:
    """A · b."""
    bits = bits_of(a.n) + bits_of(b.n) + bits_of(a.d) + bits_of(b.d)
    meter.spend(len(a), bits)
    if isinstance(a.d, int) and isinstance(b.d, int):
        d: int | list[int] = a.d * b.d
    else:
        d = list(map(mul, a.each(), b.each()))
    return settled(Vector(list(map(mul, a.n, b.n)), d, joined_bad(a, b)), meter)


def inverse(a: Vector, zero: Callable[[int], Mistake]) -> Vector:
    """1 / a; `zero(i)` is the mistake of row i where a is 0."""
    each = a.each()
    numerators = [d if n > 0 else -d for n, d in zip(a.n, each, strict=True)]
    denominators = [abs(n) or 1 for n in a.n]
    bad = dict(a.bad)
    if not all(a.n):
        bad = {i: zero(i) for i, n in enumerate(a.n) if not n} | bad
    first = denominators[0] if denominators else 1
    if isinstance(a.d, int) and denominators.count(first) == len(denominators):
        return Vector(numerators, first, bad)
    return Vector(numerators, denominators, bad)


def aligned(a: Vector, b: Vector, meter: Meter) -> tuple[Vector, Vector]:
    """Both over the same denominators."""
    if isinstance(a.d, int) and isinstance(b.d, int):
        if a.d == b.d:
            meter.spend(len(a))
            return a, b
        common = lcm(a.d, b.d)
        meter.spend(len(a), max(bits_of(a.n), bits_of(b.n)) + bits_of(common))
        return _over(a, common, common // a.d), _over(b, common, common // b.d)
    meter.spend(len(a), max(bits_of(a.n), bits_of(b.n)) + bits_of(a.d) + bits_of(b.d))
    first, second = a.each(), b.each()
    if first == second:
        return Vector(a.n, first, a.bad), Vector(b.n, second, b.bad)
    common_d = list(map(mul, first, second))
    return (
        Vector(list(map(mul, a.n, second)), common_d, a.bad),
        Vector(list(map(mul, b.n, first)), common_d, b.bad),
    )


def _over(a: Vector, common: int, factor: int) -> Vector:
    return a if factor == 1 else Vector([n * factor for n in a.n], common, a.bad)


def common(a: Vector, meter: Meter) -> tuple[list[int], int]:
    """All rows as whole numbers over one denominator.

    Quotients of many rows have none of a size that can be used: `OversizeError`.
    """
    if isinstance(a.d, int):
        meter.spend(len(a))
        return a.n, a.d
    over = 1
    for denominator in set(a.d):
        over = lcm(over, denominator)
        meter.spend(1, over.bit_length())
    meter.spend(len(a), bits_of(a.n) + over.bit_length())
    return [n * (over // d) for n, d in zip(a.n, a.d, strict=True)], over


def keys(a: Vector, meter: Meter) -> list[int]:
    """Whole numbers in the order of the rows, equal where the rows are equal.

    Two quotients with denominators up to D differ by 1/D² or not at all, so that their whole
    parts at 2·bits(D) binary places differ as they do.
    """
    if isinstance(a.d, int):
        meter.spend(len(a))
        return a.n
    places = 2 * bits_of(a.d) + 1
    meter.spend(len(a), bits_of(a.n) + places)
    return [(n << places) // d for n, d in zip(a.n, a.d, strict=True)]


def chosen(test: Sequence[bool], a: Vector, b: Vector, meter: Meter) -> Vector:
    """A where the test holds, else b; with it goes what is wrong with the row."""
    n_bad = {i: a.bad[i] if t else b.bad[i] for i, t in _picked(test, a, b)}
    if a.d == b.d and isinstance(a.d, int):
        meter.spend(len(a))
        return Vector([x if t else y for t, x, y in zip(test, a.n, b.n, strict=True)], a.d, n_bad)
    if isinstance(a.d, int) and isinstance(b.d, int):
        a, b = aligned(a, b, meter)
        return chosen(test, Vector(a.n, a.d, n_bad), Vector(b.n, b.d, n_bad), meter)
    meter.spend(len(a))
    numerators = [x if t else y for t, x, y in zip(test, a.n, b.n, strict=True)]
    denominators = [x if t else y for t, x, y in zip(test, a.each(), b.each(), strict=True)]
    return Vector(numerators, denominators, n_bad)


def _picked(test: Sequence[bool], a: Vector, b: Vector) -> Iterable[tuple[int, bool]]:
    return [(i, test[i]) for i in {*a.bad, *b.bad} if i in (a.bad if test[i] else b.bad)]


def rounded(a: Vector, decimals: int, how: str, meter: Meter) -> Vector:
    """As Excel's ROUND, ROUNDUP, ROUNDDOWN: half away from zero, away from it, towards it."""
    up, down = (10**decimals, 1) if decimals >= 0 else (1, 10**-decimals)
    meter.spend(len(a), bits_of(a.n) + bits_of(a.d) + 50)
    result = [
        _sign(n) * _whole(abs(n) * up, d * down, how) for n, d in zip(a.n, a.each(), strict=True)
    ]
    return Vector(result if down == 1 else [r * down for r in result], up, a.bad)


def _sign(n: int) -> int:
    return -1 if n < 0 else 1


def _whole(n: int, d: int, how: str) -> int:
    if how == "roundup":
        return -(-n // d)
    return n // d if how == "rounddown" else half_up(n, d)
