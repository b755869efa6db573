"""`python tests/forge.py`: workbooks changed as programs and as forgers change them, and the verdicts.

Harmless ways must never be called 不一致, deceiving ones never be accepted. `--render N` also lets
LibreOffice draw N of the accepted ones: every figure of the genuine pages must be on theirs.
"""

from __future__ import annotations

import argparse
import io
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from allocator.excel.verify.proof import prove
from tests.excel.verify.deceiving import DECEIVING_WAYS
from tests.excel.verify.disguises import Way, taken_apart, together
from tests.excel.verify.harmless import HARMLESS_WAYS
from tests.excel.verify.small import official

_ACCEPTED = ("一致", "金额一致")
_FIGURE = re.compile(r"\d[\d,]*\.\d\d(?!\d)")


@dataclass
class Outcome:
    """How often each verdict was given, by the way; and every one that is wrong."""

    counts: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    accepted: list[bytes] = field(default_factory=list)


def verdict(content: bytes, genuine: bytes) -> tuple[str, str]:
    """The verdict on a workbook whose inputs are as they were, and its first reason."""
    proof = prove(content, genuine)
    if proof.is_untouched:
        return "一致", ""
    for kind, word in (("changed", "不一致"), ("unproven", "不能证明")):
        if found := [str(f) for f in proof.findings if f.kind == kind]:
            return word, found[0]
    return "金额一致", ""


def resaved(genuine: bytes) -> Iterator[tuple[str, bytes]]:
    """The workbook as other programs save it: openpyxl, and LibreOffice where it is installed."""
    import openpyxl

    content = io.BytesIO()
    openpyxl.load_workbook(io.BytesIO(genuine)).save(content)
    yield "openpyxl", content.getvalue()
    if shutil.which("soffice"):
        yield "LibreOffice", converted(genuine, "xlsx", "xlsx")
        yield "LibreOffice .xls", converted(converted(genuine, "xlsx", "xls"), "xls", "xlsx")


def converted(content: bytes, old: str, new: str) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"a.{old}"
        path.write_bytes(content)
        out = Path(folder) / "out"
        profile = f"-env:UserInstallation={(Path(folder) / 'profile').as_uri()}"
        command = [
            "soffice",
            profile,
            "--headless",
            "--convert-to",
            new,
            "--outdir",
            str(out),
            str(path),
        ]
        subprocess.run(command, check=True, capture_output=True, timeout=180)
        return (out / f"a.{new}").read_bytes()


def run(ways: dict[str, Way], count: int, seed: int, *, harmless: bool) -> Outcome:
    """Apply ways in turn, two at once now and then, and judge."""
    genuine = official()
    outcome = Outcome()
    names = list(ways)
    for k in range(count):
        rng = random.Random(f"{seed}/{k}")  # noqa: S311 - a campaign that can be repeated
        chosen = [names[k % len(names)]]
        if harmless and rng.random() < 0.3:
            chosen = list(dict.fromkeys([*chosen, rng.choice(names)]))
        parts = taken_apart(genuine)
        before = dict(parts)
        for name in chosen:
            ways[name](rng, parts)
        if not harmless and parts == before:
            continue
        content = together(parts)
        _judge(outcome, f"{'+'.join(chosen)} {seed}/{k}", content, genuine, harmless=harmless)
    return outcome


def _judge(outcome: Outcome, name: str, content: bytes, genuine: bytes, *, harmless: bool) -> None:
    found, reason = verdict(content, genuine)
    outcome.counts[found] += 1
    is_wrong = found == "不一致" if harmless else found in _ACCEPTED
    if is_wrong or (harmless and found == "不能证明"):
        outcome.wrong.append(f"{'WRONG' if is_wrong else 'unproven'} {name}: {found} {reason}")
        print(outcome.wrong[-1], flush=True)
    if harmless and found in _ACCEPTED:
        outcome.accepted.append(content)


def figures_on_paper(content: bytes) -> Counter[str]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.pdf"
        path.write_bytes(converted(content, "xlsx", "pdf"))
        command = ["pdftotext", "-layout", str(path), "-"]
        done = subprocess.run(command, check=True, capture_output=True)
    return Counter(found.replace(",", "") for found in _FIGURE.findall(done.stdout.decode()))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--harmless", type=int, default=200)
    parser.add_argument("--deceiving", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--render", type=int, default=0)
    arguments = parser.parse_args()
    started = time.monotonic()
    genuine = official()
    harmless = run(HARMLESS_WAYS, arguments.harmless, arguments.seed, harmless=True)
    for name, content in resaved(genuine):
        _judge(harmless, name, content, genuine, harmless=True)
    deceiving = run(DECEIVING_WAYS, arguments.deceiving, arguments.seed, harmless=False)
    print("harmless ", dict(harmless.counts))
    print("deceiving", dict(deceiving.counts))
    wrong = [w for w in (*harmless.wrong, *deceiving.wrong) if w.startswith("WRONG")]
    if arguments.render:
        own = figures_on_paper(genuine)
        shown = harmless.accepted[:: max(len(harmless.accepted) // arguments.render, 1)]
        lost = [k for k, content in enumerate(shown) if own - figures_on_paper(content)]
        print(f"drawn by LibreOffice: {len(shown)}, with a figure missing: {len(lost)}")
        wrong += map(str, lost)
    print(f"wrong: {len(wrong)}; {time.monotonic() - started:.0f} s")
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
