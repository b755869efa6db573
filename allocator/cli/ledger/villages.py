"""`allocator villages`: each town's money split over its villages, all towns in one run."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from allocator.base.files import write_whole
from allocator.base.money import format_yuan
from allocator.base.tables import Table, TableColumn, TableValue, totals
from allocator.cli.outputs import add_force, announced, default_output, keep_foreign
from allocator.cli.results import shortened
from allocator.cli.run import answer_for, one_meant
from allocator.cli.terminal import print_problems, print_table
from allocator.explain.speech import speech_of

if TYPE_CHECKING:
    from allocator.excel.villages.workbook import Level


def configure_villages(parser: argparse.ArgumentParser) -> None:
    """Options of `allocator villages`."""
    parser.add_argument("input", type=Path, metavar="结果.xlsx", help="市级分配结果或输入工作簿")
    parser.add_argument(
        "--scheme", type=Path, required=True, metavar="村级方案.toml", help="村级分配方案"
    )
    parser.add_argument(
        "--villages", type=Path, metavar="村表.xlsx", help="村（社区）表；方案中写明的不必另给"
    )
    parser.add_argument("--town", metavar="镇街", help="只列出一个镇街")
    parser.add_argument(
        "--against", type=Path, metavar="另一方案.toml", help="与另一村级方案比较，列出各村差额"
    )
    parser.add_argument(
        "--inputs",
        type=Path,
        metavar="文件夹",
        help="另为每个镇街写一份输入工作簿，供情景、敏感性等命令使用",
    )
    parser.add_argument(
        "-o", "--output", type=Path, metavar="输出.xlsx", help="默认 reports/结果名-村级分配.xlsx"
    )
    add_force(parser)
    parser.set_defaults(run=villages)


def villages(arguments: argparse.Namespace) -> None:
    """Split, print, write the workbook and what else was asked for."""
    from allocator.excel.villages.stored import split_villages
    from allocator.excel.villages.workbook import level_workbook

    answer = answer_for(argparse.Namespace(input=arguments.input, scheme=None))
    level = split_villages(answer, arguments.scheme, arguments.villages, arguments.input)
    other = None
    if arguments.against:
        other = split_villages(answer, arguments.against, arguments.villages, arguments.input)
    town = _town(level, arguments.town) if arguments.town else None
    output = arguments.output or default_output(arguments, f"{arguments.input.stem}-村级分配.xlsx")
    write_whole(output, level_workbook(level))
    written = [output]
    if arguments.inputs:
        _write_inputs(level, arguments.inputs, force=arguments.force)
        written.append(arguments.inputs)
    speech = speech_of(answer.scheme, answer.recipients)
    with announced(*written):
        split = level.split
        print(f"{split.scheme.name}{f'　{split.mark}' if split.mark else ''}\n")
        if other is not None:
            table = shortened(_differences(level, other, town), "工作簿")
        elif town is not None:
            table = _children(level, town)
        else:
            table = shortened(_parents(level), "工作簿")
        print_table(speech.table(table))
        for line in _kept(level, town):
            print(speech.said(line))
        print(f"平衡校验：{len(split.identities)} 项全部相符")
        if warnings := split.children.warnings:
            print_problems(warnings, speech.said)


def _town(level: Level, asked: str) -> int:
    """The row of the town a user means."""
    names = level.split.given.parents
    return names.index(one_meant(asked, names))


def _parents(level: Level) -> Table:
    split = level.split
    columns = [TableColumn("镇街（园区）"), TableColumn("村（社区）", "count")]
    columns += [TableColumn(f"{money.name}", "fen") for money in split.given.pools]
    rows: list[tuple[TableValue, ...]] = [
        (group.parent, len(group.rows), *(money.amount(i) for money in split.given.pools))
        for i, group in enumerate(split.groups)
    ]
    return Table("", tuple(columns), tuple(rows), totals(columns, rows), ("单位：元",))


def _children(level: Level, town: int) -> Table:
    split = level.split
    columns = [TableColumn("村（社区）")]
    for money in split.pools:
        columns += [TableColumn(source, "fen") for source in money.sources]
        columns.append(TableColumn(f"{money.name}合计", "fen"))
    rows: list[tuple[TableValue, ...]] = []
    for k in split.groups[town].rows:
        cells = (c for money in split.pools for c in (*money.by_source[k], money.amount(k)))
        rows.append((split.children.towns[k], *cells))
    title = split.groups[town].parent
    return Table(title, tuple(columns), tuple(rows), totals(columns, rows), ("单位：元",))


def _differences(level: Level, other: Level, town: int | None) -> Table:
    """What another scheme gives each village, by pool, with the difference."""
    one, two = level.split, other.split
    columns = [TableColumn("镇街（园区）"), TableColumn("村（社区）")]
    columns += [TableColumn(text, "fen") for text in ("本方案", "另一方案", "差额")]
    amounts = {
        (two.given.parents[two.parent_of[k]], name): sum(m.amount(k) for m in two.pools)
        for k, name in enumerate(two.children.towns)
    }
    rows: list[tuple[TableValue, ...]] = []
    for k, name in enumerate(one.children.towns):
        if town is not None and one.parent_of[k] != town:
            continue
        parent = one.given.parents[one.parent_of[k]]
        mine, theirs = sum(m.amount(k) for m in one.pools), amounts.get((parent, name), 0)
        rows.append((parent, name, mine, theirs, theirs - mine))
    rows.sort(key=lambda row: -abs(row[4]) if isinstance(row[4], int) else 0)
    return Table("两个村级方案的差额", tuple(columns), tuple(rows), totals(columns, rows))


def _kept(level: Level, shown: int | None) -> Iterator[str]:
    """Towns that keep money; `shown` is the one town that is shown, None for all."""
    split = level.split
    for i, group in enumerate(split.groups):
        kept = sum(split.kept(i, money) for money in split.given.pools)
        if shown in (None, i) and (not group.rows or kept):
            why = "有分不完的资金" if group.rows else "没有所辖村（社区）"
            yield f"{group.parent}{why}，{format_yuan(kept)} 元由本级留用。"


def _write_inputs(level: Level, folder: Path, *, force: bool) -> None:
    from allocator.excel.template.template import input_workbook

    answers = {
        folder / f"{group.parent}.xlsx": group.answer
        for group in level.split.groups
        if group.answer is not None
    }
    for path in answers:
        keep_foreign(path, force=force)
    for path, answer in answers.items():
        write_whole(path, input_workbook(answer.recipients, answer.scheme))
