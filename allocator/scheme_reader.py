"""From plain data (a TOML file, a sheet) to a `Scheme`, with every mistake named at its place.

A value that cannot be used is reported and replaced by a harmless one, so that the rest of the
input is still checked in the same run; a scheme with errors never reaches the engine.
"""

from __future__ import annotations

import datetime
import tomllib
from collections.abc import Callable, Mapping, Sequence
from difflib import get_close_matches
from fractions import Fraction
from typing import Any, Final

from allocator.apportion import METHODS
from allocator.money import Fen, exact_number, fen_from_yuan, format_number, format_yuan
from allocator.problems import InputError, Place, Problem
from allocator.scheme import Factor, Matching, Pilot, Pool, Scheme, Source

KEYS: Final[Mapping[str, tuple[str, ...]]] = {
    "": ("scheme", "pool", "pilot", "matching"),
    "scheme": ("name", "status", "document", "date", "recipients"),
    "pool": (
        *("id", "name", "budget", "unit", "method", "tie", "base", "floor", "cap", "cite"),
        *("sources", "factors"),
    ),
    "source": ("name", "amount"),
    "factor": ("column", "weight", "per", "direction", "scale", "coefficients", "name"),
    "pilot": ("pool", "advance", "basis", "below_advance", "unspent", "cite"),
    "matching": ("base", "rates", "unit", "rounding", "cite"),
}
#: Keys read by other parts of the package from the same file.
FOREIGN_KEYS: Final = ("scenario", "problem")

