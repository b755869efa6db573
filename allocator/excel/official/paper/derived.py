"""The scheme's formulas on a working paper: what they read, and each live where doubles are sure.

A spreadsheet computes with doubles. `spreadsheet_errors` bounds how far each cell may be off its
exact value; where that is more than the last digits a cell keeps, or something is decided too
closely, the column stands as values and the note says why.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from math import ceil, floor, inf
from typing import TYPE_CHECKING, Final

from allocator.base.money import FEN_PER_YUAN
from allocator.engine.pool import PoolAllocation
from allocator.engine.split.terms import HEADERS, Terms
from allocator.excel.kit.formula_columns import ColumnUnit, Exact, Field
from allocator.excel.official.context import decimals_of
from allocator.excel.official.paper.certificate import MOST_ROWS
from allocator.fund.derived.conflicts import is_percent

if TYPE_CHECKING:
    from allocator.formulas import Formula, FormulaTable

#: Formulas that are told elsewhere: conditions, sums apart, and bounds, which stand rounded.
_ELSEWHERE: Final = frozenset({"eligible", "fixed", "budget", "floor", "cap", "deduct"})
#: A live cell keeps 14 of its 15 digits.
_MOST_OFF: Final = 2.0**-47
_OPEN, _CLOSE = "\x01", "\x02"
_MOST_PLACES: Final = 12
_TAKES_PART: Final = "part"


@dataclass(frozen=True, slots=True)
class Derived:
    """The columns that formulas need, and the formulas that stand live.

    `read` are columns of the table, `computed` those of formulas, both without the columns of the
    factors; `live` has the template of a column by its name, `keys` its key, `errors` how far each
    cell may be off, `rows` says where it stands (empty: everywhere), `noise` bounds what it adds to
    a claim's relative error, `reasons` says why a column stands as values.
    """

    read: Sequence[Field] = ()
    computed: Sequence[Field] = ()
    names: frozenset[str] = frozenset()
    live: Mapping[str, str] = field(default_factory=dict)
    keys: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[str, Sequence[float]] = field(default_factory=dict)
    rows: Sequence[bool] = ()
    noise: Fraction = Fraction(0)
    reasons: Mapping[str, str] = field(default_factory=dict)


def derived_of(result: PoolAllocation, factor_columns: Sequence[str]) -> Derived:
    """The formulas of one pool; `factor_columns` stand on the paper as `d0`, `d1` … already."""
    terms = result.terms
    if terms is None or terms.table is None or len(terms.recipients) > MOST_ROWS:
        return Derived()
    shown = _shown(terms, factor_columns)
    if not shown:
        return Derived()
    named = dict.fromkeys(name for formula in shown.values() for name in formula.names)
    read = [n for n in named if n not in shown and n not in factor_columns and n != "town"]
    keys = {"town": "town"} | {name: f"d{k}" for k, name in enumerate(factor_columns)}
    keys |= {name: f"x{k}" for k, name in enumerate(read)}
    others = [name for name in shown if name not in factor_columns]
    keys |= {name: f"f{k}" for k, name in enumerate(others)}
    members = () if all(terms.members) else terms.members
    live, errors, reasons = _live(terms, shown, keys, members)
    header = terms.recipients.header
    computed = [
        Field(
            key=keys[name],
            header=header(name),
            kind="number",
            values=_blank_outside(terms.recipients.numbers[name], members),
            formula=live.get(name, ""),
            group="计算列",
            decimals=_places(terms.recipients.numbers[name]),
            live=members or None,
            stands_alone=True,
        )
        for name in others
    ]
    fields = [_column_read(terms, name, keys[name]) for name in read]
    if members:
        marks = tuple(map(int, members))
        fields.append(Field(_TAKES_PART, "参加", "index", marks, group="基础数据"))
    off = [_most_off(terms, name, errors[name]) for name in factor_columns if name in errors]
    return Derived(
        read=fields,
        computed=computed,
        names=frozenset(shown),
        live=live,
        keys=keys,
        errors=errors,
        rows=members,
        noise=sum((Fraction(one) for one in off), Fraction(0)),
        reasons={header(name): why for name, why in reasons.items()},
    )


def _shown(terms: Terms, factor_columns: Sequence[str]) -> dict[str, Formula]:
    """The formulas that have a column on the paper, each after those it names."""
    from allocator.formulas import needed

    keys = {column: key for key, column in terms.columns.items()}
    formulas = {
        name: formula
        for name, formula in terms.formulas.items()
        if keys.get(name, name) not in _ELSEWHERE and name in terms.recipients.numbers
    }
    own = {
        name for name, formula in formulas.items() if name in keys and not is_percent(formula.text)
    }
    return needed(formulas, (*own, *factor_columns))


def _blank_outside(values: Sequence[Exact], members: Sequence[bool]) -> tuple[Exact, ...]:
    if not members:
        return tuple(values)
    return tuple(v if m else None for v, m in zip(values, members, strict=True))


def _column_read(terms: Terms, name: str, key: str) -> Field:
    """A column of the table, a pool above, the budget or the level, as formulas read it."""
    assert terms.table is not None  # noqa: S101 - asked for formulas only
    header = terms.recipients.header(name)
    if name in terms.table.texts:
        return Field(key, header, "center", tuple(terms.table.texts[name]), group="基础数据")
    values = tuple(terms.table.numbers[name])
    if name not in terms.recipients.numbers:
        header = HEADERS.get(name) or (f"{name}（元）" if name.startswith("pool_") else header)
    return Field(key, header, "number", values, group="基础数据", decimals=_places(values))


def _places(values: Sequence[Exact]) -> int:
    """Decimals for the eye: small quotients keep three digits or more."""
    places = decimals_of(values)
    sizes = [
        abs(Fraction(value)) for value in values if isinstance(value, int | Fraction) and value
    ]
    total = sum(sizes, Fraction(0))
    while 0 < places < _MOST_PLACES and total * 10**places < 1000 * len(sizes):
        places += 1
    return places


def _live(
    terms: Terms, shown: Mapping[str, Formula], keys: Mapping[str, str], members: Sequence[bool]
) -> tuple[dict[str, str], dict[str, Sequence[float]], dict[str, str]]:
    """(template, errors by row, why not) of the formulas: a formula is sure, or it is values."""
    from allocator.formulas import Cells, live_formula, spreadsheet_errors

    table = _whole_table(terms, shown)
    cells = Cells(
        cell=lambda name: f"{_OPEN}{keys[name]}{_CLOSE}",
        column=lambda name: f"{_OPEN}{keys[name]}:all{_CLOSE}",
        rows=table.rows,
        eligible=f"{_OPEN}{_TAKES_PART}:all{_CLOSE}" if members else "",
    )
    live: dict[str, str] = {}
    errors: dict[str, Sequence[float]] = {}
    reasons: dict[str, str] = {}
    for name, formula in shown.items():
        told = live_formula(formula, cells)
        why = told.reason
        if not why:
            found = spreadsheet_errors(formula, table, members or None, errors)
            if _most_off(terms, name, found) <= _MOST_OFF:
                live[name], errors[name] = _template(told.text), found
                continue
            why = "相近的数相减，或取整、比较恰在界上，电子表格的计算精度不足"
        reasons[name] = why
    return live, errors, reasons


def _template(text: str) -> str:
    """The template of a live formula; braces of the user's texts are not ours."""
    text = text.replace("{", "{{").replace("}", "}}")
    return text.replace(_OPEN, "{").replace(_CLOSE, "}")


