"""Regions of weights: between which values each town's claim lies, and what cuts a region out.

A claim is λ q_i, what a town would get above the base if no bound held it. Spans of claims are
drawn from the weights' own limits, from what amounts must be, or from programs (`search`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from operator import mul

from allocator.optimize.linear.model import Row, whole_row
from allocator.optimize.program.case import Case
from allocator.optimize.program.constraints import LinearRule, weight_limits
from allocator.rounding.apportion import whole_weights
from allocator.rounding.water_filling import Infeasible, water_fill

#: Where nothing bounds the level λ, columns end here. It is no assumption: a proof that rests on
#: such an end is not taken for one (`Program.is_cut`).
_NO_END = 2**200


@dataclass(frozen=True, slots=True)
class Span:
    """Between which two whole fen a claim lies; None: no upper limit."""

    low: int
    high: int | None

    def within(self, other: Span) -> Span:
        """What two spans of one claim have in common."""
        highs = [high for high in (self.high, other.high) if high is not None]
        return Span(max(self.low, other.low), min(highs, default=None))

    def inside(self, claims: Iterable[int]) -> list[int]:
        """Those of the claims that lie between the two, neither of them included."""
        return [c for c in claims if self.low < c and (self.high is None or c < self.high)]

    @classmethod
    def around(cls, low: Fraction, high: Fraction | None) -> Span:
        """The span of whole fen around two limits."""
        return cls(low.__floor__(), None if high is None else high.__ceil__())


@dataclass(frozen=True, slots=True)
class Region:
    """A part of the weights: the spans of the claims that may bend, and what cuts it out.

    `orders` are pairs (more, less) of towns of which the first gets no less than the second,
    `least` and `most` the limits of each weight that the spans rest on, `ends` the highest x that
    matter; with `is_cut` they are no true ends, see `column_ends`.
    """

    spans: Mapping[int, Span]
    rows: tuple[Row, ...] = ()
    orders: frozenset[tuple[int, int]] = frozenset()
    least: tuple[Fraction, ...] = ()
    most: tuple[Fraction, ...] = ()
    ends: tuple[Fraction, ...] = ()
    is_cut: bool = False

    def with_span(self, i: int, span: Span, row: Row) -> Region:
        """The part in which town i's claim lies in `span`, which `row` says."""
        return replace(self, spans={**self.spans, i: span}, rows=(*self.rows, row))


def column_ends(case: Case, *, weights_matter: bool) -> tuple[tuple[Fraction, ...], bool]:
    """(highest x_k that matters, whether nothing bounds some of them).

    Without caps the claims sum to no more than the budget. With caps a town with a share of
    factor k is at its cap for good once x_k alone claims so much: beyond the greatest of these no
    amount changes any more. But weights do; where they matter that end is gone.
    Example: caps of 40, factor values 20 and 1; at x = 40 both are at their caps, at 41 as well.
    """
    if case.highs is None:
        return tuple(Fraction(case.total, factor.total) for factor in case.factors), False
    if weights_matter:
        return tuple(Fraction(_NO_END * case.total, f.total) for f in case.factors), True
    ends = [
        max(Fraction(high, v) for high, v in zip(case.highs, factor.values, strict=True) if v)
        for factor in case.factors
    ]
    return tuple(ends), False


def bends(case: Case, i: int, span: Span) -> list[int]:
    """The claims inside the span at which town i reaches a bound, or where its payment begins."""
    return span.inside(case.bends[i])


def whole_region(
    case: Case, rules: Sequence[LinearRule], *, weights_matter: bool = False
) -> Region:
    """All weights that the bounds of single weights allow.

    `weights_matter`: not only the amounts that they lead to are asked for (conditions on weights
    among the rules are seen without it).
    """
    matter = weights_matter or any(rule.is_about_weights for rule in rules)
    ends, is_cut = column_ends(case, weights_matter=matter)
    least, most = weight_limits(rules, len(case.factors))
    region = Region({}, least=tuple(least), most=tuple(most), ends=ends, is_cut=is_cut)
    if sum(least) > 1 or sum(most) < 1 or any(a > b for a, b in zip(least, most, strict=True)):
        return region
    bounded = [i for i, places in enumerate(case.bends) if places]
    region = replace(region, spans=_spans(case, bounded, least, most))
    return implied_spans(case, region, _single_towns(rules))


