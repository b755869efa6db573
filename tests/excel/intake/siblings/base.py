"""Siblings: one small table each, with one thing in it that people write, and what must come of it.

A sibling is read rightly, or stopped at the cell that is in doubt. It is never paid otherwise, and
what the reader decided on its own is said.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from allocator import InputError, allocate
from allocator.base.files import FileBytes
from allocator.excel.intake.load import load

Cell = str | int | float | bool | None
Line = list[Cell]
Lines = list[Line]
#: Payments by recipient in fen.
Paid = dict[str, int]

#: A budget of 1,000,000 yuan by population, unless a kind needs other rules.
PLAIN = """
[scheme]
name = "某资金"
[[pool]]
id = "p"
name = "某资金"
budget = "1000000.00"
factors = [{ column = "population", weight = 1 }]
"""
#: 10,000,000 yuan, of which the towns of a pilot have had 200,000 each.
PILOT = PLAIN.replace("1000000", "10000000") + '[pilot]\npool = "p"\nadvance = "200000.00"\n'


@dataclass(frozen=True)
class Sibling:
    """A file with its rules. `right` is what it pays when read; `at` names cells that may stop it.

    Without `right` it must stop; without `at` it must be read. `said` is a word of the note that
    tells what the reader did.
    """

    kind: str
    what: str
    file: FileBytes
    rules: str = PLAIN
    right: Paid | None = None
    at: tuple[str, ...] = ()
    said: str = ""


def text_file(lines: Iterable[Sequence[Cell]], encoding: str = "utf-8") -> FileBytes:
    """Lines as .csv."""
    text = io.StringIO()
    csv.writer(text).writerows([["" if c is None else c for c in line] for line in lines])
    return FileBytes("表.csv", text.getvalue().encode(encoding))


def came(sibling: Sibling) -> tuple[Paid | None, list[str], list[str]]:
    """What came of it: payments or None, places (or codes of the file) that stop it, notes."""
    rules = FileBytes("方案.toml", sibling.rules.encode())
    try:
        answer = allocate(*load(sibling.file, rules))
    except InputError as error:
        stops = [p for p in error.problems if not p.is_warning]
        return None, [p.place.cell or p.code for p in stops], [str(p) for p in stops]
    told = [w.message for w in answer.recipients.warnings]
    return dict(zip(answer.recipients.towns, answer.payment, strict=True)), [], told


def fault_of(sibling: Sibling) -> str:
    """What is wrong with what came; nothing when it is as it must be."""
    paid, places, told = came(sibling)
    if paid is None:
        if not sibling.at:
            return f"stopped: {told}"
        return "" if set(places) & set(sibling.at) else f"stopped elsewhere: {told}"
    if sibling.right is None:
        return f"paid: {paid} {told}"
    if paid != sibling.right:
        return f"paid {paid}, not {sibling.right} {told}"
    return "" if sibling.said in "".join(told) else f"not said: {told}"


def shares(names: Sequence[str], figures: Sequence[int], budget: int = 100_000_000) -> Paid:
    """What is paid by one column, where it is in whole fen but for the largest remainder."""
    total = sum(figures)
    exact = [budget * figure for figure in figures]
    paid = [e // total for e in exact]
    order = sorted(range(len(names)), key=lambda i: (-(exact[i] % total), -figures[i], i))
    for i in order[: budget - sum(paid)]:
        paid[i] += 1
    return dict(zip(names, paid, strict=True))
