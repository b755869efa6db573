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
from allocator.cli.run import add_input, answer_for, town_named

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of figure: its line of help, and how it is drawn."""

    line: str
    draw: Callable[[Allocation, argparse.Namespace], Figure]


def configure_plot(parser: argparse.ArgumentParser) -> None:
    """Options of `allocator plot`."""
    add_input(parser)
    parser.add_argument(
        "--kind", required=True, choices=list(KINDS), metavar="种类", help="图的种类，见下"
    )
    parser.add_argument("--town", metavar="镇街", help="镇街名称（waterfall 要写）")
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


def _not_possible(message: str, remedy: str) -> InputError:
    return InputError([Problem("plot.kind", message, remedy)])


KINDS: Final[Mapping[str, Kind]] = MappingProxyType(
    {
        "ranked": Kind("各镇街本次核拨额，由多到少", _ranked),
        "sources": Kind("各镇街资金来源构成", _sources),
        "waterfall": Kind("一个镇街从应分配到核拨、配套的每一步（要写 --town）", _waterfall),
        "map": Kind("各镇街本次核拨额的方格地图（东莞市 33 个园区、镇街）", _map),
    }
)
