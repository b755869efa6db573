"""Rank acceptability of the whole fund: how often each town comes at each rank, all weights open.

Every pool's weights are drawn at random, independently, and the entitlements of all pools added:
the order of the totals is what the public sees. Source of the index: R. Lahdelma, J. Hokkanen,
P. Salminen, SMAA — Stochastic multiobjective acceptability analysis, EJOR 106 (1998), 137–143.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from allocator.base.money import Fen
from allocator.base.problems import InputError, Problem
from allocator.base.tables import Table
from allocator.engine.pool import exact_amounts, open_split
from allocator.fund.recipients import Recipients
from allocator.fund.scheme import Scheme
from allocator.scenarios.sweeps.ranks import ranks_frame, ranks_table
from allocator.scenarios.sweeps.vectorised import Rounder, Whole
from allocator.scenarios.sweeps.weightings import Weightings, block_count, dirichlet

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

#: Recipients up to which ranks are counted.
_MOST_RANKED: Final = 512
_TOGETHER: Final = 1 << 14


@dataclass(frozen=True, slots=True)
class RankAcceptability:
    """Entitlements of all pools together over `count` draws; `ranks[i][p]` counts those in which
    recipient i comes (p + 1)-th, equal amounts in official order. `current` is fen.
    """

    recipients: Recipients
    scheme: Scheme
    count: int
    current: tuple[Fen, ...]
    ranks: tuple[tuple[int, ...], ...]

    def to_frame(self) -> pd.DataFrame:
        """Shares of the draws: one row a recipient, a column a rank."""
        return ranks_frame(self.recipients.towns, self.ranks, self.count)

    def tables(self) -> list[Table]:
        """The present rank, the best, the worst and the usual one, and the share of the first ten."""
        title = f"全部资金池合计的名次（各池权重同时随机，{self.count:,} 组）"
        given = (self.recipients.towns, self.current, self.ranks, self.count)
        return [ranks_table(title, *given)]

    def _repr_html_(self) -> str:
        return "".join(table._repr_html_() for table in self.tables())

    def plot(self) -> Figure:
        """The shares as a heat map, the present order down the side."""
        from allocator.plots import rank_heat_map

        shares = [[count / self.count for count in counts] for counts in self.ranks]
        note = f"各资金池的权重同时随机变动，共 {self.count:,} 组。"
        given = (self.recipients, self.scheme, shares, self.current)
        return rank_heat_map(*given, "全部资金池应分配额合计", note)


def rank_acceptability(
    recipients: Recipients,
    scheme: Scheme,
    weightings: Mapping[str, Weightings] | None = None,
    *,
    count: int = 10_000,
    seed: int = 0,
    concentration: float | None = None,
) -> RankAcceptability:
    """Draw the weights of all pools at once and count ranks of the totals.

    Each pool's weights are uniform on the simplex or, with a `concentration`, drawn around the
    present ones (see `dirichlet`); `weightings` by pool id take the place of that, of one size each.

    Raises `InputError` for mistakes in the input, more than 512 recipients, and sizes that differ.
    """
    around = None if concentration is None else "current"
    drawn: dict[str, Weightings] = {
        pool.id: dirichlet(
            pool, count, seed + k, around=around, concentration=concentration or 100.0
        )
        for k, pool in enumerate(scheme.pools)
    }
    drawn.update(weightings or {})
    sizes = {one.most for one in drawn.values()}
    if (
        len(recipients) > _MOST_RANKED
        or len(sizes) != 1
        or drawn.keys() - {pool.id for pool in scheme.pools}
    ):
        message = f"名次只统计 {_MOST_RANKED} 个以内的单位，各资金池的权重组数须相同"
        raise InputError([Problem("sweep.size", message, "请改正 weightings 或减少单位")])
    opened = [open_split(recipients, scheme, pool.id) for pool in scheme.pools]
    now = [exact_amounts(one, one.weights) for one in opened]
    n, ranks, rows = len(recipients), np.zeros((len(recipients),) * 2, dtype=np.int64), 0
    rounders = {one.pool.id: Rounder(one) for one in opened}
    for b in range(block_count(next(iter(drawn.values())))):
        blocks = {name: one.block(b) for name, one in drawn.items()}
        if len({len(block) for block in blocks.values()}) != 1:
            message = "各资金池的权重组数不同"
            raise InputError([Problem("sweep.size", message, "请给出同样多的组数")])
        for start in range(0, len(next(iter(blocks.values()))), _TOGETHER):
            piece = slice(start, start + _TOGETHER)
            total = sum(
                rounders[name].amounts(block[piece], drawn[name].denominator)[0]
                for name, block in blocks.items()
            )
            ranks += _count(np.asarray(total, dtype=np.int64), n)
            rows += len(np.asarray(total))
    return RankAcceptability(
        recipients=recipients,
        scheme=scheme,
        count=rows,
        current=tuple(Fen(sum(town)) for town in zip(*now, strict=True)),
        ranks=tuple(map(tuple, ranks.tolist())),
    )


def _count(amounts: Whole, n: int) -> Whole:
    order = np.argsort(-amounts, axis=1, kind="stable")
    cells = np.bincount((order * n + np.arange(n)).ravel(), minlength=n * n)
    counted: Whole = cells.reshape(n, n)
    return counted
