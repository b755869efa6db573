"""`python -m tests.hostile [folder]`: the table of attacks, each with its verdict and reason.

Without a folder: our own attacks by kind, on an official workbook (`verify`) and on an input (`run`).
With one: every file of that folder by both. A `※` marks what must not be: a deception that is
accepted, or an end of the program without a message.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from allocator import InputError, allocate, load
from allocator.base.files import FileBytes
from allocator.excel.verify.verify import verify
from tests.excel.verify.small import official
from tests.hostile import archives, around, cells, inputs, looks, packages
from tests.hostile.attacks import Attack

ATTACKS = [*archives.ATTACKS, *packages.ATTACKS, *cells.ATTACKS, *looks.ATTACKS, *around.ATTACKS]
FAILED = "程序出错"
WRONG = (FAILED, "一致", "金额一致，表面有改动")
Row = tuple[str, str, str, str]  # kind, name, verdict, reason


def verdict(content: bytes) -> tuple[str, str]:
    """What `verify` says of a workbook, and its first reason."""
    try:
        result = verify(FileBytes("结果.xlsx", content))
    except InputError as error:
        return "拒绝", str(error.problems[0].message)
    except Exception as error:  # noqa: BLE001 - a traceback is what is looked for
        return FAILED, repr(error)
    reasons = [*map(str, result.problems), *map(str, result.differences)]
    reasons += [str(f) for f in result.findings if f.kind == "dressed"]
    return result.verdict, reasons[0] if reasons else ""


def on_workbook(attacks: list[Attack]) -> Iterator[Row]:
    genuine = official()
    for attack in attacks:
        yield attack.kind, attack.name, *verdict(attack.change(genuine))


def on_input(attacks: list[Attack]) -> Iterator[Row]:
    for attack, found, reason, _ in inputs.judge(attacks):
        yield attack.kind, attack.name, found, reason


def of_folder(folder: Path) -> Iterator[Row]:
    """Every workbook by `verify`, every table with its scheme or without by `run`."""
    for path in sorted(
        p for p in folder.rglob("*") if p.suffix in (".xlsx", ".xls", ".ods", ".csv")
    ):
        content, name = path.read_bytes(), str(path.relative_to(folder))
        yield "verify", name, *verdict(content)
        schemes = [p for p in path.parent.glob("*.toml") if "[[pool]]" in p.read_text("utf-8")]
        own = [p for p in schemes if p.stem == path.stem] or schemes
        for scheme in own or [None]:
            yield "run", f"{name} {scheme.name if scheme else ''}", *_run(path, scheme)


def _run(path: Path, scheme: Path | None) -> tuple[str, str]:
    try:
        answer = allocate(*load(path, scheme))
    except InputError as error:
        return "拒绝", str(next((p for p in error.problems if not p.is_warning), error))
    except Exception as error:  # noqa: BLE001 - a traceback is what is looked for
        return FAILED, repr(error)
    return "算出", f"{len(answer.recipients)} 个单位"


def told(title: str, rows: Iterator[Row], wrong: tuple[str, ...]) -> int:
    print(f"\n{title}")
    counts: Counter[str] = Counter()
    failed = 0
    for kind, name, found, reason in rows:
        counts[found] += 1
        failed += found in wrong
        mark = "※" if found in wrong else "  "
        line = f"{mark}{kind}\t{name[:60]!s}\t{found}\t{reason[:100]}"
        print(line.replace("\0", "␀"), flush=True)
    print(f"{title}：{sum(counts.values())} 种", dict(counts), f"※ {failed}")
    return failed


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--kind", default="", help="only kinds with this word")
    parser.add_argument("--every", type=int, default=1, help="only every so many")
    arguments = parser.parse_args()
    if arguments.folder:
        return 1 if told(str(arguments.folder), of_folder(arguments.folder), (FAILED,)) else 0
    attacks = [a for a in ATTACKS if arguments.kind in a.kind][:: arguments.every]
    failed = told("输入", on_input(attacks), (FAILED,))
    failed += told("正式工作簿", on_workbook(attacks), WRONG)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
