"""Kill the program while it writes, again and again: the target must stay whole.

    python tests/kills.py --kills 200

A child runs `allocator run` over and over on two inputs in turn, with the same target. It is
killed at a random moment of its work; after each kill the target must be one of the two finished
workbooks, byte for byte.
"""

from __future__ import annotations

import argparse
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from allocator import Scheme, allocate, load
from allocator.excel.official import official_workbook

DATA = Path(__file__).parent.parent / "data"
CHILD = """
import sys
from allocator.cli import main
target, sheet, *schemes = sys.argv[1:]
print("ready", flush=True)
while True:
    for scheme in schemes:
        main(["run", sheet, "--scheme", scheme, "-o", target])
"""


def damaged_after_kills(kills: int, folder: Path, seed: int = 0) -> int:
    """How many of `kills` kills left the target damaged or missing."""
    chance = random.Random(seed)  # noqa: S311 - moments, not secrets
    table, first = DATA / "dongguan-2020.csv", DATA / "dongguan-2020.toml"
    second = folder / "second.toml"
    second.write_text(
        first.read_text(encoding="utf-8").replace('basis         = "share"', 'basis = "remainder"'),
        encoding="utf-8",
    )
    whole = set()
    for scheme in (first, second):
        answer = allocate(*load(table, scheme))
        whole.add(official_workbook(answer))
        assert isinstance(answer.scheme, Scheme)
    assert len(whole) == 2
    target, damaged = folder / "out.xlsx", 0
    target.write_bytes(min(whole))
    for _ in range(kills):
        child = subprocess.Popen(
            [sys.executable, "-c", CHILD, *map(str, (target, table, first, second))],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        assert child.stdout is not None
        child.stdout.readline()
        time.sleep(chance.uniform(0.0, 0.8))
        child.kill()
        child.communicate()
        damaged += not target.exists() or target.read_bytes() not in whole
    return damaged


def main() -> int:
    """Count damaged files; exit code 1 if there is one."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    kills = parser.parse_args().kills
    with tempfile.TemporaryDirectory() as folder:
        damaged = damaged_after_kills(kills, Path(folder))
    print(f"{kills} kills, {damaged} damaged files")
    return 1 if damaged else 0


if __name__ == "__main__":
    raise SystemExit(main())
