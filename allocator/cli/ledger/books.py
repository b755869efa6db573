"""`allocator ledger` and `allocator report`: the year's ledger, and what it shows on a day."""

from __future__ import annotations

import argparse
import datetime
import gc
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from allocator import Allocation, InputError, Problem, Recipients, Scheme, allocate, load
from allocator.base.files import write_whole
from allocator.base.money import format_percent
from allocator.base.plain_data import date_of
from allocator.base.problems import Place, stop_on_errors
from allocator.base.tables import Table, TableColumn, TableValue, totals
from allocator.cli.outputs import add_force, announced, default_output
from allocator.cli.results import text_of
from allocator.cli.terminal import print_problems, print_table
from allocator.ledger.book import Ledger, check_ledger
from allocator.ledger.entries import is_wish
from allocator.ledger.limits import STATES

if TYPE_CHECKING:
    from allocator.ledger.levels import LevelSplit
    from allocator.ledger.report import Execution

#: Exit code when the sums of a ledger are at fault; the report is written all the same.
FAULTS = 1
_MOST = 12


def day(text: str) -> datetime.date:
    """A day named on the command line: 2020-09-30, 2020/9/30, 2020年9月30日."""
    try:
        return date_of(text)
    except ValueError:
        problem = Problem("option", "日期无法识别", "请写成 2020-09-30", value=text)
        raise InputError([problem]) from None


def configure_ledger(parser: argparse.ArgumentParser) -> None:
    """Options of `allocator ledger`."""
    parser.add_argument(
        "input", type=Path, metavar="结果.xlsx", help="分配结果、村级分配工作簿或输入工作簿"
    )
    parser.add_argument("--scheme", type=Path, metavar="村级方案.toml", help="村级分配方案")
    parser.add_argument("--villages", type=Path, metavar="村表.xlsx", help="村（社区）表")
    parser.add_argument("--date", metavar="日期", help="核拨日期（默认为分配方案的日期）")
    parser.add_argument(
        "-o", "--output", type=Path, metavar="台账.xlsx", help="默认 reports/结果名-台账.xlsx"
    )
    parser.add_argument(
        "--beancount", type=Path, metavar="账.beancount", help="另写成 beancount 文本"
    )
    parser.add_argument(
        "--entries",
        type=Path,
        metavar="账.beancount",
        help="输入是台账时：流水和余额核对换成这份 beancount 文本的",
    )
    add_force(parser)
    parser.set_defaults(run=ledger)


def ledger(arguments: argparse.Namespace) -> None:
    """Open a ledger from an allocation, or take entries into one, and write its workbook."""
    from allocator.excel.ledger.write import ledger_workbook

    recipients, scheme, opened = _taken(arguments) if arguments.entries else _opened(arguments)
    output = arguments.output or default_output(arguments, f"{arguments.input.stem}-台账.xlsx")
    write_whole(output, ledger_workbook(opened, recipients, scheme))
    written = [output]
    if arguments.beancount:
        from allocator.ledger.beancount import to_beancount

        write_whole(arguments.beancount, to_beancount(opened).encode())
        written.append(arguments.beancount)
    with announced(*written):
        villages = sum(map(len, opened.villages.values()))
        towns, lines = len(opened.towns), len(opened.entries)
        print(f"{opened.name}{f'　{opened.mark}' if opened.mark else ''}")
        print(f"镇街 {towns} 个，村（社区） {villages} 个；流水 {lines} 笔。")
        if not villages:
            print("没有村（社区）：加 --scheme 村级方案.toml，或以村级分配工作簿开账，", end="")
            print("可登记转拨到村。")


def _opened(arguments: argparse.Namespace) -> tuple[Recipients, Scheme, Ledger]:
    """A new ledger from an allocation."""
    from allocator.ledger.book import open_ledger

    answer, split = _levels(arguments)
    date = day(arguments.date) if arguments.date else answer.scheme.date
    if date is None:
        remedy = "请用 --date 2020-06-30 写明核拨日期"
        raise InputError([Problem("ledger.date", "分配方案没有日期", remedy)])
    names = [result.pool.name for result in answer.pools]
    wishes = [name for name in names if is_wish(name)]
    opened = open_ledger(answer, split, date=date, wish_pools=wishes)
    return answer.recipients, answer.scheme, opened


def _taken(arguments: argparse.Namespace) -> tuple[Recipients, Scheme, Ledger]:
    """A ledger with the entries and statements of a beancount text in place of its own."""
    from allocator.excel.ledger.read import read_ledger
    from allocator.ledger.beancount import from_beancount

    held = read_ledger(arguments.input).ledger
    text = text_of(arguments.entries, "beancount 文本", "beancount.file")
    entries, assertions = from_beancount(text, arguments.entries.name)
    opened = replace(held, entries=entries, assertions=assertions)
    stop_on_errors(check_ledger(opened))
    return *load(arguments.input), opened


