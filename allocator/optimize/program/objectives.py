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
from types import MappingProxyType
from typing import Final, Literal

from allocator.base.money import FEN_PER_YUAN
from allocator.base.problems import InputError, Problem
from allocator.fund.recipients import Number
from allocator.optimize.linear.model import Form, whole_sum
from allocator.optimize.program.case import Amounts, Case
from allocator.optimize.program.constraints import group_name, reference_name, unknown
from allocator.optimize.program.regions import whole
from allocator.optimize.program.relaxation import Program
from allocator.optimize.question.conditions import Aim, Group

Costs = Mapping[int, Number]
#: (town, least amount or None, greatest amount or None) in fen.
Implied = tuple[int, Fraction | None, Fraction | None]


@dataclass(frozen=True, slots=True)
class Target:
    """An aim looked up in the table: whose amounts count, and what they are held against.

    `per[i]` divides the amount of town i (towns where it is 0 have none to divide and are left
    out of `members`), `reference[i]` is fen.
    """

    aim: Aim
    objective: Objective
    members: tuple[int, ...]
    per: Mapping[int, Number]
    reference: Mapping[int, Fraction]

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
        return self.objective.words(case, self.aim)

    def label(self, case: Case) -> str:
        """The name of the number shown: 最低镇每村金额."""
        return self.objective.label.format(each=_each(case, self.aim), town=self.aim.town)

    def gain(self, case: Case) -> str:
        """How a better number is told: 最低镇每村多."""
        return self.objective.gain.format(each=_each(case, self.aim), town=self.aim.town)

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


def ends(case: Case, target: Target) -> tuple[Fraction, Fraction]:
    """A range in which every amount per unit, less its reference, is sure to lie."""
    smallest = Fraction(min(target.per.values(), default=1))
    furthest = max(map(abs, target.reference.values()), default=Fraction(0))
    high = (whole(case) + furthest) / smallest
    return -high - 1, high + 1


def _level(found: Program, target: Target, name: str) -> int:
    low, high = ends(found.case, target)
    size = found.case.total / float(sum(target.per[i] for i in target.members) or 1)
    return found.model.column(name, low, high, size or 1.0)


def _per_unit(target: Target, amounts: Amounts) -> list[Fraction]:
    return [amounts[i] / target.per[i] for i in target.members]


def _deviations(target: Target, amounts: Amounts) -> list[Fraction]:
    return [abs(amounts[i] - target.reference[i]) / target.per[i] for i in target.members]


def _max_min_measure(_: Case, target: Target, amounts: Amounts) -> Fraction:
    return -min(_per_unit(target, amounts))


def _max_min_build(found: Program, target: Target) -> Costs:
    level = _level(found, target, "level")
    found.per_unit(target.members, target.per, level, "level")
    return {level: -1}


def _min_implied(target: Target, most: Fraction) -> Iterator[Implied]:
    for i in target.members:
        yield i, -most * target.per[i], None


def _deviation_implied(target: Target, most: Fraction) -> Iterator[Implied]:
    for i in target.members:
        reference, room = target.reference[i], most * target.per[i]
        yield i, reference - room, reference + room


def _max_deviation_measure(_: Case, target: Target, amounts: Amounts) -> Fraction:
    return max(_deviations(target, amounts))


def _max_deviation_build(found: Program, target: Target) -> Costs:
    level = _level(found, target, "deviation")
    for i in target.members:
        for sign in (1, -1):
            least = -sign * target.reference[i]
            found.at_least({i: -sign}, {level: target.per[i]}, least, ("level", i))
    return {level: 1}


def _total_deviation_measure(_: Case, target: Target, amounts: Amounts) -> Fraction:
    return sum(_deviations(target, amounts), Fraction(0))


def _total_deviation_build(found: Program, target: Target) -> Costs:
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


def _spread_measure(_: Case, target: Target, amounts: Amounts) -> Fraction:
    values = _per_unit(target, amounts)
    return max(values) - min(values)


def _spread_build(found: Program, target: Target) -> Costs:
    low, high = _level(found, target, "lowest"), _level(found, target, "highest")
    for i in target.members:
        found.at_least({i: 1}, {low: -target.per[i]}, 0, ("low", i))
        found.at_least({i: -1}, {high: target.per[i]}, 0, ("high", i))
    return {high: 1, low: -1}


def _sum_measure(sign: int) -> Callable[[Case, Target, Amounts], Fraction]:
    def measure(_: Case, target: Target, amounts: Amounts) -> Fraction:
        total = sum(amounts.numerators[i] for i in target.members)
        return Fraction(sign * total, amounts.denominator)

    return measure


