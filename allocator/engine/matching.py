"""Required match: what a town must raise beside what the city gives.

东府办〔2020〕22号 五（二）: 一、二类 not less than the city's total without pilot money, 三、四类 as a rule
not less than half of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor
from types import MappingProxyType

from allocator.base.money import Fen, half_up
from allocator.fund.recipients import Recipients
from allocator.fund.rules import Matching, Rounding


@dataclass(frozen=True, slots=True)
class Match:
    """One town's match, in fen; `raised` and what follows from it are None where unknown,
    `is_bounded` says that a floor or cap of the match holds it.
    """

    town: str
    economic_class: str
    rate: Fraction
    is_own_rate: bool
    base: Fen
    required: Fen
    raised: Fen | None = None
    is_bounded: bool = False

    @property
    def gap(self) -> Fen | None:
        """What is still missing (缺口), never below 0."""
        return None if self.raised is None else Fen(max(self.required - self.raised, 0))

    @property
    def progress(self) -> Fraction | None:
        """Raised / required (到位率); 1 where nothing is required."""
        if self.raised is None:
            return None
        return Fraction(self.raised, self.required) if self.required else Fraction(1)


def required_match(rate: Fraction, base: Fen, unit: Fen = Fen(1), rounding: Rounding = "up") -> Fen:
    """Rate times base in whole units: rounded up since the text says 不低于, or to the nearest.

    >>> required_match(Fraction(1, 2), Fen(101)), required_match(Fraction(1, 2), Fen(100))
    (51, 50)
    >>> required_match(Fraction(1, 20), Fen(1918700300), Fen(100), "nearest")
    95935000
    """
    over, under = rate.numerator * base, rate.denominator * unit
    whole = -(-over // under) if rounding == "up" else half_up(over, under)
    return Fen(whole * unit)


def match_towns(
    recipients: Recipients,
    matching: Matching,
    base: list[Fen],
    formulas: Mapping[str, Sequence[Fraction]] = MappingProxyType({}),
) -> tuple[Match, ...]:
    """The match of every town on its `base`: its own rate, else that of all or of its class.

    `formulas` are the values of the rule's formulas: `rate`, and `floor` and `cap` in fen.
    """
    matches = []
    for i, town in enumerate(recipients.towns):
        own = recipients.match_rate[i] if recipients.match_rate else None
        economic_class = recipients.economic_class[i] if recipients.economic_class else ""
        rate = own
        if rate is None:
            rate = formulas["rate"][i] if "rate" in formulas else _rate(matching, economic_class)
        alone = required = required_match(rate, base[i], matching.unit, matching.rounding)
        if "floor" in formulas:
            required = Fen(max(required, ceil(formulas["floor"][i])))
        if "cap" in formulas:
            required = Fen(min(required, floor(formulas["cap"][i])))
        raised = recipients.raised[i] if recipients.raised else None
        is_own = own is not None
        held = required != alone
        matches.append(Match(town, economic_class, rate, is_own, base[i], required, raised, held))
    return tuple(matches)


def _rate(matching: Matching, economic_class: str) -> Fraction:
    return matching.rates[economic_class] if matching.rate is None else matching.rate
