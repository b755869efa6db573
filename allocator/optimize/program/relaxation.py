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
from allocator.optimize.program.case import Case, Clip
from allocator.optimize.program.constraints import LinearRule, Requirement
from allocator.optimize.program.regions import Region, Span

#: Slopes of envelopes are multiples of one part of it.
_GRAIN = 2**20

Piece = tuple[Fraction, Fraction]  # slope and constant, as a function of the claim


def envelopes(clip: Clip, span: Span) -> tuple[list[Piece], list[Piece]]:
    """(under, over): the clip lies above each line of `under` and below each line of `over`.

    The first is the convex, the second the concave envelope of clip(claim, low, high) on the span.
    """
    low, high = clip.low, clip.high
    rising, least = (Fraction(1), Fraction(0)), (Fraction(0), Fraction(low))
    most = (Fraction(0), Fraction(high or 0))
    inside = span.inside(clip.bends())

    def clip_at(claim: int) -> int:
        return max(low, claim if high is None else min(claim, high))

    def chord(a: int, b: int | None, away: int) -> Piece:
        """From a to b, turned away by less than 2^−20 to keep numbers short: up 1, down −1."""
        rise = Fraction(away > 0) if b is None else Fraction(clip_at(b) - clip_at(a), b - a)
        turned = Fraction(away * (away * rise * _GRAIN).__ceil__(), _GRAIN)
        return turned, clip_at(a) - turned * a

    if not inside:
        if low == high or (span.high is not None and span.high <= low):
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
    """The envelopes of one amount on one span: as lines over the town's claim, and as forms in x.

    `whole` are the same forms times `_GRAIN`, all whole numbers. Each is (under, over).
    """

    lines: tuple[list[Piece], list[Piece]]
    forms: tuple[list[Form], list[Form]]
    whole: tuple[list[Form], list[Form]]

    @classmethod
    def of(cls, case: Case, number: int, span: Span) -> Bent:
        """The envelopes of an amount; looked up where the same span was met before."""
        known: Bent | None = case.bent.get((number, span))
        if known is None:
            values = [factor.values[number % len(case)] for factor in case.factors]
            clip = case.clips[number]
            lines = envelopes(clip, span)
            under, over = ([_form(line, values, clip.shift) for line in ls] for ls in lines)
            known = cls(lines, (under, over), (_scaled(under), _scaled(over)))
            case.bent[number, span] = known
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
    """A model over one region: the columns x, the budget, the rules, and how to add more.

    Amounts go by their numbers (see `program.case`): a town's own number is its entitlement.
    """

    case: Case
    region: Region
    model: Model = field(default_factory=Model)
    values: list[tuple[int, ...]] = field(default_factory=list)
    bent: dict[int, Bent] = field(default_factory=dict)

    def claim(self, i: int) -> tuple[int, ...]:
        """v_i: the coefficients of town i's claim."""
        return self.values[i]

    def straight(self, number: int) -> tuple[tuple[int, ...], int]:
        """An amount that cannot bend, as a function of x."""
        return self.values[number % len(self.case)], self.case.clips[number].shift

    def under(self, number: int) -> list[Form]:
        """Linear functions of x that an amount is never below."""
        bent = self.bent.get(number)
        return bent.forms[0] if bent else [self.straight(number)]

    def over(self, number: int) -> list[Form]:
        """Linear functions of x that an amount is never above."""
        bent = self.bent.get(number)
        return bent.forms[1] if bent else [self.straight(number)]

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
        return _scaled([self.straight(i)])

    def per_unit(
        self, members: Iterable[int], per: Mapping[int, Number], level: int, tag: str
    ) -> None:
        """Add, for each of these amounts, amount ≥ level · per; the tag is (tag, number)."""
        gap = (0,) * (level - len(self.case.factors))
        for i in members:
            share = per[i]
            if i in self.bent or not isinstance(share, int):
                self.at_least({i: 1}, {level: -share}, 0, (tag, i))
            else:
                values, constant = self.straight(i)
                row = Row((*values, *gap, -share), -constant, (tag, i))
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
        """How far apart the two envelopes of an amount of town i are at a point, at most."""
        return max(
            min(_value(form, x) for form in self.over(number))
            - max(_value(form, x) for form in self.under(number))
            for number in self.numbers(i)
        )

    def nearly_gap(self, i: int, claim: float) -> float:
        """The same in floats, at a claim."""
        return max(self.bent[number].gap(claim) for number in self.numbers(i))

    def numbers(self, i: int) -> range:
        """The numbers of all amounts of town i: one for each measure."""
        n = len(self.case)
        return range(i, n * len(self.case.measures), n)


def program(case: Case, rules: Sequence[LinearRule], region: Region) -> Program:
    """The model of a region with nothing to minimise yet: `columns` 0 … K−1 are x."""
    found = Program(case, region)
    for factor, high in zip(case.factors, region.ends, strict=True):
        scale = max(case.total, 1) / factor.total
        found.model.column(factor.name, 0, high, scale)
    found.values = list(zip(*(factor.values for factor in case.factors), strict=True))
    for i, span in region.spans.items():
        for number in found.numbers(i):
            found.bent[number] = Bent.of(case, number, span)
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
    towns = found.region.spans
    free = [factor.total - sum(factor.values[i] for i in towns) for factor in case.factors]
    budget = case.total + case.pool.base * len(towns)
    bent = dict.fromkeys(towns, 1)
    found.at_least(bent, dict(enumerate(free)), budget, "budget")
    found.at_least(
        dict.fromkeys(towns, -1), {k: -total for k, total in enumerate(free)}, -budget, "budget"
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
