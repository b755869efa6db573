"""`allocator diff`: what changed between two inputs or results, and what each change did."""

from __future__ import annotations

import argparse
from pathlib import Path

from allocator import allocate, load
from allocator.base.files import write_whole
from allocator.base.tables import Table
from allocator.cli.outputs import announced
from allocator.cli.terminal import print_table
from allocator.scenarios.compare.difference import difference, difference_tables


def configure_diff(parser: argparse.ArgumentParser) -> None:
    """Options of `allocator diff`."""
    parser.add_argument("old", type=Path, metavar="原件", help="原来的输入或结果工作簿")
    parser.add_argument("new", type=Path, metavar="新件", help="新的输入或结果工作簿")
    parser.add_argument("--old-scheme", type=Path, metavar="原方案.toml", help="原件的分配方案")
    parser.add_argument("--new-scheme", type=Path, metavar="新方案.toml", help="新件的分配方案")
    parser.add_argument("-o", "--output", type=Path, metavar="输出.xlsx", help="调整对照表工作簿")
    parser.set_defaults(run=diff)


def diff(arguments: argparse.Namespace) -> None:
    """Print the 调整对照表 and its causes; write them as a workbook when asked."""
    old = allocate(*load(arguments.old, arguments.old_scheme))
    new = allocate(*load(arguments.new, arguments.new_scheme))
    found = difference(old, new)
    tables = difference_tables(found)
    if arguments.output:
        from allocator.excel.kit.tables_workbook import tables_workbook

        title = f"{new.scheme.name}调整对照"
        write_whole(arguments.output, tables_workbook(tables, title=title, mark=new.mark))
    with announced(*filter(None, [arguments.output])):
        if found.causes:
            _print(tables)
        else:
            print("两件的数据和方案相同，金额没有变动。")
        if arguments.output:
            print("各原因的金额见工作簿的“变动分解表”。")


def _print(tables: list[Table]) -> None:
    for table in tables:
        if not table.title.startswith("变动分解表"):
            print_table(table)
