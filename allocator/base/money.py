"""Money in whole fen and exact numbers: the only module that converts and formats either.

1 yuan = 100 fen, 1 万元 = 1,000,000 fen, 1 亿元 = 10,000,000,000 fen.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction
from types import MappingProxyType
from typing import Final, NewType

Fen = NewType("Fen", int)

FEN_PER_YUAN: Final = 100
FEN_PER_WAN: Final = 1_000_000
#: Units of money, and the decimals in which each shows every fen.
DECIMALS: Final = MappingProxyType({"元": 2, "万元": 6, "亿元": 10})

_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?")
#: As in texts: 1e999 is a number, though too large a one; 1e999999999 would fill the memory.
_MOST_EXPONENT: Final = 999
_CAPITALS: Final = "零壹贰叁肆伍陆柒捌玖"
_SCALES: Final = (
    (10**8, "亿"),
    (10**4, "万"),
    (1000, "仟"),
    (100, "佰"),
    (10, "拾"),
)
_FULL_WIDTH = str.maketrans("０１２３４５６７８９．，－＋％　", "0123456789.,-+% ")
_GROUPED = re.compile(r"[+-]?[1-9]\d{0,2}(,\d{3})+(\.\d*)?")


def exact_number(value: object) -> Fraction:
    """The exact number that a cell, a TOML value or a text means.

    A float enters through its shortest decimal form, so 0.1 is one tenth. Text may have
    full-width digits, thousands separators, spaces and a percent sign.

    >>> exact_number("１,２３４.５")
    Fraction(2469, 2)
    >>> exact_number(0.1), exact_number("30%")
    (Fraction(1, 10), Fraction(3, 10))

    Raises `ValueError` for anything else: text, NaN, infinities, booleans, nothing.
    """
    if isinstance(value, bool):
        raise ValueError(f"not a number: {value!r}")  # noqa: TRY004 - a wrong cell, not a wrong call
    if isinstance(value, int | Fraction):
        return Fraction(value)
    if isinstance(value, float):
        value = Decimal(repr(value))
    if isinstance(value, Decimal):
        if not value.is_finite() or abs(value.adjusted()) > _MOST_EXPONENT:
            raise ValueError(f"not a finite number: {value}")
        return Fraction(value)
    if not isinstance(value, str):
        raise ValueError(f"not a number: {value!r}")  # noqa: TRY004 - as above
    text = value.translate(_FULL_WIDTH).replace("\N{NO-BREAK SPACE}", " ").strip()
    percent = text.endswith("%")
    text = text.removesuffix("%").strip()
    if _GROUPED.fullmatch(text):
        text = text.replace(",", "")
    if not _NUMBER.fullmatch(text):
        raise ValueError(f"not a number: {value!r}")
    return Fraction(text) / (100 if percent else 1)


def half_up(over: int, under: int = 1) -> int:
    """Over / under to the nearest whole number, halves upwards; `under` > 0.

    >>> half_up(5, 2), half_up(-5, 2), half_up(-7, 2)
    (3, -2, -3)
    """
    return (2 * over + under) // (2 * under)


def nearest(number: Fraction) -> int:
    """An exact number to the nearest whole one, halves upwards; for the eye."""
    return half_up(number.numerator, number.denominator)


def rounded(number: Fraction, decimals: int) -> Fraction:
    """An exact number to that many decimals, halves upwards; for the eye.

    >>> rounded(Fraction(2, 3), 2), rounded(Fraction(-1, 3), 1)
    (Fraction(67, 100), Fraction(-3, 10))
    """
    return Fraction(nearest(number * 10**decimals), 10**decimals)


def fen_from_yuan(yuan: object) -> Fen:
    """An amount in yuan as whole fen; more than two decimals is an error, never rounded.

    >>> fen_from_yuan("105,000,000.00")
    10500000000
    """
    fen = exact_number(yuan) * FEN_PER_YUAN
    if fen.denominator != 1:
        raise ValueError(f"more than two decimals in an amount of yuan: {yuan!r}")
    return Fen(fen.numerator)


def amount_in(fen: int, unit: str = "元") -> Decimal:
    """Fen as an exact amount in 元, 万元 or 亿元.

    >>> amount_in(495984441), amount_in(495984441, "万元")
    (Decimal('4959844.41'), Decimal('495.984441'))

    Raises `ValueError` for another unit.
    """
    if unit not in DECIMALS:
        raise ValueError(f"金额的单位只能是 {'、'.join(DECIMALS)}，不是“{unit}”")
    sign, digits = int(fen < 0), tuple(map(int, str(abs(fen))))
    return Decimal((sign, digits, -DECIMALS[unit]))


def format_yuan(fen: int) -> str:
    """Fen as yuan with separators and two decimals.

    >>> format_yuan(495984441), format_yuan(-5)
    ('4,959,844.41', '-0.05')
    """
    sign = "-" if fen < 0 else ""
    yuan, rest = divmod(abs(fen), FEN_PER_YUAN)
    return f"{sign}{yuan:,}.{rest:02d}"


def signed_yuan(fen: int) -> str:
    """A change in yuan with its sign.

    >>> signed_yuan(10000000), signed_yuan(-5)
    ('+100,000.00', '-0.05')
    """
    return f"{'+' if fen > 0 else ''}{format_yuan(fen)}"


def format_wan(fen: int, decimals: int = 6) -> str:
    """Fen as 万元; six decimals show every fen, fewer only where nothing is lost.

    >>> format_wan(495984441), format_wan(200000000, 2)
    ('495.984441', '200.00')
    """
    step = 10 ** (6 - decimals)
    if fen % step:
        raise ValueError(f"{fen} fen does not fit {decimals} decimals of 万元")
    sign = "-" if fen < 0 else ""
    whole, rest = divmod(abs(fen) // step, 10**decimals)
    return f"{sign}{whole:,}" + (f".{rest:0{decimals}d}" if decimals else "")


def capital_amount(fen: int) -> str:
    """An amount in capitals (大写金额), as payment documents ask for; the word 人民币 is the caller's.

    Source: 《支付结算办法》附一《正确填写票据和结算凭证的基本规定》: 整 closes an amount of whole
    yuan, zeros between digits are written once, 元 takes a 零 after it where its own digit or the
    角 is 0.

    >>> capital_amount(140950), capital_amount(32504), capital_amount(168032)
    ('壹仟肆佰零玖元伍角', '叁佰贰拾伍元零肆分', '壹仟陆佰捌拾元零叁角贰分')
    >>> capital_amount(495984441), capital_amount(10**10)
    ('肆佰玖拾伍万玖仟捌佰肆拾肆元肆角壹分', '壹亿元整')
    """
    sign, fen = ("负", -fen) if fen < 0 else ("", fen)
    yuan, rest = divmod(fen, FEN_PER_YUAN)
    tenths, hundredths = divmod(rest, 10)
    text = f"{_capital_whole(yuan)}元" if yuan or not rest else ""
    if not rest:
        return f"{sign}{text}整"
    if yuan and (not tenths or not yuan % 10):
        text += "零"
    text += f"{_CAPITALS[tenths]}角" if tenths else ""
    return sign + text + (f"{_CAPITALS[hundredths]}分" if hundredths else "")


def _capital_whole(number: int) -> str:
    for scale, word in _SCALES:
        if number >= scale:
            high, rest = divmod(number, scale)
            text = _capital_whole(high) + word
            if not rest:
                return text
            return text + ("零" if rest < scale // 10 else "") + _capital_whole(rest)
    return _CAPITALS[number]


def amount_text(fen: int, unit: str = "元") -> str:
    """An amount with its unit, 元 or 万元, exact.

    >>> amount_text(495984441), amount_text(495984441, "万元"), amount_text(200000000, "万元")
    ('4,959,844.41 元', '495.984441 万元', '200.00 万元')
    """
    if unit == "元":
        return f"{format_yuan(fen)} 元"
    return f"{format_wan(fen, wan_decimals([fen]))} 万元"


def wan_decimals(amounts_fen: Iterable[int]) -> int:
    """The fewest decimals (2 to 6) in which every amount is exact in 万元.

    >>> wan_decimals([200000000, 12340000]), wan_decimals([1])
    (2, 6)
    """
    rest = [abs(fen) for fen in amounts_fen]
    return next(d for d in range(2, 7) if d == 6 or not any(fen % 10 ** (6 - d) for fen in rest))


def format_number(number: Fraction | int, decimals: int = 10) -> str:
    """A number with separators: exact when it ends within `decimals`, else cut and marked `…`.

    >>> format_number(Fraction(46, 10)), format_number(Fraction(23, 595))
    ('4.6', '0.0386554621…')
    """
    sign = "-" if number < 0 else ""
    scaled = abs(Fraction(number)) * 10**decimals
    digits, inexact = scaled.numerator // scaled.denominator, scaled.denominator != 1
    whole, rest = divmod(digits, 10**decimals)
    if inexact:
        return f"{sign}{whole:,}" + (f".{rest:0{decimals}d}…" if decimals else "…")
    tail = f"{rest:0{decimals}d}".rstrip("0") if decimals else ""
    return f"{sign}{whole:,}" + (f".{tail}" if tail else "")


def format_percent(ratio: Fraction | int, decimals: int = 4) -> str:
    """A ratio in per cent, rounded half up for the eye; no amount is ever computed from it.

    >>> format_percent(Fraction(23, 595)), format_percent(Fraction(1, 2), 0)
    ('3.8655%', '50%')
    """
    shown = nearest(Fraction(ratio) * 100 * 10**decimals)
    sign = "-" if shown < 0 else ""
    whole, rest = divmod(abs(shown), 10**decimals)
    return f"{sign}{whole:,}" + (f".{rest:0{decimals}d}" if decimals else "") + "%"


def yuan_text(fen: int) -> str:
    """Fen as a plain yuan text for files: `-2000000.05`, no separators."""
    sign, fen = ("-", -fen) if fen < 0 else ("", fen)
    return f"{sign}{fen // FEN_PER_YUAN}.{fen % FEN_PER_YUAN:02d}"


def number_text(number: Fraction) -> str:
    """An exact number as a decimal where it ends, else as `num/den`; both are read back.

    >>> number_text(Fraction(3, 10)), number_text(Fraction(1, 3))
    ('0.3', '1/3')
    """
    rest, twos, fives = number.denominator, 0, 0
    while rest % 2 == 0:
        rest, twos = rest // 2, twos + 1
    while rest % 5 == 0:
        rest, fives = rest // 5, fives + 1
    if rest != 1:
        return f"{number.numerator}/{number.denominator}"
    places = max(twos, fives)
    digits = f"{abs(number.numerator) * 10**places // number.denominator:0{places + 1}d}"
    whole, tail = digits[: len(digits) - places], digits[len(digits) - places :]
    return ("-" if number < 0 else "") + whole + (f".{tail}" if tail else "")