def _single_towns(
    rules: Sequence[LinearRule],
) -> Iterator[tuple[int, Fraction | None, Fraction | None]]:
    """What rules about one amount alone say of it: (number, least, most)."""
    for rule in rules:
        for row in rule.requirements:
            if len(row.amounts) == 1 and not row.weights:
                ((i, c),) = row.amounts.items()
                limit = Fraction(row.least) / c
                yield (i, limit, None) if c > 0 else (i, None, limit)


def implied_spans(
    case: Case, region: Region, amounts: Iterable[tuple[int, Fraction | None, Fraction | None]]
) -> Region:
    """The region with each claim's span drawn closer to what (number, least, most) amounts say.

    An amount above the town's lower bound is its claim; one below its upper bound as well.
    Example: floor 40, at least 50 wanted: the claim is at least 50, the floor cannot help.
    """
    spans = dict(region.spans)
    base = case.pool.base
    measures = list(case.measures.values())
    for number, least_amount, most_amount in amounts:
        m, i = divmod(number, len(case))
        if i not in spans:
            continue
        least, most = measures[m].entitlement(i, least_amount, most_amount)
        span = spans[i]
        if least is not None and least > case.lows[i] + base:
            claim = (least - base).__floor__()
            spans[i] = span = replace(span, low=max(span.low, claim))
        is_free = case.highs is None or (most is not None and most < case.highs[i] + base)
        if most is not None and is_free:
            top = max((most - base).__ceil__(), 0)
            spans[i] = replace(span, high=top if span.high is None else min(span.high, top))
    return replace(region, spans=spans)


def _spans(
    case: Case, towns: Sequence[int], least: Sequence[Fraction], most: Sequence[Fraction]
) -> dict[int, Span]:
    """The spans of these towns' claims under weights within their limits."""
    if not towns:
        return {}
    lowest, highest = _share_range(case, least, most)
    level_low = _level(case, highest) or Fraction(0)
    level_high = _level(case, lowest)
    return {
        i: Span.around(
            level_low * lowest[i], None if level_high is None else level_high * highest[i]
        )
        for i in towns
    }


def halves(case: Case, region: Region) -> Iterator[Region]:
    """The region cut at the middle of the widest weight; most spans shrink at once."""
    widths = [b - a for a, b in zip(region.least, region.most, strict=True)]
    k = widths.index(max(widths))
    middle = (region.least[k] + region.most[k]) / 2
    for sign in (-1, 1):
        least, most = list(region.least), list(region.most)
        (most if sign < 0 else least)[k] = middle
        if sum(least) > 1 or sum(most) < 1:
            continue
        terms = [(sign * ((j == k) - middle)) * f.total for j, f in enumerate(case.factors)]
        spans = _spans(case, list(region.spans), least, most)
        yield replace(
            region,
            spans={i: span.within(region.spans[i]) for i, span in spans.items()},
            rows=(*region.rows, whole_row(terms, 0, "region")),
            least=tuple(least),
            most=tuple(most),
        )


def _share_range(
    case: Case, least: Sequence[Fraction], most: Sequence[Fraction]
) -> tuple[list[Fraction], list[Fraction]]:
    """The least and the greatest share q_i that weights within their bounds give each town.

    Both are found greedily: what the least weights leave goes to the best factors first.
    """

    def end(shares: Sequence[Fraction], ranked: Sequence[int]) -> Fraction:
        left, share = 1 - sum(least), sum(map(mul, least, shares), Fraction(0))
        for k in ranked:
            part = min(left, most[k] - least[k])
            share, left = share + part * shares[k], left - part
        return share

    lowest, highest = [], []
    for i in range(len(case)):
        shares = [factor.share(i) for factor in case.factors]
        rising = sorted(range(len(shares)), key=shares.__getitem__)
        lowest.append(end(shares, rising))
        highest.append(end(shares, rising[::-1]))
    return lowest, highest


def _level(case: Case, shares: Sequence[Fraction]) -> Fraction | None:
    """The level λ for these shares, which need not sum to 1; None where they reach no level.

    λ falls as any share rises, so the least shares give its greatest value and vice versa.
    """
    whole, scale = whole_weights(shares)
    try:
        return water_fill(case.total, whole, case.lows, case.highs) * scale
    except Infeasible:
        return None
