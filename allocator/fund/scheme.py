"""The rules of one fund as frozen data. Reading and checking them is `scheme_reader`'s work."""

from __future__ import annotations

import datetime
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any, Final, Literal

from allocator.base.money import Fen, format_percent, number_text, yuan_text
from allocator.base.problems import InputError, Place, Problem
from allocator.fund.adjustments import Adjustment, adjustment_record
from allocator.fund.instalments import Instalment, instalment_record

Direction = Literal["direct", "inverse"]
Basis = Literal["share", "remainder"]
BelowAdvance = Literal["keep", "carry", "error"]
Unspent = Literal["retain", "redistribute"]
MatchBase = Literal["paid", "before_recovery"]
Rounding = Literal["up", "nearest"]
TieRule = Literal["larger_share", "official_order", "refuse"]
#: A trial is a scheme with rules that somebody tries out: nothing made from it may be paid by.
Status = Literal["draft", "official", "trial"]

DRAFT_MARK: Final = "测算稿 — 权重待核定"
PLACEHOLDER_MARK: Final = "含示例数据 — 不作为核拨依据"
#: What results say that are not the allocation itself.
SCENARIO_MARK: Final = "情景测算，不作为核拨依据"


@dataclass(frozen=True, slots=True)
class Factor:
    """One factor of a pool: a column with a weight (因素法).

    The value of a town is its number in `column`, divided by `per`, turned into its reciprocal
    when `direction` is inverse, multiplied by `scale`. With `coefficients` the number is looked
    up by the town's economic class instead, and `scale` may follow.
    """

    weight: Fraction
    column: str = ""
    per: str = ""
    direction: Direction = "direct"
    scale: str = ""
    coefficients: Mapping[str, Fraction] = field(default_factory=dict)
    name: str = ""

    def columns(self) -> tuple[str, ...]:
        """The numeric columns of the town table that this factor reads."""
        return tuple(name for name in (self.column, self.per, self.scale) if name)


@dataclass(frozen=True, slots=True)
class Source:
    """Who pays a part of a pool."""

    name: str
    amount: Fen


@dataclass(frozen=True, slots=True)
class Pool:
    """One budget split by one set of factors; amounts in fen.

    `floor` and `cap` bound a town's entitlement: one amount for all, or a column in yuan.
    `budget_item` (预算科目) and `project_code` (项目代码) are what the money is booked under.
    """

    id: str
    name: str
    budget: Fen
    factors: tuple[Factor, ...]
    sources: tuple[Source, ...] = ()
    unit: Fen = Fen(1)
    method: str = "largest_remainder"
    tie: TieRule = "larger_share"
    base: Fen = Fen(0)
    floor: Fen | str | None = None
    cap: Fen | str | None = None
    cite: str = ""
    budget_item: str = ""
    project_code: str = ""


@dataclass(frozen=True, slots=True)
class Pilot:
    """What was advanced in the pilot and how it is settled; `advance` for all, or a column."""

    pool: str
    advance: Fen | str
    basis: Basis = "share"
    below_advance: BelowAdvance = "keep"
    unspent: Unspent = "retain"
    cite: str = ""


@dataclass(frozen=True, slots=True)
class Matching:
    """What towns must raise: the rate of their economic class times what the city gives."""

    rates: Mapping[str, Fraction]
    base: MatchBase = "paid"
    unit: Fen = Fen(1)
    rounding: Rounding = "up"
    cite: str = ""


@dataclass(frozen=True, slots=True)
class Scheme:
    """All rules of one fund (分配方案)."""

    name: str
    pools: tuple[Pool, ...]
    status: Status = "draft"
    document: str = ""
    date: datetime.date | None = None
    recipients: int | None = None
    pilot: Pilot | None = None
    matching: Matching | None = None
    adjustments: tuple[Adjustment, ...] = ()
    instalments: tuple[Instalment, ...] = ()
    places: Mapping[str, Place] = field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def from_toml(cls, text: str, file: str = "") -> Scheme:
        """Read a scheme from the text of a TOML file; `file` is its name in messages.

        Raises `InputError` with every mistake in it.
        """
        from allocator.fund.scheme_reader import scheme_from_toml

        return scheme_from_toml(text, file)

    @property
    def is_draft(self) -> bool:
        """Whether everything made from this scheme must say 测算稿 — 权重待核定."""
        return self.status != "official"

    @property
    def mark(self) -> str:
        """What everything made from this scheme must say of it; nothing of an official one."""
        if self.status == "trial":
            return f"{SCENARIO_MARK}　{DRAFT_MARK}"
        return DRAFT_MARK if self.is_draft else ""

    def with_weights(self, weights: Mapping[str, Sequence[Fraction]]) -> Scheme:
        """The scheme with other weights, by pool and in the order of its factors.

        Raises `InputError` for a pool or a number of weights that the scheme does not have, and
        for weights that do not sum to 1.
        """
        problems = []
        pools = {pool.id: pool for pool in self.pools}
        for pool_id, given in weights.items():
            pool = pools.get(pool_id)
            if pool is None or len(given) != len(pool.factors):
                remedy = (
                    f"资金池和因素：{'；'.join(f'{p.id} {len(p.factors)} 个' for p in self.pools)}"
                )
                problems.append(
                    Problem("scheme.weights", "权重与方案的因素不对应", remedy, value=pool_id)
                )
                continue
            if sum(given) != 1:
                message = f"“{pool.name}”的权重合计为 {format_percent(sum(given, Fraction(0)), 2)}"
                problems.append(Problem("scheme.weights", message, "请调整权重，使合计恰为 100%"))
            factors = (replace(f, weight=w) for f, w in zip(pool.factors, given, strict=True))
            pools[pool_id] = replace(pool, factors=tuple(factors))
        if problems:
            raise InputError(problems)
        return replace(self, pools=tuple(pools.values()))

    def pool(self, pool_id: str) -> Pool:
        """The pool of that id; raises `KeyError`."""
        for pool in self.pools:
            if pool.id == pool_id:
                return pool
        raise KeyError(pool_id)

    def basis_of(self, pool: Pool) -> Basis | None:
        """The pilot reading under which `pool` is split; None for a pool without a pilot."""
        return self.pilot.basis if self.pilot and self.pilot.pool == pool.id else None

    def to_toml(self) -> str:
        """The scheme as TOML that `from_toml` reads back to an equal scheme."""
        return _toml(scheme_record(self))


