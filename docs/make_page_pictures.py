"""Pictures of the real page for the handbook: `python docs/make_page_pictures.py`.

Needs npm (once) and Chromium. Writes docs/pictures/网页-*.png at 1366 × 768.
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import Any

import openpyxl
from playwright.sync_api import sync_playwright

from allocator import allocate, load
from allocator.excel.official import official_workbook
from allocator.page.build import build, sample_workbook
from allocator.page.pyodide import fetch, opened

ROOT = Path(__file__).parent.parent
SAMPLE, PICTURES = ROOT / "data" / "dongguan-2020.xlsx", ROOT / "docs" / "pictures"


def edited(path: Path, source: Path, sheet: str, cells: dict[str, object]) -> Path:
    """A copy of a workbook with some cells changed."""
    book = openpyxl.load_workbook(source)
    for cell, value in cells.items():
        book[sheet][cell] = value
    book.save(path)
    return path


def tour(page: Any, folder: Path) -> None:
    """Through every view, as an officer goes."""

    def shot(name: str) -> None:
        page.screenshot(path=PICTURES / f"网页-{name}.png")

    def settled() -> None:
        page.locator("body:not([data-busy])").wait_for(state="attached", timeout=180_000)

    def put(place: str, file: Path) -> None:
        page.locator(f"#file-{place}").set_input_files(str(file))
        settled()

    settled()
    shot("打开")
    wrong = edited(folder / "有错.xlsx", SAMPLE, "镇街基础数据", {"C5": "约二十", "E7": -3})
    put("input", wrong)
    shot("错误")
    odd = edited(folder / "存疑.xlsx", SAMPLE, "镇街基础数据", {"D8": 362_000, "F5": 4_182_880_000})
    put("input", odd)
    shot("存疑")
    put("input", SAMPLE)
    shot("结果")
    page.locator("#result-table [data-town=洪梅镇]").click()
    settled()
    shot("镇街")
    page.locator("#tab-trial").click()
    settled()
    page.locator("#sliders input[type=text]").first.fill("55")
    page.keyboard.press("Tab")
    page.locator("#watch").select_option("长安镇")
    page.locator("#watch").select_option("洪梅镇")
    settled()
    shot("试算")
    page.locator("#tab-best").click()
    settled()
    page.locator("#best-per").select_option("population")
    page.locator("#best-change").fill("10%")
    page.locator("#find-best").click()
    settled()
    page.locator("#find-best").scroll_into_view_if_needed()
    page.mouse.wheel(0, 330)
    page.wait_for_timeout(300)
    shot("最优权重")
    page.locator("#tab-check").click()
    result = folder / "结果.xlsx"
    result.write_bytes(official_workbook(allocate(*load(SAMPLE))))
    put("check", edited(folder / "收到.xlsx", result, "附表1", {"D8": 12345.67}))
    shot("核验")
    page.locator("#tab-differ").click()
    put("old", SAMPLE)
    put("new", edited(folder / "新.xlsx", SAMPLE, "镇街基础数据", {"C5": 30}))
    shot("比较")


def main() -> None:
    """Build the page and draw it."""
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        folder = Path(name)
        path = folder / "分配计算.html"
        path.write_bytes(build(opened(fetch()), sample_workbook()))
        chromium = shutil.which("chromium") or shutil.which("chromium-browser")
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1366, "height": 768}, locale="zh-CN")
        page.goto(path.as_uri())
        tour(page, folder)
        browser.close()


if __name__ == "__main__":
    main()
