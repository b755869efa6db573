"""One browser with the real page, started by a double click as far as the browser can tell."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from allocator import InputError
from allocator.page.build import build, sample_workbook
from allocator.page.pyodide import fetch, opened

#: In CI a missing browser or package fails these tests instead of skipping them.
NEEDED = bool(os.environ.get("ALLOCATOR_NEEDS_BROWSER"))


def missing(what: str) -> None:
    if NEEDED:
        pytest.fail(what)
    pytest.skip(what)


@pytest.fixture(scope="session")
def page_bytes() -> bytes:
    """The page as the command builds it."""
    try:
        content = fetch()
    except InputError as error:
        missing(str(error))
    return build(opened(content), sample_workbook())


@pytest.fixture(scope="session")
def browser() -> Iterator[object]:
    """Debian's Chromium, or whichever is on the path."""
    api = pytest.importorskip("playwright.sync_api") if not NEEDED else None
    if api is None:
        from playwright import sync_api as api
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))), None)
    if chromium is None:
        missing("no chromium on the path")
    with api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--lang=zh-CN"]
        )
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def page_path(page_bytes: bytes, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file under a name and a folder as officers have them."""
    path = tmp_path_factory.mktemp("专项 资金#100%") / "分配计算.html"
    path.write_bytes(page_bytes)
    return path


class Driver:
    """The page and what an officer does with it."""

    def __init__(self, page, path: Path) -> None:
        self.page = page
        self.errors: list[str] = []
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("dialog", lambda dialog: dialog.accept(dialog.default_value))
        page.goto(path.as_uri())
        self.waits("就绪", 60)

    def waits(self, text: str, seconds: float = 30) -> str:
        """Until the line at the bottom says so; returns all it says."""
        state = self.page.locator("#state", has_text=text)
        state.wait_for(timeout=seconds * 1000)
        return state.inner_text()

    def tab(self, name: str) -> None:
        self.page.get_by_role("tab", name=name, exact=True).click()

    def put(self, place: str, *files: Path) -> None:
        """Files into one of the places to drop them."""
        self.page.locator(f"#file-{place}").set_input_files([str(file) for file in files])

    def open(self, *files: Path) -> None:
        self.tab("打开")
        self.page.evaluate("document.getElementById('state').textContent = ''")
        self.put("input", *files)
        self.page.locator("#state:not(:empty)").wait_for()

    def sample(self) -> None:
        self.tab("打开")
        self.page.evaluate("document.getElementById('state').textContent = ''")
        self.page.locator("#use-sample").click()
        self.waits("计算完毕")

    def download(self, button: str) -> tuple[str, bytes]:
        """The name and the bytes that a button gives."""
        with self.page.expect_download() as caught:
            self.page.locator(button).click()
        return caught.value.suggested_filename, Path(caught.value.path()).read_bytes()

    def texts(self, selector: str) -> list[str]:
        return self.page.locator(selector).all_inner_texts()


@pytest.fixture(scope="session")
def new_page(browser, page_path: Path) -> Callable[[], Driver]:
    """Makes a page of its own, for tests that stop or break it."""

    def make() -> Driver:
        context = browser.new_context(viewport={"width": 1366, "height": 768}, locale="zh-CN")
        return Driver(context.new_page(), page_path)

    return make


@pytest.fixture(scope="session")
def shared(new_page: Callable[[], Driver]) -> Driver:
    """The one page that all tests share."""
    return new_page()


@pytest.fixture
def desk(shared: Driver) -> Iterator[Driver]:
    """The shared page; a script's error in it fails the test."""
    yield shared
    assert shared.errors == []
