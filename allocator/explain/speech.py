"""The words of a fund: what its texts call who receives, who pays, and the currency.

All texts of the package are written in the words of a Chinese city (镇街, 市级, 元). A fund that has
words of its own says them in `[table] words`; here, and only here, the one is put for the other.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import lru_cache

from allocator.base.tables import Table
from allocator.fund.recipients import Recipients
from allocator.fund.rules import Naming
from allocator.fund.scheme import Scheme

#: Where a word of the package may stand. 元 is none in 单元格.
_RECIPIENT = r"园区、镇\s?（街道）|镇街（园区）|镇街|(?<=[各本每该低])镇|镇(?=间)"
_PAYER = "市级"
_CURRENCY = r"(?<!单)元"


@dataclass(frozen=True, slots=True)
class Speech:
    """The words of one fund; `kept` are the user's own texts, which stay as they are."""

    words: Naming = Naming()
    kept: frozenset[str] = field(default_factory=frozenset)

    @property
    def is_usual(self) -> bool:
        """Whether the fund has no words of its own."""
        return not (self.words.recipient or self.words.payer or self.words.currency)

    def said(self, text: str) -> str:
        """A text of the package in the words of the fund.

        >>> Speech(Naming(recipient="州", payer="联邦", currency="美元")).said("各镇街，市级 5.00 元")
        '各州，联邦 5.00 美元'
        """
        if self.is_usual:
            return text
        pattern, words = _retelling(self)

        def put(found: re.Match[str]) -> str:
            group = found.lastindex or 1
            return found[0] if group == 1 else words[group - 2]

        return pattern.sub(put, text)

    def table(self, table: Table) -> Table:
        """A table of the package in the words of the fund."""
        if self.is_usual:
            return table
        return Table(
            title=self.said(table.title),
            columns=tuple(replace(one, header=self.said(one.header)) for one in table.columns),
            rows=tuple(
                tuple(self.said(cell) if isinstance(cell, str) else cell for cell in row)
                for row in table.rows
            ),
            total=table.total,
            notes=tuple(map(self.said, table.notes)),
        )


@lru_cache(maxsize=8)  # not anew for every text: a fund may keep thousands of its own
def _retelling(speech: Speech) -> tuple[re.Pattern[str], tuple[str, ...]]:
    """What is looked for: in group 1 what is kept, then what each of the words is put for."""
    words = speech.words
    pairs = [(_RECIPIENT, words.recipient), (_PAYER, words.payer), (_CURRENCY, words.currency)]
    own = [re.escape(kept) for kept in sorted(speech.kept, key=len, reverse=True)]
    groups = ["|".join(own) or r"(?!)", *(pattern for pattern, word in pairs if word)]
    pattern = re.compile("|".join(f"({group})" for group in groups))
    return pattern, tuple(word for _, word in pairs if word)


def speech_of(scheme: Scheme, recipients: Recipients | None = None) -> Speech:
    """The words of a fund; what the user named with one of the package's words stays as it is."""
    plain = Speech(scheme.naming)
    if plain.is_usual:  # nothing is put for anything
        return plain
    usual = re.compile(f"{_RECIPIENT}|{_PAYER}|{_CURRENCY}")
    kept = frozenset(text for text in _given(scheme, recipients) if usual.search(text))
    return replace(plain, kept=kept)


def _given(scheme: Scheme, recipients: Recipients | None) -> Iterator[str]:
    """Texts that the user gave."""
    yield from (scheme.name, scheme.document)
    if recipients is not None:
        yield from recipients.towns
        yield from recipients.headers.values()
        yield from recipients.numbers
        for column in recipients.texts.values():
            yield from column
        yield from recipients.economic_class
        for line in recipients.sources:
            yield from line
    yield from scheme.columns
    yield from (scheme.naming.recipient, scheme.naming.payer, scheme.naming.currency)
    for entry in scheme.adjustments:
        yield from (entry.reason, entry.approval)
    yield from (batch.document for batch in scheme.instalments)
    for pool in scheme.pools:
        yield from (pool.name, pool.cite, *(source.name for source in pool.sources))
        yield from (factor.name for factor in pool.factors)
