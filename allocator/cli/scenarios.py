"""`compare`, `sweep`, `sensitivity`: what if the rules were others; `diff`: what two inputs changed."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Final

from allocator import InputError, Problem, Scheme, allocate, load
from allocator.base.files import write_whole
from allocator.base.money import exact_number
from allocator.base.plain_data import unknown_key
from allocator.base.problems import Place
from allocator.base.tables import Table
from allocator.cli.outputs import add_force, announced
from allocator.cli.results import add_output, print_head, shortened, text_of, write_tables
from allocator.cli.run import add_input, town_named
from allocator.cli.terminal import print_table
from allocator.engine.pool import open_pools
from allocator.explain.speech import speech_of
from allocator.fund.rules import Pool

if TYPE_CHECKING:
    from allocator.scenarios.sweeps.weightings import Weightings

STEP: Final = "0.05"
ERROR: Final = "5%"
#: Tables too wide or too long for a terminal.
_ONLY_IN_WORKBOOK: Final = ("口径敏感性：", "一个镇街")


def configure_compare(parser: argparse.ArgumentParser) -> None:
    """Options of `allocator compare`."""
    add_input(parser)
    parser.add_argument(
        "--scenarios",
        type=Path,
        required=True,
        metavar="情景.toml",
        help="情景文件（[[scenario]]）",
    )
    add_output(parser)
    parser.set_defaults(run=compare)


def compare(arguments: argparse.Namespace) -> None:
    """Print every scenario against the scheme as it stands."""
    from allocator.scenarios.comparisons import comparison
    from allocator.scenarios.comparisons.scenario import scenarios_from_toml

    recipients, scheme = load(arguments.input, arguments.scheme)
    scenarios = scenarios_from_toml(
        text_of(arguments.scenarios, "情景文件", "scenario.file"), arguments.scenarios.name
    )
    compared = comparison.compare(recipients, scheme, scenarios)
    with write_tables(arguments, compared.tables(), scheme, "情景比较", recipients) as show:
        print_head(scheme)
        show(comparison.overview(compared))
        for table in comparison.fairness_tables(compared):
            show(table)
        for number in range(1, len(compared.names)):
            show(shortened(comparison.pair(compared, number)))


def configure_sweep(parser: argparse.ArgumentParser) -> None:
    """Options of `allocator sweep`."""
    add_input(parser)
    parser.add_argument("--pool", metavar="资金池", help="资金池的 id 或名称（默认全部）")
    kinds = parser.add_mutually_exclusive_group()
    kinds.add_argument("--step", metavar="步长", help=f"权重网格的步长（默认 {STEP}）")
    kinds.add_argument("--samples", type=int, metavar="组数", help="改为随机抽取这么多组权重")
    parser.add_argument("--seed", type=int, default=0, metavar="种子", help="抽样的种子（默认 0）")
    parser.add_argument(
        "--bound",
        action="append",
        default=[],
        metavar="因素=下限:上限",
        help="某因素权重的范围，如 gdp=0.1:0.4；可多次使用",
    )
    parser.add_argument("--workers", type=int, metavar="进程数", help="进程数（默认按规模）")
    add_output(parser)
    parser.set_defaults(run=sweep)


def sweep(arguments: argparse.Namespace) -> None:
    """Print how far each town's entitlement moves over many weightings."""
    from allocator.scenarios.sweeps.result import summary
    from allocator.scenarios.sweeps.sweep import sweep as run_sweep

    if arguments.workers is not None and arguments.workers < 1:
        raise InputError([Problem("option", "进程数应为正整数", "请改正", Place(cell="--workers"))])
    recipients, scheme = load(arguments.input, arguments.scheme)
    pools, refused = open_pools(recipients, scheme, _pools(scheme, arguments.pool))
    _check_names(pools, arguments.bound)
    weightings = [_weightings(pool, arguments) for pool in pools]
    tables: list[Table] = []
    summaries: list[Table] = []
    for pool, chosen in zip(pools, weightings, strict=True):
        swept = run_sweep(
            recipients, scheme, pool.id, chosen, workers=arguments.workers, progress=_progress
        )
        tables += swept.tables()
        summaries.append(shortened(summary(swept)))
    with write_tables(arguments, tables, scheme, "权重扫描", recipients) as show:
        print_head(scheme)
        for table in summaries:
            show(table)
        for problem in refused:
            print(f"从略：{problem}")


def configure_sensitivity(parser: argparse.ArgumentParser) -> None:
    """Options of `allocator sensitivity`."""
    add_input(parser)
    parser.add_argument(
        "--error", default=ERROR, metavar="幅度", help=f"数据误差的幅度（默认 {ERROR}%）"
    )
    parser.add_argument(
        "--overtake", nargs=2, metavar=("甲", "乙"), help="另求权重移动多少，甲的占比才与乙相等"
    )
    add_output(parser)
    parser.set_defaults(run=sensitivity)


def sensitivity(arguments: argparse.Namespace) -> None:
    """Print what the open readings and single points of weight change."""
    from allocator.scenarios.sensitivity.sensitivity import break_even_table, sensitivity_tables

    recipients, scheme = load(arguments.input, arguments.scheme)
    ratio = _number(arguments.error, "--error")
    tables = sensitivity_tables(recipients, scheme, ratio)
    if arguments.overtake:
        answer = allocate(recipients, scheme)
        behind, ahead = (town_named(answer, town) for town in arguments.overtake)
        tables.insert(0, break_even_table(recipients, scheme, behind, ahead))
    with write_tables(arguments, tables, scheme, "敏感性分析", recipients) as show:
        print_head(scheme)
        for table in tables:
            if not table.title.startswith(_ONLY_IN_WORKBOOK):
                show(shortened(table))
    if not arguments.output:
        rest = "各口径对每个镇街的影响、数据误差的影响见工作簿（-o 输出.xlsx）。"
        print(speech_of(scheme, recipients).said(rest))


