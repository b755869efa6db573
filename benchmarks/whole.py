"""The whole job at 33, 1,000, 10,000 and 100,000 recipients, against the floor of the work.

python -m benchmarks.whole [sizes …]

run     `allocator run` on a csv table of so many recipients with the sample's scheme, from process
        start to finished workbook: processor seconds, peak memory, size of the file
floor   the same cells of the official sheets written by XlsxWriter alone in constant memory: no
        reading, no computing, no layout
pandas  the values of the same tables by pandas.to_excel
verify  `allocator verify` of the workbook, as a ratio to the run
explain one of the recipients, as a ratio to reading the table
diff    `allocator diff` of the table under two budgets, as a ratio to the run
reading the same table as csv and as the data sheet of the workbook

Ratios of one run: processor seconds, so that what else the machine does counts little.
"""

from __future__ import annotations

import io
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from allocator import Allocation, allocate, load
from allocator.excel.kit.formula_columns import unit_of
from allocator.excel.kit.layout import Cell, Run, Sheet
from allocator.excel.kit.style import properties
from allocator.excel.official import annex_sheets, sheet_names
from allocator.excel.official.context import Report

SCHEME = Path(__file__).parent.parent / "data" / "dongguan-2020.toml"
SIZES = (33, 1_000, 10_000, 100_000)
HEADERS = (
    *("序号", "镇街（园区）", "村（社区）数量", "行政区划面积（平方公里）", "经济总量（亿元）"),
    *("人口（人）", "帮扶需求", "经济指标类别", "是否试点"),
)


@dataclass(frozen=True)
class Cost:
    seconds: float  # of the processor
    peak_mb: float


