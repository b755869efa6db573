"""The exact language of derived columns: read, evaluate, say in words, say in a spreadsheet.

In: the text of a formula as an officer writes it in Excel, and the columns of a table as exact
numbers or texts. Out: its tree, one exact value a recipient, its words, a live spreadsheet formula
with a proven bound on its error; or every mistake as data, each at its character and row.
Nothing here knows of pools, money or files; no text is ever run as code.
"""

from typing import TYPE_CHECKING

from allocator.base.lazy import names_at
from allocator.formulas.reading.binding import ReadColumns, read_columns, read_formula
from allocator.formulas.reading.rendering import render
from allocator.formulas.tree import (
    Formula,
    FormulaName,
    FormulaReading,
    Mistake,
    ResultKind,
    needed,
)
from allocator.formulas.values.evaluation import FormulaTable, Values, evaluate

if TYPE_CHECKING:
    from allocator.formulas.doubles import spreadsheet_errors
    from allocator.formulas.spreadsheet import Cells, LiveFormula, live_formula
    from allocator.formulas.wording import Working, in_words

__all__ = [
    "Cells",
    "Formula",
    "FormulaName",
    "FormulaReading",
    "FormulaTable",
    "LiveFormula",
    "Mistake",
    "ReadColumns",
    "ResultKind",
    "Values",
    "Working",
    "evaluate",
    "in_words",
    "live_formula",
    "needed",
    "read_columns",
    "read_formula",
    "render",
    "spreadsheet_errors",
]

#: What only reports and explanations need.
__getattr__ = names_at(
    __name__,
    {
        "doubles": ("spreadsheet_errors",),
        "spreadsheet": ("Cells", "LiveFormula", "live_formula"),
        "wording": ("Working", "in_words"),
    },
)
