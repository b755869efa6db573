"""The report of a large ledger: 1,500 towns, 30,000 villages, 300,000 entries; and its growth.

`python -m benchmarks.ledger [--towns 1500]` writes the workbook to a temporary folder, then times, in processor seconds,
what `allocator report` does: reading, computing, writing.
"""

from __future__ import annotations

import argparse
import datetime
import gc
import random
import tempfile
import time
from pathlib import Path

from allocator import Recipients, Scheme
from allocator.base.money import Fen
from allocator.excel.ledger.read import read_ledger
from allocator.excel.ledger.report_workbook import report_workbook
from allocator.excel.ledger.write import ledger_workbook
from allocator.ledger.book import Due, Ledger
from allocator.ledger.entries import Entry, Holders
from allocator.ledger.projects import MICRO, WISH, Project
from allocator.ledger.report import execution

VILLAGES, ENTRIES, PROJECTS = 20, 10, 4
FIRST = datetime.date(2020, 7, 1)
SCHEME = Scheme.from_toml(
    '[scheme]\nname = "大台账"\nrecipients = 1\n[[pool]]\nid = "p"\nname = "民生微实事"\n'
    'budget = "1"\nfactors = [{ column = "population", weight = "1" }]\n'
)
DATES = {"接收": FIRST, "审议": FIRST, "提交": FIRST, "审核确认": FIRST}


def ledger(towns: int) -> Ledger:
    """`towns` towns of 20 villages with 200 entries each."""
    rng = random.Random(1)  # noqa: S311 - made-up data, the same every time
    names = {f"镇{i:04d}": tuple(f"村{k:02d}" for k in range(VILLAGES)) for i in range(towns)}
    entries, dues, projects = [], [], []

    def add(day: int, kind: str, town: str, village: str, fen: int, source: str = "") -> None:
        date = FIRST + datetime.timedelta(days=day)
        entries.append(Entry(date, kind, town, village, MICRO, Fen(fen), source))  # type: ignore[arg-type]

    for town, villages in names.items():
        for source in ("市财政", "镇级配套"):
            kind = "grant" if source == "市财政" else "match"
            dues.append(Due(kind, town, "", MICRO, source, Fen(10**9)))  # type: ignore[arg-type]
            add(0, kind, town, "", 10**9, source)
        for k, village in enumerate(villages):
            dues.append(Due("transfer", town, village, MICRO, "市财政", Fen(4 * 10**7)))
            add(1, "transfer", town, village, 4 * 10**7 + k)
            for _ in range(ENTRIES - 1):
                add(rng.randint(2, 180), "spending", town, village, rng.randint(1, 10**6))
            projects += [
                Project(
                    f"{town}{village}{n}",
                    MICRO,
                    "便民工程",
                    town,
                    village,
                    "项目",
                    Fen(10**6),
                    dates=DATES,
                )
                for n in range(PROJECTS if k == 0 else 0)
            ]
    return Ledger(
        "大台账",
        names,
        (MICRO,),
        tuple(dues),
        tuple(entries),
        projects=tuple(projects),
        holders=Holders(frozenset([WISH]), {}),
    )


def measure(towns: int) -> None:
    """Print one line: sizes and seconds."""
    made = ledger(towns)
    recipients = Recipients.from_columns(["全部"], {"population": [1]})
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "台账.xlsx"
        path.write_bytes(ledger_workbook(made, recipients, SCHEME))
        size = path.stat().st_size / 2**20
        gc.disable()  # as the command does
        start = time.process_time()
        read = read_ledger(path).ledger
    reading = time.process_time()
    found, problems = execution(read, datetime.date(2020, 12, 31))
    computing = time.process_time()
    assert found is not None, problems[:3]  # noqa: S101 - the ledger made above is right
    report_workbook(found)
    writing = time.process_time()
    gc.enable()
    villages = sum(map(len, made.villages.values()))
    print(
        f"{towns:>6,} towns {villages:>7,} villages {len(made.entries):>8,} entries {size:5.1f} MB: "
        f"read {reading - start:5.1f} s, compute {computing - reading:5.1f} s, "
        f"write {writing - computing:5.1f} s, whole {writing - start:5.1f} s"
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--towns", type=int, nargs="+", default=[188, 375, 750, 1500])
    for towns in parser.parse_args().towns:
        measure(towns)
