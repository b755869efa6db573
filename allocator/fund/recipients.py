"""The town table: who receives, and the facts that the rules look at."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, TypeVar

from allocator.base.money import Fen, exact_number, fen_from_yuan
from allocator.base.problems import InputError, Place, Problem
from allocator.fund.columns import BY_NAME, COLUMNS, HEADERS, PLACEHOLDER

if TYPE_CHECKING:
    import pandas as pd

Number = int | Fraction
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a table was read from: a column's letter and a town's row give its cell."""

    file: str = ""
    sheet: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)
    rows: tuple[int, ...] = ()
    header_row: int = 0
    file_sha256: str = ""


@dataclass(frozen=True, slots=True)
class Confirmation:
    """A doubt about a cell (its sheet, its value) that a person has looked at and confirmed.

    `column` and `town` say which figure it is, wherever the table is written.
    """

    sheet: str
    cell: str
    value: str
    doubt: str
    by: str
    note: str = ""
    column: str = ""
    town: str = ""


@dataclass(frozen=True, slots=True)
class Recipients:
    """One row a town, held by column, **in official order**: index 0 is 序号 1.

    `numbers` holds every numeric column under its canonical name (GDP in 亿元, area in
    平方公里, amounts such as floors in yuan). `unspent` and `raised` are fen; `raised` and
    `match_rate` are None where the table says nothing. `status` says of single figures how
    they came about (公布, 折算, 估算, 示例 …); a column without an entry says nothing. `texts` are
    the columns of texts that formulas look up. `warnings`
    is what the reader of the file found odd or did on its own, `confirmed` what a person said of it.
    """

    towns: tuple[str, ...]
    numbers: Mapping[str, tuple[Number, ...]]
    economic_class: tuple[str, ...] = ()
    pilot: tuple[bool, ...] = ()
    unspent: tuple[Fen, ...] = ()
    raised: tuple[Fen | None, ...] = ()
    match_rate: tuple[Fraction | None, ...] = ()
    match_reason: tuple[str, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    status: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sources: tuple[tuple[str, ...], ...] = ()
    texts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    origin: Origin = field(default=Origin(), compare=False)
    warnings: tuple[Problem, ...] = field(default=(), compare=False)
    confirmed: tuple[Confirmation, ...] = field(default=(), compare=False)

    def __len__(self) -> int:
        return len(self.towns)

    @classmethod
    def from_columns(
        cls,
        towns: Sequence[str],
        numbers: Mapping[str, Sequence[Number]],
        *,
        order: Sequence[Number] | None = None,
        economic_class: Sequence[str] = (),
        pilot: Sequence[bool] = (),
        unspent: Sequence[Fen] = (),
        raised: Sequence[Fen | None] = (),
        match_rate: Sequence[Fraction | None] = (),
        match_reason: Sequence[str] = (),
        headers: Mapping[str, str] | None = None,
        status: Mapping[str, Sequence[str]] | None = None,
        sources: Iterable[Sequence[str]] = (),
        texts: Mapping[str, Sequence[str]] | None = None,
        origin: Origin | None = None,
    ) -> Recipients:
        """Put the rows into official order (`order`, else as they stand).

        Raises `ValueError` when a column has another length than `towns`.
        """
        n = len(towns)
        rank = range(n) if order is None else sorted(range(n), key=lambda i: (order[i], i))

        def arrange(column: Sequence[T], name: str, *, needed: bool = False) -> tuple[T, ...]:
            if len(column) != n and (column or needed):
                raise ValueError(f"column {name} has {len(column)} rows, the table {n}")
            return tuple(column[i] for i in rank) if column else ()

        origin = origin or Origin()
        origin = replace(origin, rows=arrange(origin.rows, "rows"))
        return cls(
            towns=arrange(towns, "town"),
            numbers={name: arrange(c, name, needed=True) for name, c in numbers.items()},
            economic_class=arrange(economic_class, "economic_class"),
            pilot=arrange(pilot, "pilot"),
            unspent=arrange(unspent, "unspent"),
            raised=arrange(raised, "raised"),
            match_rate=arrange(match_rate, "match_rate"),
            match_reason=arrange(match_reason, "match_reason"),
            headers=dict(headers or {}),
            status={name: arrange(column, name) for name, column in (status or {}).items()},
            sources=tuple(tuple(line) for line in sources),
            texts={name: arrange(column, name) for name, column in (texts or {}).items()},
            origin=origin,
        )

    @classmethod
    def from_frame(cls, frame: pd.DataFrame) -> Recipients:
        """The table that a frame holds, one row a town, columns under any header they are known by.

        Amounts are yuan, as in a file; the towns may be the index. A column of the fund's own keeps
        its label; one of text that no rule knows is left out. A figure in another unit than the
        table's own is refused, not converted.

        Raises `InputError` with every mistake, each at its column and row.
        """
        return _from_frame(frame)

    def header(self, column: str) -> str:
        """The header a user knows the column by."""
        return self.headers.get(column) or HEADERS.get(column) or column

    def place(self, column: str, i: int | None = None) -> Place:
        """The cell of town `i` in `column`, or the column's header cell."""
        origin = self.origin
        letter = origin.columns.get(column, "")
        if i is None or not origin.rows:
            cell = f"{letter}{origin.header_row}" if letter and origin.header_row else ""
        else:
            cell = f"{letter}{origin.rows[i]}" if letter else f"第{origin.rows[i]}行"
        return Place(origin.file, origin.sheet, cell)

    def placeholders(self) -> dict[str, int]:
        """How many figures of each column are placeholders (示例), columns without one left out."""
        counts = {name: column.count(PLACEHOLDER) for name, column in self.status.items()}
        return {name: count for name, count in counts.items() if count}


def _from_frame(frame: pd.DataFrame) -> Recipients:
    if frame.index.name is not None:
        frame = frame.reset_index()
    problems: list[Problem] = []
    columns: dict[str, list[Any]] = {}
    headers: dict[str, str] = {}
    for label in frame.columns:
        text, values = str(label), frame[label].tolist()
        name = _canonical(text, problems)
        if name not in BY_NAME and not any(_is_number(value) for value in values):
            continue
        if name in columns:
            message = f"“{text}”与前面的一列重复"
            problems.append(Problem("frame.column", message, "请只留一列", Place(cell=text)))
        read = _READ[BY_NAME[name].kind if name in BY_NAME else "number"]
        columns[name] = [
            _cell(read, name, value, Place(cell=f"{text} 第 {i} 行"), problems)
            for i, value in enumerate(values, 1)
        ]
        headers[name] = text
    if "town" not in columns:
        remedy = f"请有一列“{HEADERS['town']}”，或以镇街为索引"
        problems.append(Problem("frame.town", "表中没有镇街一列", remedy))
    if problems:
        raise InputError(problems)
    numbers = {n: c for n, c in columns.items() if n not in BY_NAME or BY_NAME[n].kind == "number"}
    fields: dict[str, Any] = {n: c for n, c in columns.items() if n not in numbers and n != "town"}
    return Recipients.from_columns(columns["town"], numbers, headers=headers, **fields)


def _canonical(label: str, problems: list[Problem]) -> str:
    """The column that a label names, the label itself for one of the fund's own."""
    base, bracket, unit = label.replace("(", "（").replace(")", "）").rpartition("（")
    unit = unit.removesuffix("）") if bracket else ""
    for column in COLUMNS:
        known = {name.lower() for name in (column.name, column.header, *column.names)}
        if label.lower() in known:
            return column.name
        if bracket and (base.lower() in known or HEADERS[column.name].startswith(f"{base}（")):
            if unit != column.unit:
                message, remedy = f"“{label}”的单位不是{column.unit}", f"请换算成{column.unit}"
                problems.append(Problem("frame.unit", message, remedy, Place(cell=label)))
            return column.name
    return label


def _cell(
    read: Callable[[Any], Any], name: str, value: Any, place: Place, problems: list[Problem]
) -> Any:
    if _is_blank(value):
        if name in BY_NAME and BY_NAME[name].kind not in ("number", "town", "count"):
            return BY_NAME[name].blank
        problems.append(Problem("frame.blank", "这里没有填", "请补上", place))
        return 0
    try:
        return read(value)
    except ValueError:
        remedy = "请改成这一列该有的内容（金额以元为单位，最多两位小数）"
        problems.append(Problem("frame.value", "这一格无法识别", remedy, place, str(value)))
        return 0


def _is_blank(value: Any) -> bool:
    return value is None or value is Ellipsis or value != value or str(value).strip() == ""  # noqa: PLR0124 - NaN


def _is_number(value: Any) -> bool:
    try:
        exact_number(value)
    except ValueError:
        return False
    return True


def _yes_no(value: Any) -> bool:
    known = {"是": True, "否": False, "true": True, "false": False, "1": True, "0": False}
    if str(value).strip().lower() not in known:
        raise ValueError(value)
    return known[str(value).strip().lower()]


def _whole_or_exact(value: Any) -> Number:
    number = exact_number(value)
    return number.numerator if number.denominator == 1 else number


_READ: Final[Mapping[str, Callable[[Any], Any]]] = MappingProxyType(
    {
        "number": _whole_or_exact,
        "count": _whole_or_exact,
        "money": fen_from_yuan,
        "rate": exact_number,
        "yes_no": _yes_no,
        **dict.fromkeys(("town", "class", "text", "status"), str),
    }
)
