"""The code keeps to the plan of the house, and the plan notices when it does not."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house import FLOORS, faults

PACKAGE = Path(__file__).parent.parent / "allocator"


def test_no_import_goes_up_and_nothing_is_too_large() -> None:
    assert faults(PACKAGE) == []


@pytest.mark.parametrize(
    ("module", "line", "said"),
    [
        (
            "engine/settlement.py",
            "def late():\n    from allocator.engine import pool\n",
            "circle: engine.pool - engine.settlement",
        ),
        (
            "fund/recipients.py",
            (
                "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n"
                "    from allocator.engine.answer import Answer\n"
            ),
            "fund.recipients imports upwards: engine.answer",
        ),
        ("rounding/two_way.py", "import numpy\n", "rounding.two_way is core and imports numpy"),
        (
            "excel/kit/layout.py",
            "import allocator.excel.verify.verify\n",
            "excel.kit.layout imports upwards: excel.verify.verify",
        ),
        ("base/money.py", "\n" * 400, "base.money: "),
    ],
    ids=["late circle", "type-only upward import", "numpy in the core", "inner floor", "size"],
)
def test_a_planted_fault_is_found(tmp_path: Path, module: str, line: str, said: str) -> None:
    root = tmp_path / "allocator"
    shutil.copytree(PACKAGE, root, ignore=shutil.ignore_patterns("__pycache__"))
    with (root / module).open("a", encoding="utf-8") as file:
        file.write(line)
    assert any(fault.startswith(said) for fault in faults(root))


def test_every_room_says_what_it_is_for() -> None:
    rooms = [f for f in PACKAGE.rglob("__init__.py") if f.parent != PACKAGE]
    short = [str(f) for f in rooms if len(f.read_text(encoding="utf-8").split('"""')[1]) < 80]
    assert short == []


def test_the_plan_names_no_room_twice() -> None:
    for plan in FLOORS.values():
        rooms = [room for floor in plan for room in floor]
        assert len(rooms) == len(set(rooms))


def test_importing_the_package_loads_nothing_heavy() -> None:
    heavy = "{'numpy', 'pandas', 'matplotlib', 'openpyxl', 'xlsxwriter', 'pulp', 'highspy'}"
    code = f"import sys, allocator; print(sorted({heavy} & set(sys.modules)))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"
