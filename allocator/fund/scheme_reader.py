"""The parts of a scheme from plain data (a TOML file, a sheet), each mistake named at its place."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any, Final

from allocator.base.money import Fen, exact_number, format_number, format_yuan, yuan_text
from allocator.base.plain_data import Locate, PlainReader, join, ratio
from allocator.fund import words
from allocator.fund.derived.conflicts import conflicts, is_arithmetic, is_percent
from allocator.fund.rules import Deduction, Factor, Matching, Naming, Pilot, Pool, Source

#: Keys read by other parts of the package from the same file.
FOREIGN_KEYS: Final = ("scenario", "problem", "table")

#: A higher rate is a percentage without its sign.
_MOST_RATE: Final = 10


#: What stands in headers and sentences of every table is a word, not a sentence.
MOST_NAME: Final = 40


class SchemeReader(PlainReader):
    """Reads one raw scheme; `problems` fills up on the way."""

    def __init__(self, locate: Locate) -> None:
        super().__init__(locate, words.KEYS, words.CHOICES, "scheme", FOREIGN_KEYS)

    def values(self, raw: Mapping[str, Any], path: str, table: str) -> dict[str, Any]:
        """What the rules of a table say, by key: as `fund.words` lists them."""
        return {rule.key: self.value(raw, path, rule) for rule in words.rules_of(table)}

    def value(self, raw: Mapping[str, Any], path: str, rule: words.Rule) -> Any:
        """The value of one rule, its default where nothing is given."""
        if rule.kind == "choice":
            return self.choice(raw, path, rule.key, rule.default)
        if rule.kind == "money":
            return self.amount(raw, path, rule.key, rule.default)
        if rule.is_rare and rule.kind == "ratio" and raw.get(rule.key) in (None, ""):
            return None
        others: dict[str, Callable[..., Any]] = {
            "money_or_formula": self.amount_or_formula,
            "texts": self.texts,
            "ratio": self.number,
            "date": self.date,
            "count": self.count,
        }
        if read := others.get(rule.kind):
            return read(raw, path, rule.key)
        return self.text(raw, path, rule.key, needed=rule.is_needed)

    def factor(self, raw: object, path: str) -> Factor:
        """One factor of a pool."""
        table = self.table(raw, path, "factor")
        column = self.text(table, path, "column") or self.text(table, path, "value")
        coefficients: dict[str, Fraction] = {}
        if "coefficients" in table:
            given = table["coefficients"]
            if isinstance(given, Mapping):
                inner = join(path, "coefficients")
                coefficients = {str(k): self.number(given, inner, k) for k in given}
            else:
                remedy = '请写成 { "一类" = "1.0", … }'
                self.report("shape", join(path, "coefficients"), "系数应是一张表", remedy, given)
        if bool(column) == bool(coefficients):
            remedy = (
                "填写“column”（取自哪一列）、“value”（公式）或“coefficients”（按类别的系数），选一"
            )
            self.report("factor", path, "因素要么取自一列或公式，要么按类别给系数", remedy, column)
        return Factor(**self.values(table, path, "factor"), coefficients=coefficients)

    def pool(self, raw: object, path: str) -> Pool:
        """One pool, checked."""
        table = self.table(raw, path, "pool")
        marks = [len(self.problems)]
        sources = []
        for item, inner in self.tables(table.get("sources", []), join(path, "sources")):
            source = self.table(item, inner, "source")
            sources.append(Source(**self.values(source, inner, "source")))
        marks.append(len(self.problems))
        factors = [
            self.factor(item, inner)
            for item, inner in self.tables(table.get("factors", []), join(path, "factors"))
        ]
        marks.append(len(self.problems))
        plain, budgets = self.budgets(table, path)
        budget = table.get("budget")
        is_computed = isinstance(budget, str) and is_arithmetic(budget)
        plain = {**plain, "budget": "0"} if is_computed else plain
        given = self.values(plain, path, "pool")
        given["name"] = given["name"] or given["id"]
        base = given.pop("base")
        pool = Pool(
            **given,
            factors=tuple(factors),
            sources=tuple(sources),
            budgets=budgets,
            base=Fen(0) if base is None or isinstance(base, str) else base,
            base_formula=base if isinstance(base, str) else "",
            is_open=bool(given["amount"]) and budget in (None, ""),
            budget_formula=budget.strip() if isinstance(budget, str) and is_computed else "",
        )
        of_sources, of_factors = self._sums(marks)
        self.check_methods(pool, path)
        self.check_pool(pool, path, sources=of_sources, weights=of_factors)
        return pool

    def _sums(self, marks: Sequence[int]) -> tuple[bool, bool]:
        """Whether sources and weights can be summed: one that is wrong in itself makes no sum."""
        start, sources, factors = marks
        amounts = [*self.problems[start:sources], *self.problems[factors:]]
        wrong = ("scheme.amount", "scheme.negative", "scheme.number")
        return (
            not any(problem.code in wrong for problem in amounts),
            not any(problem.code in wrong for problem in self.problems[sources:factors]),
        )

    def budgets(self, table: Mapping[str, Any], path: str) -> tuple[dict[str, Any], dict[str, Fen]]:
        """The pool's table with one budget, and what each group has of it (none: no groups).

        A pool whose amounts are given by a formula needs no budget: it counts as 0.
        """
        given = table.get("budget")
        plain = {key: value for key, value in table.items() if key not in ("sources", "factors")}
        if given in (None, "") and table.get("amount"):
            return {**plain, "budget": "0"}, {}
        if not isinstance(given, Mapping):
            return plain, {}
        inner = join(path, "budget")
        budgets = {str(name): self.amount(given, inner, name) for name in given}
        if not table.get("group"):
            remedy = "请用“group”写明按哪一列分组"
            self.report("group", inner, "按组给了预算，却没有分组列", remedy)
        return {**plain, "budget": yuan_text(sum(budgets.values()))}, budgets

    def check_methods(self, pool: Pool, path: str) -> None:
        """Rules that do not go together, and group budgets in parts of a unit."""
        for key, message, remedy in conflicts(pool):
            self.report("method", join(path, key), f"“{pool.name}”{message}", remedy)
        for name, fen in pool.budgets.items():
            if pool.unit and fen % pool.unit:
                remedy = "请改预算或取整单位，使每组预算都是单位的整数倍"
                message = f"“{name}”的预算不是取整单位的整数倍"
                self.report("unit", join(join(path, "budget"), name), message, remedy)

    def check_pool(
        self, pool: Pool, path: str, *, sources: bool = True, weights: bool = True
    ) -> None:
        """What a pool must keep: weights that sum to 1, sources that sum to the budget."""
        if not pool.factors and not pool.amount:
            self.report("factors", path, f"“{pool.name}”没有因素", "请至少填一个因素及权重")
        if pool.factors and pool.amount:
            remedy = "删去因素，或删去“amount”改按因素分配"
            self.report("factors", path, f"“{pool.name}”既有应补助额公式又有因素", remedy)
        if pool.group and not pool.budgets:
            remedy = '请写成 budget = { "东部" = "…", "西部" = "…" }'
            self.report("group", join(path, "group"), "分组没有各组的预算", remedy, pool.group)
        total = sum((factor.weight for factor in pool.factors), Fraction(0))
        if weights and pool.factors and total != 1:
            shown = format_number(total)
            percent = f"{format_number(total * 100)}%"
            gap = format_number(abs(total - 1) * 100)
            word = "少" if total < 1 else "多"
            remedy = f"合计 {percent}，比 100% {word} {gap} 个百分点；请调整权重，使合计恰为 100%"
            if total == 100:
                remedy = "百分数请带百分号，如 40%，或写成小数 0.4"
            self.report(
                "weights",
                join(path, "factors"),
                f"“{pool.name}”的权重合计为 {shown}，不等于 1",
                remedy,
                shown,
            )
        paid = sum(source.amount for source in pool.sources)
        if sources and pool.sources and paid != pool.budget and not pool.is_open:
            self.report(
                "sources",
                join(path, "sources"),
                f"“{pool.name}”资金来源合计 {format_yuan(paid)} 元，预算 {format_yuan(pool.budget)} 元，"
                f"相差 {format_yuan(paid - pool.budget)} 元",
                "请核对来源金额或预算",
                format_yuan(paid),
            )
        if pool.unit == 0:
            self.report("unit", join(path, "unit"), "取整单位不能为 0", "请填 0.01 等金额")
        elif pool.budget % pool.unit:
            remedy = "请改预算或取整单位，使预算为单位的整数倍"
            self.report("unit", join(path, "unit"), "预算不是取整单位的整数倍", remedy)

    def pilot(self, raw: object, pools: Sequence[Pool]) -> Pilot:
        """The pilot rule, for one of `pools`."""
        table = self.table(raw, "pilot", "pilot")
        given = self.values(table, "pilot", "pilot")
        pool, ids = given["pool"], [one.id for one in pools]
        if pool and pool not in ids:
            remedy = f"可用的资金池：{'、'.join(ids)}"
            self.report("pilot_pool", "pilot.pool", "试点所属资金池不存在", remedy, pool)
        if given["advance"] is None:
            self.report("missing", "pilot.advance", "缺少每镇试点经费", "请填金额（元）")
            given["advance"] = Fen(0)
        special = next((one for one in pools if one.id == pool and (one.amount or one.group)), None)
        if special is not None:
            message = f"“{special.name}”按公式给额或分组，不能用试点结算"
            remedy = '请改用 [[settlement]]：deduct = "已拨的列"'
            self.report("pilot_pool", "pilot.pool", message, remedy, pool)
        return Pilot(**given)

    def settlement(self, raw: object, path: str, pools: Sequence[Pool]) -> Deduction:
        """What is deducted from one of `pools`."""
        table = self.table(raw, path, "settlement")
        given = self.values(table, path, "settlement")
        given["pool"] = self.pool_of(given["pool"], join(path, "pool"), pools)
        if is_percent(given["deduct"]):
            remedy = "请写公式，如 0.3 × pool_…"
            self.report("method", join(path, "deduct"), "扣减只写了一个百分数", remedy)
        return Deduction(**given)

    def pool_of(self, name: str, path: str, pools: Sequence[Pool]) -> str:
        """The id of the pool of that id or name; a mistake, and the name, where there is none."""
        for pool in pools:
            if name in (pool.id, pool.name):
                return pool.id
        if name:
            known = "、".join(pool.id for pool in pools)
            self.report("unknown_pool", path, "资金池不存在", f"可用的资金池：{known}", name)
        return name

    def naming(self, raw: object) -> Naming:
        """What the tables call things: the keys of `[table]`, those of `words` among them."""
        table = self.table(raw, "table", "table")
        words_given = table.get("words", {})
        inner = self.table(words_given, "table.words", "table")
        values = self.values({**inner, **table}, "table", "table")
        for key, text in values.items():
            if len(text) > MOST_NAME:
                self.report("text", f"table.{key}", f"超过 {MOST_NAME} 个字", "请写简称", text)
                values[key] = ""
        return Naming(**values)

    def columns(self, raw: object) -> dict[str, str]:
        """The derived columns: name → formula. A list of names and formulas comes from a sheet."""
        if not isinstance(raw, Mapping):
            remedy = '请写成 "缺口" = "max(标准支出 − 标准收入, 0)"'
            self.report("shape", "columns", "这里应是一张表（列名 = 公式）", remedy, raw)
            return {}
        for name in raw:
            self.places[join("columns", name)] = self.locate(join("columns", name))
        return {str(name): self.text(raw, "columns", name, needed=True) for name in raw}

    def texts(self, raw: Mapping[str, Any], path: str, key: str) -> tuple[str, ...]:
        """A list of texts, or several in one text with 、 between them."""
        value = raw.get(key)
        if value is None or value == "":
            return ()
        if isinstance(value, str):
            value = re.split("[、,，;；]", value)
        if not isinstance(value, Sequence) or not all(isinstance(one, str) for one in value):
            self.report("shape", join(path, key), "这里应是一组文字", "请照样例改写", value)
            return ()
        return tuple(one.strip() for one in value if one.strip())

    def matching(self, raw: object, pools: Sequence[Pool]) -> Matching:
        """The matching rule."""
        table = self.table(raw, "matching", "matching")
        given = table.get("rates")
        rates: dict[str, Fraction] = {}
        formula = _formula_text(table.get("rate"))
        plain = {key: value for key, value in table.items() if key != "rate" or not formula}
        values = self.values(plain, "matching", "matching")
        one = values["rate"]
        if isinstance(given, Mapping) and given:
            rates = {str(name): self.number(given, "matching.rates", name) for name in given}
        elif one is None and not formula:
            remedy = '请写成 rates = { "一类" = "1", "三类" = "0.5" }，或一个比例：rate = "30%"'
            self.report("rates", "matching.rates", "缺少配套比例", remedy)
        if rates and (formula or one is not None):
            remedy = "全部同一比例（或公式）的只填“rate”，按类别的只填“rates”"
            self.report("rates", "matching.rate", "统一比例和各类别比例只能填一样", remedy)
        all_rates = {join("matching.rates", name): rate for name, rate in rates.items()}
        all_rates |= {} if one is None else {"matching.rate": one}
        for path, rate in all_rates.items():
            if rate > _MOST_RATE:
                self.report(
                    "rate", path, "配套比例超过 1000%", "请填 0.5 或 50%", format_number(rate)
                )
        for key in ("floor", "cap"):
            if is_percent(values[key]):
                remedy = "请写金额（元）或公式，如 0.3 × pool_…"
                self.report("method", join("matching", key), "配套的限额只写了一个百分数", remedy)
        values["on"] = tuple(self.pool_of(one, "matching.on", pools) for one in values["on"])
        if values["unit"] == 0:
            self.report("unit", "matching.unit", "取整单位不能为 0", "请填 0.01 等金额")
            values["unit"] = Fen(1)
        return Matching(**values, rates=rates, rate_formula=formula)

    def count(self, raw: Mapping[str, Any], path: str, key: str) -> int | None:
        """A whole number above 0; None where nothing is given."""
        value = raw.get(key)
        if value is None or value == "":
            return None
        try:
            number = exact_number(value)
        except ValueError:
            number = Fraction(0)
        if number.denominator != 1 or number < 1:
            message = f"{words.BY_KEY[path, key].words}应为正整数"
            self.report("number", join(path, key), message, "请改正", value)
            return None
        return number.numerator


def _formula_text(value: object) -> str:
    """A text that is no number (nor a fraction or percentage): a formula."""
    if not isinstance(value, str) or not value.strip():
        return ""
    try:
        ratio(value)
    except (ValueError, ZeroDivisionError):
        return value.strip()
    return ""
