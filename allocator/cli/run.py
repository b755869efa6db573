"""`allocator run` and `allocator explain`: from the input to the official workbook, or to words."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from difflib import get_close_matches
from pathlib import Path
from typing import Literal, TextIO

from allocator import Allocation, InputError, Problem, allocate, load
from allocator.base.files import write_whole
from allocator.base.money import amount_text
from allocator.base.tables import Table
from allocator.cli.outputs import add_force, announced, keep_foreign, writing
from allocator.cli.terminal import print_problems, print_table
from allocator.engine.pool import PoolAllocation
from allocator.engine.settlement import Settlement
from allocator.engine.split.result import paid_word
from allocator.explain.speech import speech_of
from allocator.explain.summary import summary_table
from allocator.fund.words import CHOICES

#: Rows of the summary on the terminal; the workbook has them all.
MOST_ROWS = 60


def add_input(parser: argparse.ArgumentParser) -> None:
    """Add the options that every command with an input has."""
    parser.add_argument(
        "input", type=Path, metavar="输入", help="输入工作簿，或数据表（xlsx/xls/csv）"
    )
    parser.add_argument("--scheme", type=Path, metavar="方案.toml", help="分配方案（TOML 文件）")


def answer_for(arguments: argparse.Namespace) -> Allocation:
    """Read the input named on the command line and allocate."""
    recipients, scheme = load(arguments.input, arguments.scheme)
    if tie := getattr(arguments, "tie", None):
        scheme = replace(scheme, pools=tuple(replace(pool, tie=tie) for pool in scheme.pools))
    return allocate(recipients, scheme)


def configure_run(parser: argparse.ArgumentParser) -> None:
    """Options of `allocator run`."""
    add_input(parser)
    parser.add_argument(
        "-o", "--output", type=Path, metavar="输出.xlsx", help="正式工作簿（默认写到 reports/）"
    )
    parser.add_argument("--a3", action="store_true", help="附表2（测算底稿）设为 A3 纸，字大易读")
    parser.add_argument("--unit", choices=["元", "万元"], default="元", help="表格的金额单位")
    parser.add_argument(
        "--json",
        metavar="文件",
        help="另写结果数据；“-”表示打印到屏幕。只写 --json 不写 -o 时不写工作簿",
    )
    parser.add_argument(
        "--tie",
        choices=list(CHOICES["tie"]),
        help="尾数相同时谁先得（refuse 为停止），代替方案的规定",
    )
    parser.add_argument(
        "--marked", type=Path, metavar="副本.xlsx", help="有错误时，把错误标注在输入的副本上"
    )
    issue = parser.add_argument_group("印发件")
    issue.add_argument(
        "--issue",
        type=Path,
        nargs="?",
        const=Path(),
        metavar="印发.xlsx",
        help="另写印发件：只有附表，只有数值，每张附表从第 1 页起（默认写到 reports/）",
    )
    issue.add_argument(
        "--annex", nargs="+", default=[], metavar="附表", help="只印这些：总表 结算表 配套表 来源表"
    )
    issue.add_argument(
        "--decimals",
        type=int,
        choices=[0, 2],
        default=2,
        help="印发件以万元为单位时的小数位数，各行、各列和合计一并取整（默认 2）",
    )
    issue.add_argument(
        "--sort", choices=["序号", "金额"], default="序号", help="印发件按序号还是按金额排列"
    )
    add_force(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> None:
    """Allocate, print the summary, write what was asked for."""
    try:
        answer = answer_for(arguments)
    except InputError as error:
        if arguments.marked:
            _write_marked(arguments, error)
        raise
    output = arguments.output
    if output is None and not arguments.json:
        output = Path("reports") / f"{arguments.input.stem}-分配结果.xlsx"
    issue = _issue_path(arguments)
    record = Path(arguments.json) if arguments.json and arguments.json != "-" else None
    for path in filter(None, (output, issue, record)):
        keep_foreign(path, force=arguments.force)
    text = json.dumps(answer.to_record(), ensure_ascii=False, indent=1) if arguments.json else ""
    with writing() as written:
        if output:
            from allocator.excel.official import official_workbook

            write_whole(
                output, official_workbook(answer, unit=arguments.unit, wide_papers=arguments.a3)
            )
            written.append(output)
        if issue:
            _write_issue(arguments, answer, issue)
            written.append(issue)
        if record:
            write_whole(record, f"{text}\n".encode())
            written.append(record)
    with announced(*written):
        screen = sys.stderr if arguments.json == "-" else sys.stdout
        print_summary(answer, screen, arguments.unit)
        if arguments.json == "-":
            print(text)


def _issue_path(arguments: argparse.Namespace) -> Path | None:
    """Where the issue copy goes; None where none is asked for."""
    if arguments.issue == Path():
        return Path("reports") / f"{arguments.input.stem}-印发.xlsx"
    return arguments.issue if arguments.issue is None else Path(arguments.issue)


def _write_issue(arguments: argparse.Namespace, answer: Allocation, path: Path) -> None:
    if arguments.unit == "元" and arguments.decimals == 0:
        print("印发件以元为单位，--decimals 只用于万元：没有取整", file=sys.stderr)
    from allocator.excel.issue import IssueOptions, issue_workbook

    order: Literal["official", "amount"] = "amount" if arguments.sort == "金额" else "official"
    options = IssueOptions(arguments.unit, arguments.decimals, tuple(arguments.annex), order)
    write_whole(path, issue_workbook(answer, options))


def _write_marked(arguments: argparse.Namespace, error: InputError) -> None:
    from allocator.excel.intake.marked_copy import painted_copy

    keep_foreign(arguments.marked, force=arguments.force)
    write_whole(arguments.marked, painted_copy(arguments.input, error.problems))
    print(f"错误已标注在 {arguments.marked}", file=sys.stderr)


def print_summary(answer: Allocation, file: TextIO, unit: str = "元") -> None:
    """Print what was split, every town, the balances and the warnings, in 元 or 万元."""

    def told(fen: int) -> str:
        return amount_text(fen, unit)

    speech = speech_of(answer.scheme, answer.recipients)

    def say(text: str = "") -> None:
        print(speech.said(text), file=file)

    mark = f"　{answer.mark}" if answer.mark else ""
    say(f"{answer.scheme.name}{mark}\n")
    for result in answer.pools:
        for line in _pool_lines(answer, result, told):
            say(line)
    say()
    print_table(speech.table(summary(answer, unit)), file)
    say(f"平衡校验：{len(answer.identities)} 项全部相符")
    fingerprint = answer.fingerprint["result_sha256"]
    say(f"结果指纹：{fingerprint}")
    if answer.warnings:
        print_problems(answer.warnings, speech.said)


def _pool_lines(
    answer: Allocation, result: PoolAllocation, told: Callable[[int], str]
) -> Iterator[str]:
    """What a pool gives, what is taken off or paid in rounds, adjustments and ties."""
    paid = f"{paid_word(result)} {told(sum(result.payment))}"
    yield f"{result.pool.name}：预算 {told(result.pool.budget)}，{paid}"
    if result.settlement:
        yield from _settled_lines(result.settlement, told)
    for entry in result.adjusted.entries if result.adjusted else ():
        sign = "+" if entry.amount > 0 else ""
        what = f"{entry.town} {sign}{told(entry.amount)}，由{entry.bearer}承担"
        yield f"  人工调整：{what}（{entry.reason}）"
    if rounds := result.instalments:
        yield f"  此前已拨 {told(sum(rounds.paid))}，本次下达 {told(sum(rounds.due))}"
        if over := sum(rounds.overpaid):
            yield f"  此前多拨待收回 {told(over)}"
    for tie in result.ties:
        towns = "、".join(answer.recipients.towns[i] for i in tie.tied)
        won = "、".join(answer.recipients.towns[i] for i in tie.winners)
        rule = CHOICES["tie"][tie.rule]
        yield f"  尾数相同：{towns}；按“{rule}”由 {won} 各得 1 个单位"


def _settled_lines(settled: Settlement, told: Callable[[int], str]) -> Iterator[str]:
    left = sum(settled.outstanding)
    if settled.is_deduction:
        more = f"，不足扣减待收回 {told(left)}" if left else ""
        yield f"  扣减 {told(sum(settled.recovered))}{more}"
        return
    yield f"  已拨试点经费 {told(sum(settled.advance))}，市级结余 {told(settled.kept)}"
    if left:
        yield f"  待收回 {told(left)}（试点剩余大于本次应拨的部分）"


def summary(answer: Allocation, unit: str = "元") -> Table:
    """Every town's payments and match, with totals; of many towns the first ones."""
    table = summary_table(answer, unit)
    if len(table.rows) <= MOST_ROWS:
        return table
    notes = (f"只显示前 {MOST_ROWS} 个，共 {len(table.rows)} 个。单位：{unit}",)
    return replace(table, rows=table.rows[:MOST_ROWS], notes=notes)


