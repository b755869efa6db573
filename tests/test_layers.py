"""The import contracts cover every module of the core."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).parent.parent
OUTSIDE = {"__init__", "__main__", "files"}


def test_the_contract_names_every_core_module() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = settings["tool"]["importlinter"]["contracts"]
    pure = next(c for c in contracts if c["type"] == "forbidden")
    modules = {path.stem for path in (ROOT / "allocator").glob("*.py")} - OUTSIDE
    assert {name.removeprefix("allocator.") for name in pure["source_modules"]} == modules


def test_importing_the_package_loads_nothing_heavy() -> None:
    heavy = "{'numpy', 'pandas', 'matplotlib', 'openpyxl', 'xlsxwriter', 'pulp', 'highspy'}"
    code = f"import sys, allocator; print(sorted({heavy} & set(sys.modules)))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"
