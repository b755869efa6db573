"""Run notebooks top to bottom, each in a clean kernel, one after another.

python notebooks/run.py [名称 …]           store the outputs, without anything volatile
python notebooks/run.py --check [名称 …]   store nothing; fail unless the stored outputs are current
"""

from __future__ import annotations

import argparse
import asyncio
import re
import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient

FOLDER = Path(__file__).parent
KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}


async def executed(path: Path) -> nbformat.NotebookNode:
    """The notebook with the outputs of a fresh run, and nothing that changes from run to run."""
    notebook = nbformat.read(path, as_version=4)
    client = NotebookClient(
        notebook,
        timeout=120,
        kernel_name="python3",
        record_timing=False,
        resources={"metadata": {"path": str(FOLDER)}},
    )
    await client.async_execute()
    notebook.metadata = {"kernelspec": KERNEL, "language_info": {"name": "python"}}
    for number, cell in enumerate(notebook.cells, 1):
        cell["id"] = f"cell-{number:02d}"
        cell["metadata"] = {}
        for output in cell.get("outputs", ()):
            _strip(output)
    return notebook


def _strip(output: nbformat.NotebookNode) -> None:
    data = output.get("data", {})
    data.pop("application/vnd.jupyter.widget-view+json", None)
    if "text/html" in data or "image/png" in data:
        data.pop("text/plain", None)
    if "metadata" in output:
        output["metadata"] = {}


def words(notebook: nbformat.NotebookNode) -> list[str]:
    """What the outputs say, cell by cell; pictures by name only, their pixels depend on libraries."""
    found = []
    for cell in notebook.cells:
        for output in cell.get("outputs", ()):
            data = output.get("data", {})
            text = (
                output.get("text") or data.get("text/html") or data.get("text/plain") or "picture"
            )
            text = re.sub(r"<style.*?</style>|<[^>]*>", " ", text, flags=re.DOTALL)
            found.append(" ".join(text.split()))
    return found


async def run(paths: list[Path], *, check: bool) -> list[str]:
    """Run the notebooks in turn; return what is wrong with them."""
    wrong = []
    for path in paths:
        try:
            notebook = await executed(path)
        except Exception as error:
            wrong.append(f"{path.name}：运行出错\n{error}")
            continue
        if not check:
            nbformat.write(notebook, path)
        elif words(notebook) != words(nbformat.read(path, as_version=4)):
            wrong.append(f"{path.name}：保存的输出不是最新的，请运行 python notebooks/run.py")
    return wrong


def main() -> int:
    """Run what the command line names, or everything."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*")
    parser.add_argument("--check", action="store_true")
    given = parser.parse_args()
    paths = sorted(FOLDER.glob("*.ipynb"))
    if given.names:
        paths = [path for path in paths if any(path.name.startswith(n) for n in given.names)]
    wrong = asyncio.run(run(paths, check=given.check))
    print("\n\n".join(wrong) or f"{len(paths)} 个笔记本运行正常", file=sys.stderr)
    return bool(wrong)


if __name__ == "__main__":
    raise SystemExit(main())
