"""All rules of one fund: the whole scheme, read from TOML and written as TOML."""

from __future__ import annotations

import datetime
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from pathlib import PurePath
from typing import Any, Final

from allocator.base.money import format_percent, number_text
from allocator.base.plain_data import Locate, read_toml
from allocator.base.problems import InputError, Place, Problem
from allocator.fund.adjustments import Adjustment, read_adjustments
from allocator.fund.instalments import Instalment, read_instalments
from allocator.fund.rules import (
    Basis,
    Deduction,
    Matching,
    Naming,
    Pilot,
    Pool,
    Status,
    pool_record,
    record_of,
)
from allocator.fund.scheme_reader import SchemeReader

DRAFT_MARK: Final = "测算稿 — 权重待核定"
PLACEHOLDER_MARK: Final = "含示例数据 — 不作为核拨依据"
#: What results say that are not the allocation itself.
SCENARIO_MARK: Final = "情景测算，不作为核拨依据"


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
    settlements: tuple[Deduction, ...] = ()
    matching: Matching | None = None
    naming: Naming = Naming()
    columns: Mapping[str, str] = field(default_factory=dict)
    adjustments: tuple[Adjustment, ...] = ()
    instalments: tuple[Instalment, ...] = ()
    places: Mapping[str, Place] = field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def from_toml(cls, text: str, file: str = "") -> Scheme:
        """Read a scheme from the text of a TOML file; `file` is its name in messages.

        Raises `InputError` with every mistake in it.
        """
        scheme, problems = read_scheme(read_toml(text, file), lambda path: Place(file, "", path))
        if problems:
            raise InputError(problems)
        return scheme

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
            if given and sum(given) != 1:
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

    def deduction_of(self, pool: Pool) -> Deduction | None:
        """What is deducted from a pool; None where nothing is."""
        return next((one for one in self.settlements if one.pool == pool.id), None)

    def basis_of(self, pool: Pool) -> Basis | None:
        """The pilot reading under which `pool` is split; None for a pool without a pilot."""
        return self.pilot.basis if self.pilot and self.pilot.pool == pool.id else None

    def to_toml(self) -> str:
        """The scheme as TOML that `from_toml` reads back to an equal scheme."""
        return _toml(scheme_record(self))


def scheme_record(scheme: Scheme) -> dict[str, Any]:
    """The scheme as plain data in the shape of its TOML file, defaults spelled out.

    Amounts are yuan texts and numbers exact texts, so the record is also what is fingerprinted.
    """
    record: dict[str, Any] = {"scheme": record_of("scheme", scheme)}
    if naming := record_of("table", scheme.naming):
        record["table"] = naming
    if scheme.columns:
        record["columns"] = dict(scheme.columns)
    record["pool"] = [pool_record(pool) for pool in scheme.pools]
    if scheme.settlements:
        record["settlement"] = [record_of("settlement", one) for one in scheme.settlements]
    if scheme.pilot:
        record["pilot"] = record_of("pilot", scheme.pilot)
    if matching := scheme.matching:
        record["matching"] = record_of("matching", matching)
        if matching.rate_formula:
            record["matching"]["rate"] = matching.rate_formula
        if matching.rates:
            rates = {name: number_text(rate) for name, rate in matching.rates.items()}
            record["matching"]["rates"] = rates
    if scheme.adjustments:
        record["adjustment"] = [record_of("adjustment", one) for one in scheme.adjustments]
    if scheme.instalments:
        record["paid"] = [record_of("paid", one) for one in scheme.instalments]
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
            lines += [
                "",
                title,
                *(f"{_key(name)} = {_inline(value)}" for name, value in table.items()),
            ]
    return "\n".join(lines).lstrip() + "\n"


def read_scheme(raw: object, locate: Locate) -> tuple[Scheme, list[Problem]]:
    """A scheme from raw data in the shape of the TOML file, and every mistake in it.

    `locate` tells where a path such as `pool[0].factors[1].weight` stands. The scheme is to be
    used only when no problem is an error.
    """
    reader = SchemeReader(locate)
    table = reader.table(raw, "", "")
    head = reader.table(table.get("scheme", {}), "scheme", "scheme")
    given = reader.tables(table.get("pool", []), "pool")
    pools = [reader.pool(item, path) for item, path in given]
    if not pools:
        reader.report("pools", "pool", "没有资金池", "请至少填一个资金池")
    for name in ("id", "name"):
        seen = [getattr(pool, name) for pool in pools]
        for i, value in enumerate(seen):
            if value and value in seen[:i]:
                reader.report("duplicate", f"pool[{i}].{name}", "资金池重名", "请改名", value)
    names = {pool.name: pool.id for pool in pools} | {pool.id: pool.id for pool in pools}
    adjusted = read_adjustments(reader, table.get("adjustment", []), names)
    paid = read_instalments(reader, table.get("paid", []), names)
    deducted = [
        reader.settlement(item, path, pools)
        for item, path in reader.tables(table.get("settlement", []), "settlement")
    ]
    pilot = reader.pilot(table["pilot"], pools) if "pilot" in table else None
    for k, one in enumerate(deducted):
        settled = [other.pool for other in deducted[:k]] + ([pilot.pool] if pilot else [])
        if one.pool and one.pool in settled:
            remedy = "一个资金池只写一处：把要扣减的各项相加写在一个公式里"
            reader.report("settlement", f"settlement[{k}].pool", "结算重复", remedy, one.pool)
    values = reader.values(head, "scheme", "scheme")
    values["name"] = values["name"] or PurePath(locate("").file).stem or "资金分配"
    scheme = Scheme(
        **values,
        pools=tuple(pools),
        pilot=pilot,
        settlements=tuple(deducted),
        matching=reader.matching(table["matching"], pools) if "matching" in table else None,
        naming=reader.naming(table["table"]) if "table" in table else Naming(),
        columns=reader.columns(table["columns"]) if "columns" in table else {},
        adjustments=tuple(adjusted),
        instalments=tuple(paid),
        places=reader.places,
    )
    return scheme, reader.problems


def check_scheme(scheme: Scheme) -> list[Problem]:
    """The mistakes of a scheme however it was made: those that its own record would have as a file.

    A scheme built in Python is so held to what one that was read is held to.
    """

    def locate(path: str) -> Place:
        return scheme.places.get(path) or Place(cell=path)

    try:
        record = scheme_record(scheme)
    except (TypeError, AttributeError, ValueError):
        message = "方案中有数值的类型不对"
        remedy = "权重、系数和比例请用整数或 Fraction，金额请用整数（分）"
        return [Problem("scheme.type", message, remedy, locate("scheme"))]
    return read_scheme(record, locate)[1]
