"""Random cases of an apportionment that has an answer."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from hypothesis import strategies as st

METHODS = ("largest_remainder", "webster", "hill", "dhondt", "adams")


@dataclass(frozen=True)
class Case:
    total: int
    weights: tuple[Fraction, ...]
    lower: tuple[int, ...]
    upper: tuple[int, ...]


#: Few small whole weights make ties; fractions and long weights make near ties.
small = st.integers(0, 6).map(Fraction)
fractions = st.fractions(0, 50, max_denominator=30)
long = st.integers(2**200, 2**200 + 3).map(Fraction)


@st.composite
def feasible(draw: st.DrawFn, most: int = 6, highest: int = 30) -> Case:
    """Bounds around a chosen answer, so that there is one; recipients of weight 0 stay at theirs."""
    weights = draw(st.lists(st.one_of(small, fractions, long), min_size=1, max_size=most))
    if not any(weights):
        weights[0] = Fraction(1)
    answer = [draw(st.integers(0, highest)) if w else 0 for w in weights]
    lower = [draw(st.integers(0, a)) for a in answer]
    upper = [draw(st.integers(a, highest)) for a in answer]
    return Case(sum(answer), tuple(weights), tuple(lower), tuple(upper))
