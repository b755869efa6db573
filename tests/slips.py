"""Slips of the hand in real-looking tables: how many pay a wrong fen without a word.

    python -m tests.slips --tables 2000 --seed 2020

Every table is made twice: as it should be, and with one slip. A slip is harmless when the run
stops, or pays what the good table pays; a good table should not be stopped.

Two figures of a row that are exchanged can be such that the row is as usual as before. So it is also
counted how many of the slips that were paid not even a reader could tell who knows the distribution
that the tables are drawn from, and who stops one good table in a hundred (`Oracle`).
"""

from __future__ import annotations

import argparse
import csv
import io
import random
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import combinations
from typing import Final

import numpy as np

from allocator import InputError, allocate
from allocator.base.files import FileBytes
from allocator.excel.intake.load import load

Lines = list[list[str]]
HEADER: Final = [
    "镇街",
    "村（社区）数量",
    "行政区划面积（平方公里）",
    "经济总量（亿元）",
    "人口（人）",
    "是否试点",
]
SCHEME: Final = """
[scheme]
name = "某资金"
[[pool]]
id = "p"
name = "某资金"
budget = "100000000.00"
factors = [
  { column = "villages", weight = "0.25" }, { column = "area", weight = "0.25" },
  { column = "gdp", weight = "0.25" }, { column = "population", weight = "0.25" },
]
[pilot]
pool = "p"
advance = "100000.00"
"""
FIRST: Final = "安平宁和顺昌兴隆永泰福康仁义礼智信德明远"
SECOND: Final = "桥塘岭湖沙石林河溪坪坑埔田港洲山"


def table(rng: random.Random) -> Lines:
    """A table of a city: large recipients are large in every column, as they are."""
    names = rng.sample([a + b + "镇" for a in FIRST for b in SECOND], rng.randint(12, 40))
    lines = []
    for i, name in enumerate(names):
        size = rng.lognormvariate(0, 0.6)
        people = round(90_000 * size * rng.lognormvariate(0, 0.25))
        area = 60 * size**0.5 * rng.lognormvariate(0, 0.35)
        gdp = people * 0.0011 * rng.lognormvariate(0, 0.3)
        villages = max(3, round(16 * size**0.5 * rng.lognormvariate(0, 0.2)))
        pilot = "是" if i % 5 == 0 else "否"
        lines.append([name, str(villages), f"{area:.2f}", f"{gdp:.2f}", str(people), pilot])
    return lines


def _pick(lines: Lines, rng: random.Random) -> list[str]:
    return rng.choice(lines)


def shift(lines: Lines, rng: random.Random) -> None:
    line = _pick(lines, rng)
    line[1:6] = [line[1], *line[1:5]] if rng.random() < 0.5 else [*line[2:6], ""]


def swap(lines: Lines, rng: random.Random) -> None:
    line = _pick(lines, rng)
    a, b = rng.sample(range(1, 5), 2)
    line[a], line[b] = line[b], line[a]


def unit(lines: Lines, rng: random.Random) -> None:
    line, column = _pick(lines, rng), rng.choice([2, 3, 4])
    factor = {2: (100, 1500, 1_000_000), 3: (10_000, 0.0001), 4: (0.0001, 100)}[column]
    line[column] = f"{float(line[column]) * rng.choice(factor):.6f}".rstrip("0").rstrip(".")


def zero(lines: Lines, rng: random.Random) -> None:
    _pick(lines, rng)[rng.choice([2, 3, 4])] = "0"


def blank(lines: Lines, rng: random.Random) -> None:
    _pick(lines, rng)[rng.randint(1, 5)] = ""


def merge(lines: Lines, rng: random.Random) -> None:
    i = rng.randrange(1, len(lines))
    lines[i][rng.choice([1, 2, 3, 4])] = ""


def _sum(name: str, lines: Lines) -> list[str]:
    sums = [sum(round(float(line[c]) * 100) for line in lines) / 100 for c in range(1, 5)]
    texts = [f"{sums[0]:.0f}", f"{sums[1]:.2f}", f"{sums[2]:.2f}", f"{sums[3]:.0f}"]
    return [name, *texts, ""]


def total(lines: Lines, rng: random.Random) -> None:
    name = rng.choice(["全 市", "合计数", "全市合计（33个）", "Totals", "平安市", "合计①", "总体"])
    lines.insert(rng.choice([0, len(lines)]), _sum(name, lines))


