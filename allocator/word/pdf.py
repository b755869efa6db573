"""Documents as one PDF, by LibreOffice where it is installed."""

from __future__ import annotations

import io
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from allocator.base.problems import InputError, Problem

_PROGRAMS: Final = (
    "soffice",
    "libreoffice",
    "/Applications/LibreOffice.app/Contents/MacOS/soffice",
    r"C:\Program Files\LibreOffice\program\soffice.exe",
)
_SECONDS: Final = 300


def office_program() -> str | None:
    """The path of LibreOffice, None where it is not installed."""
    return next((found for name in _PROGRAMS if (found := shutil.which(name))), None)


def one_pdf(documents: Mapping[str, bytes]) -> bytes:
    """The documents in their order as one PDF.

    Raises `InputError` where LibreOffice is missing or does not answer.
    """
    from pypdf import PdfWriter

    program = office_program()
    if program is None:
        message = "没有找到 LibreOffice，不能转成 PDF"
        raise InputError([Problem("letters.pdf", message, "请安装 LibreOffice，或去掉 --pdf")])
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        # Plain names: what a recipient is called is no matter of the converter.
        paths = [folder / f"{number:06d}.docx" for number in range(len(documents))]
        for path, content in zip(paths, documents.values(), strict=True):
            path.write_bytes(content)
        profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
        command = [program, profile, "--headless", "--convert-to", "pdf", "--outdir", name]
        try:
            subprocess.run(  # noqa: S603 - a program of the system on files of our own
                [*command, *map(str, paths)], capture_output=True, check=True, timeout=_SECONDS
            )
        except (OSError, subprocess.SubprocessError) as error:
            message = f"LibreOffice 没有转换成功：{error}"
            raise InputError([Problem("letters.pdf", message, "请去掉 --pdf，另行转换")]) from None
        writer = PdfWriter()
        for path in paths:
            # LibreOffice exits with 0 also where it wrote nothing.
            made = path.with_suffix(".pdf")
            if not made.exists():
                message = "LibreOffice 没有写出 PDF，可能没有安装其中的 Writer（文字处理）"
                raise InputError([Problem("letters.pdf", message, "请补装，或去掉 --pdf 另行转换")])
            writer.append(made)
        merged = io.BytesIO()
        writer.write(merged)
    return merged.getvalue()
