"""Next year's input: what this year's ledger shows becomes columns, and rules may look at them.

五（一）2: 今后每年市级资金投入额度视上一年度资金使用情况作相应安排. Budgets, floors, caps and
derived columns of the scheme may be formulas over the table and these columns; each is worked out
here, exactly, and stands in the table as a number.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any, Final

from allocator.base.money import FEN_PER_YUAN, Fen, exact_number, fen_from_yuan, nearest, yuan_text
from allocator.base.problems import InputError, Problem
from allocator.base.tables import Table, TableColumn
from allocator.formulas import FormulaName as Named
from allocator.formulas import FormulaTable as Values
from allocator.formulas import evaluate, read_columns
from allocator.fund.columns import HEADERS
from allocator.fund.instalments import Instalment
from allocator.fund.recipients import Number, Recipients
from allocator.fund.scheme import Scheme
from allocator.ledger.balances import Flow
from allocator.ledger.report import Execution, Standing
from allocator.rounding.apportion import apportion

GRANTED, SPENT, AVAILABLE = "上年核拨", "上年支出", "上年可用"
LEFT, RATE, MATCH_RATE = "上年结余", "上年执行率", "上年配套到位率"
#: Rates stand in the table with so many decimals; the sums beside them are exact.
RATE_DECIMALS: Final = 6
DEDUCTED: Final = "上年结余抵拨"
UNSPENT: Final = {"carry": "结转使用", "deduct": "抵减本年"}
_MONEY: Final[Mapping[str, Callable[[Standing], int]]] = {
    GRANTED: lambda row: row.flow.granted,
    AVAILABLE: lambda row: row.flow.available,
    SPENT: lambda row: row.flow.spent,
    LEFT: lambda row: row.flow.balance,
}


@dataclass(frozen=True, slots=True)
class NextYear:
    """The input of next year: the table with this year's columns, and the scheme in numbers."""

    recipients: Recipients
    scheme: Scheme


@dataclass(slots=True)
class _Work:
    """The table in the making and what was found on the way."""

    recipients: Recipients
    problems: list[Problem] = field(default_factory=list)

    def named(self) -> list[Named]:
        """The columns that formulas may name."""
        found = [Named(name, self.recipients.header(name)) for name in self.recipients.numbers]
        if self.recipients.economic_class:
            found.append(Named("economic_class", HEADERS["economic_class"], is_text=True))
        return found

    def values(self, texts: Mapping[str, str]) -> dict[str, tuple[Number, ...]]:
        """The values of formulas (name → text); mistakes are kept and their columns left out."""
        read = read_columns(texts, self.named())
        for name, mistakes in read.mistakes.items():
            self._keep(name, texts[name], mistakes)
        texts_of = {"economic_class": self.recipients.economic_class}
        table = Values(
            len(self.recipients),
            self.recipients.numbers,
            texts_of if self.recipients.economic_class else {},
        )
        found = {}
        for name, result in evaluate(read.formulas, table).items():
            if result.mistakes:
                self._keep(name, texts[name], result.mistakes)
            else:
                found[name] = result.values
        return found

    def _keep(self, name: str, text: str, mistakes: Sequence[object]) -> None:
        for mistake in mistakes:
            remedy = "请改正公式；可用的列见输入表，上年的列如“上年支出”"
            message = f"“{name}”的公式有误：{mistake}"
            self.problems.append(Problem("next_year.formula", message, remedy, value=text))

    def add(self, name: str, column: Sequence[Number], header: str) -> None:
        """A column more in the table."""
        numbers = {**self.recipients.numbers, name: tuple(column)}
        headers = {**self.recipients.headers, name: header}
        self.recipients = replace(self.recipients, numbers=numbers, headers=headers)


def next_year(
    made: Execution,
    recipients: Recipients,
    raw: Mapping[str, Any],
    read: Callable[[dict[str, Any]], Scheme],
) -> NextYear:
    """Next year's table and scheme.

    `raw` is the scheme as plain data; beside its usual keys `[columns]` holds derived columns,
    `budget`, `floor` and `cap` of a pool may be formulas, and `[next_year] unspent` is `carry`
    or `deduct`. `read` makes the scheme of the data once every formula is a number. Raises
    `InputError` with every mistake.
    """
    work = _Work(_this_year(made, _without_pilot(recipients, raw)))
    table = {key: value for key, value in raw.items() if key not in ("columns", "next_year")}
    for name, column in work.values(_texts(raw.get("columns"))).items():
        work.add(name, column, name)
    table["pool"] = [dict(pool) for pool in raw.get("pool", []) if isinstance(pool, dict)]
    for pool in table["pool"]:
        _budget(work, pool)
        for key, word in (("floor", "下限"), ("cap", "上限")):
            _bound(work, pool, key, word)
    unspent = dict(raw.get("next_year") or {}).get("unspent", "carry")
    unspent = next((key for key, word in UNSPENT.items() if unspent == word), unspent)
    if unspent not in UNSPENT:
        remedy = "可选：" + "、".join(f"{key}（{word}）" for key, word in UNSPENT.items())
        work.problems.append(
            Problem("next_year.unspent", "没有这个选项", remedy, value=str(unspent))
        )
    if work.problems:
        raise InputError(work.problems)
    scheme = read(table)
    if unspent == "deduct":
        taken = tuple(_deducted(made, scheme))
        scheme = replace(scheme, instalments=(*scheme.instalments, *taken))
    return NextYear(work.recipients, scheme)


def _texts(columns: object) -> dict[str, str]:
    return {str(k): str(v) for k, v in columns.items()} if isinstance(columns, dict) else {}


