"""The sheet 分配方案: its sections, and from its cells to a `Scheme`.

Sections stand one under the other: a line with the section's name, then either label and value
side by side, or a line of labels with one line an entry. Their order and place are free.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any, Final

from allocator.base.problems import Place, Problem
from allocator.excel.files.grid import CellValue, Grid, clean
from allocator.excel.intake.cells import fault
from allocator.excel.intake.headers import column_name, comparable
from allocator.excel.intake.scheme_labels import as_percent, converted, in_yuan, keys_of, scale_of
from allocator.fund import words
from allocator.fund.scheme import Scheme, read_scheme

_SECTIONS: Final = MappingProxyType({section.name: section for section in words.SECTIONS})
#: Columns beside a list that say nothing of the rules: checks that a template computes, and notes.
_EXTRA: Final = frozenset({"来源合计（元）", "权重合计", "校验", "备注"})
_MARK: Final = re.compile(r"[【】\[\]：:]|^[一二三四五六七八九十]+、")
#: A choice with its name: on the sheet the name is chosen.
_CHOICE: Final = re.compile(r"\b[a-z_]+（([^（）]+)）")
#: What is also wrong where a column of a list was not read.
_OF_GAPS: Final = ("scheme.sources", "scheme.weights")
_QUOTED_KEY: Final = re.compile("“([a-z_]+)”")


@dataclass(slots=True)
class SchemeEntry:
    """One line of a list, or all pairs of a section: values and cells by key."""

    row: int
    values: dict[str, CellValue] = field(default_factory=dict)
    cells: dict[str, tuple[int, int]] = field(default_factory=dict)


@dataclass(slots=True)
class SchemeSheet:
    """The sheet taken apart into entries by section."""

    grid: Grid
    sections: dict[str, list[SchemeEntry]] = field(default_factory=dict)
    starts: dict[str, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    scales: dict[int, int] = field(default_factory=dict)
    has_gap: bool = False


def read_scheme_sheet(grid: Grid) -> tuple[Scheme, list[Problem]]:
    """The scheme of a sheet, and every mistake in it at its cell."""
    sheet = _take_apart(grid)
    builder = Builder(sheet)
    raw = builder.raw()
    scheme, problems = read_scheme(raw, builder.locate)
    bad = {problem.place for problem in sheet.problems}
    # A column of a list whose header is not known leaves a gap in every line: one mistake.
    mine = [
        _in_chinese(problem)
        for problem in problems
        if problem.place not in bad
        and not (
            sheet.has_gap
            and (problem.place.cell.startswith(("第", "A")) or problem.code in _OF_GAPS)
        )
    ]
    return scheme, [*sheet.problems, *mine]


def section_name(text: str) -> str:
    """The section that a line opens, or nothing."""
    name = _MARK.sub("", text).strip()
    return name if name in _SECTIONS else ""


def _take_apart(grid: Grid) -> SchemeSheet:
    sheet = SchemeSheet(grid)
    section = ""
    labels: dict[int, str] = {}
    for row in sorted(grid.rows):
        texts = {c: text for c in range(len(grid.rows[row])) if (text := grid.text(row, c))}
        if not texts:
            continue
        first = min(texts)
        is_opening = len(texts) == 1 or all(_is_remark(t) for c, t in texts.items() if c != first)
        if is_opening and (name := section_name(texts[first])):
            section, labels = name, {}
            sheet.starts.setdefault(section, row)
            sheet.sections.setdefault(section, [])
        elif section and not _SECTIONS[section].is_list:
            _read_pair(sheet, section, row, texts)
        elif section and not labels:
            labels = keys_of(_SECTIONS[section].labels, texts)
            sheet.scales = {column: scale_of(texts[column]) for column in labels}
            sheet.problems += converted(sheet.grid, row, {c: texts[c] for c in labels})
            _passed_over(sheet, section, row, {c: t for c, t in texts.items() if c not in labels})
        elif section and not (_is_remark(texts[first]) and len(texts) == 1):
            _read_line(sheet, section, row, labels)
    return sheet


def _is_remark(text: str) -> bool:
    return text.startswith(("注", "说明", "※", "（", "合计", "→"))


def _read_pair(sheet: SchemeSheet, section: str, row: int, texts: Mapping[int, str]) -> None:
    first = min(texts)
    label = next(
        iter(keys_of(_SECTIONS[section].labels, {first: texts[first].rstrip("：: ")}).values()), ""
    )
    entries = sheet.sections[section]
    if not label:
        if not _is_remark(texts[first]) and len(texts) > 1:
            _unknown_label(sheet, section, row, first)
        return
    if not entries:
        entries.append(SchemeEntry(row))
    sheet.scales = {first + 1: scale_of(texts[first].rstrip("：: "))}
    sheet.problems += converted(sheet.grid, row, {first: texts[first].rstrip("：: ")})
    _take(sheet, entries[0], label, row, first + 1)


def _unknown_label(sheet: SchemeSheet, section: str, row: int, column: int) -> None:
    message = f"“{section}”中没有“{sheet.grid.text(row, column)}”这一项"
    remedy = f"可用的项：{'、'.join(_SECTIONS[section].labels)}"
    place = sheet.grid.place(row, column)
    sheet.problems.append(Problem("scheme.unknown_key", message, remedy, place))


def _passed_over(sheet: SchemeSheet, section: str, row: int, texts: Mapping[int, str]) -> None:
    """Columns of a list that are not read: a known one with another unit is a mistake."""
    bases = {comparable(label.partition("（")[0]) for label in _SECTIONS[section].labels}
    for column, text in texts.items():
        if text in _EXTRA or _is_remark(text):
            continue
        if comparable(text).partition("（")[0] in bases:
            _unknown_label(sheet, section, row, column)
            sheet.has_gap = True
            continue
        message = f"“{section}”中的“{text}”一列没有采用"
        remedy = f"如应采用，请把列名改为其中之一：{'、'.join(_SECTIONS[section].labels)}"
        place = sheet.grid.place(row, column)
        sheet.problems.append(Problem("scheme.unused", message, remedy, place, is_warning=True))


def _read_line(sheet: SchemeSheet, section: str, row: int, labels: Mapping[int, str]) -> None:
    if not any(sheet.grid.text(row, c) for c in labels):
        return
    entry = SchemeEntry(row)
    for column, key in labels.items():
        _take(sheet, entry, key, row, column)
    sheet.sections[section].append(entry)


def _take(sheet: SchemeSheet, entry: SchemeEntry, key: str, row: int, column: int) -> None:
    """Put a cell into an entry; a cell that has no usable value is reported."""
    entry.cells[key] = row, column
    if bad := fault(sheet.grid, row, column):
        place = sheet.grid.place(row, column)
        value = sheet.grid.text(row, column)
        sheet.problems.append(Problem(bad.code, bad.message, bad.remedy, place, value))
        return
    raw = sheet.grid.value(row, column)
    if (row, column) in sheet.grid.percents:
        raw = as_percent(raw)  # 1% in a cell is 0.01 with a format
    usable = in_yuan(_usable(raw, key), sheet.scales.get(column, 1))
    if usable != "":
        entry.values[key] = usable


def _usable(value: CellValue, key: str) -> CellValue:
    """A cell as the reader of schemes takes it: columns by their names, nothing as an empty text."""
    if isinstance(value, datetime.date) and key == "date":
        return value
    if value is None or isinstance(value, str | datetime.date):
        text = clean(value)
        return column_name(text) if key in words.COLUMN_KEYS else text
    return value


def canonical_columns(raw: Any) -> Any:
    """Raw data of a scheme with every column under its canonical name."""
    if isinstance(raw, dict):
        return {
            key: column_name(value)
            if key in words.COLUMN_KEYS and isinstance(value, str)
            else canonical_columns(value)
            for key, value in raw.items()
        }
    return [canonical_columns(item) for item in raw] if isinstance(raw, list) else raw


class Builder:
    """Arranges the entries as the raw data of a scheme, and knows where each value stands."""

    def __init__(self, sheet: SchemeSheet) -> None:
        self.sheet = sheet
        self.places: dict[str, Place] = {}

    def raw(self) -> dict[str, Any]:
        """The data in the shape of the TOML file."""
        raw: dict[str, Any] = {"scheme": self._pairs("基本信息", "scheme"), "pool": self._pools()}
        if pilot := self._pairs("试点", "pilot"):
            pilot["pool"] = self._pool_id(pilot.get("pool", ""), raw["pool"])
            raw["pilot"] = pilot
        matching = self._pairs("配套", "matching")
        rates = {}
        for entry in self._entries("配套比例"):
            name = clean(entry.values.get("class"))
            rates[name] = entry.values.get("value", "")
            self._place(entry, "value", f"matching.rates.{name}")
        if matching or rates:
            raw["matching"] = {**matching, "rates": rates}
        if columns := self._derived():
            raw["columns"] = columns
        if settlements := self._settlements(raw["pool"]):
            raw["settlement"] = settlements
        if naming := self._pairs("称谓", "table"):
            raw["table"] = naming
        return raw

    def _derived(self) -> dict[str, Any]:
        """The derived columns: name → formula."""
        columns = {}
        for entry in self._entries("计算列"):
            name = clean(entry.values.get("name"))
            columns[name] = entry.values.get("value", "")
            self._place(entry, "value", f"columns.{name}")
        return columns

    def _settlements(self, pools: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """What is deducted, pool by pool."""
        found: list[dict[str, Any]] = []
        for entry, p in self._parts("结算", pools):
            path = f"settlement[{len(found)}]"
            self.places[path] = self.sheet.grid.place(entry.row)
            for key in entry.cells:
                self._place(entry, key, f"{path}.{key}")
            found.append({**entry.values, "pool": pools[p]["id"]})
        return found

    def _budgets(self, pools: list[dict[str, Any]]) -> None:
        """The budget of each group of a pool."""
        for entry, p in self._parts("分组预算", pools):
            budget = pools[p].setdefault("budget", {})
            if isinstance(budget, dict):
                name = clean(entry.values.get("class"))
                budget[name] = entry.values.get("value", "")
                self._place(entry, "value", f"pool[{p}].budget.{name}")

    def locate(self, path: str) -> Place:
        """The cell of a path, else the cell of what it is part of, else the section."""
        while path:
            if path in self.places:
                return self.places[path]
            path = re.sub(r"(\.[^.\[]*|\[\d+\]|^[^.\[]*)$", "", path)
        return Place(self.sheet.grid.file, self.sheet.grid.sheet)

    def _entries(self, section: str) -> list[SchemeEntry]:
        return self.sheet.sections.get(section, [])

    def _place(self, entry: SchemeEntry, key: str, path: str) -> None:
        if key in entry.cells:
            self.places[path] = self.sheet.grid.place(*entry.cells[key])

    def _first_place(self, entry: SchemeEntry, key: str) -> Place:
        """The cell of a key, else the line."""
        return self.sheet.grid.place(*entry.cells.get(key, (entry.row, 0)))

    def _pairs(self, section: str, path: str) -> dict[str, Any]:
        if section in self.sheet.starts:
            self.places[path] = self.sheet.grid.place(self.sheet.starts[section])
        for entry in self._entries(section):
            for key in entry.cells:
                self._place(entry, key, f"{path}.{key}")
            return dict(entry.values)
        return {}

    def _pools(self) -> list[dict[str, Any]]:
        pools: list[dict[str, Any]] = []
        for i, entry in enumerate(self._entries("资金池")):
            path = f"pool[{i}]"
            self.places[path] = self.sheet.grid.place(entry.row)
            for key in entry.cells:
                self._place(entry, key, f"{path}.{key}")
            pool = dict(entry.values)
            pool.setdefault("id", pool.get("name", ""))
            pools.append({**pool, "sources": [], "factors": []})
        self._sources(pools)
        self._budgets(pools)
        numbers = self._factors(pools)
        self._coefficients(pools, numbers)
        return pools

    def _parts(
        self, section: str, pools: list[dict[str, Any]]
    ) -> Iterator[tuple[SchemeEntry, int]]:
        """The lines of a section, each with the index of its pool; a blank pool means the only one."""
        for entry in self._entries(section):
            name = entry.values.get("pool", "")
            index = self._pool_index(name, pools)
            if index is None:
                row, column = entry.cells.get("pool", (entry.row, 0))
                names = "、".join(str(pool.get("name", "")) for pool in pools)
                message = f"“{section}”中的资金池“{clean(name)}”不在“资金池”之列"
                problem = Problem(
                    "scheme.unknown_pool",
                    message,
                    f"可填：{names}",
                    self.sheet.grid.place(row, column),
                    clean(name),
                )
                self.sheet.problems.append(problem)
            else:
                yield entry, index

    def _pool_index(self, name: CellValue, pools: list[dict[str, Any]]) -> int | None:
        wanted = clean(name)
        for key in ("name", "id"):
            for i, pool in enumerate(pools):
                if wanted and clean(pool.get(key)) == wanted:
                    return i
        return 0 if not wanted and len(pools) == 1 else None

    def _pool_id(self, name: CellValue, pools: list[dict[str, Any]]) -> Any:
        index = self._pool_index(name, pools)
        return name if index is None else pools[index]["id"]

    def _sources(self, pools: list[dict[str, Any]]) -> None:
        for entry, p in self._parts("资金来源", pools):
            sources = pools[p]["sources"]
            path = f"pool[{p}].sources"
            self.places.setdefault(path, self._first_place(entry, "amount"))
            for key in ("name", "amount"):
                self._place(entry, key, f"{path}[{len(sources)}].{key}")
            sources.append({k: v for k, v in entry.values.items() if k != "pool"})

    def _factors(self, pools: list[dict[str, Any]]) -> dict[tuple[int, str], int]:
        """Fill in the factors; (pool, 因素序号) → index of the factor in its pool."""
        numbers: dict[tuple[int, str], int] = {}
        for entry, p in self._parts("因素", pools):
            factors = pools[p]["factors"]
            path = f"pool[{p}].factors[{len(factors)}]"
            self.places[path] = self.sheet.grid.place(entry.row)
            self.places.setdefault(f"pool[{p}].factors", self._first_place(entry, "weight"))
            for key in entry.cells:
                self._place(entry, key, f"{path}.{key}")
            number = clean(entry.values.get("number")) or str(len(factors) + 1)
            numbers.setdefault((p, number), len(factors))
            factors.append({k: v for k, v in entry.values.items() if k not in ("pool", "number")})
        return numbers

    def _coefficients(
        self, pools: list[dict[str, Any]], numbers: Mapping[tuple[int, str], int]
    ) -> None:
        for entry, p in self._parts("类别系数", pools):
            number = clean(entry.values.get("number"))
            k = numbers.get((p, number))
            if k is None:
                row, column = entry.cells.get("number", (entry.row, 0))
                place = self.sheet.grid.place(row, column)
                message, remedy = "没有这个因素序号", "请填“因素”中该资金池的因素序号"
                problem = Problem("scheme.unknown_factor", message, remedy, place, number)
                self.sheet.problems.append(problem)
                continue
            name = clean(entry.values.get("class"))
            table = pools[p]["factors"][k].setdefault("coefficients", {})
            table[name] = entry.values.get("value", "")
            self._place(entry, "value", f"pool[{p}].factors[{k}].coefficients.{name}")


_KEY_LABELS: Final = MappingProxyType(
    {key: label for section in words.SECTIONS for label, key in section.labels.items()}
    | {"name": "名称", "coefficients": "类别系数"}
)


def _in_chinese(problem: Problem) -> Problem:
    """The message with the labels of the sheet instead of the keys of the TOML file."""

    def label(found: re.Match[str]) -> str:
        return f"“{_KEY_LABELS.get(found[1], found[1])}”"

    return replace(
        problem,
        message=_QUOTED_KEY.sub(label, problem.message),
        remedy=_CHOICE.sub(r"\1", _QUOTED_KEY.sub(label, problem.remedy)),
    )
