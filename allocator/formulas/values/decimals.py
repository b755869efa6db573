"""Roots, logarithms and powers of e, correctly rounded to the decimals that a rule states.

Half away from zero, like every rounding here. A root is decided in whole numbers; ln and exp of a
rational (other than ln 1 and exp 0) are never a decimal, so that ever closer bounds decide them.
"""

from __future__ import annotations

from decimal import MAX_EMAX, MIN_EMIN, ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Context, Decimal
from fractions import Fraction
from functools import cache
from math import isqrt
from typing import Final

#: exp(700) has 305 digits; a rule that needs more is none.
MOST_EXPONENT: Final = 700


def root(n: int, d: int, decimals: int) -> int:
    """√(n/d) in units of 10^−decimals; n ≥ 0, d > 0.

    >>> root(2, 1, 4), root(1, 4, 0)
    (14142, 1)
    """
    scale: int = 100**decimals
    return (isqrt(4 * n * scale // d) + 1) // 2


def logarithm(n: int, d: int, decimals: int) -> int:
    """ln(n/d) in units of 10^−decimals; n, d > 0.

    >>> logarithm(2, 1, 6), logarithm(1, 2, 0)
    (693147, -1)
    """
    return 0 if n == d else _decided(n, d, decimals, "ln")


def power(n: int, d: int, decimals: int) -> int:
    """e^(n/d) in units of 10^−decimals; n/d ≤ MOST_EXPONENT.

    >>> power(1, 1, 6), power(-1, 1, 2)
    (2718282, 37)
    """
    if n == 0:
        return int(10**decimals)
    # e^−60 is below half of 10^−15, the last decimal there is.
    return 0 if n < -60 * d else _decided(n, d, decimals, "exp")


def root_of_power(p: Fraction, n: int, d: int, decimals: int) -> int:
    """(n/d)^p in units of 10^−decimals; n/d ≥ 0, above 0 where p is negative.

    2·x^(a/b)·10^k rounded down is the b-th root of a whole number rounded down.

    >>> root_of_power(Fraction(1, 3), 2, 1, 4), root_of_power(Fraction(-3, 2), 4, 1, 3)
    (12599, 125)
    """
    a, b = p.numerator, p.denominator
    if a < 0:
        n, d, a = d, n, -a
    return (_whole_root(n**a * 10 ** (b * decimals) * 2**b // d**a, b) + 1) // 2


def _whole_root(x: int, b: int) -> int:
    """The largest r with r^b ≤ x, by Newton from above."""
    if x < 2 or b == 1:
        return x
    r = 1 << -(-x.bit_length() // b)
    while True:
        following = ((b - 1) * r + x // r ** (b - 1)) // b
        if following >= r:
            return r
        r = following


def _decided(n: int, d: int, decimals: int, function: str) -> int:
    """Both ends of an interval around the value, narrower until they round to the same.

    `Decimal.ln` and `Decimal.exp` are correctly rounded, and both functions rise.
    """
    digits = 34
    while True:
        down, up = _contexts(digits)
        first = _half_up(down.next_minus(_value(down, n, d, function)), decimals, digits)
        last = _half_up(up.next_plus(_value(up, n, d, function)), decimals, digits)
        if first == last:
            return first
        digits *= 2


@cache
def _contexts(digits: int) -> tuple[Context, Context]:
    """Contexts that round towards either end."""
    down, up = (
        Context(digits, rounding, MIN_EMIN, MAX_EMAX, traps=[])
        for rounding in (ROUND_FLOOR, ROUND_CEILING)
    )
    return down, up


def _value(context: Context, n: int, d: int, function: str) -> Decimal:
    quotient = context.divide(Decimal(n), Decimal(d))
    return context.ln(quotient) if function == "ln" else context.exp(quotient)


def _half_up(value: Decimal, decimals: int, digits: int) -> int:
    """In units of 10^−decimals. The neighbours of 0 have no digits to speak of: they are 0."""
    if value.adjusted() < -decimals - 2:
        return 0
    wide, _ = _contexts(digits + 400)
    return int(value.scaleb(decimals, wide).to_integral_value(ROUND_HALF_UP))
