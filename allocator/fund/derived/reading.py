"""Every formula of a scheme read against the columns of a table (design: one language for all)."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Final

from allocator.base.money import FEN_PER_YUAN
from allocator.base.problems import Place, Problem
from allocator.fund.recipients import Number, Recipients
from allocator.fund.rules import Pool
from allocator.fund.scheme import Scheme

if TYPE_CHECKING:
    from allocator.formulas import Formula, FormulaName, FormulaTable, Mistake

#: Amounts of the table that are held in fen and read in yuan.
_MONEY: Final = ("unspent", "raised")
#: What a pool's own formulas may name beside the columns, in yuan: its budget, and the unknown of
#: `amount` at which the amounts come to the budget. A column of the table of that name goes before.
BUDGET: Final = "budget"
LEVEL: Final = "level"
_SPOKEN: Final = {BUDGET: "预算", LEVEL: "水平"}
#: Columns of texts that a formula may look up.
_CLASS: Final = "economic_class"
#: The names of the recipients: a rule may except one, or give it a multiplier of its own.
_NAMES: Final = "town"


@dataclass(frozen=True, slots=True)
class Site:
    """One formula of a scheme: its path in the TOML file, its text, whether it is a condition.

    `formula` is what it reads as; None before it is read, and where it cannot be.
    """

    path: str
    text: str
    is_condition: bool = False
    pool: str = ""
    formula: Formula | None = None

    @property
    def read(self) -> Formula:
        """The formula of a sound scheme."""
        assert self.formula is not None  # noqa: S101 - asked only where no mistake was found
        return self.formula


@dataclass(frozen=True, slots=True)
class Formulas:
    """Every formula of a scheme, read once: who computes with them asks the scheme no more.

    `columns` are the derived columns in an order in which each follows those it needs, `pools` the
    sites of each pool by its id and their keys (`deduct` is that of its settlement).
    """

    columns: Mapping[str, Formula] = field(default_factory=dict)
    pools: Mapping[str, Mapping[str, Site]] = field(default_factory=dict)
    match: Mapping[str, Site] = field(default_factory=dict)
    pilot: Site | None = None

    def of(self, pool: Pool) -> Mapping[str, Site]:
        """The sites of a pool by key."""
        return self.pools.get(pool.id, {})

    def all(self) -> Iterator[Formula]:
        """Derived columns first, then the formulas of the sites."""
        yield from self.columns.values()
        sites = [
            *(site for of in self.pools.values() for site in of.values()),
            *self.match.values(),
        ]
        yield from (site.read for site in (*sites, *((self.pilot,) if self.pilot else ())))


def pool_sites(scheme: Scheme, p: int, numbers: Container[str] = ()) -> dict[str, Site]:
    """The formulas of pool number `p` by key (`floor`, `value0` …).

    Flat amounts are none, nor are bounds that are one of the columns `numbers` as it stands.
    """
    pool, path = scheme.pools[p], f"pool[{p}]"
    texts = {
        "budget": pool.budget_formula,
        "eligible": pool.eligible,
        "fixed": pool.fixed,
        "base": pool.base_formula,
        "adjust": pool.adjust,
        "floor": pool.floor,
        "cap": pool.cap,
        "least": pool.least,
        "amount": pool.amount,
    }
    sites = {}
    for key, text in texts.items():
        is_column = key in ("floor", "cap") and text in numbers
        if isinstance(text, str) and text and not is_column:
            sites[key] = Site(f"{path}.{key}", text, key == "eligible", pool.id)
    for k, factor in enumerate(pool.factors):
        if factor.value:
            sites[f"value{k}"] = Site(f"{path}.factors[{k}].value", factor.value, pool=pool.id)
    if (deduction := scheme.deduction_of(pool)) is not None:
        number = scheme.settlements.index(deduction)
        sites["deduct"] = Site(f"settlement[{number}].deduct", deduction.deduct, pool=pool.id)
    return sites


def match_sites(scheme: Scheme) -> dict[str, Site]:
    """The formulas of the matching rule by key."""
    matching = scheme.matching
    if matching is None:
        return {}
    texts = {"rate": matching.rate_formula, "floor": matching.floor, "cap": matching.cap}
    return {
        key: Site(f"matching.{key}", text)
        for key, text in texts.items()
        if isinstance(text, str) and text
    }


def pilot_site(scheme: Scheme, numbers: Container[str] = ()) -> Site | None:
    """The advance of the pilot, where it is a formula and not one of the columns `numbers`."""
    pilot = scheme.pilot
    if pilot is None or not isinstance(pilot.advance, str) or pilot.advance in numbers:
        return None
    return Site("pilot.advance", pilot.advance, pool=pilot.pool)


def earlier(pool: Pool) -> str:
    """The name of the column of a pool that stands above: its entitlements in yuan."""
    return f"pool_{pool.id}"


def known_columns(recipients: Recipients) -> list[FormulaName]:
    """The columns of the table that a formula may name."""
    from allocator.formulas import FormulaName

    columns = [FormulaName(name, recipients.header(name)) for name in recipients.numbers]
    given = [name for name in _MONEY if getattr(recipients, name)]
    columns += [FormulaName(name, recipients.header(name)) for name in given]
    texts = _texts_of(recipients)
    columns += [FormulaName(name, recipients.header(name), is_text=True) for name in texts]
    return columns


def table_of(recipients: Recipients, more: Mapping[str, tuple[Number, ...]]) -> FormulaTable:
    """The table as formulas see it: money in yuan, `more` columns beside it."""
    from allocator.formulas import FormulaTable

    numbers: dict[str, tuple[Number | None, ...]] = {**recipients.numbers, **more}
    for name in _MONEY:
        if column := getattr(recipients, name):
            numbers[name] = tuple(
                None if fen is None else Fraction(fen, FEN_PER_YUAN) for fen in column
            )
    return FormulaTable(len(recipients), numbers, _texts_of(recipients))


def _texts_of(recipients: Recipients) -> dict[str, tuple[str, ...]]:
    """The columns of texts that a formula may look up: the table's own, classes, names."""
    texts = dict(recipients.texts)
    if recipients.economic_class:
        texts[_CLASS] = recipients.economic_class
    texts.setdefault(_NAMES, recipients.towns)
    return texts


