"""The town table: who receives, and the facts that the rules look at."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import TypeVar

from allocator.base.money import Fen
from allocator.base.problems import Place, Problem
from allocator.fund.columns import HEADERS, PLACEHOLDER

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
class Recipients:
    """One row a town, held by column, **in official order**: index 0 is 序号 1.

    `numbers` holds every numeric column under its canonical name (GDP in 亿元, area in
    平方公里, amounts such as floors in yuan). `unspent` and `raised` are fen; `raised` and
    `match_rate` are None where the table says nothing. `status` says of single figures how
    they came about (公布, 折算, 估算, 示例 …); a column without an entry says nothing. `warnings`
    is what the reader of the file found odd.
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
    origin: Origin = field(default=Origin(), compare=False)
    warnings: tuple[Problem, ...] = field(default=(), compare=False)

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
            origin=origin,
        )

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
