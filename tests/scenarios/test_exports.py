"""One import gives a notebook everything; comparing needs no numpy."""

from __future__ import annotations

import subprocess
import sys

from allocator import scenarios


def test_every_name_is_there() -> None:
    assert all(getattr(scenarios, name) is not None for name in scenarios.__all__)


def test_comparing_loads_no_numpy() -> None:
    code = (
        "import sys; from allocator.scenarios import Scenario, compare, difference;"
        "print('numpy' in sys.modules)"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "False"
