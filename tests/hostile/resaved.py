"""`python -m tests.hostile.resaved`: harmless copies of several funds' workbooks, and the verdicts.

openpyxl and LibreOffice save each anew, also through .ods and .xls, after what officials do to it. Not
one may be called 不一致; what cannot be proven is listed.
"""

from __future__ import annotations

import argparse
import io
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.comments import Comment

from allocator.excel.official.charts import SHEET as CHARTS
from tests.excel.official.official_funds import written
from tests.forge import verdict

Change = Callable[[Any], object]


def first(book: Any) -> Any:
    return book.worksheets[0]


def nothing(book: Any) -> None:
    """Only saved anew."""


def signed(book: Any) -> None:
    sheet = first(book)
    sheet.cell(sheet.max_row + 2, 2, "审核人：王小明　2020年7月1日")


def commented(book: Any) -> None:
    first(book)["B7"].comment = Comment("请复核", "财政所")


def added(book: Any) -> None:
    sheet = book.create_sheet("送审记录")
    sheet.append(["送审人", "日期"])
    sheet.append(["张三", "2020年7月1日"])


def wider(book: Any) -> None:
    for sheet in book.worksheets:
        for size in sheet.column_dimensions.values():
            size.width = (size.width or 9) * 1.3


def printed(book: Any) -> None:
    for sheet in book.worksheets:
        sheet.page_setup.orientation = "portrait"
        sheet.page_margins.left = 1
        sheet.oddFooter.right.text = "内部资料"


def pasted(book: Any) -> None:
    """Needs a book read with values."""


def filtered(book: Any) -> None:
    sheet = first(book)
    sheet.auto_filter.ref = f"A5:{sheet.cell(5, sheet.max_column).coordinate}"


def unfrozen(book: Any) -> None:
    for sheet in book.worksheets:
        sheet.freeze_panes = None


def viewed(book: Any) -> None:
    for sheet in book.worksheets:
        sheet.sheet_view.zoomScale = 75
        sheet.sheet_view.selection[0].activeCell = "B2"
        sheet.sheet_view.selection[0].sqref = "B2"
    book.active = 2


def without_charts(book: Any) -> None:
    if CHARTS in book.sheetnames:
        del book[CHARTS]


def protected(book: Any) -> None:
    for sheet in book.worksheets:
        sheet.protection.enable()


def shaded(book: Any) -> None:
    from openpyxl.styles import Font, PatternFill

    for row in first(book).iter_rows(min_row=6, max_row=8):
        for cell in row:
            cell.fill = PatternFill("solid", fgColor="FFFFF2CC")
            cell.font = Font(name="宋体", size=11, bold=True)


CHANGES: tuple[Change, ...] = (
    nothing,
    *(signed, commented, added, wider, printed, pasted, filtered, unfrozen, viewed),
    *(without_charts, protected, shaded),
)


def changed(genuine: bytes, change: Change) -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(genuine), data_only=change is pasted)
    change(book)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def converted(folder: Path, kind: str, filters: str = "") -> Path:
    """All workbooks of a folder saved by LibreOffice in another format, into a folder beside it."""
    out = folder.with_name(f"{folder.name}-{kind}")
    profile = f"-env:UserInstallation={(folder.parent / 'profile').as_uri()}"
    files = sorted(map(str, folder.iterdir()))
    for k in range(0, len(files), 20):
        command = ["soffice", profile, "--headless", "--convert-to", kind + filters]
        command += ["--outdir", str(out), *files[k : k + 20]]
        subprocess.run(command, check=True, capture_output=True, timeout=600)
    return out


def copies(
    names: list[tuple[str, str]], folder: Path, every: int
) -> Iterator[tuple[str, bytes, bytes]]:
    """(what was done, the copy, the genuine one)."""
    genuine = {f"{name}-{unit}": written(name, unit) for name, unit in names}
    start = folder / "start"
    start.mkdir()
    for key, content in genuine.items():
        (start / f"{key}.xlsx").write_bytes(content)
        for change in CHANGES[::every]:
            copy = changed(content, change)
            name = getattr(change, "__name__", "").strip("<>")
            yield f"{key} openpyxl {name}", copy, content
            (start / f"{key}~{name}.xlsx").write_bytes(copy)
    if shutil.which("soffice") is None:
        return
    again = converted(start, "xlsx")
    old = converted(converted(start, "xls"), "xlsx")
    open_format = converted(converted(start, "ods"), "xlsx")
    for way, place in (("LibreOffice", again), ("(.xls)", old), ("(.ods)", open_format)):
        for path in sorted(place.iterdir()):
            yield f"{path.stem} {way}", path.read_bytes(), genuine[path.stem.partition("~")[0]]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--funds", nargs="*", default=["sample", "methods", "adjusted", "many"])
    parser.add_argument("--every", type=int, default=1, help="only every so many of the changes")
    arguments = parser.parse_args()
    names = [(name, unit) for name in arguments.funds for unit in ("元", "万元")]
    counts: dict[str, Counter[str]] = {}
    with tempfile.TemporaryDirectory() as place:
        for name, copy, genuine in copies(names, Path(place), arguments.every):
            found, reason = verdict(copy, genuine)
            way = name.rpartition(" ")[2] if "openpyxl" not in name else "openpyxl"
            counts.setdefault(way, Counter())[found] += 1
            if found in ("不一致", "不能证明"):
                print(f"{found}\t{name}\t{reason[:160]}", flush=True)
    for way, found in counts.items():
        print(way, dict(found))
    return 1 if any(found["不一致"] for found in counts.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