def read_formulas(recipients: Recipients, scheme: Scheme) -> tuple[Formulas, list[Problem]]:
    """Every formula of the scheme, and every mistake in one at its place.

    The language is loaded only for a scheme that has a formula.
    """
    numbers = recipients.numbers
    of_pools = [pool_sites(scheme, p, numbers) for p in range(len(scheme.pools))]
    of_match, of_pilot = match_sites(scheme), pilot_site(scheme, numbers)
    if not (any(of_pools) or scheme.columns or of_match or of_pilot):
        return Formulas(), []
    from allocator.formulas import FormulaName, ResultKind, read_columns, read_formula

    columns = known_columns(recipients)
    derived = read_columns(dict(scheme.columns), columns)
    problems = [
        problem_at(recipients, scheme, Site(f"columns.{name}", scheme.columns[name]), mistake)
        for name, mistakes in derived.mistakes.items()
        for mistake in mistakes
    ]
    columns += [FormulaName(name) for name in scheme.columns]

    def read(site: Site, *own: str) -> Site:
        kind = ResultKind.TRUTH if site.is_condition else ResultKind.NUMBER
        known = [*columns, *_not_taken(own, columns)]
        reading = read_formula(_as_name(site.text, known), known, kind)
        if reading.formula is None:
            problems.extend(problem_at(recipients, scheme, site, m) for m in reading.mistakes)
        else:
            problems.extend(_unsolvable(scheme, site, reading.formula, known[len(columns) :]))
        return replace(site, formula=reading.formula)

    pools: dict[str, dict[str, Site]] = {}
    for pool, of_pool in zip(scheme.pools, of_pools, strict=True):
        # What is deducted may look at the pool's own entitlement; the rest looks above.
        sites = {
            key: read(site, *_own_names(pool, key))
            for key, site in of_pool.items()
            if key != "deduct"
        }
        columns.append(FormulaName(earlier(pool)))
        if "deduct" in of_pool:
            sites["deduct"] = read(of_pool["deduct"])
        pools[pool.id] = sites
    match = {key: read(site) for key, site in of_match.items()}
    return Formulas(derived.formulas, pools, match, of_pilot and read(of_pilot)), problems


