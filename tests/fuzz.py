"""The long fuzz: `python tests/fuzz.py --files 10000` prints what became of as many damaged files."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.excel.verify import mutations


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    started = time.monotonic()
    outcome = mutations.run(arguments.seed, arguments.files)
    for failure in outcome.failures:
        print(failure)
    for result, count in sorted(outcome.counts.items()):
        print(f"{result:>12} {count:6}")
    for wrong in ("traceback", "hang", "wrong total"):
        print(f"{wrong:>12} {outcome.counts[wrong]:6}")
    print(f"{time.monotonic() - started:.0f} s")
    return 1 if outcome.failures else 0


if __name__ == "__main__":
    raise SystemExit(main())
