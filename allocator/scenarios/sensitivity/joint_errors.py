"""What errors of all figures at once do to everyone's money: many tables drawn, each split exactly.

A draw multiplies every figure by 1 + e, e uniform in whole millionths between ± the error and
independent of all others. The claims of a draw come in extended precision with a bound on their
error; the rounding is the one of sweeps, and a draw that it cannot decide goes through the engine
with the table so changed. So every cell is what the engine gives. Where formulas read the figures
too, every draw goes through the whole engine: some milliseconds each.

Shares of variance by input (Sobol indices, an input being one column with all its errors, or the
weights) are estimates from such draws. Source: M. J. W. Jansen, Analysis of variance designs for
model output, Computer Physics Communications 117 (1999), 35–43; A. Saltelli et al., Variance based
sensitivity analysis of model output, ibid. 181 (2010), 259–270, table 2.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from allocator.allocation import allocate
from allocator.base.money import Fen, amount_in, exact_number, format_number
from allocator.base.problems import InputError, Problem, stop_on_errors
from allocator.base.tables import Table, TableColumn, TableValue
from allocator.engine.open_pool import OpenPool, open_pool
from allocator.engine.pool import exact_amounts
from allocator.engine.refusals import check
from allocator.fund.derived.reading import read_formulas
from allocator.fund.recipients import Number, Recipients
from allocator.fund.rules import Arithmetic, derived
from allocator.fund.scheme import Scheme
from allocator.scenarios.sensitivity.data_errors import figure_columns
from allocator.scenarios.sweeps.vectorised import (
    ClaimRows,
    Floats,
    Whole,
    claims_of,
    nearest_float,
    round_claims,
)
from allocator.scenarios.sweeps.weightings import PARTS, dirichlet

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

_WIDE: Final = np.longdouble
#: Cells of one array at a time, and of all draws together.
_TOGETHER: Final = 1 << 18
_MOST_CELLS: Final = 50_000_000
_WITH_ARRAYS: Final[Arithmetic[Any]] = Arithmetic(
    over=np.divide, inverse=lambda value: 1 / value, times=np.multiply
)
QUANTILES: Final = (0.05, 0.25, 0.5, 0.75, 0.95)
#: By column, (rows, n): how many millionths each figure is too large.
Errors = Mapping[str, Whole]


@dataclass(frozen=True, slots=True)
class JointErrors:
    """The entitlements of all pools together over `count` draws, by recipient, in fen.

    `bands[i]` are the quantiles `QUANTILES` of recipient i, as whole fen that were reached.
    """

    recipients: Recipients
    scheme: Scheme
    error: Fraction
    count: int
    current: tuple[Fen, ...]
    least: tuple[Fen, ...]
    most: tuple[Fen, ...]
    bands: tuple[tuple[Fen, ...], ...]

    def tables(self) -> list[Table]:
        """One table: the present amount, the range over all draws and the middle 90 %."""
        columns = (
            TableColumn("镇街（园区）"),
            *(
                TableColumn(name, "fen")
                for name in ("现行方案", "最低", "5%分位", "95%分位", "最高")
            ),
            TableColumn("最大偏离", "percent"),
        )
        rows: list[tuple[TableValue, ...]] = []
        for i, town in enumerate(self.recipients.towns):
            now, low, high = self.current[i], self.least[i], self.most[i]
            off = Fraction(max(now - low, high - now), now) if now else None
            rows.append((town, now, low, self.bands[i][0], self.bands[i][-1], high, off))
        percent = _percent(self.error)
        title = f"全部数据同时有 ±{percent} 误差时的应分配额（{self.count:,} 次，单位：元）"
        note = "每次给全部镇街的每个数据各取一个误差（均匀分布、互相独立），各次都按分重算。"
        return [Table(title, columns, tuple(rows), notes=(note,))]

    def _repr_html_(self) -> str:
        return "".join(table._repr_html_() for table in self.tables())

    def to_frame(self, unit: str = "元", *, exact: bool = True) -> pd.DataFrame:
        """One row a recipient; amounts are exact `Decimal`s in `unit`, or floats."""
        import pandas as pd

        columns = {"现行方案": self.current, "最低": self.least, "最高": self.most}
        for j, quantile in enumerate(QUANTILES):
            columns[f"{quantile:.0%}分位"] = tuple(band[j] for band in self.bands)
        index = pd.Index(self.recipients.towns, name="园区、镇（街道）")
        data = {name: [amount_in(fen, unit) for fen in fens] for name, fens in columns.items()}
        frame = pd.DataFrame(data, index=index)
        return frame if exact else frame.astype(float)

    def plot(self) -> Figure:
        """The bands of every recipient."""
        from allocator.plots import quantile_bands

        quantiles = {q: [band[j] for band in self.bands] for j, q in enumerate(QUANTILES)}
        note = self.tables()[0].notes[0]
        given = (self.recipients, self.scheme, quantiles, self.current)
        title = f"数据误差 ±{_percent(self.error)} 时应分配额的范围"
        return quantile_bands(*given, "应分配额", note, title=title)


def _percent(ratio: Fraction) -> str:
    return f"{format_number(ratio * 100)}%"


def joint_errors(
    recipients: Recipients,
    scheme: Scheme,
    error: Any,
    *,
    columns: Sequence[str] = (),
    count: int = 10_000,
    seed: int = 0,
) -> JointErrors:
    """Split every pool under `count` tables whose figures are all off by up to ± `error` ("5%").

    `columns` are those with errors, all that any factor reads by default.

    Raises `InputError` for mistakes in the input, an error outside 0 … 100 % and too many draws.
    """
    fund, names = _prepared(recipients, scheme, error, columns, count)
    limit = int(exact_number(error) * PARTS)
    errors = _drawn(names, limit, (count, len(recipients)), seed)
    ranked = np.sort(fund.totals(errors, {}), axis=0)
    places = [max(int(np.ceil(q * count)) - 1, 0) for q in QUANTILES]
    return JointErrors(
        recipients=recipients,
        scheme=scheme,
        error=exact_number(error),
        count=count,
        current=_split(recipients, scheme),
        least=tuple(map(Fen, ranked[0].tolist())),
        most=tuple(map(Fen, ranked[-1].tolist())),
        bands=tuple(tuple(map(Fen, band)) for band in ranked[places].T.tolist()),
    )


def sobol_indices(
    recipients: Recipients,
    scheme: Scheme,
    error: Any,
    *,
    concentration: float | None = None,
    count: int = 2000,
    seed: int = 0,
) -> pd.DataFrame:
    """How much of each recipient's uncertainty each input causes: estimates, shares of variance.

    Inputs are the columns that factors read, each with the errors of all recipients (± `error`),
    and, with a `concentration`, the weights, drawn around the present ones (see `dirichlet`). By
    input two columns: 单独 (first-order: alone) and 合计 (total: with all that it does together with
    others). A recipient whose amount never moves has NaN. About 1 / √`count` may be chance.

    Raises `InputError` as `joint_errors` does.
    """
    import pandas as pd

    fund, names = _prepared(recipients, scheme, error, (), count)
    limit, shape = int(exact_number(error) * PARTS), (count, len(recipients))
    first, second = _drawn(names, limit, shape, seed), _drawn(names, limit, shape, seed + 1)
    weights: dict[str, Whole] = {}
    if concentration is not None:
        for pool in scheme.pools:
            around: Any = {"around": "current", "concentration": concentration}
            weights[pool.id] = dirichlet(pool, 2 * count, seed, **around).block(0)

    def run(errors: Errors, which: int) -> NDArray[np.float64]:
        half = slice(which * count, (which + 1) * count)
        return fund.totals(errors, {name: w[half] for name, w in weights.items()}).astype(float)

    one, other = run(first, 0), run(second, 1)
    variance = np.concatenate([one, other]).var(axis=0)
    variance[variance == 0] = np.nan
    mixed = {name: run({**first, name: second[name]}, 0) for name in names}
    found = {recipients.header(name): cells for name, cells in mixed.items()}
    if concentration is not None:
        found["权重"] = run(first, 1)
    columns: dict[tuple[str, str], NDArray[np.float64]] = {}
    for name, cells in found.items():
        columns[name, "单独"] = 1 - ((other - cells) ** 2).mean(axis=0) / (2 * variance)
        columns[name, "合计"] = ((one - cells) ** 2).mean(axis=0) / (2 * variance)
    index = pd.Index(recipients.towns, name="园区、镇（街道）")
    return pd.DataFrame(columns, index=index).round(3)


def _prepared(
    recipients: Recipients, scheme: Scheme, error: Any, columns: Sequence[str], count: int
) -> tuple[_Fund, tuple[str, ...]]:
    problems = []
    if not 0 < exact_number(error) < 1:
        remedy = "请填 0 与 100% 之间的误差，如 5%"
        problems.append(Problem("sensitivity.ratio", "数据误差的幅度不合适", remedy))
    if count < 1 or count * len(recipients) > _MOST_CELLS:
        most = _MOST_CELLS // max(len(recipients), 1)
        message = f"抽取 {count:,} 次不合适"
        problems.append(Problem("sweep.size", message, f"请填 1 至 {most:,} 之间的次数"))
    known = figure_columns(recipients, scheme)
    for name in columns:
        if name not in known:
            remedy = f"因素用到的列：{'、'.join(known)}"
            problems.append(Problem("sensitivity.column", f"没有因素用到“{name}”", remedy))
    if problems:
        raise InputError(problems)
    stop_on_errors(check(recipients, scheme))
    formulas, _ = read_formulas(recipients, scheme)
    is_plain = not (any(formulas.all()) or any(p.group for p in scheme.pools))
    opened = [open_pool(recipients, scheme, pool) for pool in scheme.pools] if is_plain else []
    return _Fund(recipients, scheme, tuple(opened)), tuple(columns) or known


@dataclass(frozen=True, slots=True)
class _Fund:
    """The fund to be split again and again: `opened` are its pools, none where formulas read the
    figures too, since every draw then goes through the whole engine.
    """

    recipients: Recipients
    scheme: Scheme
    opened: tuple[OpenPool, ...]

    def totals(self, errors: Errors, weights: Mapping[str, Whole]) -> Whole:
        """Entitlements of all pools together in fen, (rows, n); `weights` by pool, in millionths."""
        rows = len(next(iter(errors.values())))
        found: Whole = np.zeros((rows, len(self.recipients)), dtype=np.int64)
        for one in self.opened:
            found += _amounts(self.scheme, one, errors, weights.get(one.pool.id))
        for row in range(0 if self.opened else rows):
            own = {
                name: [Fraction(part, PARTS) for part in block[row].tolist()]
                for name, block in weights.items()
            }
            found[row] = _split(
                _changed(self.recipients, errors, row), self.scheme.with_weights(own)
            )
        return found


def _split(recipients: Recipients, scheme: Scheme) -> tuple[Fen, ...]:
    """What the splits of all pools give each town together, by the whole engine."""
    columns = [result.split_amount for result in allocate(recipients, scheme).pools]
    return tuple(Fen(sum(town)) for town in zip(*columns, strict=True))


def _drawn(names: Sequence[str], limit: int, shape: tuple[int, int], seed: int) -> dict[str, Whole]:
    """One stream a column, so that a column's errors do not depend on which others have some."""
    return {
        name: np.random.Generator(
            np.random.Philox(np.random.SeedSequence((seed, *name.encode())))
        ).integers(-limit, limit, size=shape, endpoint=True)
        for name in names
    }


