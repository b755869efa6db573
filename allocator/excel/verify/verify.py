"""verify(): whether every cell of an official workbook is what its inputs and rules give."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from allocator.allocation import Allocation, allocate
from allocator.base.files import AnyFile
from allocator.base.problems import InputError, Place, Problem
from allocator.base.version import VERSION
from allocator.excel.files.open_book import file_name, read_bytes
from allocator.excel.intake.load import SCHEME_SHEET, TABLE_SHEET, load
from allocator.excel.official import official_workbook
from allocator.excel.official.notes import FINGERPRINTS, READING, told_sha256
from allocator.excel.verify.comparison import Difference, compare, count_uncomputed
from allocator.excel.verify.stored_book import StoredSheet, read_stored
from allocator.fund.recipients import Origin

NOTES_SHEET: Final = "说明"
PAPERS: Final = "附表2"
#: The fingerprints that follow from the inputs, and the rest that is only told.
COMPUTED: Final = ("input_sha256", "scheme_sha256", "result_sha256")


@dataclass(frozen=True, slots=True)
class InputMatch:
    """Whether a given input is the one used: by its content, and as a file byte by byte.

    `same_told`: it names the same sources, and reading it gives the same warnings.
    """

    same_table: bool
    same_scheme: bool
    same_file: bool
    same_told: bool = True


@dataclass(frozen=True, slots=True)
class Verification:
    """What was found. `printed` are the fingerprints on 说明, `computed` those of the contents.

    `problems` are set when the inputs inside can no longer be computed; nothing else is then
    compared. `is_data_changed`: the inputs inside are not those the workbook was made from.
    `uncomputed` counts the cells that have their formula but were saved without a value.
    """

    name: str
    file_sha256: str
    printed: Mapping[str, str]
    computed: Mapping[str, str] = field(default_factory=dict)
    differences: tuple[Difference, ...] = ()
    sheets: int = 0
    cells: int = 0
    uncomputed: int = 0
    problems: tuple[Problem, ...] = ()
    given: InputMatch | None = None

    @property
    def is_data_changed(self) -> bool:
        """Whether the data or rules inside were altered, rather than single cells of tables."""
        if self.problems:
            return True
        keys = [key for key in COMPUTED[:2] if self.printed.get(key) != self.computed.get(key)]
        return bool(keys) and any(
            not difference.place.startswith(f"{NOTES_SHEET}!") for difference in self.differences
        )

    @property
    def changed_data(self) -> tuple[Difference, ...]:
        """The differences in figures that the working papers take over from the inputs."""
        return tuple(d for d in self.differences if d.is_figure and d.place.startswith(PAPERS))

    @property
    def is_other_version(self) -> bool:
        """Whether another version of the program wrote the workbook."""
        return self.printed.get("version") != VERSION

    @property
    def is_consistent(self) -> bool:
        """Everything is as it must be, and the given input, if any, is the one used."""
        given = self.given
        is_given = given is None or (given.same_table and given.same_scheme and given.same_told)
        return not self.problems and not self.differences and is_given


def verify(
    file: AnyFile,
    given: AnyFile | None = None,
    scheme: AnyFile | None = None,
) -> Verification:
    """Recompute an official workbook from the inputs inside it and compare every cell.

    `given` is the input it is said to come from, with its `scheme` where that is a file of its
    own. Raises `InputError` when a file cannot be read or is no official workbook.
    """
    content = read_bytes(file)
    name = file_name(file)
    found = read_stored(name, content)
    printed, warnings = _printed(name, found)
    result = Verification(name, hashlib.sha256(content).hexdigest(), printed)
    try:
        recipients, rules = load(file)
        origin = Origin(file=printed.get("file", ""), file_sha256=printed.get("file_sha256", ""))
        answer = allocate(replace(recipients, origin=origin, warnings=warnings), rules)
    except InputError as error:
        return replace(result, problems=error.problems)
    expected = read_stored(name, official_workbook(answer, unit=_unit(found)))
    result = replace(
        result,
        computed=dict(answer.fingerprint),
        differences=tuple(compare(expected, found)),
        sheets=len(expected),
        cells=sum(len(sheet.cells) for sheet in expected),
        uncomputed=count_uncomputed(expected, found),
    )
    return (
        result if given is None else replace(result, given=_match(answer, printed, given, scheme))
    )


def _printed(
    file: str, sheets: Sequence[StoredSheet]
) -> tuple[dict[str, str], tuple[Problem, ...]]:
    """What 说明 says: fingerprints by key, and what was odd in the original file."""
    by_name = {sheet.name: sheet for sheet in sheets}
    missing = [n for n in (NOTES_SHEET, TABLE_SHEET, SCHEME_SHEET) if n not in by_name]
    if missing:
        message = f"不是 allocator 写出的正式工作簿，或工作表被删去：缺少“{'”“'.join(missing)}”"
        remedy = "请给出 allocator run 写出的 .xlsx 文件"
        raise InputError([Problem("verify.not_official", message, remedy, Place(file))])
    cells = by_name[NOTES_SHEET].cells
    lines = {
        # 说明 breaks its lines itself, so that none begins with a closing sign.
        str(cell.value): str(cells[row, 1].value).replace("\n", "")
        for (row, column), cell in sorted(cells.items())
        if column == 0 and (row, 1) in cells
    }
    printed = {key: lines[label] for key, label in FINGERPRINTS.items() if label in lines}
    warnings = []
    for label, text in lines.items():
        if label.startswith(f"{READING} "):
            message, _, remedy = text.partition("。")
            warnings.append(Problem("read", message, remedy, is_warning=True))
    return printed, tuple(warnings)


def _unit(sheets: Sequence[StoredSheet]) -> str:
    """元 or 万元: what most sheets say above their table."""
    texts = [cell.value for sheet in sheets for cell in sheet.cells.values()]
    return "万元" if texts.count("单位：万元") > texts.count("单位：元") else "元"


def _match(
    answer: Allocation,
    printed: Mapping[str, str],
    given: AnyFile,
    scheme: AnyFile | None,
) -> InputMatch:
    content = read_bytes(given)
    recipients, rules = load(given, scheme)
    other = allocate(recipients, rules).fingerprint
    same_file = hashlib.sha256(content).hexdigest() == printed.get("file_sha256")
    return InputMatch(
        same_table=other["input_sha256"] == answer.fingerprint["input_sha256"],
        same_scheme=other["scheme_sha256"] == answer.fingerprint["scheme_sha256"],
        same_file=same_file,
        # Another file of the same content may name its sources and its oddities in other words.
        same_told=not same_file or told_sha256(recipients) == told_sha256(answer.recipients),
    )
