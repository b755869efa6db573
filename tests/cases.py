"""Cases of tables, what is expected of each and what comes.

    python -m tests.cases            the project's own, made as they are tried
    python -m tests.cases FOLDER     the files of a folder

A folder says what it expects in `manifest.json`, a list of {"file", "expect"} with read, reject or
read_or_reject_clearly, or in `README.md`, where a heading `## NN-name` belongs to the files NN-… and
to the scheme NN-name.toml, and the text behind `Expected:` holds the payments, the names or the cells.
"""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from allocator import InputError, allocate
from allocator.base.money import format_yuan
from allocator.excel.files.open_book import read_book
from allocator.excel.intake.load import load
from tests.excel.intake.siblings.all import every
from tests.excel.intake.siblings.base import came, fault_of

_HEADING = re.compile(r"^## (\S+)\n(.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)
_EXPECTED = re.compile(r"Expected: (.*?)(?: Actual: |\Z)", re.DOTALL)
_PAYMENT = re.compile(r"(\S+镇) (?:is paid )?([\d,]+\.\d\d)")
_NAME = re.compile(r"[\w\u4e00-\u9fff]*[\u4e00-\u9fffüö]\w*")
_CELL = re.compile(r"\b[A-Z]\d+\b")
_MAY_STOP = re.compile("refus|question|stop|密码")


@dataclass(frozen=True)
class Line:
    """One line of the table: whether what came is what was expected."""

    case: str
    expected: str
    came: str
    is_ok: bool


def of_readme(folder: Path) -> Iterator[Line]:
    """The cases of a folder that says in its README what it expects."""
    for name, body in _HEADING.findall((folder / "README.md").read_text("utf-8")):
        text = found[1] if (found := _EXPECTED.search(body)) else ""
        for file in sorted(folder.glob(f"{name.partition('-')[0]}-*")):
            if file.suffix != ".toml":
                # What is said of one file by its label holds for that file alone.
                label = "-".join(file.name.split("-")[:2])
                own = text[text.index(f"{label} is") :] if f"{label} is" in text else text
                shown, is_ok = _judged(file, folder / f"{name}.toml", own)
                yield Line(file.name, " ".join(text.split()), shown, is_ok)


def _judged(file: Path, scheme: Path, expected: str) -> tuple[str, bool]:
    try:
        answer = allocate(*load(file, scheme))
    except InputError as error:
        shown = "；".join(map(str, error.problems))
        cells = set(_CELL.findall(expected.partition(";")[0]))
        places = {p.place.cell for p in error.problems}
        is_ok = bool(_MAY_STOP.search(expected)) and (not cells & places or cells <= places)
        return f"停下：{shown}", is_ok
    names = answer.recipients.towns
    paid = {name: format_yuan(fen) for name, fen in zip(names, answer.payment, strict=True)}
    shown = "，".join(f"{name} {amount}" for name, amount in paid.items())
    wanted = _PAYMENT.findall(expected)
    if wanted:
        return shown, all(paid.get(name) == amount for name, amount in wanted if name in paid)
    return shown, not re.match("refused", expected)


def of_manifest(folder: Path) -> Iterator[Line]:
    """The files of a folder whose manifest says which can be read."""
    for case in json.loads((folder / "manifest.json").read_text("utf-8")):
        try:
            book = read_book(folder / case["file"])
        except InputError as error:
            shown, is_ok = f"停下：{error}", "reject" in case["expect"]
        else:
            cells = sum(len(grid.rows) for grid in book.grids)
            shown = f"{len(book.grids)} 张表，{cells} 行"
            is_ok = case["expect"] != "reject"
        yield Line(case["file"], case["expect"], shown, is_ok)


def of_project() -> Iterator[Line]:
    """The project's own cases."""
    for one in every():
        paid, _, told = came(one)
        fault = fault_of(one)
        wanted = "照常计算" if not one.at else "照常计算或询问" if one.right else "停下"
        shown = fault or ("停下：" + "；".join(told) if paid is None else "相符")
        yield Line(f"{one.kind}：{one.what}", wanted, shown, not fault)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path)
    parser.add_argument("--failed", action="store_true", help="only what is not as expected")
    arguments = parser.parse_args()
    folder = arguments.folder
    if folder is None:
        lines = of_project()
    else:
        lines = of_manifest(folder) if (folder / "manifest.json").exists() else of_readme(folder)
    count = bad = 0
    for line in lines:
        count, bad = count + 1, bad + (not line.is_ok)
        if not (arguments.failed and line.is_ok):
            mark = "相符" if line.is_ok else "不符"
            print(f"{mark} | {line.case} | {line.expected} | {line.came}")
    print(f"共 {count} 例，不符 {bad} 例")


if __name__ == "__main__":
    main()