def table(path: Path, recipients: int) -> None:
    """A table in the shape of the sample with made-up figures."""
    dice = random.Random(recipients)  # noqa: S311 - the same figures every time
    lines = [",".join(HEADERS)]

    def figure(typical: float, size: float, decimals: int) -> str:
        return f"{typical * size * dice.uniform(0.6, 1.6):.{decimals}f}"

    for i in range(1, recipients + 1):
        size = dice.uniform(0.4, 2.5)
        figures = [figure(20, size, 0), figure(100, size, 2), figure(300, size, 2)]
        figures += [figure(100_000, size, 0), figure(400, size, 0)]
        lines.append(f"{i},村镇{i:06d},{','.join(figures)},{'一二三四'[i % 4]}类,否")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def measured(*arguments: str) -> Cost:
    """A command in a fresh process."""
    command = [sys.executable, "-m", "allocator", *arguments]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 1):
        raise SystemExit(f"{' '.join(arguments)}: {process.returncode}")
    return Cost(usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def other_budget(folder: Path) -> Path:
    """The sample's scheme with a million more."""
    text = SCHEME.read_text(encoding="utf-8").replace('"105000000.00"', '"106000000.00"')
    path = folder / "other.toml"
    path.write_text(
        text.replace('amount = "100000000.00"', 'amount = "101000000.00"'), encoding="utf-8"
    )
    return path


def sheets_of(answer: Allocation) -> list[Sheet]:
    """The official sheets, laid out."""
    return annex_sheets(Report(answer, unit_of("元", 2), sheet_names(answer)))


def rows(sheet: Sheet) -> Iterator[tuple[int, int, Cell]]:
    """All cells row by row."""
    by_row: dict[int, list[tuple[int, Cell]]] = {}
    for (row, column), cell in sheet.cells.items():
        if isinstance(cell, Run):
            for i in range(len(cell)):
                by_row.setdefault(row + i, []).append((column, cell.cell(i)))
        else:
            by_row.setdefault(row, []).append((column, cell))
    for row in sorted(by_row):
        for column, cell in sorted(by_row[row], key=lambda pair: pair[0]):
            yield row, column, cell


def floor(sheets: list[Sheet]) -> float:
    """Seconds that XlsxWriter alone needs for these cells, given one after another."""
    import xlsxwriter

    seconds = 0.0
    book = xlsxwriter.Workbook(io.BytesIO(), {"constant_memory": True})
    looks: dict[Any, Any] = {}
    for sheet in sheets:
        target = book.add_worksheet(sheet.name)
        cells = list(rows(sheet))
        for _, _, cell in cells:
            if cell.style not in looks:
                looks[cell.style] = book.add_format(properties(cell.style))
        plain = [(r, c, cell.value, cell.formula, looks[cell.style]) for r, c, cell in cells]
        begun = time.process_time()
        for row, column, value, formula, look in plain:
            if formula:
                target.write_formula(row, column, f"={formula}", look, value)
            elif value is None:
                target.write_blank(row, column, None, look)
            elif isinstance(value, str):
                target.write_string(row, column, value, look)
            else:
                target.write_number(row, column, value, look)
        seconds += time.process_time() - begun
    begun = time.process_time()
    book.close()
    return seconds + time.process_time() - begun


def frames(sheets: list[Sheet]) -> float:
    """Seconds that pandas.to_excel needs for the values of these sheets."""
    import pandas as pd

    tables = []
    for sheet in sheets:
        columns = {
            f"{column}": list(cell.values)
            for (_, column), cell in sheet.cells.items()
            if isinstance(cell, Run)
        }
        tables.append((sheet.name, pd.DataFrame(columns)))
    begun = time.process_time()
    with pd.ExcelWriter(io.BytesIO(), engine="xlsxwriter") as writer:
        for name, frame in tables:
            frame.to_excel(writer, sheet_name=name)
    return time.process_time() - begun


def commands(path: Path, result: Path, recipients: int) -> dict[str, Cost]:
    """What each command costs; measured while this process is small, whose memory counts too."""
    inputs = (str(path), "--scheme", str(SCHEME))
    schemes = ("--old-scheme", str(SCHEME), "--new-scheme", str(other_budget(path.parent)))
    return {
        "run": measured("run", *inputs, "-o", str(result)),
        "verify": measured("verify", str(result)),
        "explain": measured("explain", *inputs, f"村镇{recipients // 2:06d}"),
        "diff": measured("diff", str(path), str(path), *schemes, "-o", f"{path}.diff.xlsx"),
    }


def reading(path: Path, *scheme: Path) -> float:
    """Seconds that `load` takes."""
    begun = time.process_time()
    load(path, *scheme)
    return time.process_time() - begun


def one_size(recipients: int, folder: Path, before: tuple[int, float] | None) -> float:
    """Measure and print one size; return the seconds of the run."""
    path, result = folder / f"{recipients}.csv", folder / f"{recipients}.xlsx"
    table(path, recipients)
    costs = commands(path, result, recipients)
    run = costs["run"].seconds
    print(f"{recipients:,} recipients: {result.stat().st_size / 1e6:.2f} MB of workbook", end="")
    growth = f", growth {run / before[1] / (recipients / before[0]):.2f} × linear" if before else ""
    print(growth)
    for name, cost in costs.items():
        print(f"  {name:10}{cost.seconds:8.2f} s {cost.peak_mb:7.0f} MB", flush=True)
    csv, xlsx = reading(path, SCHEME), reading(result)
    sheets = sheets_of(allocate(*load(path, SCHEME)))
    least, plain = floor(sheets), frames(sheets)
    say("reading csv; the data sheet of the workbook", f"{csv:.2f} s; {xlsx:.2f} s")
    say("run ÷ XlsxWriter alone", f"{run / least:.2f} ({least:.2f} s), goal ≤ 1.6")
    say("run ÷ pandas.to_excel", f"{run / plain:.2f} ({plain:.2f} s)")
    say("verify ÷ run", f"{costs['verify'].seconds / run:.2f}, goal ≤ 2")
    say("explain ÷ reading", f"{costs['explain'].seconds / csv:.2f}, goal for 100,000 ≤ 1.3")
    say("diff ÷ run", f"{costs['diff'].seconds / run:.2f}")
    return run


def say(what: str, value: str) -> None:
    print(f"  {what:46}{value}", flush=True)


def main(sizes: list[int]) -> None:
    before: tuple[int, float] | None = None
    with tempfile.TemporaryDirectory() as folder:
        for size in sizes:
            before = size, one_size(size, Path(folder), before)


if __name__ == "__main__":
    main([int(word) for word in sys.argv[1:]] or list(SIZES))