def _pools(scheme: Scheme, asked: str | None) -> tuple[Pool, ...]:
    found = tuple(pool for pool in scheme.pools if asked in (None, pool.id, pool.name))
    if asked and not found:
        known = [name for pool in scheme.pools for name in (pool.id, pool.name)]
        raise InputError([unknown_key(asked, known, Place(cell="--pool"))])
    return found


def _weightings(pool: Pool, arguments: argparse.Namespace) -> Weightings:
    from allocator.scenarios.sweeps.weightings import dirichlet, simplex_grid

    lower, upper = _bounds(pool, arguments.bound)
    factors = len(pool.factors)
    if arguments.samples is None:
        step = _number(arguments.step or STEP, "--step")
        return simplex_grid(factors, step, lower, upper)
    if arguments.samples < 1 or arguments.seed < 0:
        raise InputError([Problem("sweep.size", "组数应为正整数，种子不能为负", "请改正")])
    return dirichlet(factors, arguments.samples, arguments.seed, lower=lower, upper=upper)


def _check_names(pools: Sequence[Pool], bounds: Sequence[str]) -> None:
    known = {n for pool in pools for f in pool.factors for n in (f.column, f.name) if n}
    names = [text.partition("=")[0] for text in bounds]
    unknown = [name for name in names if name not in known]
    if unknown:
        place = Place(cell="--bound")
        raise InputError(unknown_key(name, sorted(known), place) for name in unknown)


def _bounds(pool: Pool, asked: Sequence[str]) -> tuple[list[Fraction], list[Fraction]]:
    """(lower, upper) by factor; a bound on a factor of another pool is none of this one's."""
    lower, upper = [Fraction(0)] * len(pool.factors), [Fraction(1)] * len(pool.factors)
    for text in asked:
        name, _, limits = text.partition("=")
        low, colon, high = limits.partition(":")
        if not colon:
            remedy = "请写成 因素=下限:上限，如 gdp=0.1:0.4"
            raise InputError(
                [Problem("sweep.bounds", "权重范围的写法无法识别", remedy, value=text)]
            )
        for k, factor in enumerate(pool.factors):
            if name in (factor.column, factor.name):
                lower[k], upper[k] = _number(low or "0", "--bound"), _number(high or "1", "--bound")
    return lower, upper


def _number(text: str, option: str) -> Fraction:
    try:
        return exact_number(text)
    except ValueError:
        problem = Problem(
            "option", "这里应是一个数", "请填数字，如 0.05 或 5%", Place(cell=option), text
        )
        raise InputError([problem]) from None


def _progress(done: int, everything: int) -> None:
    """A bar on the terminal, gone when all is done; nothing where errors go to a file."""
    if not sys.stderr.isatty():
        return
    filled = 30 * done // everything
    bar = "█" * filled + "░" * (30 - filled)
    text = f"\r测算 {bar} {100 * done // everything:3d}%"
    print(text if done < everything else "\r\033[K", end="", file=sys.stderr, flush=True)


def configure_diff(parser: argparse.ArgumentParser) -> None:
    """Options of `allocator diff`."""
    parser.add_argument("old", type=Path, metavar="原件", help="原来的输入或结果工作簿")
    parser.add_argument("new", type=Path, metavar="新件", help="新的输入或结果工作簿")
    parser.add_argument("--old-scheme", type=Path, metavar="原方案.toml", help="原件的分配方案")
    parser.add_argument("--new-scheme", type=Path, metavar="新方案.toml", help="新件的分配方案")
    parser.add_argument("-o", "--output", type=Path, metavar="输出.xlsx", help="调整对照表工作簿")
    add_force(parser)
    parser.set_defaults(run=diff)


def diff(arguments: argparse.Namespace) -> None:
    """Print the 调整对照表 and its causes; write them as a workbook when asked."""
    from allocator.scenarios.comparisons.difference import difference, difference_tables

    old = allocate(*load(arguments.old, arguments.old_scheme))
    new = allocate(*load(arguments.new, arguments.new_scheme))
    found = difference(old, new)
    speech = speech_of(new.scheme, new.recipients)
    tables = [speech.table(table) for table in difference_tables(found)]
    # What starts or ends at a draft is a draft itself.
    mark = next((one.mark for one in (old, new) if one.scheme.is_draft), new.mark or old.mark)
    if arguments.output:
        from allocator.excel.kit.tables_workbook import tables_workbook

        title = f"{new.scheme.name}调整对照"
        write_whole(arguments.output, tables_workbook(tables, title=title, mark=mark))
    with announced(*filter(None, [arguments.output])):
        if mark:
            print(f"{mark}\n")
        if found.causes:
            _print_difference(tables)
        else:
            print("两件的数据和方案相同，金额没有变动。")
        if arguments.output:
            print("各原因的金额见工作簿的“变动分解表”。")


def _print_difference(tables: list[Table]) -> None:
    for table in tables:
        if not table.title.startswith("变动分解表"):
            print_table(shortened(table))
