"""The same file in Firefox, where it is installed: the sample, and the bytes of its workbook."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from allocator import allocate, load
from allocator.excel.official import official_workbook
from tests.conftest import DATA

#: What drives Firefox without a program beside it.
DRIVER = "puppeteer-core@24.43.1"


def test_the_sample_in_firefox(page_path: Path, tmp_path: Path) -> None:
    firefox = next(filter(None, map(shutil.which, ("firefox-esr", "firefox"))), None)
    npm, node = shutil.which("npm"), shutil.which("node")
    if not (firefox and npm and node):
        pytest.skip("no Firefox, npm or node on the path")
    command = [npm, "install", "--silent", "--no-save", "--ignore-scripts", DRIVER]
    if subprocess.run(command, cwd=tmp_path, capture_output=True, check=False).returncode:
        pytest.skip(f"npm has not got {DRIVER}")
    script = tmp_path / "firefox.mjs"
    script.write_bytes(Path(__file__).with_name("firefox.mjs").read_bytes())
    out = tmp_path / "结果.xlsx"
    run = subprocess.run(
        [node, str(script), firefox, str(page_path), str(out)],
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
        env=os.environ | {"HOME": str(tmp_path)},
    )
    assert run.returncode == 0, run.stderr
    ready, opened, saved = run.stdout.splitlines()
    assert "就绪" in ready
    assert "计算完毕" in opened
    assert "已下载 dongguan-2020-分配结果.xlsx" in saved
    assert out.read_bytes() == official_workbook(allocate(*load(DATA / "dongguan-2020.xlsx")))
