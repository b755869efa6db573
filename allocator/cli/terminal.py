"""What the user reads on the terminal: tables and mistakes, with Chinese text aligned."""

from __future__ import annotations

import os
import sys
import unicodedata
from collections.abc import Callable, Sequence
from typing import TextIO

from allocator.base.problems import PROBLEM_KINDS, Problem
from allocator.base.tables import Table, draw

#: How a doubt is settled that is none.
_CONFIRM = (
    "  核对无误的：用 --marked 写出标注副本，在其中“核对记录”表填写“已核对人”，再用该副本运行"
)
#: Problems shown before the list is cut; a file with more is the wrong file.
MOST_PROBLEMS = 200


def width(text: str) -> int:
    """Columns that a text takes on the terminal: two for each Chinese character."""
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1
        for c in text
    )


def pad(text: str, columns: int, *, right: bool = False) -> str:
    """The text filled with blanks to a width, on the left when `right`-aligned."""
    blanks = " " * max(columns - width(text), 0)
    return blanks + text if right else text + blanks


def table_lines(table: Table) -> list[str]:
    """A table as lines: texts to the left, figures to the right, two blanks between columns."""
    rows = [*table.rows, table.total] if table.total else list(table.rows)
    drawn = [[draw(v, c) for v, c in zip(row, table.columns, strict=True)] for row in rows]
    headers = [column.header for column in table.columns]
    widths = [max(map(width, column)) for column in zip(headers, *drawn, strict=True)]

    def line(cells: Sequence[str]) -> str:
        padded = (
            pad(cell, w, right=column.kind != "text")
            for cell, w, column in zip(cells, widths, table.columns, strict=True)
        )
        return "  ".join(padded).rstrip()

    rule = "─" * (sum(widths) + 2 * (len(widths) - 1))
    body = [line(cells) for cells in drawn]
    if table.total:
        body.insert(-1, rule)
    return [*([table.title] if table.title else []), line(headers), rule, *body, *table.notes]


def print_table(table: Table, file: TextIO | None = None) -> None:
    """Print a table, and a blank line after it."""
    print("\n".join(table_lines(table)), end="\n\n", file=file or sys.stdout)


def print_problems(problems: Sequence[Problem], said: Callable[[str], str] = str) -> None:
    """Print every mistake and warning to standard error, mistakes first, numbered."""
    for title in PROBLEM_KINDS:
        found = [problem for problem in problems if problem.kind == title]
        if found:
            print(f"{title} {len(found)} 处：", file=sys.stderr)
        for number, problem in enumerate(found[:MOST_PROBLEMS], 1):
            print(f"  {number}. {said(str(problem))}", file=sys.stderr)
        if len(found) > MOST_PROBLEMS:
            print(f"  …… 其余 {len(found) - MOST_PROBLEMS} 处从略", file=sys.stderr)
        if title == "存疑" and found:
            print(_CONFIRM, file=sys.stderr)


def use_utf8() -> None:
    """Print Chinese also where the system's encoding has no Chinese (old Windows consoles).

    A stream that is closed (`2>&-`) becomes one to nowhere: `print(file=None)` would go to the
    other one, and a summary into the JSON.
    """
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: PTH123, SIM115
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            is_console = os.name == "nt" and stream.isatty()
            stream.reconfigure(encoding=None if is_console else "utf-8", errors="replace")


def flush() -> None:
    """Hand over all that was printed; raises `BrokenPipeError` where nobody reads any more."""
    if sys.stdout is not None:
        sys.stdout.flush()


def discard() -> None:
    """Send the rest of the output nowhere, so that the interpreter's own flush finds a reader."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
