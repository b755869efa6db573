"""The amounts as linear functions, region by region, so that a linear program can speak of them.

Instead of weights w the columns are x_k = λ w_k / (total of factor k), fen for one unit of the
factor: then town i's claim λ q_i is Σ_k v_ik x_k, and its amount is base + clip(claim, low, high),
the engine's own rule, with Σ amounts = budget. w_k is x_k times the factor's total, over their sum.
(A. Charnes, W. W. Cooper, Programming with linear fractional functionals, 1962.)

clip bends where the claim meets a bound. A region says between which two values each claim lies.
Where no bend lies between them the amount is linear in x; elsewhere it lies between the convex and
the concave envelope of clip, which makes a valid relaxation (branching: `search`).
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from operator import mul

from allocator.fund.recipients import Number
from allocator.optimize.linear.model import Form, Model, Row, whole_row, whole_sum
from allocator.optimize.program.case import Case
from allocator.optimize.program.constraints import Requirement, Rule, weight_limits
from allocator.rounding.apportion import whole_weights
from allocator.rounding.water_filling import Infeasible, water_fill

#: Where nothing bounds the level λ, columns end here. It is no assumption: a proof that rests on
#: such an end is not taken for one (`Program.is_cut`).
_NO_END = 2**200

#: Slopes of envelopes are multiples of one part of it.
_GRAIN = 2**20

Piece = tuple[Fraction, Fraction]  # slope and constant, as a function of the claim


@dataclass(frozen=True, slots=True)
class Span:
    """Between which two whole fen a claim lies; None: no upper limit."""

    low: int
    high: int | None

    def within(self, other: Span) -> Span:
        """What two spans of one claim have in common."""
        highs = [high for high in (self.high, other.high) if high is not None]
        return Span(max(self.low, other.low), min(highs, default=None))

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
    """The claims inside the span at which town i reaches a bound."""
    places = [case.lows[i]] if case.lows[i] else []
    if case.highs is not None:
        places.append(case.highs[i])
    return [b for b in places if span.low < b and (span.high is None or b < span.high)]


def envelopes(case: Case, i: int, span: Span) -> tuple[list[Piece], list[Piece]]:
    """(under, over): clip lies above each line of `under` and below each line of `over`.

    The first is the convex, the second the concave envelope of clip(claim, low, high) on the span.
    """
    low, high = case.lows[i], None if case.highs is None else case.highs[i]
    rising, least = (Fraction(1), Fraction(0)), (Fraction(0), Fraction(low))
    most = (Fraction(0), Fraction(high or 0))
    inside = bends(case, i, span)

    def clip(claim: int) -> int:
        return max(low, claim if high is None else min(claim, high))

    def chord(a: int, b: int | None, away: int) -> Piece:
        """From a to b, turned away by less than 2^−20 to keep numbers short: up 1, down −1."""
        rise = Fraction(away > 0) if b is None else Fraction(clip(b) - clip(a), b - a)
        turned = Fraction(away * (away * rise * _GRAIN).__ceil__(), _GRAIN)
        return turned, clip(a) - turned * a

    if not inside:
        if span.high is not None and span.high <= low:
            return [least], [least]
        if high is not None and span.low >= high:
            return [most], [most]
        return [rising], [rising]
    if inside == [high]:
        return [chord(span.low, span.high, -1)], [rising, most]
    if inside == [low]:
        return [least, rising], [chord(span.low, span.high, 1)]
    return [least, chord(low, span.high, -1)], [chord(span.low, high or 0, 1), most]


@dataclass(slots=True)
class Program:
    """A model over one region: the columns x, the budget, the rules, and how to add more."""

    case: Case
    region: Region
    model: Model = field(default_factory=Model)
    values: list[tuple[int, ...]] = field(default_factory=list)
    bent: dict[int, tuple[list[Form], list[Form]]] = field(default_factory=dict)

    def claim(self, i: int) -> tuple[int, ...]:
        """v_i: the coefficients of town i's claim."""
        return self.values[i]

    def under(self, i: int) -> list[Form]:
        """Linear functions of x that town i's amount is never below."""
        return self.bent[i][0] if i in self.bent else [(self.values[i], self.case.pool.base)]

    def over(self, i: int) -> list[Form]:
        """Linear functions of x that town i's amount is never above."""
        return self.bent[i][1] if i in self.bent else [(self.values[i], self.case.pool.base)]

    def at_least(
        self,
        amounts: Mapping[int, Number],
        extras: Mapping[int, Number],
        least: Number,
        tag: Hashable = None,
    ) -> None:
        """Add Σ amounts · a + Σ extras · x ≥ least, relaxed where an amount may still bend."""
        row: list[Number] = [0] * len(self.model.columns)
        for j, coefficient in extras.items():
            row[j] += coefficient
        open_terms: list[list[Form]] = []
        for i, coefficient in amounts.items():
            forms = self.over(i) if coefficient > 0 else self.under(i)
            if len(forms) == 1:
                values, constant = forms[0]
                for k, value in enumerate(values):
                    row[k] += coefficient * value
                least = least - coefficient * constant
            elif coefficient:
                open_terms.append([_times(coefficient, form) for form in forms])
        if len(open_terms) > 1:
            self.model.sums.append(whole_sum([[(tuple(row), 0)], *open_terms], least, tag))
            return
        for values, constant in open_terms[0] if open_terms else [((), 0)]:
            whole = [c + v for c, v in zip(row, _padded(values, len(row)), strict=True)]
            self.model.rows.append(whole_row(whole, least - constant, tag))

    def per_unit(
        self, members: Iterable[int], per: Mapping[int, Number], level: int, tag: str
    ) -> None:
        """Add, for each of these towns, amount ≥ level · per; the tag is (tag, town)."""
        base, gap = self.case.pool.base, (0,) * (level - len(self.case.factors))
        for i in members:
            share = per[i]
            if i in self.bent or not isinstance(share, int):
                self.at_least({i: 1}, {level: -share}, 0, (tag, i))
            else:
                row = Row((*self.values[i], *gap, -share), -base, (tag, i))
                self.model.rows.append(row)

    def require(self, requirement: Requirement, tag: Hashable) -> None:
        """Add a requirement; weights are homogeneous in x: Σ (c_k − least) w_k ≥ 0."""
        if not requirement.weights:
            self.at_least(requirement.amounts, {}, requirement.least, tag)
            return
        self.at_least({}, self.weight_terms(requirement.weights, requirement.least), 0, tag)

    def weight_terms(self, weights: Mapping[int, Number], least: Number) -> dict[int, Number]:
        """λ (Σ weights · w − least) as a function of x."""
        return {
            k: (weights.get(k, 0) - least) * factor.total
            for k, factor in enumerate(self.case.factors)
        }

    def weights(self, x: Sequence[Fraction]) -> tuple[Fraction, ...]:
        """The weights at a point."""
        parts = [f.total * v for f, v in zip(self.case.factors, x, strict=False)]
        level = sum(parts)
        return tuple(part / level for part in parts)

    def gap(self, i: int, x: Sequence[Fraction]) -> Fraction:
        """How far apart the two envelopes of town i's amount are at a point."""
        low = max(_value(form, x) for form in self.under(i))
        return min(_value(form, x) for form in self.over(i)) - low