def subtotal(lines: Lines, rng: random.Random) -> None:
    first = rng.randrange(len(lines) - 3)
    last = rng.randint(first + 2, min(first + 8, len(lines)))
    name = rng.choice(["小计", "东南板块", "西部片区", "水乡", "第一组"])
    lines.insert(rng.choice([first, last]), _sum(name, lines[first:last]))


def note(lines: Lines, rng: random.Random) -> None:
    text = rng.choice(
        ["注：年末数", "填报人：某某", "① 含托管", "打印日期：2020-06-30", "经办人：某"]
    )
    lines.append([text, *[""] * 5])


SLIPS: Final[dict[str, Callable[[Lines, random.Random], None]]] = {
    "shift": shift,
    "swap": swap,
    "unit": unit,
    "zero": zero,
    "blank": blank,
    "merge": merge,
    "total": total,
    "subtotal": subtotal,
    "note": note,
}


def paid(lines: Lines) -> dict[str, int] | None:
    """What each recipient is paid; None when the run stops."""
    text = io.StringIO()
    csv.writer(text).writerows([HEADER, *lines])
    table_file = FileBytes("表.csv", text.getvalue().encode())
    try:
        answer = allocate(*load(table_file, FileBytes("方案.toml", SCHEME.encode())))
    except InputError:
        return None
    return dict(zip(answer.recipients.towns, answer.payment, strict=True))


class Oracle:
    """A reader that knows the distribution of `table`: normal in logarithms, five causes in all."""

    #: How the logarithms of the figures of a row follow from its size and their own chances.
    CAUSES: Final = np.array(
        [
            [0.30, 0.20, 0.00, 0.00, 0.00],
            [0.30, 0.00, 0.35, 0.00, 0.00],
            [0.60, 0.00, 0.00, 0.25, 0.30],
            [0.60, 0.00, 0.00, 0.25, 0.00],
        ]
    )
    MEANS: Final = np.log([16, 60, 90_000 * 0.0011, 90_000])

    def __init__(self) -> None:
        self.precision = np.linalg.inv(self.CAUSES @ self.CAUSES.T)
        self.good: list[float] = []

    def doubt(self, lines: Lines) -> float:
        """By how much in logarithm the most doubtful row were likelier with two figures exchanged."""
        rows = np.log([[float(text) for text in line[1:5]] for line in lines if line[0] != "合计"])
        now = self._unlikely(rows)
        return max(
            float(np.max(now - self._unlikely(self._exchanged(rows, pair)))) / 2
            for pair in combinations(range(4), 2)
        )

    def _unlikely(self, rows: np.ndarray) -> np.ndarray:
        away = rows - self.MEANS
        return np.asarray(np.einsum("ij,jk,ik->i", away, self.precision, away))

    @staticmethod
    def _exchanged(rows: np.ndarray, pair: Sequence[int]) -> np.ndarray:
        other = rows.copy()
        other[:, list(pair)] = rows[:, list(pair)[::-1]]
        return other

    def unseen(self, paid_wrong: Sequence[Lines]) -> int:
        """How many of the tables it would pay as well."""
        threshold = sorted(self.good)[-1 - len(self.good) // 100]
        return sum(self.doubt(lines) <= threshold for lines in paid_wrong)


def run(tables: int, seed: int) -> tuple[Counter[str], int, int]:
    """How many tables pay a wrong fen, by slip; good ones that are stopped; swaps none could see."""
    rng = random.Random(seed)  # noqa: S311 - a test that can be repeated
    wrong: Counter[str] = Counter()
    stopped = 0
    oracle, swapped = Oracle(), []
    for k in range(tables):
        good = table(rng)
        if rng.random() < 0.5:
            good.append(_sum("合计", good))
        right = paid(good)
        oracle.good.append(oracle.doubt(good))
        stopped += right is None
        name = list(SLIPS)[k % len(SLIPS)]
        bad = [list(line) for line in good if line[0] != "合计"]
        SLIPS[name](bad, rng)
        if good[-1][0] == "合计":
            bad.append(good[-1])
        found = paid(bad)
        if found is not None and right is not None and found != right:
            wrong[name] += 1
            if name == "swap":
                swapped.append(bad)
    return wrong, stopped, oracle.unseen(swapped)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tables", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=2020)
    arguments = parser.parse_args()
    wrong, stopped, unseen = run(arguments.tables, arguments.seed)
    print(f"{arguments.tables} 张表：算错而没有停下 {sum(wrong.values())}", dict(wrong))
    print(f"其中知道这些数的分布、容许误停 1% 的读者也看不出的 {unseen}")
    print(f"好表被停下 {stopped}")


if __name__ == "__main__":
    main()
