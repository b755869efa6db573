"""`allocator next-year`: the use of this year's money becomes part of next year's input."""

from __future__ import annotations

import argparse
import datetime
from pathlib import Path
from typing import Any

from allocator import InputError, Problem, Scheme, load
from allocator.base.files import write_whole
from allocator.base.money import format_yuan
from allocator.base.plain_data import read_toml
from allocator.base.problems import Place, stop_on_errors
from allocator.cli.ledger.books import day
from allocator.cli.outputs import add_force, announced, default_output
from allocator.cli.results import text_of
from allocator.cli.terminal import print_problems
from allocator.excel.intake.scheme_sheet import canonical_columns
from allocator.fund.scheme import read_scheme
from allocator.ledger.report import Execution, execution


def configure_next_year(parser: argparse.ArgumentParser) -> None:
    """Options of `allocator next-year`."""
    parser.add_argument(
        "input",
        type=Path,
        nargs="+",
        metavar="台账.xlsx",
        help="上年台账；有多年的按年份先后列出，最后一本是上年",
    )
    parser.add_argument(
        "--scheme", type=Path, required=True, metavar="方案.toml", help="本年分配方案"
    )
    parser.add_argument(
        "--table", type=Path, metavar="数据.xlsx", help="本年的镇街数据（默认用台账所附的）"
    )
    parser.add_argument(
        "--date", metavar="日期", help="上年截止日（默认为最后一笔流水当年的 12 月 31 日）"
    )
    parser.add_argument("--history", type=Path, metavar="历年.xlsx", help="另写历年对照表")
    parser.add_argument(
        "-o", "--output", type=Path, metavar="输入.xlsx", help="默认 reports/台账名-下年输入.xlsx"
    )
    add_force(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> None:
    """Write next year's input workbook, and the table over the years."""
    from allocator.excel.template.template import input_workbook
    from allocator.ledger.next_year import history, next_year

    paths: list[Path] = arguments.input
    years = [_year(path, arguments.date if path == paths[-1] else None) for path in paths]
    last = years[-1]
    name = arguments.scheme.name
    raw = read_toml(text_of(arguments.scheme, "方案文件", "scheme.file"), name)

    def read(table: dict[str, Any]) -> Scheme:
        scheme, problems = read_scheme(canonical_columns(table), lambda key: Place(name, "", key))
        stop_on_errors(problems)
        return scheme

    recipients, _ = load(arguments.table or paths[-1])
    coming = next_year(last, recipients, raw, read)
    output = arguments.output or default_output(arguments, f"{paths[-1].stem}-下年输入.xlsx")
    write_whole(output, input_workbook(coming.recipients, coming.scheme))
    written = [output]
    if arguments.history:
        from allocator.excel.kit.tables_workbook import tables_workbook

        title = f"{coming.scheme.name}历年对照"
        mark = last.ledger.mark
        write_whole(arguments.history, tables_workbook([history(years)], title=title, mark=mark))
        written.append(arguments.history)
    with announced(*written):
        print(f"{coming.scheme.name}（依据截至 {last.date} 的台账）")
        for pool in coming.scheme.pools:
            print(f"  {pool.name}：预算 {format_yuan(pool.budget)} 元")
        if taken := sum(one.amount for one in coming.scheme.instalments):
            print(f"  上年结余抵减 {format_yuan(taken)} 元")
        print("用 allocator run 计算；用 allocator compare 比较不同的规则。")
        print_problems(last.found)


def _year(path: Path, date: str | None) -> Execution:
    """A year's ledger at its end."""
    from allocator.excel.ledger.read import read_ledger

    read = read_ledger(path)
    if date is not None:
        end = day(date)
    else:
        year = max((e.date.year for e in read.ledger.entries), default=None)
        if year is None:
            remedy = "请用 --date 写明截止日"
            raise InputError([Problem("ledger.empty", "台账没有流水", remedy, Place(str(path)))])
        end = datetime.date(year, 12, 31)
    made, problems = execution(read.ledger, end)
    if made is None:
        raise InputError(problems)
    return made
