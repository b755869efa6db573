"""Every notebook runs top to bottom in a clean kernel and still says what it shows."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import nbformat

NOTEBOOKS = Path(__file__).parent.parent.parent / "notebooks"


def test_all_run_and_their_outputs_are_current() -> None:
    command = [sys.executable, NOTEBOOKS / "run.py", "--check"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_outputs_are_kept_and_nothing_volatile() -> None:
    paths = sorted(NOTEBOOKS.glob("*.ipynb"))
    assert [path.name[:2] for path in paths] == [f"0{k}" for k in range(1, len(paths) + 1)]
    for path in paths:
        notebook = nbformat.read(path, as_version=4)
        assert set(notebook.metadata) == {"kernelspec", "language_info"}
        shown = [cell for cell in notebook.cells if cell.get("outputs")]
        assert len(shown) >= 3
        for cell in notebook.cells:
            assert not cell.metadata
            assert all(output.output_type != "error" for output in cell.get("outputs", ()))
