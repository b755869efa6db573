"""What every command with results beside the allocation does: its head, its tables, its workbook."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from allocator import InputError, Problem, Recipients, Scheme
from allocator.base.files import write_whole
from allocator.base.problems import Place
from allocator.base.tables import Table
from allocator.cli.outputs import add_force, announced
from allocator.cli.run import MOST_ROWS
from allocator.cli.terminal import print_table
from allocator.explain.speech import speech_of
from allocator.fund.scheme import DRAFT_MARK, SCENARIO_MARK


def add_output(parser: argparse.ArgumentParser) -> None:
    """Add the option for a workbook of the results."""
    parser.add_argument("-o", "--output", type=Path, metavar="输出.xlsx", help="另写成工作簿")
    add_force(parser)


def print_head(scheme: Scheme) -> None:
    """Print the scheme's name and what the results are not."""
    print(f"{scheme.name}　{_mark(scheme, SCENARIO_MARK)}\n")


@contextmanager
def write_tables(
    arguments: argparse.Namespace,
    tables: Sequence[Table],
    scheme: Scheme,
    what: str,
    recipients: Recipients | None = None,
) -> Iterator[Callable[[Table], None]]:
    """Write the tables as a marked workbook where `-o` asks for one; the block prints them by the
    function it is given, all in the words of the fund.
    """
    speech = speech_of(scheme, recipients)

    def show(table: Table) -> None:
        print_table(speech.table(table))

    if not arguments.output:
        yield show
        return
    from allocator.excel.kit.tables_workbook import tables_workbook

    title, mark = f"{scheme.name}{what}", _mark(scheme, SCENARIO_MARK)
    told = [speech.table(table) for table in tables]
    write_whole(arguments.output, tables_workbook(told, title=title, mark=mark))
    with announced(arguments.output):
        yield show


def _mark(scheme: Scheme, mark: str) -> str:
    return f"{mark}　{DRAFT_MARK}" if scheme.is_draft else mark


def shortened(table: Table, where: str = "工作簿（-o 输出.xlsx）") -> Table:
    """The first rows of a table for the terminal; a note says where the rest is."""
    if len(table.rows) <= MOST_ROWS:
        return table
    note = f"只显示前 {MOST_ROWS} 行，共 {len(table.rows)} 行；全部见{where}。"
    return replace(table, rows=table.rows[:MOST_ROWS], notes=(*table.notes, note))


def text_of(path: Path, what: str, code: str) -> str:
    """The text of a file named on the command line; `what` it is, for the message."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        remedy = "请核对文件名；文件应为 UTF-8 编码的文本"
        problem = Problem(code, f"无法读取{what}", remedy, Place(str(path)), str(error))
        raise InputError([problem]) from None