CHOICES: Final[Mapping[str, Mapping[str, str]]] = {
    "status": {"draft": "测算稿", "official": "正式"},
    "method": {
        "largest_remainder": "最大余数法",
        "webster": "四舍五入除数法",
        "hill": "几何平均除数法",
        "dhondt": "舍尾除数法",
        "adams": "进一除数法",
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

Locate = Callable[[str], Place]


class SchemeReader:
    """Reads one raw scheme; `problems` fills up on the way."""

    def __init__(self, locate: Locate) -> None:
        self.locate = locate
        self.problems: list[Problem] = []
        self.places: dict[str, Place] = {}

    def report(self, code: str, path: str, message: str, remedy: str, value: object = "") -> None:
        self.problems.append(Problem(code, message, remedy, self.locate(path), str(value)))

    def table(self, raw: object, path: str, kind: str) -> Mapping[str, Any]:
        if not isinstance(raw, Mapping):
            self.report("scheme.shape", path, "这里应是一张表（键 = 值）", "请照样例改写", raw)
            return {}
        known = KEYS[kind]
        for key in raw:
            if key in known or (kind == "" and key in FOREIGN_KEYS):
                continue
            near = get_close_matches(str(key), known, n=1, cutoff=0.5)
            remedy = f"是否应为“{near[0]}”？" if near else "请删去"
            remedy += f"可用的项：{'、'.join(known)}"
            self.report("scheme.unknown_key", _join(path, key), f"不认识的项“{key}”", remedy)
        for key in raw:
            self.places[_join(path, key)] = self.locate(_join(path, key))
        return raw

    def tables(self, raw: object, path: str) -> list[tuple[object, str]]:
        if not isinstance(raw, Sequence) or isinstance(raw, str):
            self.report("scheme.shape", path, "这里应是一组表", "请照样例改写", raw)
            return []
        return [(item, f"{path}[{i}]") for i, item in enumerate(raw)]

    def text(self, raw: Mapping[str, Any], path: str, key: str, *, needed: bool = False) -> str:
        value = raw.get(key, "")
        text = str(value).strip() if isinstance(value, str | int | float) else ""
        if needed and not text:
            self.report("scheme.missing", _join(path, key), f"缺少“{key}”", "请补上", value)
        return text

    def choice(self, raw: Mapping[str, Any], path: str, key: str, default: str) -> Any:
        options = CHOICES[key]
        value = self.text(raw, path, key) or default
        if value in options:
            return value
        for english, chinese in options.items():
            if value == chinese:
                return english
        remedy = "可选：" + "、".join(
            f"{english}（{chinese}）" for english, chinese in options.items()
        )
        self.report("scheme.choice", _join(path, key), "没有这个选项", remedy, value)
        return default

    def number(self, raw: Mapping[str, Any], path: str, key: str) -> Fraction:
        value = raw.get(key)
        try:
            number = _ratio(value)
        except (ValueError, ZeroDivisionError):
            self.report(
                "scheme.number", _join(path, key), "这里应是一个数", "请填数字，如 0.30", value
            )
            return Fraction(0)
        if number < 0:
            self.report(
                "scheme.negative", _join(path, key), "不能为负数", "请改为不小于 0 的数", value
            )
            return Fraction(0)
        return number

    def amount(self, raw: Mapping[str, Any], path: str, key: str, default: str = "") -> Fen:
        value = raw.get(key, default)
        try:
            fen = fen_from_yuan(value)
        except ValueError:
            remedy = "请填以元为单位、最多两位小数的金额，如 2000000.00"
            self.report("scheme.amount", _join(path, key), "金额无法识别", remedy, value)
            return Fen(0)
        if fen < 0:
            self.report("scheme.negative", _join(path, key), "金额不能为负数", "请改正", value)
            return Fen(0)
        return fen

    def amount_or_column(self, raw: Mapping[str, Any], path: str, key: str) -> Fen | str | None:
        value = raw.get(key)
        if value is None or value == "":
            return None
        if isinstance(value, str):
            try:
                exact_number(value)
            except ValueError:
                return value.strip()
        return self.amount(raw, path, key)

    def factor(self, raw: object, path: str) -> Factor:
        table = self.table(raw, path, "factor")
        column = self.text(table, path, "column")
        coefficients: dict[str, Fraction] = {}
        if "coefficients" in table:
            given = table["coefficients"]
            if isinstance(given, Mapping):
                inner = _join(path, "coefficients")
                coefficients = {str(k): self.number(given, inner, k) for k in given}
            else:
                remedy = '请写成 { "一类" = "1.0", … }'
                self.report(
                    "scheme.shape", _join(path, "coefficients"), "系数应是一张表", remedy, given
                )
        if bool(column) == bool(coefficients):
            remedy = "填写“column”（取自哪一列）或“coefficients”（按类别的系数），二者选一"
            self.report("scheme.factor", path, "因素要么取自一列，要么按类别给系数", remedy, column)
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
        table = self.table(raw, path, "pool")
        sources = []
        for item, inner in self.tables(table.get("sources", []), _join(path, "sources")):
            source = self.table(item, inner, "source")
            name = self.text(source, inner, "name", needed=True)
            sources.append(Source(name, self.amount(source, inner, "amount")))
        factors = [
            self.factor(item, inner)
            for item, inner in self.tables(table.get("factors", []), _join(path, "factors"))
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
        )
        self.check_pool(pool, path)
        return pool

    def check_pool(self, pool: Pool, path: str) -> None:
        if not pool.factors:
            self.report("scheme.factors", path, f"“{pool.name}”没有因素", "请至少填一个因素及权重")
        total = sum((factor.weight for factor in pool.factors), Fraction(0))
        if pool.factors and total != 1:
            shown = format_number(total)
            self.report(
                "scheme.weights",
                _join(path, "factors"),
                f"“{pool.name}”的权重合计为 {shown}，不等于 1",
                "请调整权重，使合计恰为 1（100%）",
                shown,
            )
        paid = sum(source.amount for source in pool.sources)
        if pool.sources and paid != pool.budget:
            self.report(
                "scheme.sources",
                _join(path, "sources"),
                f"“{pool.name}”资金来源合计 {format_yuan(paid)} 元，预算 {format_yuan(pool.budget)} 元，"
                f"相差 {format_yuan(paid - pool.budget)} 元",
                "请核对来源金额或预算",
                format_yuan(paid),
            )
        if pool.unit == 0:
            self.report("scheme.unit", _join(path, "unit"), "取整单位不能为 0", "请填 0.01 等金额")
        elif pool.budget % pool.unit:
            remedy = "请改预算或取整单位，使预算为单位的整数倍"
            self.report("scheme.unit", _join(path, "unit"), "预算不是取整单位的整数倍", remedy)

    def pilot(self, raw: object, pools: Sequence[Pool]) -> Pilot:
        table = self.table(raw, "pilot", "pilot")
        pool = self.text(table, "pilot", "pool", needed=True)
        ids = [p.id for p in pools]
        if pool and pool not in ids:
            remedy = f"可用的资金池：{'、'.join(ids)}"
            self.report("scheme.pilot_pool", "pilot.pool", "试点所属资金池不存在", remedy, pool)
        advance = self.amount_or_column(table, "pilot", "advance")
        if advance is None:
            self.report("scheme.missing", "pilot.advance", "缺少每镇试点经费", "请填金额（元）")
        return Pilot(
            pool=pool,
            advance=Fen(0) if advance is None else advance,
            basis=self.choice(table, "pilot", "basis", "share"),
            below_advance=self.choice(table, "pilot", "below_advance", "keep"),
            unspent=self.choice(table, "pilot", "unspent", "retain"),
            cite=self.text(table, "pilot", "cite"),
        )

    def matching(self, raw: object) -> Matching:
        table = self.table(raw, "matching", "matching")
        given = table.get("rates")
        rates: dict[str, Fraction] = {}
        if isinstance(given, Mapping) and given:
            rates = {str(name): self.number(given, "matching.rates", name) for name in given}
        else:
            remedy = '请写成 { "一类" = "1", "三类" = "0.5" }'
            self.report("scheme.rates", "matching.rates", "缺少各类别的配套比例", remedy)
        unit = self.amount(table, "matching", "unit", "0.01")
        if unit == 0:
            self.report("scheme.unit", "matching.unit", "取整单位不能为 0", "请填 0.01 等金额")
        return Matching(
            rates=rates,
            base=self.choice(table, "matching", "base", "paid"),
            unit=unit or Fen(1),
            rounding=self.choice(table, "matching", "rounding", "up"),
            cite=self.text(table, "matching", "cite"),
        )

    def scheme(self, raw: object) -> Scheme:
        table = self.table(raw, "", "")
        head = self.table(table.get("scheme", {}), "scheme", "scheme")
        pools = [self.pool(item, path) for item, path in self.tables(table.get("pool", []), "pool")]
        if not pools:
            self.report("scheme.pools", "pool", "没有资金池", "请至少填一个资金池")
        for field in ("id", "name"):
            seen = [getattr(pool, field) for pool in pools]
            for i, value in enumerate(seen):
                if value and value in seen[:i]:
                    self.report(
                        "scheme.duplicate", f"pool[{i}].{field}", "资金池重名", "请改名", value
                    )
        return Scheme(
            name=self.text(head, "scheme", "name", needed=True),
            pools=tuple(pools),
            status=self.choice(head, "scheme", "status", "draft"),
            document=self.text(head, "scheme", "document"),
            date=self.date(head),
            recipients=self.count(head),
            pilot=self.pilot(table["pilot"], pools) if "pilot" in table else None,
            matching=self.matching(table["matching"]) if "matching" in table else None,
            places=self.places,
        )

    def date(self, head: Mapping[str, Any]) -> datetime.date | None:
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
            self.report("scheme.date", "scheme.date", "日期无法识别", remedy, value)
            return None

    def count(self, head: Mapping[str, Any]) -> int | None:
        value = head.get("recipients")
        if value is None or value == "":
            return None
        try:
            number = exact_number(value)
        except ValueError:
            number = Fraction(0)
        if number.denominator != 1 or number < 1:
            self.report("scheme.number", "scheme.recipients", "镇街数应为正整数", "请改正", value)
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
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InputError(
            [Problem("scheme.toml", f"不是有效的 TOML：{error}", "请按提示的行列改正", Place(file))]
        ) from None
    scheme, problems = read_scheme(raw, lambda path: Place(file, "", path))
    if problems:
        raise InputError(problems)
    return scheme


def _ratio(value: object) -> Fraction:
    if isinstance(value, str) and value.count("/") == 1:
        over, under = value.split("/")
        return exact_number(over) / exact_number(under)
    return exact_number(value)


def _join(path: str, key: object) -> str:
    return f"{path}.{key}" if path else str(key)