def configure_explain(parser: argparse.ArgumentParser) -> None:
    """Options of `allocator explain`."""
    add_input(parser)
    parser.add_argument("town", metavar="镇街", help="镇街名称")
    parser.set_defaults(run=explain)


def explain(arguments: argparse.Namespace) -> None:
    """Print why one town, or one village of a workbook of both levels, gets its amount."""
    from allocator.excel.villages.stored import is_level_workbook, read_level
    from allocator.ledger.entries import near
    from allocator.ledger.levels import children_named, explain_child

    if arguments.scheme is None and is_level_workbook(arguments.input):
        split = read_level(arguments.input).split
        found = children_named(split, arguments.town)
        if len(found) == 1:
            print(explain_child(split, found[0]), end="")
            return
        if found:
            names = (f"{split.given.parents[split.parent_of[k]]}/{arguments.town}" for k in found)
            remedy = f"请写明镇街：{'、'.join(names)}"
            message = f"有 {len(found)} 个“{arguments.town}”"
            raise InputError([Problem("village", message, remedy)])
        town, _, village = arguments.town.partition("/")
        if village and town in split.given.parents:
            at = split.given.parents.index(town)
            its_own = [split.children.towns[k] for k in split.groups[at].rows]
            message = f"{town}没有“{village}”这个村（社区）"
            raise InputError([Problem("village", message, near(village, its_own))])
    answer = answer_for(arguments)
    print(answer.explain(town_named(answer, arguments.town)), end="")


def town_named(answer: Allocation, asked: str) -> str:
    """The town a user means: its name, a known variant of it, or the only name that begins so."""
    from allocator.dongguan.roster import official_name

    towns = answer.recipients.towns
    if (known := official_name(asked)) in towns:
        asked = known or asked
    return one_meant(asked, towns)


def one_meant(asked: str, towns: Sequence[str]) -> str:
    """The town of that name, or the only one whose name begins so; raises `InputError`."""
    begun = [town for town in towns if town.startswith(asked)]
    if asked in towns:
        return asked
    if len(begun) == 1:
        return begun[0]
    near = begun or get_close_matches(asked, towns, n=3, cutoff=0.4) or list(towns[:5])
    remedy = f"是否为：{'、'.join(near)}？"
    raise InputError([Problem("town", f"没有“{asked}”这个镇街", remedy)])
