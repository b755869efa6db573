"""`allocator plot`: one figure of a result, as PNG, SVG or PDF."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from allocator import Allocation, InputError, Problem
from allocator.cli.results import text_of
from allocator.cli.run import add_input, answer_for, town_named

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from allocator.fund.rules import Pool
    from allocator.scenarios.comparisons.comparison import Comparison

CURRENT: Final = "现行方案"
#: Weightings drawn for the bands, the same every time, and the grid of the triangle.
SAMPLES, SEED, STEP = 10_000, 0, "0.02"
#: How near to the present ones the weights of the Sobol indices are drawn.
CONCENTRATION: Final = 100


@dataclass(frozen=True, slots=True)
class PlotKind:
    """One kind of figure: its line of help, and how it is drawn."""

    line: str
    draw: Callable[[Allocation, argparse.Namespace], Figure]


def configure_plot(parser: argparse.ArgumentParser) -> None:
    """Options of `allocator plot`."""
    add_input(parser)
    parser.add_argument(
        "--kind", required=True, choices=list(KINDS), metavar="种类", help="图的种类，见下"
    )
    parser.add_argument(
        "--town", metavar="镇街", help="镇街名称（waterfall、ternary、tornado 要写）"
    )
    parser.add_argument(
        "--pool",
        metavar="资金池",
        help="资金池的 id 或名称（bands、ternary、tornado、path；默认第一个）",
    )
    parser.add_argument("--factor", metavar="因素", help="path 拉动哪个因素的权重（默认第一个）")
    parser.add_argument(
        "--error", default="5%", metavar="幅度", help="errors、sobol 的数据误差（默认 5%%）"
    )
    parser.add_argument(
        "--scenarios", type=Path, metavar="情景.toml", help="情景文件（dumbbell 要写，lorenz 可写）"
    )
    parser.add_argument(
        "--scenario", metavar="情景", help="dumbbell 与现行方案比较的情景（默认第一个）"
    )
    parser.add_argument(
        "--problem",
        type=Path,
        metavar="问题.toml",
        help="权重问题文件（trade-off、ranges、optimum 要写）",
    )
    parser.add_argument(
        "-o",
        "--output",
        type=Path,
        metavar="图.png",
        help="图片文件，.png、.svg 或 .pdf（默认写到 reports/）",
    )
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.epilog = "图的种类：\n" + "\n".join(
        f"  {name:<10} {kind.line}" for name, kind in KINDS.items()
    )
    parser.set_defaults(run=plot)


def plot(arguments: argparse.Namespace) -> None:
    """Allocate, draw one figure, write it."""
    from allocator.plots import save

    name = arguments.kind
    output = arguments.output or Path("reports") / f"{arguments.input.stem}-{name}.png"
    figure = KINDS[name].draw(answer_for(arguments), arguments)
    save(figure, output)
    print(f"已写出 {output}", file=sys.stderr)


def _ranked(answer: Allocation, _: argparse.Namespace) -> Figure:
    from allocator.plots import ranked_bars

    return ranked_bars(answer)


def _sources(answer: Allocation, _: argparse.Namespace) -> Figure:
    from allocator.plots import stacked_sources

    if not any(pool.sources for pool in answer.scheme.pools):
        raise _not_possible("分配方案没有写资金来源", "请在方案的 sources 中写明，或换一种图")
    return stacked_sources(answer)


def _waterfall(answer: Allocation, arguments: argparse.Namespace) -> Figure:
    from allocator.plots import waterfall

    if not arguments.town:
        raise _not_possible("waterfall 画一个镇街，没有写是哪一个", "请加 --town 镇街名称")
    return waterfall(answer, town_named(answer, arguments.town))


def _map(answer: Allocation, _: argparse.Namespace) -> Figure:
    from allocator.plots import has_map, tile_map

    if not has_map(answer.recipients.towns):
        raise _not_possible("方格地图只适用于东莞市 33 个园区、镇（街道）", "请换一种图")
    return tile_map(answer)


def _dumbbell(answer: Allocation, arguments: argparse.Namespace) -> Figure:
    from allocator.plots import dumbbell

    found = _compared(answer, arguments)
    names = found.names[1:]
    asked = arguments.scenario or names[0]
    if asked not in names:
        raise _not_possible(f"没有“{asked}”这个情景", f"可选：{'、'.join(names)}")
    amounts = dict(zip(found.names, found.amounts(), strict=True))
    sides = (CURRENT, amounts[found.names[0]]), (asked, amounts[asked])
    return dumbbell(answer.recipients, answer.scheme, *sides)


def _compared(answer: Allocation, arguments: argparse.Namespace) -> Comparison:
    from allocator.scenarios.comparisons.comparison import compare
    from allocator.scenarios.comparisons.scenario import scenarios_from_toml

    path = arguments.scenarios
    if not path:
        raise _not_possible("没有写情景文件", "请加 --scenarios 情景.toml")
    scenarios = scenarios_from_toml(text_of(path, "情景文件", "scenario.file"), path.name)
    return compare(answer.recipients, answer.scheme, scenarios)


def _lorenz(answer: Allocation, arguments: argparse.Namespace) -> Figure:
    from allocator.plots import lorenz_curve
    from allocator.scenarios.comparisons.comparison import measured

    if "population" not in answer.recipients.numbers:
        raise _not_possible("数据表没有人口一列", "请在数据表中加上人口，或换一种图")
    amounts = {CURRENT: measured(answer, "funding")}
    if arguments.scenarios:
        found = _compared(answer, arguments)
        amounts |= dict(zip(found.names[1:], found.amounts("funding")[1:], strict=True))
    is_scenario = bool(arguments.scenarios)
    return lorenz_curve(answer.recipients, answer.scheme, amounts, scenario=is_scenario)


def _bands(answer: Allocation, arguments: argparse.Namespace) -> Figure:
    from allocator.plots import quantile_bands
    from allocator.scenarios.sweeps.sweep import sweep
    from allocator.scenarios.sweeps.weightings import dirichlet

    pool = _pool(answer, arguments)
    weightings = dirichlet(len(pool.factors), SAMPLES, SEED)
    swept = sweep(answer.recipients, answer.scheme, pool.id, weightings)
    if swept.bands is None:
        raise _not_possible("镇街过多，画不出分位数", "请换一种图")
    quantiles = {
        float(level): [band[j] for band in swept.bands] for j, level in enumerate(swept.quantiles)
    }
    note = f"{pool.name}：各因素权重随机抽取 {swept.count:,} 组（均匀分布，种子 {SEED}）。"
    given = (answer.recipients, answer.scheme, quantiles, swept.current)
    return quantile_bands(*given, f"{pool.name}应分配额", note)


def _ternary(answer: Allocation, arguments: argparse.Namespace) -> Figure:
    from allocator.engine.shares import factor_name
    from allocator.plots import ternary_map
    from allocator.scenarios.sweeps.sweep import amounts
    from allocator.scenarios.sweeps.weightings import simplex_grid

    pool = _pool(answer, arguments)
    if len(pool.factors) != 3:
        message = f"{pool.name}有 {len(pool.factors)} 个因素，三角图只能画三个因素"
        raise _not_possible(message, "请用 --pool 换一个资金池，或换一种图")
    if not arguments.town:
        raise _not_possible("ternary 画一个镇街，没有写是哪一个", "请加 --town 镇街名称")
    town = town_named(answer, arguments.town)
    grid = simplex_grid(3, STEP)
    cells = amounts(answer.recipients, answer.scheme, pool.id, grid)
    current = tuple(float(factor.weight) for factor in pool.factors)
    return ternary_map(
        answer.recipients,
        answer.scheme,
        [factor_name(answer.recipients, factor) for factor in pool.factors],
        [(a / grid.steps, b / grid.steps, c / grid.steps) for a, b, c in grid.block(0).tolist()],
        cells[:, answer.recipients.towns.index(town)].tolist(),
        f"{town}{pool.name}应分配额",
        (current[0], current[1], current[2]),
    )


def _of_problem(solve: str) -> Callable[[Allocation, argparse.Namespace], Figure]:
    """The figure of what `allocator.optimize` has to say to a problem."""

    def draw(answer: Allocation, arguments: argparse.Namespace) -> Figure:
        from allocator import optimize

        path = arguments.problem
        if not path:
            raise _not_possible("没有写问题文件", "请加 --problem 问题.toml")
        text = text_of(path, "问题文件", "problem.file")
        problem = optimize.WeightProblem.from_toml(text, path.name)
        found = getattr(optimize, solve)(answer.recipients, answer.scheme, problem)
        if isinstance(found, optimize.Conflict):
            remedy = "请用 allocator optimize 查看是哪些条件互相矛盾"
            raise _not_possible("没有一组权重能满足全部条件", remedy)
        figure: Figure = found.plot()
        return figure

    return draw


def _tornado(answer: Allocation, arguments: argparse.Namespace) -> Figure:
    from allocator.scenarios import pool_sensitivity

    if not arguments.town:
        raise _not_possible("tornado 画一个镇街，没有写是哪一个", "请加 --town 镇街名称")
    pool = _pool(answer, arguments)
    if len(pool.factors) < 2:
        raise _not_possible(f"{pool.name}只有一个因素，权重无从变动", "请用 --pool 换一个资金池")
    found = pool_sensitivity(answer.recipients, answer.scheme, pool.id)
    return found.plot(town_named(answer, arguments.town))


def _path(answer: Allocation, arguments: argparse.Namespace) -> Figure:
    from allocator.scenarios import weight_path

    pool = _pool(answer, arguments)
    factor = arguments.factor or pool.factors[0].name or pool.factors[0].column
    towns = [town_named(answer, arguments.town)] if arguments.town else []
    return weight_path(answer.recipients, answer.scheme, pool.id, factor).plot(towns)


def _ranks(answer: Allocation, _: argparse.Namespace) -> Figure:
    from allocator.scenarios import rank_acceptability

    return rank_acceptability(answer.recipients, answer.scheme, count=SAMPLES, seed=SEED).plot()


def _errors(answer: Allocation, arguments: argparse.Namespace) -> Figure:
    from allocator.scenarios import joint_errors

    return joint_errors(answer.recipients, answer.scheme, arguments.error).plot()


def _sobol(answer: Allocation, arguments: argparse.Namespace) -> Figure:
    from allocator.plots import index_bars
    from allocator.scenarios import sobol_indices

    given = answer.recipients, answer.scheme
    frame = sobol_indices(*given, arguments.error, concentration=CONCENTRATION, count=4000)
    alone = {name: frame[name, "单独"].tolist() for name in frame.columns.get_level_values(0)}
    note = f"各列数据误差 ±{arguments.error}，权重在现行附近随机变动（集中度 {CONCENTRATION}）。"
    return index_bars(*given, alone, note)


def _pool(answer: Allocation, arguments: argparse.Namespace) -> Pool:
    """The pool asked for by id or name, else the first."""
    pools = answer.scheme.pools
    if not arguments.pool:
        return pools[0]
    for pool in pools:
        if arguments.pool in (pool.id, pool.name):
            return pool
    raise _not_possible(
        f"没有“{arguments.pool}”这个资金池", f"可选：{'、'.join(pool.id for pool in pools)}"
    )


def _not_possible(message: str, remedy: str) -> InputError:
    return InputError([Problem("plot.kind", message, remedy)])


KINDS: Final[Mapping[str, PlotKind]] = MappingProxyType(
    {
        "ranked": PlotKind("本次核拨额，由多到少", _ranked),
        "sources": PlotKind("资金来源构成", _sources),
        "waterfall": PlotKind("一个镇街从应分配到核拨、配套的每一步（要写 --town）", _waterfall),
        "dumbbell": PlotKind("现行方案与一个情景的逐镇比较（要写 --scenarios）", _dumbbell),
        "bands": PlotKind("权重随机变动时各镇街应分配额的范围", _bands),
        "ternary": PlotKind("一个镇街应分配额随三个因素权重的变化（要写 --town）", _ternary),
        "lorenz": PlotKind("资金按人口分布的洛伦兹曲线", _lorenz),
        "trade-off": PlotKind("两个目标的权衡曲线（要写 --problem）", _of_problem("frontier")),
        "ranges": PlotKind("各镇街最少、最多能得多少（要写 --problem）", _of_problem("ranges")),
        "optimum": PlotKind(
            "现行方案与最优权重的逐镇比较（要写 --problem）", _of_problem("optimize")
        ),
        "tornado": PlotKind("一个百分点的权重移动对一个镇街的影响（要写 --town）", _tornado),
        "path": PlotKind("一个因素的权重由 0 拉到 100% 时各镇街的金额", _path),
        "ranks": PlotKind("权重随机变动时各镇街名次的分布", _ranks),
        "errors": PlotKind("全部数据同时有误差时各镇街应分配额的范围", _errors),
        "sobol": PlotKind("不确定性来自哪一列数据，还是来自权重", _sobol),
        "map": PlotKind("各镇街本次核拨额的方格地图（东莞市 33 个园区、镇街）", _map),
    }
)
