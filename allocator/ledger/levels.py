"""One level down: each parent's money split over its children, every parent one run of the engine.

Province → city → county → town → village is the same call again: what a split gives its children
(`LevelSplit.given`) is the money of the next.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, Final

from allocator.allocation import Allocation, allocate
from allocator.base.money import Fen, format_yuan
from allocator.base.problems import InputError, Problem
from allocator.engine.answer import Answer, Identity
from allocator.engine.identities import IdentityError
from allocator.engine.pool import PoolAllocation
from allocator.fund.recipients import Recipients
from allocator.fund.rules import Pool, Source
from allocator.fund.scheme import Scheme
from allocator.rounding.apportion import apportion
from allocator.rounding.two_way import round_two_way

#: The source of what a town raises itself.
MATCH_SOURCE: Final = "镇级配套"
FenRows = tuple[tuple[Fen, ...], ...]


@dataclass(frozen=True, slots=True)
class Money:
    """One pool's money of all parents: `by_source[i][j]` fen is what source j gives parent i."""

    pool: str
    name: str
    sources: tuple[str, ...]
    by_source: FenRows

    def amount(self, i: int) -> Fen:
        """All that parent i has of this pool."""
        return Fen(sum(self.by_source[i]))

    @property
    def total(self) -> Fen:
        """All that the pool gives this level."""
        return Fen(sum(map(sum, self.by_source)))


@dataclass(frozen=True, slots=True)
class LevelGiven:
    """What a level has to pass on, by pool; `mark` is what the level above must say of itself."""

    parents: tuple[str, ...]
    pools: tuple[Money, ...]
    mark: str = ""

    def money(self, pool: str) -> Money:
        """The money of the pool of that id; raises `KeyError`."""
        for money in self.pools:
            if money.pool == pool:
                return money
        raise KeyError(pool)


@dataclass(frozen=True, slots=True)
class LevelGroup:
    """One parent: the rows of its children, and their run; None where it keeps its sum."""

    parent: str
    rows: tuple[int, ...]
    answer: Allocation | None


@dataclass(frozen=True, slots=True)
class LevelSplit:
    """All parents split. `pools` holds by child what `given` holds by parent, children as rows.

    `parent_of[k]` is the parent's row of child k. `scheme` is the one of this level, its budgets
    those of all parents together. `kept_money` is what parents keep, by parent: all without children, else what
    its rules leave over (caps below the money, less than one rounding unit).
    """

    given: LevelGiven
    children: Recipients
    parent_of: tuple[int, ...]
    scheme: Scheme
    groups: tuple[LevelGroup, ...]
    pools: tuple[Money, ...]
    kept_money: tuple[Money, ...]
    identities: tuple[Identity, ...] = ()

    @property
    def mark(self) -> str:
        """What everything made from this split must say: a draft or placeholders at either level."""
        marks = [g.answer.mark for g in self.groups if g.answer and g.answer.mark]
        return marks[0] if marks else self.given.mark

    def kept(self, i: int, pool: Money) -> Fen:
        """What parent i keeps of a pool."""
        return next(money for money in self.kept_money if money.pool == pool.pool).amount(i)

    def next_given(self) -> LevelGiven:
        """The children's money as that of the next level's parents."""
        names = tuple(f"{self.given.parents[p]}{name}" for p, name in self._named())
        return LevelGiven(names, self.pools, self.mark)

    def _named(self) -> Iterator[tuple[int, str]]:
        return zip(self.parent_of, self.children.towns, strict=True)