def _amount(value: Fen | str | None) -> str:
    return yuan_text(value) if isinstance(value, int) else value or ""


def _factor_record(factor: Factor) -> dict[str, Any]:
    texts = {
        "name": factor.name,
        "column": factor.column,
        "per": factor.per,
        "direction": factor.direction,
        "scale": factor.scale,
    }
    record: dict[str, Any] = {key: text for key, text in texts.items() if text}
    if factor.coefficients:
        record["coefficients"] = {k: number_text(v) for k, v in factor.coefficients.items()}
    return record | {"weight": number_text(factor.weight)}


def _pool_record(pool: Pool) -> dict[str, Any]:
    record: dict[str, Any] = {
        "id": pool.id,
        "name": pool.name,
        "budget": yuan_text(pool.budget),
        "unit": yuan_text(pool.unit),
        "method": pool.method,
        "tie": pool.tie,
        "base": yuan_text(pool.base),
    }
    record |= {
        k: _amount(v) for k, v in (("floor", pool.floor), ("cap", pool.cap)) if v is not None
    }
    texts = {
        "cite": pool.cite,
        "budget_item": pool.budget_item,
        "project_code": pool.project_code,
    }
    record |= {key: text for key, text in texts.items() if text}
    record["sources"] = [{"name": s.name, "amount": yuan_text(s.amount)} for s in pool.sources]
    return record | {"factors": [_factor_record(factor) for factor in pool.factors]}


def scheme_record(scheme: Scheme) -> dict[str, Any]:
    """The scheme as plain data in the shape of its TOML file, defaults spelled out.

    Amounts are yuan texts and numbers exact texts, so the record is also what is fingerprinted.
    """
    head: dict[str, Any] = {"name": scheme.name, "status": scheme.status}
    if scheme.document:
        head["document"] = scheme.document
    if scheme.date:
        head["date"] = scheme.date.isoformat()
    if scheme.recipients is not None:
        head["recipients"] = scheme.recipients
    record: dict[str, Any] = {"scheme": head, "pool": [_pool_record(p) for p in scheme.pools]}
    if pilot := scheme.pilot:
        record["pilot"] = {
            "pool": pilot.pool,
            "advance": _amount(pilot.advance),
            "basis": pilot.basis,
            "below_advance": pilot.below_advance,
            "unspent": pilot.unspent,
            "cite": pilot.cite,
        }
    if matching := scheme.matching:
        record["matching"] = {
            "base": matching.base,
            "unit": yuan_text(matching.unit),
            "rounding": matching.rounding,
            "rates": {name: number_text(rate) for name, rate in matching.rates.items()},
            "cite": matching.cite,
        }
    if scheme.adjustments:
        record["adjustment"] = [adjustment_record(one) for one in scheme.adjustments]
    if scheme.instalments:
        record["paid"] = [instalment_record(one) for one in scheme.instalments]
    return record


def _key(key: str) -> str:
    return key if key.isascii() and key.isidentifier() else _inline(key)


def _inline(value: Any) -> str:
    if isinstance(value, dict):
        pairs = (f"{_key(k)} = {_inline(v)}" for k, v in value.items())
        return "{ " + ", ".join(pairs) + " }"
    if isinstance(value, list):
        return "[" + "".join(f"\n  {_inline(item)}," for item in value) + ("\n]" if value else "]")
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007F")


def _toml(record: dict[str, Any]) -> str:
    lines: list[str] = []
    for key, tables in record.items():
        title = f"[[{key}]]" if isinstance(tables, list) else f"[{key}]"
        for table in tables if isinstance(tables, list) else [tables]:
            lines += ["", title, *(f"{name} = {_inline(value)}" for name, value in table.items())]
    return "\n".join(lines).lstrip() + "\n"