def _sum_build(sign: int) -> Callable[[Program, Target], Costs]:
    def build(found: Program, target: Target) -> Costs:
        _, high = ends(found.case, target)
        total = found.model.column("sum", 0, high, float(found.case.total))
        found.at_least(dict.fromkeys(target.members, -sign), {total: sign}, 0, "sum")
        return {total: sign}

    return build


def _share_measure(sign: int) -> Callable[[Case, Target, Amounts], Fraction]:
    def measure(case: Case, target: Target, amounts: Amounts) -> Fraction:
        return _sum_measure(sign)(case, target, amounts) / whole(case)

    return measure


def _share_build(sign: int) -> Callable[[Program, Target], Costs]:
    def build(found: Program, target: Target) -> Costs:
        costs = _sum_build(sign)(found, target)
        return {j: Fraction(c) / whole(found.case) for j, c in costs.items()}

    return build


def _distance(case: Case, target: Target, amounts: Amounts) -> Fraction:
    pairs = zip(amounts.weights, target.aim.weights or case.current_weights, strict=True)
    return sum((abs(a - b) for a, b in pairs), Fraction(0))


def distance_below(target: Target, trial: Fraction) -> Target:
    """The aim λ · (distance of the weights − trial), which is linear where the distance is not.

    Weights are columns over their sum λ: no weights are nearer than `trial` where its least is 0.
    Source: W. Dinkelbach, On nonlinear fractional programming, 1967.
    """

    def measure(case: Case, _: Target, amounts: Amounts) -> Fraction:
        return amounts.level * (_distance(case, target, amounts) - trial)

    def build(found: Program, _: Target) -> Costs:
        case = found.case
        costs: dict[int, Number] = {k: -trial * f.total for k, f in enumerate(case.factors)}
        for k, wanted in enumerate(target.aim.weights or case.current_weights):
            terms = found.weight_terms({k: 1}, wanted)
            highs = [column.high for column in found.model.columns]
            reach = sum((abs(Fraction(c)) * highs[j] for j, c in terms.items()), Fraction(0))
            far = found.model.column("distance", 0, reach, float(case.total) or 1.0)
            for sign in (1, -1):
                found.at_least({}, {far: 1, **{j: sign * Fraction(c) for j, c in terms.items()}}, 0, "far")
            costs[far] = 1
        return costs

    objective = replace(target.objective, measure=measure, build=build)
    return replace(target, objective=objective)


def _no_build(_: Program, __: Target) -> Costs:
    raise AssertionError("a distance of weights is sought by `distance_below`")


def _match_measure(case: Case, target: Target, amounts: Amounts) -> Fraction:
    match = case.match
    assert match is not None  # noqa: S101 - `resolve` refuses the aim without a match
    return max(
        match.rate[i] * (max(amounts[i] - match.offset[i], Fraction(0)) + match.other[i])
        / target.per[i]
        for i in target.members
    )  # fmt: skip


def _match_build(found: Program, target: Target) -> Costs:
    match = found.case.match
    assert match is not None  # noqa: S101 - `resolve` refuses the aim without a match
    most = [r * (whole(found.case) + abs(o)) for r, o in zip(match.rate, match.other, strict=True)]
    high = max(most[i] / target.per[i] for i in target.members)
    level = found.model.column("burden", 0, high + 1, float(high) or 1.0)
    for i in target.members:
        rate, other = match.rate[i], match.other[i]
        least = rate * (other - match.offset[i])
        found.at_least({i: -rate}, {level: target.per[i]}, least, ("level", i))
        found.at_least({}, {level: target.per[i]}, rate * other, ("level", i))
    return {level: 1}


def _each(case: Case, aim: Aim) -> str:
    return f"每{case.per_name(aim.per)}" if aim.per else ""


def _burden_base(case: Case, aim: Aim) -> str:
    return case.recipients.header(aim.per or "gdp").partition("（")[0]


def _deviation_words(kind: str) -> Callable[[Case, Aim], str]:
    def words(case: Case, aim: Aim) -> str:
        each = _each(case, aim)
        return f"{group_name(aim.group)}{each}与{reference_name(aim.reference)}的{kind}最小"

    return words


