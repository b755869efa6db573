"""`python tests/coverage_of_core.py`: the branch coverage of the core, room by room; fails below 100 %.

The rooms are those of `tests/house.py`, so that a room added there is counted here.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.house import CORE

_FACTS = "dongguan"  # facts of one city: no rule to cover
#: What shows the core beside the tests of its own rooms.
_BESIDE = ("tests/test_allocation.py", "tests/test_sample.py", "tests/schemes")


def main() -> int:
    root = Path(__file__).parents[1]
    rooms = sorted(CORE - {_FACTS})
    modules = [f"allocator/{room}" for room in rooms if (root / "allocator" / room).is_dir()]
    tests = [f"tests/{room}" for room in rooms if (root / "tests" / room).is_dir()]
    command = [sys.executable, "-m", "pytest", "-q", "-n", "auto", *tests, *modules, *_BESIDE]
    command += ["allocator/allocation.py", "-p", "no:cacheprovider"]
    command += ["--cov-branch", "--cov-report=term-missing:skip-covered"]
    command += [f"--cov=allocator.{room}" for room in rooms]
    drawn = os.environ | {"CI": "true"}  # the same examples in every run
    return subprocess.run(
        [*command, "--cov-fail-under=100", *sys.argv[1:]], check=False, cwd=root, env=drawn
    ).returncode


if __name__ == "__main__":
    raise SystemExit(main())
