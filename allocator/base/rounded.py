"""Exact numbers rounded half up, for the eye: no amount is ever computed from them."""

from __future__ import annotations

from fractions import Fraction


def rounded(number: Fraction, decimals: int) -> Fraction:
    """To that many decimals.

    >>> rounded(Fraction(2, 3), 2), rounded(Fraction(-1, 3), 1)
    (Fraction(67, 100), Fraction(-3, 10))
    """
    scaled = number * 10**decimals
    whole = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    return Fraction(whole, 10**decimals)


def fen_of(number: Fraction) -> int:
    """To the nearest fen."""
    return int(rounded(number, 0))
