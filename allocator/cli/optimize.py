"""`allocator optimize`, `ranges` and `frontier`: which weights, and what they can and cannot do."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from allocator import Scheme, load
from allocator.base.tables import Table
from allocator.cli.results import add_output, print_head, shortened, text_of, write_tables
from allocator.cli.run import add_input

if TYPE_CHECKING:
    from allocator.optimize import Conflict, Frontier, Optimum, Ranges, WeightProblem

#: The exit code when no weights keep all conditions.
NOTHING_POSSIBLE = 1


def _configure(parser: argparse.ArgumentParser, run: Callable[[argparse.Namespace], int]) -> None:
    add_input(parser)
    parser.add_argument(
        "--problem", type=Path, required=True, metavar="问题.toml", help="目标与条件（TOML 文件）"
    )
    parser.add_argument(
        "--seconds",
        type=float,
        default=300.0,
        metavar="秒",
        help="最多求解多少秒；到时给出已找到的最好结果，并写明最多还能好多少（默认 300）",
    )
    add_output(parser)
    parser.set_defaults(run=run)


def configure_optimize(parser: argparse.ArgumentParser) -> None:
    """Options of `allocator optimize`."""
    _configure(parser, optimize)


def configure_ranges(parser: argparse.ArgumentParser) -> None:
    """Options of `allocator ranges`."""
    _configure(parser, ranges)


def configure_frontier(parser: argparse.ArgumentParser) -> None:
    """Options of `allocator frontier`."""
    _configure(parser, frontier)


def optimize(arguments: argparse.Namespace) -> int:
    """Find the best weights, or recover those behind a published table."""
    from allocator import optimize as weights

    recipients, scheme = load(arguments.input, arguments.scheme)
    problem = _problem(arguments)
    if problem.aim.kind == "fit":
        recover = weights.fit_pools if problem.also else weights.fit
        recovered = recover(recipients, scheme, problem)
        return _show(arguments, scheme, recovered.tables(), "权重还原")
    progress = _Progress(can_stop=problem.step is None)
    found = weights.optimize(recipients, scheme, problem, progress, arguments.seconds)
    return _tell(arguments, scheme, found, "权重优化")


def ranges(arguments: argparse.Namespace) -> int:
    """Find the least and the most that each town can get."""
    from allocator import optimize as weights

    asked = *load(arguments.input, arguments.scheme), _problem(arguments)
    found = weights.ranges(*asked, _Progress(), arguments.seconds)
    return _tell(arguments, asked[1], found, "金额范围")


def frontier(arguments: argparse.Namespace) -> int:
    """Draw the trade-off between two aims."""
    from allocator import optimize as weights

    asked = *load(arguments.input, arguments.scheme), _problem(arguments)
    found = weights.frontier(*asked, _Progress(), arguments.seconds)
    return _tell(arguments, asked[1], found, "目标权衡")


def _tell(
    arguments: argparse.Namespace,
    scheme: Scheme,
    found: Optimum | Ranges | Frontier | Conflict,
    what: str,
) -> int:
    from allocator.optimize import Conflict

    if not isinstance(found, Conflict):
        return _show(arguments, scheme, found.tables(), what)
    _show(arguments, scheme, found.tables(), "矛盾的条件")
    return NOTHING_POSSIBLE


def _problem(arguments: argparse.Namespace) -> WeightProblem:
    from allocator.optimize import WeightProblem

    text = text_of(arguments.problem, "问题文件", "problem.file")
    return WeightProblem.from_toml(text, arguments.problem.name)


def _show(arguments: argparse.Namespace, scheme: Scheme, tables: Sequence[Table], what: str) -> int:
    from allocator.optimize.answers.optimum import WORKBOOK_ONLY

    _clear_progress()
    with write_tables(arguments, tables, scheme, what) as show:
        print_head(scheme)
        for table in tables:
            if table.title not in WORKBOOK_ONLY:
                show(shortened(table))
    return 0


class _Progress:
    """A line on the terminal that counts, from the second second on; nothing in a file."""

    def __init__(self, *, can_stop: bool = False) -> None:
        self.start = time.monotonic()
        self.can_stop = can_stop

    def __call__(self, done: int, left: int) -> None:
        if sys.stderr.isatty() and time.monotonic() - self.start > 1:
            rest = f"，还有 {left:,}" if left else ""
            hint = "，按 Ctrl+C 停下并给出已找到的最好结果" if self.can_stop else ""
            print(f"\r已计算 {done:,}{rest}{hint}　", end="", file=sys.stderr, flush=True)


def _clear_progress() -> None:
    if sys.stderr.isatty():
        print("\r\033[K", end="", file=sys.stderr, flush=True)
