"""The formulas of a pool worked out, one after the other, to columns."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from math import ceil, floor
from typing import TYPE_CHECKING

from allocator.base.money import FEN_PER_YUAN, Fen, format_number
from allocator.base.problems import InputError, Problem
from allocator.engine.shares import factor_name, factor_value
from allocator.engine.split.grouping import groups_of
from allocator.engine.split.terms import HEADERS, Terms
from allocator.engine.split.unknown import (
    NoAmountsError,
    at_level,
    solved_amounts,
    values_at,
)
from allocator.fund.bounds import entitlement_bounds
from allocator.fund.derived.conflicts import percent_of
from allocator.fund.derived.reading import (
    BUDGET,
    LEVEL,
    Formulas,
    Site,
    problem_at,
    table_of,
)
from allocator.fund.recipients import Number, Recipients
from allocator.fund.rules import Factor, Pool
from allocator.fund.scheme import Scheme

if TYPE_CHECKING:
    from allocator.formulas import Formula


def terms_of(
    recipients: Recipients,
    scheme: Scheme,
    pool: Pool,
    formulas: Formulas,
    above: Mapping[str, Sequence[Fen]],
) -> Terms:
    """Work out every formula of a pool; `above` are the entitlements of the pools before it.

    Functions over all recipients mean those who take part: first the condition is looked at, then
    who has a fixed sum, then everything else. Raises `InputError` for values that do not exist.
    """
    sites = {key: site for key, site in formulas.of(pool).items() if key != "deduct"}
    if not sites and not scheme.columns and not pool.group and pool.least is None:
        return Terms(recipients, pool).with_base_of_each()
    work = Work(recipients, scheme, pool, formulas, sites, above)
    work.settle_budget()
    members = work.members()
    fixed = work.fixed(members)
    if any(fixed):
        members = tuple(not own and (not members or members[i]) for i, own in enumerate(fixed))
    work.evaluate_all(members)
    return work.terms(members, fixed)


class Work:
    """The formulas of one pool on their way to columns."""

    def __init__(
        self,
        recipients: Recipients,
        scheme: Scheme,
        pool: Pool,
        formulas: Formulas,
        sites: Mapping[str, Site],
        above: Mapping[str, Sequence[Fen]],
    ) -> None:
        self.recipients, self.scheme, self.pool = recipients, scheme, pool
        self.sites = sites
        self.derived = dict(formulas.columns)
        self.own = {key: site.read for key, site in sites.items()}
        paid = {f"pool_{name}": _in_yuan(amounts) for name, amounts in above.items()}
        self.table = table_of(recipients, paid)
        self.values: dict[str, tuple[Number, ...]] = {}
        self.groups: tuple[str, ...] = ()
        self.level: dict[str, Fraction] = {}
        self.amounts: tuple[Fraction, ...] = ()

    def settle_budget(self) -> None:
        """The budget, worked out where it is a formula, as a column for the other formulas."""
        pool = self.pool
        if "budget" in self.own:
            values = self.given("budget", ())
            pool = self.pool = replace(pool, budget=self._one_budget(values))
        if not pool.is_open and BUDGET not in self.table.numbers:
            yuan = _in_yuan([pool.budget]) * len(self.recipients)
            self.table = replace(self.table, numbers={**self.table.numbers, BUDGET: yuan})

    def _one_budget(self, yuan: Sequence[Number]) -> Fen:
        """A budget is one sum, in whole units of the pool."""
        fen = self.whole_fen("budget", yuan[:1])[0]
        message = ""
        if len(set(yuan)) > 1:
            message, remedy = "对各处得出不同的数", "预算只有一个数，请用 sum(…) 等对全部对象的函数"
        elif fen % self.pool.unit:
            message, remedy = "不是取整单位的整数倍", "请在公式中用 round(…, n) 取整"
        if message:
            shown = format_number(Fraction(yuan[0]), 6)
            text = f"的预算公式{message}"
            raise InputError([self._problem("budget", "formula.budget", text, remedy, shown)])
        return fen

    def given(self, key: str, marks: Sequence[bool]) -> tuple[Number, ...]:
        """The values of one formula of the pool for those marked (none: all)."""
        derived = self.needed([self.own[key]])
        from allocator.formulas import evaluate

        found = evaluate({**derived, _own(key): self.own[key]}, self.table, marks or None)
        self._stop({name: values.mistakes for name, values in found.items()})
        values = found[_own(key)]
        return values.values or tuple(map(int, values.holds))

    def needed(
        self, formulas: Iterable[Formula], columns: Iterable[str] = ()
    ) -> dict[str, Formula]:
        """The derived columns that formulas and columns rest on, in the order of evaluation.

        A column that this pool does not look at need not exist for those who take part in it.
        """
        from allocator.formulas import needed

        return needed(self.derived, [*columns, *(n for f in formulas for n in f.names)])

    def members(self) -> tuple[bool, ...]:
        """Who takes part; empty where there is no condition."""
        if "eligible" not in self.own:
            return ()
        found = tuple(map(bool, self.given("eligible", ())))
        if not any(found):
            message, remedy = "没有一处符合参加条件", "请核对条件或数据"
            raise InputError([self._problem("eligible", "formula.nobody", message, remedy)])
        return found

    def fixed(self, members: Sequence[bool]) -> tuple[Fen, ...]:
        """The sums in place of a share, in fen; empty where there are none."""
        if "fixed" not in self.own:
            return ()
        return self.whole_fen("fixed", self.given("fixed", members))

    def evaluate_all(self, members: Sequence[bool]) -> None:
        """Derived columns and the rest of the pool's formulas, for those who take part."""
        rest = {_own(k): f for k, f in self.own.items() if k not in ("eligible", "fixed", "budget")}
        if self._is_unknown():
            del rest[_own("amount")]
        columns = [name for factor in self.pool.factors for name in factor.columns()]
        self.derived = self.needed(self.own.values(), columns)
        from allocator.formulas import evaluate

        found = evaluate({**self.derived, **rest}, self.table, members or None)
        self._stop({name: values.mistakes for name, values in found.items()})
        self.values = {name: values.values for name, values in found.items()}

    def _is_unknown(self) -> bool:
        """Whether the amounts hang on a level that the budget decides."""
        return (
            "amount" in self.own
            and LEVEL in self.own["amount"].names
            and LEVEL not in {*self.recipients.numbers, *self.derived}
        )

    def _solve(
        self, recipients: Recipients, pool: Pool, members: Sequence[bool], fixed: Sequence[Fen]
    ) -> None:
        """The level, and the amounts at it."""
        n = len(recipients)
        takes_part = members or (True,) * n
        rows = {
            name: [i for i in range(n) if takes_part[i] and (not name or self.groups[i] == name)]
            for name in dict.fromkeys(filter(None, self.groups)) or [""]
        }
        own = fixed or (Fen(0),) * n
        budgets = {
            name: pool.budgets.get(name, pool.budget)
            - sum(own[i] for i in range(n) if not name or self.groups[i] == name)
            for name in rows
        }
        parts = {name: (rows[name], Fen(budgets[name])) for name in rows if rows[name]}
        derived = {name: self.values[name] for name in self.derived}
        table = replace(self.table, numbers={**self.table.numbers, **derived})
        bounds = entitlement_bounds(recipients, pool)
        try:
            level, fen = solved_amounts(self.own["amount"], table, members, parts, bounds, pool)
        except NoAmountsError as error:
            self._stop({_own("amount"): error.mistakes})
            raise InputError(
                [self._problem("amount", "formula.level", error.why, error.remedy)]
            ) from None
        self.level, self.amounts = level, fen
        each = [level.get(self.groups[i] if self.groups else "", Fraction(0)) for i in range(n)]
        self.table = at_level(self.table, each)
        # The formula's own values; what the bounds make of them are the amounts.
        self.values[_own("amount")] = values_at(self.own["amount"], at_level(table, each), members)

    def _problem(self, key: str, code: str, message: str, remedy: str, value: str = "") -> Problem:
        """A mistake that shows only in the values of one of the pool's formulas, at the formula."""
        problem = Problem(code, f"“{self.pool.name}”{message}", remedy, value=value)
        return self._placed(key, problem)

    def _placed(self, key: str, problem: Problem) -> Problem:
        place = self.scheme.places.get(self.sites[key].path)
        return replace(problem, place=place) if place else problem

    def _stop(self, mistakes: Mapping[str, Sequence[object]]) -> None:
        problems = []
        for name, found in mistakes.items():
            site = self.sites.get(name.removeprefix("=")) if name.startswith("=") else None
            site = site or Site(f"columns.{name}", self.scheme.columns.get(name, ""))
            problems += [
                problem_at(self.recipients, self.scheme, site, m)  # type: ignore[arg-type]
                for m in found
            ]
        if problems:
            raise InputError(problems)

    def whole_fen(self, key: str, yuan: Sequence[Number]) -> tuple[Fen, ...]:
        """Values in yuan as fen; a value below 0 or with a part of a fen is a mistake."""
        problems, amounts = [], []
        for i, value in enumerate(yuan):
            fen = Fraction(value) * FEN_PER_YUAN
            if fen.denominator != 1 or fen < 0:
                town = self.recipients.towns[i]
                shown = format_number(Fraction(value), 6)
                message = f"{town}的“{HEADERS[key]}”应为不小于 0 的整分金额"
                remedy = "请在公式中用 round(…, 2) 取到分"
                problem = Problem("formula.money", message, remedy, value=shown)
                problems.append(self._placed(key, problem))
            amounts.append(Fen(int(fen)))
        if problems:
            raise InputError(problems)
        return tuple(amounts)

    def money(self, key: str) -> tuple[Fraction, ...]:
        """An amount in exact fen for each; a bare percentage means that part of the budget."""
        if _own(key) not in self.values:
            flat = getattr(self.pool, key, None)
            return (Fraction(flat),) * len(self.recipients) if isinstance(flat, int) else ()
        part = percent_of(self.sites[key].text)
        if part is not None:  # a part of the pool's budget, never a part of a yuan
            return (part * self.pool.budget,) * len(self.recipients)
        return tuple(Fraction(value) * FEN_PER_YUAN for value in self.values[_own(key)])

    def terms(self, members: tuple[bool, ...], fixed: tuple[Fen, ...]) -> Terms:
        """The pool over columns."""
        derived = {name: self.values[name] for name in self.derived}
        numbers, headers = {**self.recipients.numbers, **derived}, {**self.recipients.headers}
        columns: dict[str, str] = {}

        def column(key: str, header: str, values: Sequence[Number]) -> str:
            name = columns[key] = f"{self.pool.id}·{key}"
            numbers[name], headers[name] = tuple(values), header
            return name

        table = replace(self.recipients, numbers=numbers)
        numbered = enumerate(self.pool.factors)
        factors = [self._factor(table, k, one, members, column) for k, one in numbered]
        bounds: dict[str, Fen | str | None] = {"floor": self.pool.floor, "cap": self.pool.cap}
        for key, to_fen in (("floor", ceil), ("cap", floor)):
            if _own(key) in self.values:
                fen = [Fen(max(to_fen(amount), 0)) for amount in self.money(key)]
                bounds[key] = column(key, HEADERS[key], _in_yuan(fen))
        self.groups = groups_of(self.recipients, self.pool, members, fixed)
        if self._is_unknown():
            known = replace(self.recipients, numbers=numbers)
            self._solve(known, replace(self.pool, **bounds), members, fixed)  # type: ignore[arg-type]
            column("level", HEADERS["level"], self.table.numbers[LEVEL])  # type: ignore[arg-type]
        for key in ("adjust", "base", "amount", "least"):
            if _own(key) in self.values:
                column(key, HEADERS[key], self.values[_own(key)])
        if fixed:
            column("fixed", HEADERS["fixed"], _in_yuan(fixed))
        pool = replace(self.pool, factors=tuple(factors), **bounds)  # type: ignore[arg-type]
        recipients = replace(self.recipients, numbers=numbers, headers=headers)
        return Terms(
            recipients=recipients,
            pool=pool,
            columns=columns,
            formulas={**self.derived, **{columns.get(k, k): f for k, f in self.own.items()}},
            members=members,
            fixed=fixed,
            base=self.money("base") if _own("base") in self.values else (),
            adjust=self._adjust(),
            least=self.money("least"),
            amounts=self.amounts or self.money("amount"),
            groups=self.groups,
            level=self.level,
            table=self.table,
            derived=frozenset(self.derived),
        ).with_base_of_each()

    def _factor(
        self,
        table: Recipients,
        k: int,
        factor: Factor,
        members: Sequence[bool],
        column: Callable[[str, str, Sequence[Number]], str],
    ) -> Factor:
        """A factor over a column: its formula's, or its own where not everybody takes part."""
        if factor.value:
            values, header = self._not_negative(k), factor.name or factor.value
        elif members and not all(members) and not self._is_sound(factor):
            values, header = self._masked(table, factor, members), factor_name(table, factor)
        else:
            if any(name in self.derived for name in factor.columns()) and not self._is_sound(
                factor
            ):
                self._masked(table, factor, (True,) * len(table))
            return factor
        name = column(f"value{k}", header, values)
        return Factor(weight=factor.weight, column=name, name=header)

    def _is_sound(self, factor: Factor) -> bool:
        """A derived column as it stands, never below 0: who takes no part has 0 in it already."""
        is_plain = factor.columns() == (factor.column,) and factor.direction == "direct"
        is_derived = factor.column in self.derived and not factor.coefficients
        return is_plain and is_derived and min(self.values[factor.column], default=0) >= 0

    def _masked(
        self, table: Recipients, factor: Factor, members: Sequence[bool]
    ) -> tuple[Number, ...]:
        """The values of a factor for those who take part, 0 for the others."""
        values: list[Number] = []
        for i, takes_part in enumerate(members):
            try:
                values.append(factor_value(table, factor, i) if takes_part else 0)
            except ZeroDivisionError:
                town, header = table.towns[i], factor_name(table, factor)
                message = f"{town}的因素“{header}”要除以 0"
                place = table.place(factor.per or factor.column, i)
                remedy = "请填大于 0 的数，或调整该因素的算法"
                raise InputError([Problem("table.zero", message, remedy, place)]) from None
            if values[-1] < 0:
                message = f"{table.towns[i]}的因素“{factor_name(table, factor)}”为负数"
                remedy = "因素值不能为负；请核对数据，或用 max(…, 0)"
                place = table.place("town", i)
                shown = format_number(Fraction(values[-1]), 6)
                raise InputError([Problem("formula.negative", message, remedy, place, shown)])
        return tuple(values)

    def _not_negative(self, k: int) -> Sequence[Number]:
        values = self.values[_own(f"value{k}")]
        site = self.sites[f"value{k}"]
        problems = []
        for i, value in enumerate(values):
            if value < 0:
                shown = format_number(Fraction(value), 6)
                message = f"因素“{site.text}”：{self.recipients.towns[i]}的值为负数"
                remedy = "因素值不能为负；请核对数据，或用 max(…, 0)"
                place = self.recipients.place("town", i)
                problems.append(Problem("formula.negative", message, remedy, place, shown))
        if problems:
            raise InputError(problems)
        return values

    def _adjust(self) -> tuple[Number, ...]:
        values = self.values.get(_own("adjust"), ())
        negative = [i for i, value in enumerate(values) if value < 0]
        if negative:
            town = self.recipients.towns[negative[0]]
            message = f"{town}的调节系数为负数"
            raise InputError([Problem("formula.negative", message, "请核对公式或数据")])
        return values


def _own(key: str) -> str:
    """The name of a pool's own formula among the values: no column begins with `=`."""
    return f"={key}"


def _in_yuan(fen: Sequence[Fen]) -> tuple[Number, ...]:
    yuan = [Fraction(amount, FEN_PER_YUAN) for amount in fen]
    return tuple(value.numerator if value.denominator == 1 else value for value in yuan)
