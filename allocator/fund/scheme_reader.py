"""From plain data (a TOML file, a sheet) to a `Scheme`, with every mistake named at its place."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any, Final

from allocator.base.money import Fen, exact_number, format_number, format_yuan
from allocator.base.plain_data import Locate, PlainReader, join, read_toml
from allocator.base.problems import InputError, Place, Problem
from allocator.fund import adjustments, instalments
from allocator.fund.scheme import Factor, Matching, Pilot, Pool, Scheme, Source
from allocator.rounding.apportion import METHODS

KEYS: Final[Mapping[str, tuple[str, ...]]] = {
    "": ("scheme", "pool", "pilot", "matching", "adjustment", "paid"),
    "scheme": ("name", "status", "document", "date", "recipients"),
    "pool": (
        *("id", "name", "budget", "unit", "method", "tie", "base", "floor", "cap", "cite"),
        *("budget_item", "project_code"),
        *("sources", "factors"),
    ),
    "source": ("name", "amount"),
    "factor": ("column", "weight", "per", "direction", "scale", "coefficients", "name"),
    "pilot": ("pool", "advance", "basis", "below_advance", "unspent", "cite"),
    "matching": ("base", "rates", "unit", "rounding", "cite"),
    "adjustment": adjustments.KEYS,
    "paid": instalments.KEYS,
}
#: Keys read by other parts of the package from the same file.
FOREIGN_KEYS: Final = ("scenario", "problem")

#: A higher rate is a percentage without its sign.
_MOST_RATE: Final = 10

CHOICES: Final[Mapping[str, Mapping[str, str]]] = {
    "status": {"draft": "测算稿", "official": "正式", "trial": "情景"},
    "method": {
        "largest_remainder": "最大余数法",
        "webster": "四舍五入除数法",
        "hill": "几何平均除数法",
        "dhondt": "舍尾除数法",
        "adams": "进一除数法",
        "nearest": "四舍五入，差额另计",
    },
    "tie": {"larger_share": "占比大者先得", "official_order": "序号在前者先得", "refuse": "停止"},
    "direction": {"direct": "正向", "inverse": "反向"},
    "basis": {"share": "全额口径", "remainder": "余额口径"},
    "below_advance": {"keep": "保底", "carry": "结转", "error": "停止"},
    "unspent": {"retain": "市级留存", "redistribute": "再分配"},
    "base": {"paid": "本次核拨", "before_recovery": "扣回前"},
    "rounding": {"up": "向上取整", "nearest": "四舍五入"},
}
assert set(CHOICES["method"]) == set(METHODS)  # noqa: S101 - two lists of one thing


class SchemeReader(PlainReader):
    """Reads one raw scheme; `problems` fills up on the way."""

    def __init__(self, locate: Locate) -> None:
        super().__init__(locate, KEYS, CHOICES, "scheme", FOREIGN_KEYS)

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
        return Factor(
            weight=self.number(table, path, "weight"),
            column=column,
            per=self.text(table, path, "per"),
            direction=self.choice(table, path, "direction", "direct"),
            scale=self.text(table, path, "scale"),
            coefficients=coefficients,
            name=self.text(table, path, "name"),
        )

    def pool(self, raw: object, path: str) -> Pool:
        """One pool, checked."""
        table = self.table(raw, path, "pool")
        sources = []
        for item, inner in self.tables(table.get("sources", []), join(path, "sources")):
            source = self.table(item, inner, "source")
            name = self.text(source, inner, "name", needed=True)
            sources.append(Source(name, self.amount(source, inner, "amount")))
        factors = [
            self.factor(item, inner)
            for item, inner in self.tables(table.get("factors", []), join(path, "factors"))
        ]
        pool = Pool(
            id=self.text(table, path, "id", needed=True),
            name=self.text(table, path, "name", needed=True),
            budget=self.amount(table, path, "budget"),
            factors=tuple(factors),
            sources=tuple(sources),
            unit=self.amount(table, path, "unit", "0.01"),
            method=self.choice(table, path, "method", "largest_remainder"),
            tie=self.choice(table, path, "tie", "larger_share"),
            base=self.amount(table, path, "base", "0"),
            floor=self.amount_or_column(table, path, "floor"),
            cap=self.amount_or_column(table, path, "cap"),
            cite=self.text(table, path, "cite"),
            budget_item=self.text(table, path, "budget_item"),
            project_code=self.text(table, path, "project_code"),
        )
        self.check_pool(pool, path)
        return pool

    def check_pool(self, pool: Pool, path: str) -> None:
        """What a pool must keep: weights that sum to 1, sources that sum to the budget."""
        if not pool.factors:
            self.report("factors", path, f"“{pool.name}”没有因素", "请至少填一个因素及权重")
        total = sum((factor.weight for factor in pool.factors), Fraction(0))
        if pool.factors and total != 1:
            shown = format_number(total)
            remedy = "请调整权重，使合计恰为 1（100%）"
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
        pool = self.text(table, "pilot", "pool", needed=True)
        ids = [p.id for p in pools]
        if pool and pool not in ids:
            remedy = f"可用的资金池：{'、'.join(ids)}"
            self.report("pilot_pool", "pilot.pool", "试点所属资金池不存在", remedy, pool)
        advance = self.amount_or_column(table, "pilot", "advance")
        if advance is None:
            self.report("missing", "pilot.advance", "缺少每镇试点经费", "请填金额（元）")
        return Pilot(
            pool=pool,
            advance=Fen(0) if advance is None else advance,
            basis=self.choice(table, "pilot", "basis", "share"),
            below_advance=self.choice(table, "pilot", "below_advance", "keep"),
            unspent=self.choice(table, "pilot", "unspent", "retain"),
            cite=self.text(table, "pilot", "cite"),
        )

    def matching(self, raw: object) -> Matching:
        """The matching rule."""
        table = self.table(raw, "matching", "matching")
        given = table.get("rates")
        rates: dict[str, Fraction] = {}
        if isinstance(given, Mapping) and given:
            rates = {str(name): self.number(given, "matching.rates", name) for name in given}
        else:
            remedy = '请写成 { "一类" = "1", "三类" = "0.5" }'
            self.report("rates", "matching.rates", "缺少各类别的配套比例", remedy)
        for name, rate in rates.items():
            if rate > _MOST_RATE:
                path = join("matching.rates", name)
                self.report(
                    "rate", path, "配套比例超过 1000%", "请填 0.5 或 50%", format_number(rate)
                )
        unit = self.amount(table, "matching", "unit", "0.01")
        if unit == 0:
            self.report("unit", "matching.unit", "取整单位不能为 0", "请填 0.01 等金额")
        return Matching(
            rates=rates,
            base=self.choice(table, "matching", "base", "paid"),
            unit=unit or Fen(1),
            rounding=self.choice(table, "matching", "rounding", "up"),
            cite=self.text(table, "matching", "cite"),
        )

    def scheme(self, raw: object) -> Scheme:
        """The whole scheme."""
        table = self.table(raw, "", "")
        head = self.table(table.get("scheme", {}), "scheme", "scheme")
        pools = [self.pool(item, path) for item, path in self.tables(table.get("pool", []), "pool")]
        if not pools:
            self.report("pools", "pool", "没有资金池", "请至少填一个资金池")
        for field in ("id", "name"):
            seen = [getattr(pool, field) for pool in pools]
            for i, value in enumerate(seen):
                if value and value in seen[:i]:
                    self.report("duplicate", f"pool[{i}].{field}", "资金池重名", "请改名", value)
        names = {pool.name: pool.id for pool in pools} | {pool.id: pool.id for pool in pools}
        adjusted = adjustments.read_adjustments(self, table.get("adjustment", []), names)
        paid = instalments.read_instalments(self, table.get("paid", []), names)
        return Scheme(
            name=self.text(head, "scheme", "name", needed=True),
            pools=tuple(pools),
            status=self.choice(head, "scheme", "status", "draft"),
            document=self.text(head, "scheme", "document"),
            date=self.date(head),
            recipients=self.count(head),
            pilot=self.pilot(table["pilot"], pools) if "pilot" in table else None,
            matching=self.matching(table["matching"]) if "matching" in table else None,
            adjustments=tuple(adjusted),
            instalments=tuple(paid),
            places=self.places,
        )

    def date(self, head: Mapping[str, Any]) -> datetime.date | None:
        """The date printed on the tables."""
        value = head.get("date")
        if value is None or value == "":
            return None
        if isinstance(value, datetime.datetime):
            return value.date()
        if isinstance(value, datetime.date):
            return value
        try:
            return datetime.date.fromisoformat(str(value).strip())
        except ValueError:
            remedy = "请写成 2020-06-30 的样子"
            self.report("date", "scheme.date", "日期无法识别", remedy, value)
            return None

    def count(self, head: Mapping[str, Any]) -> int | None:
        """How many towns there must be."""
        value = head.get("recipients")
        if value is None or value == "":
            return None
        try:
            number = exact_number(value)
        except ValueError:
            number = Fraction(0)
        if number.denominator != 1 or number < 1:
            self.report("number", "scheme.recipients", "镇街数应为正整数", "请改正", value)
            return None
        return number.numerator


def read_scheme(raw: object, locate: Locate) -> tuple[Scheme, list[Problem]]:
    """A scheme from raw data in the shape of the TOML file, and every mistake in it.

    `locate` tells where a path such as `pool[0].factors[1].weight` stands. The scheme is to be
    used only when no problem is an error.
    """
    reader = SchemeReader(locate)
    scheme = reader.scheme(raw)
    return scheme, reader.problems


def scheme_from_toml(text: str, file: str = "") -> Scheme:
    """See `Scheme.from_toml`."""
    scheme, problems = read_scheme(read_toml(text, file), lambda path: Place(file, "", path))
    if problems:
        raise InputError(problems)
    return scheme
