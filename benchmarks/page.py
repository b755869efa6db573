"""The page in Chromium beside the same work in Python: `python -m benchmarks.page`.

Medians of five; the ratio is to CPython on the same machine at the same time: its start with the
same modules, and the same calls. Needs npm (once) and Chromium.
"""

from __future__ import annotations

import csv
import io
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from allocator import allocate, load
from allocator.excel.official import official_workbook
from allocator.page.build import build, sample_workbook
from allocator.page.pyodide import fetch, opened

DATA = Path(__file__).parent.parent / "data"
SAMPLE = DATA / "dongguan-2020.xlsx"
TIMES = 5


def median(work: Callable[[], float]) -> float:
    return statistics.median(work() for _ in range(TIMES))


def timed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def roster(folder: Path, number: int) -> list[str]:
    """So many recipients with the sample's rules, as a table and a scheme."""
    rows = list(csv.reader(io.StringIO((DATA / "dongguan-2020.csv").read_text("utf-8-sig"))))
    places = {
        name: rows[0].index(name) for name in ("镇街（园区）", "序号", "是否试点", "试点剩余（元）")
    }
    table, rules = folder / f"{number}.csv", folder / "方案.toml"
    with table.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(rows[0])
        for i in range(number):
            row = list(rows[1 + i % (len(rows) - 1)])
            for name, value in zip(places, (f"第{i + 1}村", str(i + 1), "否", "0"), strict=True):
                row[places[name]] = value
            writer.writerow(row)
    scheme = (DATA / "dongguan-2020.toml").read_text(encoding="utf-8")
    rules.write_text(re.sub(r"(?m)^recipients *=.*\n", "", scheme), encoding="utf-8")
    return [str(table), str(rules)]


def measured(page: Any, name: str) -> float:
    """Seconds of the last measurement of that name that the page made."""
    found: float = page.evaluate("(n) => performance.getEntriesByName(n).pop().duration", name)
    return found / 1000


def ready(browser: Any, path: Path) -> tuple[Any, float]:
    page = browser.new_page()
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(path.as_uri())
    page.locator("#state", has_text="就绪").wait_for(timeout=120_000)
    return page, measured(page, "ready")


def open_files(page: Any, files: list[str]) -> float:
    page.evaluate("document.getElementById('state').textContent = ''")
    page.locator("#file-input").set_input_files(files)
    page.locator("#state", has_text="计算完毕").wait_for(timeout=120_000)
    return measured(page, "opened")


def download(page: Any) -> float:
    start = time.perf_counter()
    with page.expect_download(timeout=120_000):
        page.locator("#get-official").click()
    return time.perf_counter() - start


def change(page: Any, value: str) -> float:
    page.locator("#sliders input[type=text]").first.fill(value)
    before = page.evaluate("performance.getEntriesByName('tried').length")
    page.keyboard.press("Tab")
    while page.evaluate("performance.getEntriesByName('tried').length") == before:
        page.wait_for_timeout(10)
    return measured(page, "tried")


def memory(browser: Any) -> float:
    """Megabytes of all renderers of this browser, shared pages divided."""
    session = browser.new_browser_cdp_session()
    processes = session.send("SystemInfo.getProcessInfo")["processInfo"]
    total = 0
    for process in processes:
        if process["type"] == "renderer":
            text = Path(f"/proc/{process['id']}/smaps_rollup").read_text(encoding="ascii")
            total += int(re.search(r"(?m)^Pss: +(\d+)", text)[1])  # type: ignore[index]
    return total / 1000


def gap(page: Any) -> float:
    """The longest time between two frames of the page while it writes a workbook."""
    page.evaluate(
        """() => { window.gaps = []; let last = performance.now();
        const tick = (now) => { gaps.push(now - last); last = now; window.run = requestAnimationFrame(tick); };
        window.run = requestAnimationFrame(tick); }"""
    )
    download(page)
    longest: float = page.evaluate("() => { cancelAnimationFrame(run); return Math.max(...gaps); }")
    return longest / 1000


def python_start() -> float:
    """CPython from nothing to the modules that the page has when it is ready."""
    command = [sys.executable, "-c", "from allocator.page import desk"]
    return timed(lambda: subprocess.run(command, check=True))


def report(name: str, page: float, python: float | None = None) -> None:
    ratio = f"  {page / python:5.1f} times CPython's {python:.3f} s" if python else ""
    print(f"{name:<34}{page:8.3f} s{ratio}")


def sample_in(browser: Any, path: Path) -> None:
    start = median(python_start)
    report("ready", median(lambda: _closed(*ready(browser, path))), start)
    page, _ = ready(browser, path)
    answer = allocate(*load(SAMPLE))
    once = median(lambda: timed(lambda: allocate(*load(SAMPLE))))
    report("the sample to its result", median(lambda: open_files(page, [str(SAMPLE)])), once)
    write = median(lambda: timed(lambda: official_workbook(answer)))
    report("the official workbook", median(lambda: download(page)), write)
    report("longest gap while it is written", median(lambda: gap(page)))
    page.locator("#tab-trial").click()
    page.locator("#trial-table tr").first.wait_for()
    values = iter(range(41, 41 + TIMES))
    again = median(lambda: timed(lambda: allocate(answer.recipients, answer.scheme)))
    report("a change of weights", median(lambda: change(page, str(next(values)))), again)
    print(f"{'memory':<34}{memory(browser):8.0f} MB")
    page.close()


def many_in(browser: Any, path: Path, folder: Path, number: int) -> None:
    files = roster(folder, number)
    page, _ = ready(browser, path)
    once = timed(lambda: allocate(*load(*files)))
    report(f"{number:,} recipients to their result", open_files(page, files), once)
    answer = allocate(*load(*files))
    write = timed(lambda: official_workbook(answer))
    report(f"{number:,} recipients as a workbook", download(page), write)
    print(f"{'memory':<34}{memory(browser):8.0f} MB")
    page.close()


def _closed(page: Any, seconds: float) -> float:
    page.close()
    return seconds


def main() -> None:
    """Build the page once and measure it."""
    from playwright.sync_api import sync_playwright

    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        folder = Path(name)
        path = folder / "分配计算.html"
        path.write_bytes(build(opened(fetch()), sample_workbook()))
        print(f"{'file':<34}{path.stat().st_size / 1e6:8.2f} MB")
        chromium = shutil.which("chromium") or shutil.which("chromium-browser")
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        sample_in(browser, path)
        many_in(browser, path, folder, 10_000)
        browser.close()


if __name__ == "__main__":
    main()