def _without_pilot(recipients: Recipients, raw: Mapping[str, Any]) -> Recipients:
    """What belongs to the year that is over goes: its pilot, and what was raised in it."""
    if "pilot" not in raw:
        recipients = replace(recipients, pilot=(), unspent=())
    status = {k: v for k, v in recipients.status.items() if k not in ("unspent", "raised")}
    return replace(recipients, raised=(), status=status, warnings=())


def _this_year(made: Execution, recipients: Recipients) -> Recipients:
    """The columns of this year, over all pools and by pool, in yuan."""
    work = _Work(recipients)
    scopes: list[tuple[str, dict[str, Standing]]] = [("", {r.key[0]: r for r in made.by_town})]
    if len(made.ledger.pools) > 1:
        for pool in made.ledger.pools:
            rows = {r.key[0]: r for r in made.by_town_pool if r.key[1] == pool}
            scopes.append((f"·{pool}", rows))
    none = Standing((), 0, 0, Flow())
    for scope, rows in scopes:
        found = [rows.get(town, none) for town in recipients.towns]
        for name, of in _MONEY.items():
            column = [_number(Fraction(of(row), FEN_PER_YUAN)) for row in found]
            work.add(f"{name}{scope}", column, f"{name}{scope}（元）")
        work.add(f"{RATE}{scope}", [_rate(row.rate) for row in found], f"{RATE}{scope}")
        rates = [_rate(row.match_rate) for row in found]
        work.add(f"{MATCH_RATE}{scope}", rates, f"{MATCH_RATE}{scope}")
    return work.recipients


def _rate(rate: Fraction | None) -> Number:
    scale = 10**RATE_DECIMALS
    return _number(Fraction(nearest(rate * scale), scale)) if rate is not None else 0


def _number(value: Fraction) -> Number:
    return value.numerator if value.denominator == 1 else value


def _is_amount(value: object) -> bool:
    try:
        fen_from_yuan(value)
    except ValueError:
        return False
    return True


def _budget(work: _Work, pool: dict[str, Any]) -> None:
    """A budget that is a formula over totals; sources then stand for their proportions."""
    text = pool.get("budget")
    if not isinstance(text, str) or _is_amount(text):
        return
    label = f"{pool.get('name') or pool.get('id')}预算"
    values = work.values({label: text}).get(label)
    if values is None:
        return
    if len(set(values)) != 1 or values[0] < 0:
        message = f"“{label}”应是一个不小于 0 的数，不能各镇街不同"
        remedy = "请用合计，如 sum(上年支出) × 1.1"
        work.problems.append(Problem("next_year.budget", message, remedy, value=text))
        return
    unit = fen_from_yuan(pool.get("unit", "0.01"))
    budget = nearest(Fraction(values[0]) * FEN_PER_YUAN / unit) * unit
    pool["budget"] = yuan_text(budget)
    sources = [dict(source) for source in pool.get("sources", [])]
    if sources:
        weights = [exact_number(source.get("amount", 0)) for source in sources]
        whole = [int(weight * FEN_PER_YUAN) for weight in weights]
        parts = apportion(budget, whole if any(whole) else [1] * len(whole)).amounts
        pool["sources"] = [
            {**source, "amount": yuan_text(part)}
            for source, part in zip(sources, parts, strict=True)
        ]


def _bound(work: _Work, pool: dict[str, Any], key: str, word: str) -> None:
    """A floor or cap by formula becomes a column of whole fen, and the scheme names it."""
    text = pool.get(key)
    if not isinstance(text, str) or _is_amount(text) or text in work.recipients.numbers:
        return
    label = f"{word}·{pool.get('name') or pool.get('id')}"
    values = work.values({label: text}).get(label)
    if values is None:
        return
    column = [Fraction(nearest(Fraction(v) * FEN_PER_YUAN), FEN_PER_YUAN) for v in values]
    work.add(label, [_number(max(v, Fraction(0))) for v in column], f"{label}（元）")
    pool[key] = label


def _deducted(made: Execution, scheme: Scheme) -> Iterator[Instalment]:
    """What is left of this year counts as paid before: next year's payment is less by it."""
    left: Counter[tuple[str, str]] = Counter()
    for row in made.by_town_pool:
        left[row.key[0], row.key[1]] += row.flow.balance
    for pool in scheme.pools:
        for town in made.ledger.towns:
            if (fen := left[town, pool.name]) > 0:
                yield Instalment(made.date, DEDUCTED, pool.id, town, Fen(fen))


def history(years: Sequence[Execution]) -> Table:
    """历年对照: each town's granted, spent and rates by year, the years in order."""
    columns = [TableColumn("镇街")]
    for made in years:
        year = made.date.year
        columns += [
            TableColumn(f"{year}年核拨", "fen"),
            TableColumn(f"{year}年支出", "fen"),
            TableColumn(f"{year}年执行率", "percent"),
            TableColumn(f"{year}年配套到位率", "percent"),
            TableColumn(f"{year}年结余", "fen"),
        ]
    towns = dict.fromkeys(town for made in years for town in made.ledger.towns)
    by_year = [{row.key[0]: row for row in made.by_town} for made in years]
    rows = []
    for town in towns:
        cells: list[Any] = [town]
        for rows_of in by_year:
            row = rows_of.get(town)
            flow = row.flow if row else Flow()
            rates = (row.rate, row.match_rate) if row else (None, None)
            cells += [flow.granted, flow.spent, *rates, flow.balance]
        rows.append(tuple(cells))
    total: list[Any] = ["合计"]
    for k, column in enumerate(columns[1:], 1):
        total.append(sum(row[k] for row in rows) if column.kind == "fen" else None)
    return Table("历年对照", tuple(columns), tuple(rows), tuple(total))
