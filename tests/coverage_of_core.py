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
#: Rooms whose tests show nothing of the core that others do not, and take long.
_NOT_NEEDED = ("notebooks", "page", "plots", "optimize", "word")


def main() -> int:
    root = Path(__file__).parents[1]
    rooms = sorted(CORE - {_FACTS})
    modules = [f"allocator/{room}" for room in rooms if (root / "allocator" / room).is_dir()]
    command = [sys.executable, "-m", "pytest", "-q", "-n", "auto", "tests", *modules]
    command += ["allocator/allocation.py", *(f"--ignore=tests/{name}" for name in _NOT_NEEDED)]
    command += ["-p", "no:cacheprovider", "--cov-branch", "--cov-report=term:skip-covered"]
    command += [f"--cov=allocator.{room}" for room in rooms]
    return subprocess.run(
        [*command, "--cov-fail-under=100", *sys.argv[1:]], check=False, cwd=root
    ).returncode


if __name__ == "__main__":
    raise SystemExit(main())