def split_level(
    given: LevelGiven, children: Recipients, parent_of: Sequence[str], scheme: Scheme
) -> LevelSplit:
    """Split every parent's money over its children by the rules of `scheme`, each by itself.

    A pool of the scheme splits the money of the pool of the same id; its own budget is not read.
    Children's sums equal the parent's to the fen, by source too. A parent without children keeps
    its sum. Raises `InputError` with the mistakes of every parent.
    """
    index = {name: i for i, name in enumerate(given.parents)}
    problems = [*_unknown_parents(children, parent_of, index), *_unknown_pools(given, scheme)]
    if problems:
        raise InputError(problems)
    owner = tuple(index[name] for name in parent_of)
    rows: list[list[int]] = [[] for _ in given.parents]
    for k, i in enumerate(owner):
        rows[i].append(k)
    groups = []
    for i, parent in enumerate(given.parents):
        try:
            answer = _split_parent(given, i, rows_of(children, rows[i]), scheme)
            groups.append(LevelGroup(parent, tuple(rows[i]), answer))
        except InputError as error:
            problems += [replace(p, message=f"{parent}：{p.message}") for p in error.problems]
    if problems:
        raise InputError(problems)
    split = [money for money in given.pools if _has_pool(scheme, money.pool)]
    pools = tuple(_by_child(money, groups, len(children)) for money in split)
    tuple(map(_kept, split, pools, [groups] * len(split)))
    whole = replace(given, pools=tuple(split))
    budgets = tuple(_with_money(p, whole.money(p.id).total) for p in scheme.pools)
    kept = tuple(_kept(*both, groups) for both in zip(split, pools, strict=True))
    rules = replace(scheme, pools=budgets)
    found = LevelSplit(whole, children, owner, rules, tuple(groups), pools, kept)
    return replace(found, identities=check_level(found))


def rows_of(recipients: Recipients, rows: Sequence[int]) -> Recipients:
    """Some rows of a table, in their order, as a table of its own.

    >>> rows_of(Recipients.from_columns(["甲", "乙"], {"人口": [1, 2]}), [1]).numbers
    {'人口': (2,)}
    """
    n = len(recipients)

    def cut(value: Any) -> Any:
        is_column = isinstance(value, tuple) and len(value) == n
        return tuple(value[k] for k in rows) if is_column else value

    changed: dict[str, Any] = {}
    for field in fields(recipients):
        value = getattr(recipients, field.name)
        if field.name in ("sources", "warnings", "headers", "origin"):
            continue
        if isinstance(value, Mapping):
            changed[field.name] = {name: cut(column) for name, column in value.items()}
        else:
            changed[field.name] = cut(value)
    origin = replace(recipients.origin, rows=cut(recipients.origin.rows))
    return replace(recipients, **changed, origin=origin, warnings=())


def _unknown_parents(
    children: Recipients, parent_of: Sequence[str], index: Mapping[str, int]
) -> list[Problem]:
    return [
        Problem(
            "level.parent",
            f"“{children.towns[k]}”所属的“{name}”不在上一级的结果中",
            "请改正所属单位的名称，或从表中删去这一行",
            children.place("town", k),
            name,
        )
        for k, name in enumerate(parent_of)
        if name not in index
    ]


def _unknown_pools(given: LevelGiven, scheme: Scheme) -> list[Problem]:
    known = {money.pool: money.name for money in given.pools}
    words = "、".join(f"{pool}（{name}）" for pool, name in known.items())
    return [
        Problem("level.pool", f"上一级没有资金池“{p.id}”", f"请把 id 改为下列之一：{words}")
        for p in scheme.pools
        if p.id not in known
    ]


def _has_pool(scheme: Scheme, pool: str) -> bool:
    return any(p.id == pool for p in scheme.pools)


def _with_money(pool: Pool, budget: Fen, sources: tuple[Source, ...] = ()) -> Pool:
    return replace(pool, budget=budget, sources=sources)