def _own_names(pool: Pool, key: str) -> tuple[str, ...]:
    """What a formula of the pool may name beside the columns."""
    if key == "budget":
        return ()
    if pool.is_open:
        return (LEVEL,) if key == "amount" else ()
    return (BUDGET, LEVEL) if key == "amount" else (BUDGET,)


def _unsolvable(
    scheme: Scheme, site: Site, formula: Formula, own: Sequence[FormulaName]
) -> Iterator[Problem]:
    """A level that nothing decides, or that who drops out would move again."""
    if LEVEL not in formula.names or LEVEL not in {column.name for column in own}:
        return
    pool = scheme.pool(site.pool)
    if pool.is_open:
        message, remedy = "没有预算，求不出水平（level）", "请写预算，level 使应补助额合计恰为预算"
    elif pool.least:
        message, remedy = "的水平（level）不能与起付额同用", "请删去起付额，或改为不含 level 的公式"
    else:
        return
    place = _place(scheme, site.path)
    yield Problem("scheme.method", f"“{pool.name}”{message}", remedy, place)


def _not_taken(names: Iterable[str], columns: Sequence[FormulaName]) -> list[FormulaName]:
    """Those of a pool's own names that no column goes by."""
    if not names:
        return []
    from allocator.formulas import FormulaName
    from allocator.formulas.reading.binding import spelling, without_unit

    taken = {spelling(word) for c in columns for word in (c.name, c.header, without_unit(c.header))}
    return [FormulaName(n, _SPOKEN[n]) for n in names if not {n, _SPOKEN[n]} & taken]


def _as_name(text: str, columns: list[FormulaName]) -> str:
    """A text that is a column's name or header as it stands, with its blanks and signs, in brackets."""
    plain = text.strip()
    names = {name for column in columns for name in (column.name, column.header)}
    return f"[{plain}]" if plain in names and "]" not in plain else text


def problem_at(
    recipients: Recipients, scheme: Scheme, site: Site, mistake: Mistake, column: str = ""
) -> Problem:
    """A mistake of a formula for the user: at the formula, or at the recipient's row."""
    place = _place(scheme, site.path)
    where = f"公式“{_cut(site.text)}”"
    if mistake.recipient is not None:
        town = recipients.towns[mistake.recipient]
        row = recipients.place(column or "town", mistake.recipient)
        message = f"{where}：{town}的{mistake.message}"
        return Problem(mistake.code, message, mistake.remedy, row if row.cell else place)
    message = f"{where}第 {mistake.position + 1} 个字符：{mistake.message}"
    return Problem(mistake.code, message, mistake.remedy, place)


def _place(scheme: Scheme, path: str) -> Place:
    """The place of a path, else of what it is part of."""
    while path:
        if path in scheme.places:
            return scheme.places[path]
        path = path.rpartition(".")[0]
    return Place(cell=path)


def _cut(text: str, most: int = 40) -> str:
    return text if len(text) <= most else f"{text[:most]}…"


def formulas_of(scheme: Scheme) -> Iterator[Site]:
    """Every formula of the scheme, derived columns first."""
    for name, text in scheme.columns.items():
        yield Site(f"columns.{name}", text)
    for p in range(len(scheme.pools)):
        yield from pool_sites(scheme, p).values()
    yield from match_sites(scheme).values()
    if (site := pilot_site(scheme)) is not None:
        yield site


def names_in(text: str) -> tuple[str, ...]:
    """What a formula names, as written; a text that is no formula names itself.

    >>> names_in("0.9 × 上年"), names_in("last year")
    (('上年',), ('last year',))
    """
    from allocator.formulas.reading.parser import parse
    from allocator.formulas.tree import Name, walk

    tree, mistakes = parse(text)
    if mistakes:
        return (text.strip(),)
    return tuple(dict.fromkeys(node.name for node in walk(tree) if isinstance(node, Name)))
