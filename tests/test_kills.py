"""A kill while writing leaves the old file or the new one whole."""

from __future__ import annotations

import importlib.util
import os
from pathlib import Path

import pytest

SPEC = importlib.util.spec_from_file_location("kills", Path(__file__).with_name("kills.py"))
assert SPEC is not None
assert SPEC.loader is not None
kills = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(kills)


@pytest.mark.skipif(os.name == "nt", reason="POSIX kill")
def test_a_few_kills(tmp_path: Path) -> None:
    writing, damaged = kills.after_kills(4, tmp_path)
    assert damaged == 0
    assert writing > 0
