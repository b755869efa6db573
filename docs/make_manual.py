"""Refresh the pictures of the handbook from the sample: `python docs/make_manual.py`.

Needs LibreOffice and pdftoppm. Writes reports/dongguan-2020-分配结果.xlsx, its pages as pictures in
docs/pictures/, and the explanation quoted in the handbook.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from allocator import allocate, load
from allocator.base.files import write_whole
from allocator.excel.official import official_workbook

ROOT = Path(__file__).parent.parent
SAMPLE = ROOT / "data" / "dongguan-2020.xlsx"
RESULT = ROOT / "reports" / "dongguan-2020-分配结果.xlsx"
#: picture → (workbook, page of its PDF)
PAGES = {
    "输入-镇街基础数据": (SAMPLE, 1),
    "附表1": (RESULT, 1),
    "附表2": (RESULT, 2),
    "附表3": (RESULT, 4),
}
QUOTE = re.compile(r"(?<=<!-- explain -->\n```\n).*?(?=```)", re.DOTALL)


def main() -> None:
    """Write the sample result, the pictures and the quoted explanation."""
    answer = allocate(*load(SAMPLE))
    write_whole(RESULT, official_workbook(answer))
    pictures = ROOT / "docs" / "pictures"
    pictures.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        office = shutil.which("soffice") or "soffice"
        profile = f"-env:UserInstallation={Path(folder, 'profile').as_uri()}"
        convert = [office, profile, "--headless", "--convert-to", "pdf", "--outdir", folder]
        subprocess.run([*convert, str(SAMPLE), str(RESULT)], check=True, capture_output=True)
        for name, (workbook, page) in PAGES.items():
            pdf = Path(folder, workbook.with_suffix(".pdf").name)
            span = ["-f", str(page), "-l", str(page), "-singlefile"]
            draw = ["pdftoppm", "-r", "90", "-png", "-gray", *span]
            subprocess.run([*draw, str(pdf), str(pictures / name)], check=True)
    manual = ROOT / "docs" / "使用手册.md"
    text = manual.read_text(encoding="utf-8")
    quoted = QUOTE.sub(lambda _: answer.explain("长安镇"), text, count=1)
    manual.write_text(quoted, encoding="utf-8")


if __name__ == "__main__":
    main()