def _amounts(scheme: Scheme, opened: OpenPool, errors: Errors, weights: Whole | None) -> Whole:
    """Entitlements in fen, (rows, n), with these errors and weights (millionths; None: the own)."""
    rows, towns = next(iter(errors.values())).shape
    amounts = np.empty((rows, towns), dtype=np.int64)
    pool = opened.pool
    moved_bounds = {pool.floor, pool.cap, scheme.pilot and scheme.pilot.advance} & errors.keys()
    is_vectorised = pool.method == "largest_remainder" and not moved_bounds
    claims = claims_of(opened, _WIDE)
    step = max(_TOGETHER // towns, 1)
    for start in range(0, rows, step):
        piece = slice(start, start + step)
        some = {name: column[piece] for name, column in errors.items()}
        chosen = None if weights is None else weights[piece]
        left = np.arange(len(amounts[piece]))
        if is_vectorised:
            units, sure = round_claims(*_claims(claims, opened, some, chosen))
            amounts[piece] = units
            amounts[piece] *= pool.unit
            amounts[piece] += pool.base
            left = left[~sure]
        for row in left:
            amounts[start + row] = _by_engine(scheme, opened, some, chosen, int(row))
    return amounts


def _claims(
    claims: ClaimRows, opened: OpenPool, errors: Errors, weights: Whole | None
) -> tuple[ClaimRows, Floats]:
    """The claims of changed tables in units of the pool, and `claims` with the bound on their error.

    In units of rounding: a value has at most 12 of its own and of its columns, a sum of n towns 24 +
    log2 n (see `vectorised`), quotient, weight and sum over K factors K; once for the value, once
    for the total it is divided by, once more for the level within bounds.
    """
    recipients = opened.recipients

    def column(name: str) -> Floats:
        own = _wide(recipients.numbers[name])[None, :]
        return own * ((errors[name] + PARTS).astype(_WIDE) / PARTS) if name in errors else own

    rows = len(next(iter(errors.values())))
    total = np.zeros((rows, len(recipients)), dtype=_WIDE)
    for k, shares in enumerate(opened.factors):
        factor = shares.factor
        if factor.coefficients:
            classes = recipients.economic_class
            value: Floats = _wide([factor.coefficients[name] for name in classes])[None, :]
        else:
            value = column(factor.column)
        value = derived(factor, value, column, _WITH_ARRAYS)
        own = _wide([opened.weights[k]])
        weight = own if weights is None else weights[:, k : k + 1].astype(_WIDE) / PARTS
        total += value / value.sum(axis=1, keepdims=True) * weight
    exact: Floats = total * opened.total
    steps = 3 * (36 + len(recipients).bit_length() + len(opened.factors))
    growth = float(steps * np.finfo(_WIDE).eps)
    has_zeros, largest = bool((exact == 0).any()), float(exact.max())
    return replace(claims, growth=growth, largest=largest, has_zeros=has_zeros), exact


def _wide(numbers: Sequence[Number]) -> Floats:
    exact = map(Fraction, numbers)
    return np.array([nearest_float(n.numerator, n.denominator, _WIDE) for n in exact], dtype=_WIDE)


def _by_engine(
    scheme: Scheme, opened: OpenPool, errors: Errors, weights: Whole | None, row: int
) -> tuple[Fen, ...]:
    """One draw of one pool, exactly: the table with its figures changed, through the engine."""
    changed = open_pool(_changed(opened.recipients, errors, row), scheme, opened.pool)
    if weights is None:
        return exact_amounts(changed, changed.weights)
    return exact_amounts(changed, [Fraction(part, PARTS) for part in weights[row].tolist()])


def _changed(recipients: Recipients, errors: Errors, row: int) -> Recipients:
    """The table of one draw, in fractions."""
    numbers = dict(recipients.numbers)
    for name, column in errors.items():
        numbers[name] = tuple(
            Fraction(number) * (PARTS + part) / PARTS
            for number, part in zip(numbers[name], column[row].tolist(), strict=True)
        )
    return replace(recipients, numbers=numbers)