AIMS: Final[Mapping[str, Objective]] = MappingProxyType(
    {
        "max_min": Objective(
            _max_min_measure,
            _max_min_build,
            lambda case, aim: f"{group_name(aim.group)}中{_each(case, aim)}最低的金额尽量高",
            "最低镇{each}金额",
            "最低镇{each}多",
            -1,
            implied=_min_implied,
        ),
        "leximin": Objective(
            _max_min_measure,
            _max_min_build,
            lambda case, aim: f"{group_name(aim.group)}{_each(case, aim)}的金额由低到高依次尽量高",
            "最低镇{each}金额",
            "最低镇{each}多",
            -1,
            implied=_min_implied,
        ),
        "min_max_deviation": Objective(
            _max_deviation_measure,
            _max_deviation_build,
            _deviation_words("最大偏离"),
            "最大{each}偏离",
            "最大{each}偏离减少",
            implied=_deviation_implied,
        ),
        "min_total_deviation": Objective(
            _total_deviation_measure,
            _total_deviation_build,
            _deviation_words("偏离合计"),
            "{each}偏离合计",
            "{each}偏离合计减少",
            implied=_deviation_implied,
        ),
        "min_spread": Objective(
            _spread_measure,
            _spread_build,
            lambda case, aim: f"{group_name(aim.group)}{_each(case, aim)}金额的高低差最小",
            "{each}金额高低差",
            "{each}高低差缩小",
        ),
        "max_group_share": Objective(
            _share_measure(-1),
            _share_build(-1),
            lambda _, aim: f"{group_name(aim.group)}的合计占比尽量高",
            "合计占比",
            "合计占比提高",
            -1,
            "percent",
        ),
        "min_group_share": Objective(
            _share_measure(1),
            _share_build(1),
            lambda _, aim: f"{group_name(aim.group)}的合计占比尽量低",
            "合计占比",
            "合计占比降低",
            1,
            "percent",
        ),
        "nearest_weights": Objective(
            _distance,
            _no_build,
            lambda _, aim: f"权重与{'给定' if aim.weights else '现行'}权重相差之和尽量小",
            "权重相差之和",
            "权重相差之和减少",
            1,
            "percent",
            is_about_weights=True,
        ),
        "max_town": Objective(
            _sum_measure(-1),
            _sum_build(-1),
            lambda _, aim: f"{aim.town}的金额尽量多",
            "{town}金额",
            "{town}多",
            -1,
        ),
        "min_town": Objective(
            _sum_measure(1),
            _sum_build(1),
            lambda _, aim: f"{aim.town}的金额尽量少",
            "{town}金额",
            "{town}少",
        ),
        "min_match_burden": Objective(
            _match_measure,
            _match_build,
            lambda case, aim: f"应配套金额与{_burden_base(case, aim)}之比最高的镇尽量低",
            "最高配套负担率",
            "最高配套负担率降低",
            1,
            "percent",
        ),
    }
)
#: 亿元 to fen: the burden is match per GDP, both money.
_FEN_PER_YI: Final = FEN_PER_YUAN * 10**8
NEAREST: Final = Aim("min_total_deviation")


def resolve(case: Case, aim: Aim) -> Target:
    """Look the aim's terms up. Raises `InputError` naming everything unknown or missing."""
    objective = AIMS[aim.kind]
    problems: list[Problem] = []

    def need(present: object, what: str) -> None:
        if not present:
            message = f"目标“{aim.kind}”需要{what}"
            problems.append(Problem("problem.aim", message, "请在目标中补上", aim.place))

    group = Group((aim.town,)) if aim.kind in ("max_town", "min_town") else aim.group
    if aim.kind in ("max_town", "min_town"):
        need(aim.town, "“town”（哪个镇街）")
    if aim.kind.endswith("group_share"):
        need(aim.group.towns or aim.group.classes, "“classes”或“towns”（哪些镇街）")
    is_burden, is_deviation = aim.kind == "min_match_burden", "deviation" in aim.kind
    if is_burden:
        need(case.match, "分配方案有配套规则，且试点剩余不再分配")
    try:
        column = case.per(aim.per or ("gdp" if is_burden else ""))
        members = [i for i in case.members(group) if column[i]]
        reference = case.reference(aim.reference) if is_deviation else {}
    except KeyError as error:
        problems.append(unknown(aim.place, str(error.args[0])))
        raise InputError(problems) from None
    if is_deviation:
        members = [i for i in members if i in reference]
    need(members, "至少一个可比较的镇街")
    need(len(aim.weights) in (0, len(case.factors)), f" {len(case.factors)} 个权重")
    if problems:
        raise InputError(problems)
    scale = _FEN_PER_YI if is_burden and (aim.per or "gdp") == "gdp" else 1
    per = {i: column[i] * scale for i in members}
    return Target(aim, objective, tuple(members), per, reference)