def _levels(arguments: argparse.Namespace) -> tuple[Allocation, LevelSplit | None]:
    from allocator.excel.villages.stored import is_level_workbook, read_level, split_villages

    if arguments.scheme is None and is_level_workbook(arguments.input):
        level = read_level(arguments.input)
        return level.above, level.split
    answer = allocate(*load(arguments.input))
    if arguments.scheme is None:
        return answer, None
    level = split_villages(answer, arguments.scheme, arguments.villages, arguments.input)
    return answer, level.split


def configure_report(parser: argparse.ArgumentParser) -> None:
    """Options of `allocator report`."""
    parser.add_argument("input", type=Path, metavar="台账.xlsx", help="台账工作簿")
    parser.add_argument("--date", required=True, metavar="日期", help="截至哪一天，如 2020-09-30")
    parser.add_argument(
        "-o",
        "--output",
        type=Path,
        metavar="执行情况.xlsx",
        help="默认 reports/台账名-执行情况.xlsx",
    )
    parser.add_argument("--town", nargs="+", metavar="镇街", help="只为这些镇街写一镇一页")
    parser.add_argument(
        "--least", type=int, default=5, metavar="件数", help="少于几件的微心愿分组不列示（默认 5）"
    )
    parser.add_argument("--plots", type=Path, metavar="文件夹", help="另画出进度、支出曲线和逾期图")
    parser.add_argument(
        "--beancount", type=Path, metavar="账.beancount", help="另写成 beancount 文本"
    )
    add_force(parser)
    parser.set_defaults(run=report)


def report(arguments: argparse.Namespace) -> int:
    """Write 执行情况 of a day; 1 when sums are at fault, which the sheet 账务问题 names."""
    from allocator.excel.ledger.read import read_ledger
    from allocator.excel.ledger.report_workbook import report_workbook
    from allocator.ledger.report import execution

    date = day(arguments.date)
    if arguments.least < 1:
        raise InputError([Problem("option", "--least 应为正整数", "请改正")])
    # Entries hold no circles: over a large ledger the collector would only walk them again.
    gc.disable()
    read = read_ledger(arguments.input)
    made, problems = execution(read.ledger, date, least=arguments.least)
    if made is None:
        raise InputError([*read.warnings, *problems])
    towns = arguments.town
    if unknown := [town for town in towns or () if town not in read.ledger.villages]:
        message = f"台账中没有镇街：{'、'.join(unknown)}"
        raise InputError([Problem("town", message, "请核对名称", Place(str(arguments.input)))])
    output = arguments.output or default_output(arguments, f"{arguments.input.stem}-执行情况.xlsx")
    write_whole(output, report_workbook(made, towns))
    gc.enable()
    written = [output, *_extras(arguments, made)]
    with announced(*written):
        _print(made)
        print_problems([*made.found, *read.warnings, *problems])
    return FAULTS if made.found else 0


def _extras(arguments: argparse.Namespace, made: Execution) -> list[Path]:
    written = []
    if arguments.beancount:
        from allocator.ledger.beancount import to_beancount

        write_whole(arguments.beancount, to_beancount(made.ledger).encode())
        written.append(arguments.beancount)
    if arguments.plots:
        from allocator.plots.execution import write_figures

        written += write_figures(made, arguments.plots)
    return written


def _print(made: Execution) -> None:
    """The pools' figures and how many steps are late; the workbook has the rest."""
    mark = f"　{made.ledger.mark}" if made.ledger.mark else ""
    print(f"{made.ledger.name}　截至 {made.date}{mark}\n")
    columns = [TableColumn("资金池")]
    columns += [
        TableColumn(h, "fen")
        for h in ("已核拨", "配套已到位", "配套缺口", "可用资金", "支出", "结余")
    ]
    rows: list[tuple[TableValue, ...]] = [
        (
            row.key[0],
            *(row.flow.granted, row.flow.matched, row.match_gap),
            *(row.flow.available, row.flow.spent, row.flow.balance),
        )
        for row in made.by_pool
    ]
    print_table(Table("", tuple(columns), tuple(rows), totals(columns, rows), ("单位：元",)))
    for row in made.by_pool:
        rate = format_percent(row.rate, 2) if row.rate is not None else "—"
        match = format_percent(row.match_rate, 2) if row.match_rate is not None else "—"
        print(f"{row.key[0]}：执行率 {rate}，配套到位率 {match}")
    short = sum(1 for one in made.promises if one.short)
    missing = [f for f in made.filings if f.is_missing]
    print(
        f"逾期事项 {len(made.overdue)} 项，逾期完成 {len(made.late)} 项，10 个工作日内到期 {len(made.due_soon)} 项，",
        end="",
    )
    print(f"承诺超过余额的 {short} 处，未报材料 {len(missing)} 份。")
    for step in made.overdue[:_MOST]:
        print(
            f"  {step.project.id} {step.limit.name}（{step.limit.article}）期限 {step.last}，"
            f"{STATES[step.state]} {step.days_text}，{step.actor}"
        )
    if len(made.overdue) > _MOST:
        print(f"  …… 其余 {len(made.overdue) - _MOST} 项见工作簿")
