"""`python tests/live_papers.py --formulas 240`: random formulas as columns of random funds.

Every working paper is recalculated by LibreOffice: no cell may change beyond the last digits that a
cell keeps. Split by shares, stated amounts, a level that uses up the budget; some take no part.
"""

from __future__ import annotations

import argparse
import random
import subprocess
import sys
import tempfile
from fractions import Fraction
from pathlib import Path

from hypothesis import HealthCheck, given, seed, settings

sys.path.insert(0, str(Path(__file__).parents[1]))

from allocator import InputError, Recipients, Scheme, allocate
from allocator.excel.official import official_workbook
from allocator.formulas import render
from tests.excel.official.test_official_recalculation import PROFILE, _cells, _is_same
from tests.formulas.formula_trees import CLASSES, COLUMNS, formulas

SPOKEN = {column.name: column.header for column in COLUMNS}
#: Formulas a fund.
EACH = 3
RULES = (
    """budget = "100000"
factors = [{{ value = "{all} + 1", weight = "0.5" }}, {{ column = "population", weight = "0.5" }}]
""",
    'amount = "{all}"\ncap = "5000 + 人口"\n',
    'budget = "100000"\namount = "max(level × (人口 + 1) − min({all}, 500), 0)"\n',
    'budget = "100000"\nfloor = "人口"\nfactors = [{{ value = "{all} + 1", weight = 1 }}]\n',
)


def random_texts(count: int, number: int) -> list[str]:
    trees = []

    @seed(number)
    @settings(
        max_examples=count, deadline=None, database=None, suppress_health_check=list(HealthCheck)
    )
    @given(formulas)
    def collect(tree) -> None:
        trees.append(tree)

    collect()
    return list(dict.fromkeys(render(tree, SPOKEN.__getitem__) for tree in trees))


def random_fund(rng: random.Random, texts: list[str]) -> tuple[Recipients, str]:
    n = rng.randint(3, 9)
    numbers = {
        "population": [rng.randint(0, 300) for _ in range(n)],
        "spend": [Fraction(rng.randint(-30, 300), 10) for _ in range(n)],
        "rate": [Fraction(rng.randint(-9, 30), 8) for _ in range(n)],
    }
    classes = {"class": [rng.choice(CLASSES) for _ in range(n)]}
    towns = [f"T{i}" for i in range(n)]
    table = Recipients.from_columns(towns, numbers, headers=SPOKEN, texts=classes)
    columns = "\n".join(f'"c{i}" = """{text}"""' for i, text in enumerate(texts))
    pool = f'\n[[pool]]\nid = "p"\nunit = "{rng.choice(["0.01", "1"])}"\n'
    pool += 'eligible = "人口 > 50"\n' if rng.random() < 0.4 else ""
    bounded = " + ".join(f"min(abs(c{i}), 100000)" for i in range(len(texts)))
    return table, f"[columns]\n{columns}{pool}{rng.choice(RULES).format(all=bounded)}"


def recalculated(folder: Path, books: dict[str, bytes]) -> dict[str, bytes]:
    profile = folder / "profile" / "user"
    profile.mkdir(parents=True)
    (profile / "registrymodifications.xcu").write_text(PROFILE, encoding="utf-8")
    for name, content in books.items():
        (folder / name).write_bytes(content)
    command = ["soffice", f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless"]
    command += ["--convert-to", "xlsx", "--outdir", str(folder / "out")]
    command += [str(folder / name) for name in books]
    subprocess.run(command, check=True, capture_output=True, timeout=600)
    return {name: (folder / "out" / name).read_bytes() for name in books}


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--formulas", type=int, default=120)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    rng = random.Random(arguments.seed)  # noqa: S311 - test data
    texts = random_texts(arguments.formulas, arguments.seed)
    books: dict[str, bytes] = {}
    rules: dict[str, str] = {}
    refused = 0
    for start in range(0, len(texts) - EACH + 1, EACH):
        table, text = random_fund(rng, texts[start : start + EACH])
        try:
            content = official_workbook(allocate(table, Scheme.from_toml(text)))
        except InputError:
            refused += 1
            continue
        name = f"{start}.xlsx"
        books[name], rules[name] = content, text
    live, wrong = 0, 0
    with tempfile.TemporaryDirectory() as folder:
        for name, after in recalculated(Path(folder), books).items():
            cells, computed = _cells(books[name]), _cells(after)
            live += sum(bool(c.formula) for place, c in cells.items() if place[0] == "附表2")
            changed = [
                (place, cell.formula, cell.value, computed[place].value)
                for place, cell in cells.items()
                if place not in computed or not _is_same(cell, computed[place])
            ]
            if changed:
                wrong += 1
                print(*changed[:3], rules[name], sep="\n")
    print(f"{len(books)} workbooks, {live:,} live cells, {wrong} changed; {refused} funds refused")
    return min(wrong, 1)


if __name__ == "__main__":
    sys.exit(main())
