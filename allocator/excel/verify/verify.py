"""verify(): whether an official workbook is what its inputs and rules give."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from allocator.allocation import Allocation, allocate
from allocator.base.files import AnyFile, FileBytes
from allocator.base.problems import InputError, Place, Problem
from allocator.base.version import VERSION
from allocator.excel.files.grid import Book
from allocator.excel.files.open_book import read_book, read_bytes, stored_file
from allocator.excel.intake.load import (
    NOTES_SHEET,
    OTHER_SHEETS,
    SCHEME_SHEET,
    TABLE_SHEET,
    load,
    load_book,
    needed_sheets,
)
from allocator.excel.official import official_workbook
from allocator.excel.official.notes import FINGERPRINTS, READING, told_lines, told_sha256
from allocator.excel.verify.findings import Finding
from allocator.excel.verify.proof import Proof, prove
from allocator.fund.recipients import Origin, Recipients
from allocator.fund.scheme import Scheme

PAPERS: Final = "附表2"
#: The fingerprints that follow from the inputs, and the rest that is only told.
COMPUTED: Final = ("input_sha256", "scheme_sha256", "result_sha256")
#: The verdicts, from the best to the worst.
UNTOUCHED, DRESSED, UNPROVEN, CHANGED = "一致", "金额一致，表面有改动", "不能证明", "不一致"


#: The corner of the first annex stands within so many bytes.
_GLANCE: Final = 1 << 16


@dataclass(frozen=True, slots=True)
class InputMatch:
    """Whether a given input is the one used: by its content, and as a file byte by byte.

    `same_told`: it names the same sources, and reading it gives the same warnings.
    """

    same_table: bool
    same_scheme: bool
    same_file: bool
    same_told: bool = True

    @property
    def is_same(self) -> bool:
        """The very file that the workbook names, with the content it has."""
        return self.same_table and self.same_scheme and self.same_file and self.same_told


@dataclass(frozen=True, slots=True)
class Verification:
    """What was found. `printed` are the fingerprints on 说明, `computed` those of the contents.

    `problems` are set when the inputs inside can no longer be computed; nothing else is then
    compared. `told` is what the sender says and nobody can compute. `genuine` is the workbook as it
    must be, written from the inputs inside.
    """

    name: str
    file_sha256: str
    printed: Mapping[str, str]
    computed: Mapping[str, str] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    is_untouched: bool = False
    sheets: int = 0
    cells: int = 0
    problems: tuple[Problem, ...] = ()
    given: InputMatch | None = None
    told: tuple[str, ...] = ()
    genuine: bytes = b""

    @property
    def verdict(self) -> str:
        """One of the four verdicts."""
        kinds = {finding.kind for finding in self.findings}
        is_other = self.given is not None and not self.given.is_same
        if self.problems or "changed" in kinds or is_other:
            return CHANGED
        if "unproven" in kinds:
            return UNPROVEN
        return UNTOUCHED if self.is_untouched else DRESSED

    @property
    def is_consistent(self) -> bool:
        """All figures, names, units and marks are seen as they must be."""
        return self.verdict in (UNTOUCHED, DRESSED)

    @property
    def differences(self) -> tuple[Finding, ...]:
        """What is not, or not shown to be, as it must be."""
        return tuple(f for f in self.findings if f.kind in ("changed", "unproven"))

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
    def changed_data(self) -> tuple[Finding, ...]:
        """The differences in figures that the working papers take over from the inputs."""
        return tuple(d for d in self.differences if d.is_figure and d.place.startswith(PAPERS))

    @property
    def is_other_version(self) -> bool:
        """Whether another version of the program wrote the workbook."""
        return self.printed.get("version") != VERSION


def verify(
    file: AnyFile,
    given: AnyFile | None = None,
    scheme: AnyFile | None = None,
) -> Verification:
    """Write an official workbook again from the inputs inside it and compare all of it.

    `given` is the input it is said to come from, with its `scheme` where that is a file of its
    own; the sheets of inputs may then be gone. Raises `InputError` when a file cannot be read or is
    no official workbook.
    """
    stored = stored_file(file)
    if (same := _untouched(stored)) is not None:
        return _verified(*same, given, scheme)
    digest = hashlib.sha256(stored.content).hexdigest()
    try:
        book = read_book(stored)
    except InputError as error:
        if any(problem.code != "file.ambiguous" for problem in error.problems):
            raise
        doubts = (Finding(str(p.place), p.message, "unproven") for p in error.problems)
        return Verification(stored.name, digest, {}, findings=tuple(doubts))
    has_inputs = _has_inputs(book)
    printed, warnings = _printed(book, has_inputs=has_inputs or given is not None)
    result = Verification(book.file, digest, printed)
    try:
        if has_inputs or given is None:
            read = load_book(book, asks=False)
        else:
            read = load(given, scheme, asks=False)
        answer = _answer(read, printed, warnings)
    except InputError as error:
        return replace(result, problems=error.problems)
    genuine = official_workbook(answer, unit=_unit(book))
    may_lack = () if has_inputs else (TABLE_SHEET, *OTHER_SHEETS)
    proof = prove(stored.content, genuine, may_lack, printed.get("version", ""))
    return _verified(replace(result, genuine=genuine), answer, proof, given, scheme)


def _untouched(stored: FileBytes) -> tuple[Verification, Allocation, Proof] | None:
    """What is found of a workbook that is, byte for byte, what the inputs inside it give.

    Such a file needs no reader for the rest of it: however its inputs were read, they made it.
    """
    try:
        book = read_book(stored, needed_sheets)
        if not _has_inputs(book):
            return None
        printed, warnings = _printed(book, has_inputs=True)
        answer = _answer(load_book(book, asks=False), printed, warnings)
    except InputError:
        return None
    genuine = official_workbook(answer, unit=_unit_at_a_glance(stored.content))
    if genuine != stored.content:
        return None
    result = Verification(book.file, book.sha256, printed, genuine=genuine)
    return result, answer, prove(stored.content, genuine)


def _has_inputs(book: Book) -> bool:
    return {TABLE_SHEET, SCHEME_SHEET} <= {grid.sheet for grid in book.grids}


def _answer(
    read: tuple[Recipients, Scheme], printed: Mapping[str, str], warnings: tuple[Problem, ...]
) -> Allocation:
    recipients, rules = read
    origin = Origin(file=printed.get("file", ""), file_sha256=printed.get("file_sha256", ""))
    return allocate(replace(recipients, origin=origin, warnings=warnings), rules)


def _verified(
    result: Verification,
    answer: Allocation,
    proof: Proof,
    given: AnyFile | None,
    scheme: AnyFile | None,
) -> Verification:
    return replace(
        result,
        computed=dict(answer.fingerprint),
        findings=proof.findings,
        is_untouched=proof.is_untouched,
        sheets=proof.sheets,
        cells=proof.cells,
        told=(*told_lines(answer.recipients), *_told(proof.findings)),
        given=None
        if given is None
        else _match(answer, result.printed, given, load(given, scheme, asks=False)),
    )


def _told(findings: tuple[Finding, ...]) -> Iterator[str]:
    return (str(finding) for finding in findings if finding.kind == "told")


def _printed(book: Book, *, has_inputs: bool) -> tuple[dict[str, str], tuple[Problem, ...]]:
    """What 说明 says: fingerprints by key, and what was odd in the original file."""
    by_name = {grid.sheet: grid for grid in book.grids}
    needed = (NOTES_SHEET,) if has_inputs else (NOTES_SHEET, TABLE_SHEET, SCHEME_SHEET)
    missing = [name for name in needed if name not in by_name]
    if missing:
        message = f"不是 allocator 写出的正式工作簿，或工作表被删去：缺少“{'”“'.join(missing)}”"
        remedy = "请给出 allocator run 写出的 .xlsx 文件；数据表已删去的，请加 --input 原输入文件"
        raise InputError([Problem("verify.not_official", message, remedy, Place(book.file))])
    notes = by_name[NOTES_SHEET]
    lines = {
        # 说明 breaks its lines itself, so that none begins with a closing sign.
        str(notes.value(row, 0)): str(notes.value(row, 1)).replace("\n", "")
        for row in sorted(notes.rows)
        if notes.value(row, 0) is not None and notes.value(row, 1) is not None
    }
    printed = {key: lines[label] for key, label in FINGERPRINTS.items() if label in lines}
    warnings = []
    for label, text in lines.items():
        if label.startswith(f"{READING} "):
            message, _, remedy = text.partition("。")
            warnings.append(Problem("read", message, remedy, is_warning=True))
    return printed, tuple(warnings)


def _unit(book: Book) -> str:
    """元 or 万元: what most sheets say above their table."""
    texts = [value for grid in book.grids for row in grid.rows.values() for value in row]
    return "万元" if texts.count("单位：万元") > texts.count("单位：元") else "元"


def _unit_at_a_glance(content: bytes) -> str:
    """元 or 万元, of a workbook that we wrote: the texts of its sheets stand in few places."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for name in ("xl/sharedStrings.xml", "xl/worksheets/sheet1.xml"):
            if name in archive.namelist():
                with archive.open(name) as part:
                    if "单位：万元".encode() in part.read(_GLANCE):
                        return "万元"
    return "元"


def _match(
    answer: Allocation,
    printed: Mapping[str, str],
    given: AnyFile,
    read: tuple[Recipients, Scheme],
) -> InputMatch:
    content = read_bytes(given)
    recipients, rules = read
    other = allocate(recipients, rules).fingerprint
    is_named = "file_sha256" in printed
    same_file = not is_named or hashlib.sha256(content).hexdigest() == printed["file_sha256"]
    return InputMatch(
        same_table=other["input_sha256"] == answer.fingerprint["input_sha256"],
        same_scheme=other["scheme_sha256"] == answer.fingerprint["scheme_sha256"],
        same_file=same_file,
        # Another file of the same content may name its sources and its oddities in other words.
        same_told=not same_file or told_sha256(recipients) == told_sha256(answer.recipients),
    )


__all__ = ["InputMatch", "Verification", "verify"]
