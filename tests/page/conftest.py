"""One browser with the real page, started by a double click as far as the browser can tell."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from allocator import InputError
from allocator.base.files import write_whole
from allocator.page.build import build, sample_workbook
from allocator.page.pyodide import fetch, opened

#: In CI a missing browser or package fails these tests instead of skipping them.
NEEDED = bool(os.environ.get("ALLOCATOR_NEEDS_BROWSER"))


#: Milliseconds to wait for what must come: no machine is that slow.
PATIENCE = 180_000


def missing(what: str) -> None:
    if NEEDED:
        pytest.fail(what)
    pytest.skip(what)


@pytest.fixture(scope="session")
def page_bytes(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The page as the command builds it, built by the first worker that needs it."""
    try:
        content = fetch()
    except InputError as error:
        missing(str(error))
    folder = tmp_path_factory.getbasetemp()
    folder = folder.parent if os.environ.get("PYTEST_XDIST_WORKER") else folder
    made, lock = folder / "page.html", folder / "page.lock"
    while not made.exists():
        try:
            lock.touch(exist_ok=False)
        except FileExistsError:
            time.sleep(0.2)
            continue
        try:
            write_whole(made, build(opened(content), sample_workbook()))
        finally:
            lock.unlink()
    return made.read_bytes()


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
    """The page and what an officer does with it.

    Every action ends when the page has drawn all that follows from it, however slow the machine.
    """

    def __init__(self, page, path: Path) -> None:
        from playwright.sync_api import expect

        self.page = page
        self.errors: list[str] = []
        page.set_default_timeout(PATIENCE)
        expect.set_options(timeout=PATIENCE / 6)  # the page is settled by then
        self._expect = expect
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("dialog", lambda dialog: dialog.accept(dialog.default_value))
        page.goto(path.as_uri())
        self.settled()
        self.says("就绪")

    def at(self, target):
        """A place by its selector, or one already found."""
        return self.page.locator(target) if isinstance(target, str) else target

    def expect(self, target):
        """What must become true of a place."""
        return self._expect(self.at(target))

    def settled(self) -> None:
        """Until nothing is under way and everything is drawn."""
        self.page.locator("body:not([data-busy])").wait_for(state="attached")

    def says(self, text: str) -> None:
        """What the line at the bottom must say."""
        self.expect("#state").to_contain_text(text)

    def click(self, target) -> None:
        self.at(target).click()
        self.settled()

    def check(self, target) -> None:
        self.at(target).check()
        self.settled()

    def choose(self, target, value: str) -> None:
        self.at(target).select_option(value)
        self.settled()

    def press(self, key: str) -> None:
        self.page.keyboard.press(key)
        self.settled()

    def fill(self, target, value: str) -> None:
        """Types a value and goes on to the next control."""
        self.at(target).fill(value)
        self.press("Tab")

    def tab(self, name: str) -> None:
        self.click(self.page.get_by_role("tab", name=name, exact=True))

    def put(self, place: str, *files: Path) -> None:
        """Files into one of the places to drop them."""
        self.at(f"#file-{place}").set_input_files([str(file) for file in files])
        self.settled()

    def open(self, *files: Path) -> None:
        self.tab("打开")
        self.put("input", *files)

    def sample(self) -> None:
        self.tab("打开")
        self.click("#use-sample")
        self.says("计算完毕")

    def resize(self, width: int, height: int) -> None:
        self.page.set_viewport_size({"width": width, "height": height})
        while self.page.evaluate("innerWidth") != width:
            self.page.wait_for_timeout(20)

    def download(self, button: str) -> tuple[str, bytes]:
        """The name and the bytes that a button gives."""
        with self.page.expect_download() as caught:
            self.at(button).click()
        self.settled()
        return caught.value.suggested_filename, Path(caught.value.path()).read_bytes()

    def texts(self, selector: str) -> list[str]:
        """What stands in every place of that kind, now that the page is settled."""
        return self.at(selector).all_inner_texts()


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
