"""A workbook as a reader sees it: sheets, cells with their looks, and what lies beside the cells."""

from __future__ import annotations

from dataclasses import dataclass, field

from allocator.excel.strict.looks import Look

Position = tuple[int, int]  # row from 1, column from 0
Area = tuple[int, int, int, int]  # top, left, bottom, right
Stored = str | float | bool | None


@dataclass(frozen=True, slots=True)
class SeenCell:
    """A cell: numbers as doubles, texts as they are, the formula without its `=`."""

    value: Stored
    formula: str = ""
    look: Look = Look()
    #: Looks of the parts of a text that have a font of their own.
    runs: tuple[Look, ...] = ()


@dataclass(slots=True)
class SeenSheet:
    """One sheet: cells that hold something, sizes in points and characters (0 where hidden)."""

    name: str
    part: str = ""
    is_hidden: bool = False
    cells: dict[Position, SeenCell] = field(default_factory=dict)
    heights: dict[int, float] = field(default_factory=dict)
    widths: dict[int, float] = field(default_factory=dict)
    usual_height: float = 15.0
    usual_width: float = 8.43
    merges: set[Area] = field(default_factory=set)
    #: Frozen rows and columns, and the first cell that is shown.
    frozen: tuple[float, float] | None = None
    view_from: str = "A1"
    conditions: set[tuple[str, ...]] = field(default_factory=set)
    prompts: set[tuple[str, str]] = field(default_factory=set)
    footers: dict[str, str] = field(default_factory=dict)
    charts: dict[Area, Chart] = field(default_factory=dict)
    comments: dict[str, str] = field(default_factory=dict)
    print_area: str = ""
    print_titles: str = ""
    is_protected: bool = False

    def height(self, row: int) -> float:
        """Of a row, in points."""
        return self.heights.get(row, self.usual_height)

    def width(self, column: int) -> float:
        """Of a column, in characters."""
        return self.widths.get(column, self.usual_width)


@dataclass(frozen=True, slots=True)
class Chart:
    """What a chart draws: every statement that a reader could take from it, and its series' values."""

    says: tuple[str, ...]
    title: str
    #: (reference, values as texts) as the file holds them for programs that do not compute.
    caches: tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(slots=True)
class SeenBook:
    """The sheets in their order."""

    sheets: list[SeenSheet] = field(default_factory=list)

    def by_name(self) -> dict[str, SeenSheet]:
        """The sheets by their names."""
        return {sheet.name: sheet for sheet in self.sheets}
