"""The parts of a scheme from plain data (a TOML file, a sheet), each mistake named at its place."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any, Final

from allocator.base.money import Fen, exact_number, format_number, format_yuan
from allocator.base.plain_data import Locate, PlainReader, join
from allocator.fund import words
from allocator.fund.rules import Factor, Matching, Pilot, Pool, Source

#: Keys read by other parts of the package from the same file.
FOREIGN_KEYS: Final = ("scenario", "problem")

#: A higher rate is a percentage without its sign.
_MOST_RATE: Final = 10


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
            "money_or_column": self.amount_or_column,
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
        column = self.text(table, path, "column")
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
            remedy = "填写“column”（取自哪一列）或“coefficients”（按类别的系数），二者选一"
            self.report("factor", path, "因素要么取自一列，要么按类别给系数", remedy, column)
        return Factor(**self.values(table, path, "factor"), coefficients=coefficients)

    def pool(self, raw: object, path: str) -> Pool:
        """One pool, checked."""
        table = self.table(raw, path, "pool")
        sources = []
        for item, inner in self.tables(table.get("sources", []), join(path, "sources")):
            source = self.table(item, inner, "source")
            sources.append(Source(**self.values(source, inner, "source")))
        factors = [
            self.factor(item, inner)
            for item, inner in self.tables(table.get("factors", []), join(path, "factors"))
        ]
        given = self.values(table, path, "pool")
        pool = Pool(**given, factors=tuple(factors), sources=tuple(sources))
        self.check_pool(pool, path)
        return pool

    def check_pool(self, pool: Pool, path: str) -> None:
        """What a pool must keep: weights that sum to 1, sources that sum to the budget."""
        if not pool.factors:
            self.report("factors", path, f"“{pool.name}”没有因素", "请至少填一个因素及权重")
        total = sum((factor.weight for factor in pool.factors), Fraction(0))
        if pool.factors and total != 1:
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
        if pool.sources and paid != pool.budget:
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
        return Pilot(**given)

    def matching(self, raw: object) -> Matching:
        """The matching rule."""
        table = self.table(raw, "matching", "matching")
        given = table.get("rates")
        rates: dict[str, Fraction] = {}
        values = self.values(table, "matching", "matching")
        one = values["rate"]
        if isinstance(given, Mapping) and given:
            rates = {str(name): self.number(given, "matching.rates", name) for name in given}
        elif one is None:
            remedy = '请写成 { "一类" = "1", "三类" = "0.5" }，或用 rate 给全部统一的比例'
            self.report("rates", "matching.rates", "缺少各类别的配套比例", remedy)
        if rates and one is not None:
            remedy = "全部同一比例的只填“rate”，按类别的只填“rates”"
            self.report("rates", "matching.rate", "统一比例和各类别比例只能填一样", remedy)
        all_rates = {join("matching.rates", name): rate for name, rate in rates.items()}
        all_rates |= {} if one is None else {"matching.rate": one}
        for path, rate in all_rates.items():
            if rate > _MOST_RATE:
                self.report(
                    "rate", path, "配套比例超过 1000%", "请填 0.5 或 50%", format_number(rate)
                )
        if values["unit"] == 0:
            self.report("unit", "matching.unit", "取整单位不能为 0", "请填 0.01 等金额")
            values["unit"] = Fen(1)
        return Matching(**values, rates=rates)

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
