"""`python tests/coverage_of_core.py`: the branch coverage of the core, room by room; fails below 100 %.

The rooms are those of `tests/house.py`, so that a room added there is counted here.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.house import CORE

_FACTS = "dongguan"  # facts of one city: no rule to cover
#: The tests of the core's rooms, and what shows them at work together.
TESTS = ("test_sample.py", "test_allocation.py", "test_funds.py", "schemes", "excel/intake")


def main() -> int:
    root = Path(__file__).parents[1]
    rooms = sorted(CORE - {_FACTS})
    own = [f"tests/{room}" for room in rooms if (root / "tests" / room).exists()]
    more = [f"tests/{name}" for name in TESTS if (root / "tests" / name).exists()]
    modules = [f"allocator/{room}" for room in rooms if (root / "allocator" / room).is_dir()]
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        *own,
        *more,
        *modules,
    ]
    command += ["allocator/allocation.py", "--cov-branch", "--cov-report=term:skip-covered"]
    command += [f"--cov=allocator.{room}" for room in rooms]
    return subprocess.run(
        [*command, "--cov-fail-under=100", *sys.argv[1:]], check=False, cwd=root
    ).returncode


if __name__ == "__main__":
    raise SystemExit(main())
