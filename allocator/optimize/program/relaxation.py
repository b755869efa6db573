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

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from allocator.fund.recipients import Number
from allocator.optimize.linear.model import Form, Model, Row, whole_row, whole_sum
from allocator.optimize.program.case import Case
from allocator.optimize.program.constraints import Requirement, Rule
from allocator.optimize.program.regions import Region, Span, bends

#: Slopes of envelopes are multiples of one part of it.
_GRAIN = 2**20

Piece = tuple[Fraction, Fraction]  # slope and constant, as a function of the claim


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


@dataclass(frozen=True, slots=True)
class Bent:
    """The envelopes of one town's amount on one span: as lines over its claim, and as forms in x.

    `whole` are the same forms times `_GRAIN`, all whole numbers. Each is (under, over).
    """

    lines: tuple[list[Piece], list[Piece]]
    forms: tuple[list[Form], list[Form]]
    whole: tuple[list[Form], list[Form]]

    @classmethod
    def of(cls, case: Case, i: int, span: Span) -> Bent:
        """The envelopes of town i; looked up where the same span was met before."""
        known: Bent | None = case.bent.get((i, span))
        if known is None:
            values = [factor.values[i] for factor in case.factors]
            lines = envelopes(case, i, span)
            under, over = ([_form(line, values, case.pool.base) for line in ls] for ls in lines)
            known = cls(lines, (under, over), (_scaled(under), _scaled(over)))
            case.bent[i, span] = known
        return known

    def gap(self, claim: float) -> float:
        """How far apart the envelopes are at a claim."""
        under, over = self.lines
        low = max(float(slope) * claim + float(constant) for slope, constant in under)
        return min(float(slope) * claim + float(constant) for slope, constant in over) - low


def _scaled(forms: Sequence[Form]) -> list[Form]:
    return [(tuple(int(v * _GRAIN) for v in left), int(rest * _GRAIN)) for left, rest in forms]


@dataclass(slots=True)
class Program:
    """A model over one region: the columns x, the budget, the rules, and how to add more."""

    case: Case
    region: Region
    model: Model = field(default_factory=Model)
    values: list[tuple[int, ...]] = field(default_factory=list)
    bent: dict[int, Bent] = field(default_factory=dict)

    def claim(self, i: int) -> tuple[int, ...]:
        """v_i: the coefficients of town i's claim."""
        return self.values[i]

    def under(self, i: int) -> list[Form]:
        """Linear functions of x that town i's amount is never below."""
        return self.bent[i].forms[0] if i in self.bent else [(self.values[i], self.case.pool.base)]

    def over(self, i: int) -> list[Form]:
        """Linear functions of x that town i's amount is never above."""
        return self.bent[i].forms[1] if i in self.bent else [(self.values[i], self.case.pool.base)]

    def at_least(
        self,
        amounts: Mapping[int, Number],
        extras: Mapping[int, Number],
        least: Number,
        tag: Hashable = None,
    ) -> None:
        """Add Σ amounts · a + Σ extras · x ≥ least, relaxed where an amount may still bend."""
        # Sums of amounts as they are: in whole numbers throughout, which is far faster.
        scale = _GRAIN if all(c in (1, -1) for c in amounts.values()) and amounts else 1
        row: list[Number] = [0] * len(self.model.columns)
        least *= scale
        for j, coefficient in extras.items():
            row[j] += coefficient * scale
        open_terms: list[list[Form]] = []
        for i, coefficient in amounts.items():
            forms = self._forms(i, is_over=coefficient > 0, is_whole=scale > 1)
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

    def _forms(self, i: int, *, is_over: bool, is_whole: bool) -> list[Form]:
        if not is_whole:
            return self.over(i) if is_over else self.under(i)
        if i in self.bent:
            return self.bent[i].whole[is_over]
        return _scaled([(self.values[i], self.case.pool.base)])

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
        """The weights at a point; a solver's point may lie a hair below 0, which counts as 0."""
        parts = [f.total * max(v, Fraction(0)) for f, v in zip(self.case.factors, x, strict=False)]
        level = sum(parts)
        if not level:
            return self.case.current_weights
        return tuple(part / level for part in parts)

    def gap(self, i: int, x: Sequence[Fraction]) -> Fraction:
        """How far apart the two envelopes of town i's amount are at a point."""
        low = max(_value(form, x) for form in self.under(i))
        return min(_value(form, x) for form in self.over(i)) - low


def program(case: Case, rules: Sequence[Rule], region: Region) -> Program:
    """The model of a region with nothing to minimise yet: `columns` 0 … K−1 are x."""
    found = Program(case, region)
    for factor, high in zip(case.factors, region.ends, strict=True):
        scale = max(case.total, 1) / factor.total
        found.model.column(factor.name, 0, high, scale)
    found.values = list(zip(*(factor.values for factor in case.factors), strict=True))
    for i, span in region.spans.items():
        found.bent[i] = Bent.of(case, i, span)
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


def _form(line: Piece, values: Sequence[int], base: int) -> Form:
    slope, constant = line
    return tuple(slope * value for value in values), constant + base


def _times(number: Number, form: Form) -> Form:
    return tuple(number * value for value in form[0]), number * form[1]


def _value(form: Form, x: Sequence[Fraction]) -> Fraction:
    return sum((c * v for c, v in zip(form[0], x, strict=False)), Fraction(form[1]))


def _padded(values: Sequence[Number], size: int) -> list[Number]:
    return [*values, *([0] * (size - len(values)))]
