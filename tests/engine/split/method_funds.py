"""Random funds in the language of methods, and what they come to by a slow obvious way.

Everything is worked out again in Fractions straight from the columns of the table, with nothing of
the engine: who takes part, what is off the top, the level by trying every breakpoint, the rounding.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor

from hypothesis import strategies as st

from allocator import Recipients, Scheme

FEN = 100


@dataclass(frozen=True)
class Fund:
    """A table of whole numbers, and the rules of one pool as they stand in its TOML table."""

    columns: dict[str, list[int]]
    texts: list[str]
    rules: dict[str, str]
    budget: int
    unit: int

    @property
    def recipients(self) -> Recipients:
        towns = [f"T{i}" for i in range(len(self.texts))]
        return Recipients.from_columns(towns, dict(self.columns), texts={"片区": self.texts})

    @property
    def scheme(self) -> Scheme:
        lines = [f'{key} = "{value}"' for key, value in self.rules.items()]
        lines.append('factors = [{ column = "a", weight = 1 }]')
        head = f'[[pool]]\nid = "p"\nbudget = "{self.budget}"\nunit = "{self.unit}"\n'
        return Scheme.from_toml(head + "\n".join(lines))


@st.composite
def funds(draw: st.DrawFn, most: int = 6) -> Fund:
    n = draw(st.integers(1, most))

    def column(low: int, high: int) -> list[int]:
        return draw(st.lists(st.integers(low, high), min_size=n, max_size=n))

    columns = {"a": column(0, 9), "b": column(1, 5), "c": column(-6, 6)}
    columns |= {"low": column(0, 8), "high": column(10, 60), "sum": column(0, 9)}
    offered = {
        "eligible": f"b > {draw(st.integers(0, 4))}",
        "fixed": "if(sum > 6, sum, 0)",
        "base": draw(st.sampled_from(["c", "max(c, 0)", "10", "c ÷ 3"])),
        "adjust": "b ÷ 2",
        "floor": draw(st.sampled_from(["low", "5", "low − 3"])),
        "cap": draw(st.sampled_from(["high", "40", "low + high"])),
        "least": draw(st.sampled_from(["8", "b + 3"])),
        "surplus": "keep",
        "method": "nearest",
        "rest": "largest",
    }
    kept = {key: text for key, text in offered.items() if draw(st.booleans())}
    if "method" not in kept:
        kept.pop("rest", None)
    texts = draw(st.lists(st.sampled_from(["东", "西"]), min_size=n, max_size=n))
    return Fund(columns, texts, kept, draw(st.integers(0, 90)), draw(st.sampled_from([1, 2, 5])))


def values(fund: Fund, key: str) -> list[Fraction]:
    """A formula of the generator for everyone, in yuan; nothing where it is not among the rules."""
    text = fund.rules.get(key, "")
    known = {name: list(map(Fraction, column)) for name, column in fund.columns.items()}
    c, b, low, high = (known[name] for name in ("c", "b", "low", "high"))
    table = {
        **known,
        "max(c, 0)": [max(x, Fraction(0)) for x in c],
        "c ÷ 3": [x / 3 for x in c],
        "b ÷ 2": [x / 2 for x in b],
        "low − 3": [x - 3 for x in low],
        "low + high": [x + y for x, y in zip(low, high, strict=True)],
        "b + 3": [x + 3 for x in b],
        "if(sum > 6, sum, 0)": [x if x > 6 else Fraction(0) for x in known["sum"]],
    }
    if not text:
        return []
    return table.get(text) or [Fraction(text)] * len(fund.texts)


def taking_part(fund: Fund) -> list[bool]:
    """Who fulfils the condition of the pool."""
    condition = fund.rules.get("eligible", "b > 0")
    return [b > int(condition.removeprefix("b > ")) for b in fund.columns["b"]]


def slow(fund: Fund) -> list[int] | None:
    """The entitlements in fen; None where the rules have no answer."""
    n, unit = len(fund.texts), fund.unit
    takes_part = taking_part(fund)
    off = values(fund, "fixed") or [Fraction(0)] * n
    off = [own if part else Fraction(0) for own, part in zip(off, takes_part, strict=True)]
    inside = [part and not own for part, own in zip(takes_part, off, strict=True)]
    adjust = values(fund, "adjust") or [Fraction(1)] * n
    weights = [
        a * k if m else Fraction(0)
        for a, k, m in zip(fund.columns["a"], adjust, inside, strict=True)
    ]
    base = [
        v / unit if m else Fraction(0)
        for v, m in zip(values(fund, "base") or [Fraction(0)] * n, inside, strict=True)
    ]
    # Without a floor of its own a flat base is the least: it is never negative.
    low = [
        max(ceil(v / unit), 0) if m else 0
        for v, m in zip(values(fund, "floor") or [Fraction(0)] * n, inside, strict=True)
    ]
    high = [max(floor(v / unit), 0) for v in values(fund, "cap")] or [10**6] * n
    rest = Fraction(fund.budget) - sum(off)
    if fund.budget % unit or rest < 0 or rest % unit:
        return None
    total = rest / unit
    least = [v / unit for v in values(fund, "least")] or [Fraction(0)] * n
    answer = _split(total, weights, base, low, high, least, keeps="surplus" in fund.rules)
    if answer is None or answer.units is None:
        return None
    rounded = _nearest(answer, low, high) if "method" in fund.rules else _largest(answer)
    if rounded is None:
        return None
    return [int(own * FEN) + u * unit * FEN for own, u in zip(off, rounded, strict=True)]


@dataclass(frozen=True)
class Claims:
    units: list[Fraction] | None
    weights: list[Fraction]
    total: int


def _split(
    total: Fraction,
    weights: Sequence[Fraction],
    base: Sequence[Fraction],
    low: Sequence[int],
    high: Sequence[int],
    least: Sequence[Fraction],
    *,
    keeps: bool,
) -> Claims | None:
    """The claims in units once nobody is below the least payment."""
    weights, base, low = list(weights), list(base), list(low)
    while any(weights):
        claims = level(total, weights, base, low, high)
        if claims is None and keeps and sum(most_of(weights, base, low, high)) < total:
            claims = most_of(weights, base, low, high)
        if claims is None:
            break
        below = [i for i, c in enumerate(claims) if (weights[i] or c) and c < least[i]]
        if not below:
            break
        smallest = min(claims[i] for i in below)
        for i in below:
            if claims[i] == smallest:
                weights[i], base[i], low[i] = Fraction(0), Fraction(0), 0
    if not any(weights):
        return None
    if keeps:
        total = Fraction(min(total, floor(sum(most_of(weights, base, low, high)))))
    if total.denominator != 1:
        return None
    return Claims(level(total, weights, base, low, high), weights, int(total))


def most_of(
    weights: Sequence[Fraction],
    base: Sequence[Fraction],
    low: Sequence[int],
    high: Sequence[int],
) -> list[Fraction]:
    """The most that each may take: its cap, or what it has without a share."""
    return [
        Fraction(h) if w else min(max(b, Fraction(lo)), Fraction(h))
        for w, b, lo, h in zip(weights, base, low, high, strict=True)
    ]


def level(
    total: Fraction,
    weights: Sequence[Fraction],
    base: Sequence[Fraction],
    low: Sequence[int],
    high: Sequence[int],
) -> list[Fraction] | None:
    """clip(base + t · weight, low, high) that sum to the total, by trying every piece of t."""
    rows = list(zip(weights, base, low, high, strict=True))
    if any(lo > h for _, _, lo, h in rows):
        return None

    def at(t: Fraction) -> list[Fraction]:
        return [min(max(b + t * w, Fraction(lo)), Fraction(h)) for w, b, lo, h in rows]

    ends = sorted(
        {Fraction(0), *((x - b) / w for w, b, lo, h in rows if w for x in (lo, h) if x > b)}
    )
    for start, end in zip(ends, [*ends[1:], ends[-1] + 1], strict=True):
        here, there = sum(at(start)), sum(at(end))
        if here == total:
            return at(start)
        if here < total <= there:
            return at(start + (end - start) * (total - here) / (there - here))
    return None


def _nearest(found: Claims, low: Sequence[int], high: Sequence[int]) -> list[int] | None:
    claims = found.units or []
    units = [floor(c + Fraction(1, 2)) for c in claims]
    difference = found.total - sum(units)
    who = max(range(len(claims)), key=lambda i: (claims[i], -i))
    if difference and not low[who] <= units[who] + difference <= high[who]:
        return None
    units[who] += difference
    return units


def _largest(found: Claims) -> list[int]:
    claims = found.units or []
    units = [floor(c) for c in claims]
    order = sorted(
        range(len(claims)), key=lambda i: (-(claims[i] - units[i]), -found.weights[i], i)
    )
    for i in order[: found.total - sum(units)]:
        units[i] += 1
    return units