def whole_region(case: Case, rules: Sequence[Rule], *, weights_matter: bool = False) -> Region:
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
    bounded = [i for i, low in enumerate(case.lows) if low or case.highs is not None]
    return replace(region, spans=_spans(case, bounded, least, most))


def whole(case: Case) -> int:
    """All the money split, in fen with flat bases: no amount, however relaxed, need exceed it."""
    return case.total + case.pool.base * len(case)


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


def program(case: Case, rules: Sequence[Rule], region: Region) -> Program:
    """The model of a region with nothing to minimise yet: `columns` 0 … K−1 are x."""
    found = Program(case, region)
    for factor, high in zip(case.factors, region.ends, strict=True):
        scale = max(case.total, 1) / factor.total
        found.model.column(factor.name, 0, high, scale)
    found.values = list(zip(*(factor.values for factor in case.factors), strict=True))
    for i, span in region.spans.items():
        under, over = envelopes(case, i, span)
        found.bent[i] = (
            [_form(line, found.values[i], case.pool.base) for line in under],
            [_form(line, found.values[i], case.pool.base) for line in over],
        )
    _add_budget(found)
    found.model.rows += region.rows
    for more, less in sorted(region.orders):
        found.at_least({more: 1, less: -1}, {}, 0, "order")
    for number, rule in enumerate(rules):
        for requirement in rule.requirements:
            found.require(requirement, ("rule", number))
    return found


def _add_budget(found: Program) -> None:
    """Σ amounts = budget. Towns that cannot bend are summed by factor, once."""
    case = found.case
    free = [factor.total - sum(factor.values[i] for i in found.bent) for factor in case.factors]
    budget = case.total + case.pool.base * len(found.bent)
    bent = dict.fromkeys(found.bent, 1)
    found.at_least(bent, dict(enumerate(free)), budget, "budget")
    found.at_least(
        dict.fromkeys(bent, -1), {k: -total for k, total in enumerate(free)}, -budget, "budget"
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


def _form(line: Piece, values: Sequence[int], base: int) -> Form:
    slope, constant = line
    return tuple(slope * value for value in values), constant + base


def _times(number: Number, form: Form) -> Form:
    return tuple(number * value for value in form[0]), number * form[1]


def _value(form: Form, x: Sequence[Fraction]) -> Fraction:
    return sum((c * v for c, v in zip(form[0], x, strict=False)), Fraction(form[1]))


def _padded(values: Sequence[Number], size: int) -> list[Number]:
    return [*values, *([0] * (size - len(values)))]
