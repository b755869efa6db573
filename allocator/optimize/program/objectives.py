"""What can be best: each aim by name, as a number of given amounts and as a linear program.

Every aim is something to minimise; one that is maximised has its sign turned. `measure` is exact
for any amounts, `build` adds columns and rows to a program so that the returned objective is the
same number, or a bound of it in a region that still bends.

Sources: W. Ogryczak, T. Śliwiński, On solving linear programs with the ordered weighted averaging
objective, 2003 (max-min, leximin); P. Bloomfield, W. L. Steiger, Least Absolute Deviations, 1983.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Literal

from allocator.fund.recipients import Number
from allocator.optimize.linear.model import Form, whole_sum
from allocator.optimize.program.case import Amounts, Case
from allocator.optimize.program.relaxation import Program
from allocator.optimize.question.conditions import Aim

Costs = Mapping[int, Number]
#: (town, least amount or None, greatest amount or None) in fen.
Implied = tuple[int, Fraction | None, Fraction | None]


@dataclass(frozen=True, slots=True)
class Target:
    """An aim looked up in the table: whose amounts count, and what they are held against.

    `members` are numbers of amounts: a town's own where entitlements are meant, see `program.case`.
    `per[i]` divides amount i (towns where it is 0 have none to divide and are left out of
    `members`), `reference[i]` is fen. `whole` is what all amounts come to, where parts of it count.
    """

    aim: Aim
    objective: Objective
    members: tuple[int, ...]
    per: Mapping[int, Number]
    reference: Mapping[int, Fraction]
    whole: int = 0

    @property
    def is_about_weights(self) -> bool:
        """Whether weights count, not only the amounts that they lead to."""
        return self.objective.is_about_weights

    def measure(self, case: Case, amounts: Amounts) -> Fraction:
        """The number to minimise for given amounts."""
        return self.objective.measure(case, self, amounts)

    def implied(self, most: Fraction) -> Iterator[Implied]:
        """What amounts must be when the number is at most `most`, town by town."""
        if self.objective.implied is not None:
            yield from self.objective.implied(self, most)

    def words(self, case: Case) -> str:
        """What is sought, in Chinese."""
        return _told(case, self.aim, self.objective.words(case, self.aim))

    def label(self, case: Case) -> str:
        """The name of the number shown: 最低镇每村金额."""
        label = self.objective.label.format(each=each_unit(case, self.aim), town=self.aim.town)
        return _told(case, self.aim, label)

    def gain(self, case: Case) -> str:
        """How a better number is told: 最低镇每村多."""
        return self.objective.gain.format(each=each_unit(case, self.aim), town=self.aim.town)

    def shown(self, value: Fraction) -> Fraction:
        """The number as a user sees it, in fen or as a ratio."""
        return self.objective.sign * value


@dataclass(frozen=True, slots=True)
class Objective:
    """One aim: its number, its program, its words, and the unit its number is shown in.

    `sign` −1: the number is the negative of what is shown. `unit` fen is money (per unit of a
    column where there is one), percent a part of the whole or of GDP. `label` names the number,
    `gain` says that it got better; both know {each} (每村) and {town}.
    """

    measure: Callable[[Case, Target, Amounts], Fraction]
    build: Callable[[Program, Target], Costs]
    words: Callable[[Case, Aim], str]
    label: str
    gain: str
    sign: Literal[1, -1] = 1
    unit: Literal["fen", "percent"] = "fen"
    is_about_weights: bool = False
    implied: Callable[[Target, Fraction], Iterator[Implied]] | None = None


def _told(case: Case, aim: Aim, text: str) -> str:
    """A text about amounts, with what they mean where they are not entitlements."""
    if case.measure(aim.of) == "entitlement" or aim.kind in ("min_match_burden", "nearest_weights"):
        return text
    measure = case.told(aim.of)
    return text.replace("金额", measure) if "金额" in text else f"{text}（按{measure}）"


def ends(case: Case, target: Target) -> tuple[Fraction, Fraction]:
    """A range in which every amount per unit, less its reference, is sure to lie."""
    smallest = Fraction(min(target.per.values(), default=1))
    furthest = max(map(abs, target.reference.values()), default=Fraction(0))
    high = (case.reach + furthest) / smallest
    return -high - 1, high + 1


def _level(found: Program, target: Target, name: str) -> int:
    low, high = ends(found.case, target)
    size = found.case.total / float(sum(target.per[i] for i in target.members) or 1)
    return found.model.column(name, low, high, size or 1.0)


def _per_unit(target: Target, amounts: Amounts) -> list[Fraction]:
    return [amounts[i] / target.per[i] for i in target.members]


def _deviations(target: Target, amounts: Amounts) -> list[Fraction]:
    return [abs(amounts[i] - target.reference[i]) / target.per[i] for i in target.members]


def max_min_measure(_: Case, target: Target, amounts: Amounts) -> Fraction:
    """The lowest amount per unit, turned."""
    return -min(_per_unit(target, amounts))


def max_min_build(found: Program, target: Target) -> Costs:
    """A level that no amount per unit is below."""
    level = _level(found, target, "level")
    found.per_unit(target.members, target.per, level, "level")
    return {level: -1}


def min_implied(target: Target, most: Fraction) -> Iterator[Implied]:
    """Every amount reaches the lowest one wanted."""
    for i in target.members:
        yield i, -most * target.per[i], None


def deviation_implied(target: Target, most: Fraction) -> Iterator[Implied]:
    """No amount is further from its reference than the number itself."""
    for i in target.members:
        reference, room = target.reference[i], most * target.per[i]
        yield i, reference - room, reference + room


def max_deviation_measure(_: Case, target: Target, amounts: Amounts) -> Fraction:
    """The greatest deviation from the reference."""
    return max(_deviations(target, amounts))


def max_deviation_build(found: Program, target: Target) -> Costs:
    """A level that no deviation exceeds."""
    level = _level(found, target, "deviation")
    for i in target.members:
        for sign in (1, -1):
            least = -sign * target.reference[i]
            found.at_least({i: -sign}, {level: target.per[i]}, least, ("level", i))
    return {level: 1}


def total_deviation_measure(_: Case, target: Target, amounts: Amounts) -> Fraction:
    """The sum of all deviations."""
    return sum(_deviations(target, amounts), Fraction(0))


def total_deviation_build(found: Program, target: Target) -> Costs:
    """A column above the sum of the deviations, which is met by cuts."""
    _, high = ends(found.case, target)
    high *= len(target.members)
    level = found.model.column("total deviation", -1, high, float(found.case.total))
    terms: list[list[Form]] = [[((*[0] * level, 1), 0)]]
    for i in target.members:
        reference, per = target.reference[i], Fraction(target.per[i])
        below = [_shifted(form, -reference, 1 / per) for form in found.over(i)]
        beyond = [_shifted(form, -reference, -1 / per) for form in found.under(i)]
        terms.append([*below, *beyond])
    found.model.sums.append(whole_sum(terms, 0, "total deviation"))
    return {level: 1}


def _shifted(form: Form, by: Fraction, factor: Fraction) -> Form:
    return tuple(factor * value for value in form[0]), factor * (form[1] + by)


def spread_measure(_: Case, target: Target, amounts: Amounts) -> Fraction:
    """The highest amount per unit less the lowest."""
    values = _per_unit(target, amounts)
    return max(values) - min(values)


def spread_build(found: Program, target: Target) -> Costs:
    """Two levels with every amount per unit between them."""
    low, high = _level(found, target, "lowest"), _level(found, target, "highest")
    for i in target.members:
        found.at_least({i: 1}, {low: -target.per[i]}, 0, ("low", i))
        found.at_least({i: -1}, {high: target.per[i]}, 0, ("high", i))
    return {high: 1, low: -1}


def sum_measure(sign: int) -> Callable[[Case, Target, Amounts], Fraction]:
    """What the members get together, with a sign."""

    def measure(_: Case, target: Target, amounts: Amounts) -> Fraction:
        total = sum(amounts.numerators[i] for i in target.members)
        return Fraction(sign * total, amounts.denominator)

    return measure


def sum_build(sign: int) -> Callable[[Program, Target], Costs]:
    """A column for what the members get together."""

    def build(found: Program, target: Target) -> Costs:
        _, high = ends(found.case, target)
        least = 0 if len(found.case.measures) == 1 else -high
        total = found.model.column("sum", least, high, float(found.case.total))
        found.at_least(dict.fromkeys(target.members, -sign), {total: sign}, 0, "sum")
        return {total: sign}

    return build


def share_measure(sign: int) -> Callable[[Case, Target, Amounts], Fraction]:
    """What the members get together as a part of the whole."""

    def measure(case: Case, target: Target, amounts: Amounts) -> Fraction:
        return sum_measure(sign)(case, target, amounts) / target.whole

    return measure


def share_build(sign: int) -> Callable[[Program, Target], Costs]:
    """The same as a program."""

    def build(found: Program, target: Target) -> Costs:
        costs = sum_build(sign)(found, target)
        return {j: Fraction(c) / target.whole for j, c in costs.items()}

    return build


def distance(case: Case, target: Target, amounts: Amounts) -> Fraction:
    """The sum of the differences between weights and those wanted."""
    pairs = zip(amounts.weights, target.aim.weights or case.current_weights, strict=True)
    return sum((abs(a - b) for a, b in pairs), Fraction(0))


def distance_below(target: Target, trial: Fraction) -> Target:
    """The aim λ · (distance of the weights − trial), which is linear where the distance is not.

    Weights are columns over their sum λ: no weights are nearer than `trial` where its least is 0.
    Source: W. Dinkelbach, On nonlinear fractional programming, 1967.
    """

    def measure(case: Case, _: Target, amounts: Amounts) -> Fraction:
        return amounts.level * (distance(case, target, amounts) - trial)

    def build(found: Program, _: Target) -> Costs:
        case = found.case
        costs: dict[int, Number] = {k: -trial * f.total for k, f in enumerate(case.factors)}
        for k, wanted in enumerate(target.aim.weights or case.current_weights):
            terms = found.weight_terms({k: 1}, wanted)
            highs = [column.high for column in found.model.columns]
            reach = sum((abs(Fraction(c)) * highs[j] for j, c in terms.items()), Fraction(0))
            far = found.model.column("distance", 0, reach, float(case.total) or 1.0)
            for sign in (1, -1):
                found.at_least(
                    {}, {far: 1, **{j: sign * Fraction(c) for j, c in terms.items()}}, 0, "far"
                )
            costs[far] = 1
        return costs

    objective = replace(target.objective, measure=measure, build=build)
    return replace(target, objective=objective)


def no_build(_: Program, __: Target) -> Costs:
    """A distance is no linear function; see `distance_below`."""
    raise AssertionError("a distance of weights is sought by `distance_below`")


def match_measure(case: Case, target: Target, amounts: Amounts) -> Fraction:
    """The greatest required match per unit."""
    match = case.match
    assert match is not None  # noqa: S101 - `resolve` refuses the aim without a match
    return max(
        match.rate[i] * (max(amounts[i] - match.offset[i], Fraction(0)) + match.other[i])
        / target.per[i]
        for i in target.members
    )  # fmt: skip


def match_build(found: Program, target: Target) -> Costs:
    """A level that no match per unit exceeds."""
    match = found.case.match
    assert match is not None  # noqa: S101 - `resolve` refuses the aim without a match
    most = [r * (found.case.whole + abs(o)) for r, o in zip(match.rate, match.other, strict=True)]
    high = max(most[i] / target.per[i] for i in target.members)
    level = found.model.column("burden", 0, high + 1, float(high) or 1.0)
    for i in target.members:
        rate, other = match.rate[i], match.other[i]
        least = rate * (other - match.offset[i])
        found.at_least({i: -rate}, {level: target.per[i]}, least, ("level", i))
        found.at_least({}, {level: target.per[i]}, rate * other, ("level", i))
    return {level: 1}


def each_unit(case: Case, aim: Aim) -> str:
    """每村, 每人: what amounts are divided by; empty without."""
    return f"每{case.per_name(aim.per)}" if aim.per else ""
