"""Kill the program while it writes, again and again: the target must stay whole.

    python tests/kills.py --kills 200

A child runs `allocator run` over and over on two inputs in turn, with the same target. It is
killed as soon as the temporary file of a writing shows, after a random blink; after each kill the
target must be one of the two finished workbooks, byte for byte. A kill that left its temporary
file behind fell into the writing itself; these are counted apart.
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
import os, sys, time
sync = os.fsync
os.fsync = lambda file: (sync(file), time.sleep(0.03))  # a slow disk, so that kills meet the writing
from allocator.cli import main
target, sheet, *schemes = sys.argv[1:]
print("ready", flush=True)
while True:
    for scheme in schemes:
        main(["run", sheet, "--scheme", scheme, "-o", target])
"""


def after_kills(kills: int, folder: Path, seed: int = 0) -> tuple[int, int]:
    """(kills that fell into the writing, kills that left the target damaged or missing)."""
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
    outputs = folder / "outputs"
    outputs.mkdir()
    target, writing, damaged = outputs / "out.xlsx", 0, 0
    target.write_bytes(min(whole))
    for _ in range(kills):
        child = subprocess.Popen(
            [sys.executable, "-c", CHILD, *map(str, (target, table, first, second))],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        assert child.stdout is not None
        child.stdout.readline()
        deadline = time.monotonic() + 60
        while len(list(outputs.iterdir())) == 1 and time.monotonic() < deadline:
            pass
        time.sleep(chance.uniform(0.0, 0.04))
        child.kill()
        child.communicate()
        left = [path for path in outputs.iterdir() if path != target]
        writing += bool(left)
        for path in left:
            path.unlink()
        damaged += not target.exists() or target.read_bytes() not in whole
    return writing, damaged


def main() -> int:
    """Count damaged files; exit code 1 if there is one."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    kills = parser.parse_args().kills
    with tempfile.TemporaryDirectory() as folder:
        writing, damaged = after_kills(kills, Path(folder))
    print(f"{kills} kills, {writing} of them into the writing, {damaged} damaged files")
    return 1 if damaged else 0


if __name__ == "__main__":
    raise SystemExit(main())