def _split_parent(
    given: LevelGiven, i: int, children: Recipients, scheme: Scheme
) -> Allocation | None:
    """One run of the engine: the parent's money is the budget, who pays it the sources."""
    if not len(children):
        return None
    pools = []
    for pool in scheme.pools:
        money = given.money(pool.id)
        paid = list(money.by_source[i])
        rest = sum(paid) % pool.unit
        for j in reversed(range(len(paid))):  # what fills no unit stays, from the last source on
            taken = min(rest, paid[j])
            paid[j], rest = Fen(paid[j] - taken), rest - taken
        if any(paid):
            named = zip(money.sources, paid, strict=True)
            sources = tuple(Source(name, fen) for name, fen in named if fen)
            pools.append(_with_money(pool, Fen(sum(paid)), sources))
    if not pools:
        return None
    name = f"{given.parents[i]}{scheme.name}"
    own = replace(scheme, name=name, pools=tuple(pools), pilot=None, matching=None, recipients=None)
    return allocate(children, own)


def _by_child(money: Money, groups: Sequence[LevelGroup], children: int) -> Money:
    """The pool's money by child and source, in the order of the parent's sources."""
    cells: list[tuple[Fen, ...]] = [(Fen(0),) * len(money.sources)] * children
    for _i, group in enumerate(groups):
        result = _result(group, money.pool)
        if result is None:
            continue
        names = [source.name for source in result.pool.sources]
        paying = [money.sources.index(name) for name in names]
        for k, paid in zip(group.rows, result.by_source, strict=True):
            row = [Fen(0)] * len(money.sources)
            for j, fen in zip(paying, paid, strict=True):
                row[j] = fen
            cells[k] = tuple(row)
    return Money(money.pool, money.name, money.sources, tuple(cells))


def _result(group: LevelGroup, pool: str) -> PoolAllocation | None:
    """The group's run of a pool; None where there was nothing to split, or nobody."""
    found = group.answer.pools if group.answer else ()
    return next((result for result in found if result.pool.id == pool), None)


def _kept(above: Money, below: Money, groups: Sequence[LevelGroup]) -> Money:
    """What each parent has, less what its children get, by source."""
    rows = []
    for i, group in enumerate(groups):
        given = (below.by_source[k] for k in group.rows)
        passed = [sum(column) for column in zip(*given, strict=True)] or [0] * len(above.sources)
        both = zip(above.by_source[i], passed, strict=True)
        rows.append(tuple(Fen(have - down) for have, down in both))
    return replace(above, by_source=tuple(rows))


def check_level(split: LevelSplit) -> tuple[Identity, ...]:
    """Every balance between two levels; raises `IdentityError` when one is false."""
    found = [identity for money in split.pools for identity in _balances(split, money)]
    if failed := tuple(identity for identity in found if not identity.holds):
        raise IdentityError(failed)
    return tuple(found)


def _balances(split: LevelSplit, money: Money) -> Iterator[Identity]:
    """Children and what is kept sum to the parents, by source; what is kept is what the rules say."""
    above = split.given.money(money.pool)
    kept = next(one for one in split.kept_money if one.pool == money.pool)
    n = len(above.by_source)
    for j, source in enumerate(money.sources):
        sums = [0] * n
        for k, i in enumerate(split.parent_of):
            sums[i] += money.by_source[k][j]
        column = [row[j] for row in kept.by_source]
        rows = zip(sums, column, above.by_source, strict=True)
        wrong = sum(down + rest != row[j] or rest < 0 for down, rest, row in rows)
        name = f"{source}：各下级合计 + 自留 = 上级金额"
        yield Identity(name, money.name, f"{n - wrong} 个", f"{n} 个", wrong == 0)
        left, right = sum(sums) + sum(column), sum(row[j] for row in above.by_source)
        sides = format_yuan(left), format_yuan(right)
        yield Identity(f"{source}：全部下级 + 自留 = 全部上级", money.name, *sides, left == right)
    wrong = sum(kept.amount(i) != _left_over(split, money, i) for i in range(n))
    name = "自留 = 没有下级的全部，或分不完而留存的"
    yield Identity(name, money.name, f"{n - wrong} 个", f"{n} 个", wrong == 0)


def _left_over(split: LevelSplit, money: Money, i: int) -> int:
    """What parent i must keep: all without children, else what fills no unit and the surplus."""
    amount = split.given.money(money.pool).amount(i)
    result = _result(split.groups[i], money.pool)
    if result is None:
        return amount
    return amount - sum(result.sourced)