def _whole_table(terms: Terms, shown: Mapping[str, Formula]) -> FormulaTable:
    assert terms.table is not None  # noqa: S101 - asked for formulas only
    derived = {name: terms.recipients.numbers[name] for name in shown}
    return replace(terms.table, numbers={**terms.table.numbers, **derived})


def _most_off(terms: Terms, name: str, errors: Sequence[float]) -> float:
    """The largest error as a part of the value; a 0 must be exact."""
    worst = 0.0
    for value, error in zip(terms.recipients.numbers[name], errors, strict=True):
        if error:
            worst = max(worst, inf if not value else error / abs(float(value)))
    return worst


def roundings(derived: Derived) -> int:
    """The errors of live factor columns as so many roundings of a claim: of it and of the total."""
    return ceil(2 * derived.noise * 2**53)


def stated_formula(result: PoolAllocation, derived: Derived, unit: ColumnUnit) -> str:
    """An amount within its bounds, half up to the unit, as a live formula; empty where not sure.

    Sure is what is clear of half a unit for every amount within the error.
    """
    terms = result.terms
    column = terms.columns.get("amount", "") if terms else ""
    if terms is None or not any(result.exact) or column not in derived.live:
        return ""
    bounds = {"floor": terms.pool.floor, "cap": terms.pool.cap}
    if any(bound is not None and key not in terms.columns for key, bound in bounds.items()):
        return ""  # a flat sum or a column of the table has no column of its own here
    rows = zip(terms.recipients.numbers[column], derived.errors[column], strict=True)
    step = result.pool.unit / FEN_PER_YUAN
    for i, (yuan, error) in enumerate(rows):
        units = float(yuan) / step
        clear = abs(units - floor(units) - 0.5)
        takes_part = not derived.rows or derived.rows[i]
        if takes_part and clear <= error / step + (abs(units) + 1) * _MOST_OFF:
            return ""
    amount = f"{{{derived.keys[column]}}}"
    amount = amount if unit.fen == FEN_PER_YUAN else f"{amount}/{unit.fen // FEN_PER_YUAN}"
    if "floor" in terms.columns:
        amount = f"MAX({amount},{{floor}})"
    if "cap" in terms.columns:
        amount = f"MIN({amount},{{cap}})"
    return f"ROUND(ROUND(MAX({amount},0)/{{unit}},0)*{{unit}},{unit.places})"