def children_named(split: LevelSplit, asked: str) -> list[int]:
    """The children a user means by `name` or `parent/name`."""
    names = split.given.parents
    pairs = enumerate(split.children.towns)
    return [k for k, name in pairs if asked in (name, f"{names[split.parent_of[k]]}/{name}")]


def explain_child(split: LevelSplit, k: int) -> str:
    """Why child k gets its amount, in words: its parent's money, its part by source, its share."""
    i = split.parent_of[k]
    group, name = split.groups[i], split.children.towns[k]
    lines = [f"{group.parent}的资金："]
    for above in split.given.pools:
        parts = _paid_words(above, i)
        lines.append(f"  {above.name}：{parts}，合计 {format_yuan(above.amount(i))} 元")
    lines.append(f"其中{name}：")
    for money in split.pools:
        parts = _paid_words(money, k)
        lines.append(f"  {money.name}：{parts}，合计 {format_yuan(money.amount(k))} 元")
    if group.answer is None:
        return "\n".join([*lines, "", ""])
    # One level down it is the parent that pays, and its children who receive.
    words = group.answer.scheme.naming
    naming = replace(
        words, recipient=words.recipient or "村（社区）", payer=words.payer or group.parent
    )
    told = replace(group.answer, scheme=replace(group.answer.scheme, naming=naming))
    return "\n".join([*lines, "", told.explain(name)])


def _paid_words(money: Money, i: int) -> str:
    paid = zip(money.sources, money.by_source[i], strict=True)
    return "，".join(f"{source} {format_yuan(fen)} 元" for source, fen in paid)


def paid_by_source(answer: Answer, pool: str) -> FenRows:
    """What each town is paid now of a pool, by source, in fen.

    A town that is paid all it is given keeps its row of the table of sources. For the others, who
    have had an advance or gave something back, their payments are split as the sources stand to
    each other, so that the margins are exact.
    """
    result = answer.pool(pool)
    sources = result.pool.sources
    if not sources:
        return tuple((fen,) for fen in result.payment)
    rows = list(result.by_source)
    other = [i for i, paid in enumerate(result.payment) if paid != sum(rows[i])]
    payments = [result.payment[i] for i in other]
    columns = apportion(sum(payments), [source.amount for source in sources]).amounts
    for i, row in zip(other, round_two_way(payments, list(columns)), strict=True):
        rows[i] = tuple(Fen(fen) for fen in row)
    return tuple(rows)


def match_by_pool(answer: Answer, *, is_raised: bool) -> tuple[tuple[Fen, ...], ...]:
    """Each town's match by pool, in fen: what it must raise, or what it has raised so far.

    The match stands for all pools together (五（二）); it is shared between them as the payments are.
    """
    table = []
    for i, match in enumerate(answer.matching):
        amount = (match.raised or Fen(0)) if is_raised else match.required
        paid = [result.payment[i] for result in answer.pools]
        weights = paid if any(paid) else [1] * len(paid)
        table.append(tuple(Fen(fen) for fen in apportion(amount, weights).amounts))
    return tuple(table)


def given_by(answer: Answer, match: str = "due") -> LevelGiven:
    """What an allocation leaves its towns to pass on: payments, and their match.

    `match` is `due` (应配套), `raised` (已配套) or `none`.
    """
    matches = match_by_pool(answer, is_raised=match == "raised") if match != "none" else ()
    pools = []
    for p, result in enumerate(answer.pools):
        rows = paid_by_source(answer, result.pool.id)
        names = tuple(source.name for source in result.pool.sources) or ("市级资金",)
        if matches:
            rows = tuple((*row, matches[i][p]) for i, row in enumerate(rows))
            names = (*names, MATCH_SOURCE)
        pools.append(Money(result.pool.id, result.pool.name, names, rows))
    return LevelGiven(answer.recipients.towns, tuple(pools), answer.mark)
