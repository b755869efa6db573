"""Every mistake of plain data at its place, and harmless values instead."""

from __future__ import annotations

import datetime
import pickle
from decimal import Decimal
from fractions import Fraction

import pytest

from allocator.base.plain_data import PlainReader, join, read_toml, unknown_key
from allocator.base.problems import InputError, Place, Problem, stop_on_errors

DAY = datetime.date(2020, 6, 30)


def reader() -> PlainReader:
    return PlainReader(
        lambda path: Place("scheme.toml", cell=path),
        {"": ("pool", "name"), "pool": ("budget",)},
        {"round": {"half": "四舍五入", "down": "向下舍去"}},
        "scheme",
        foreign=("layout",),
    )


def told(read: PlainReader) -> list[tuple[str, str]]:
    return [(p.code.removeprefix("scheme."), p.place.cell) for p in read.problems]


@pytest.mark.parametrize(
    ("how", "given", "value", "code"),
    [
        ("text", " 甲市 ", "甲市", ""),
        ("text", None, "", ""),
        ("text", 2020, "2020", ""),
        ("text", ["甲"], "", "text"),
        ("number", "1/3", Fraction(1, 3), ""),
        ("number", Decimal("0.30"), Fraction(3, 10), ""),
        ("number", "1/0", 0, "number"),
        ("number", "多", 0, "number"),
        ("number", None, 0, "number"),
        ("number", 10**18, 0, "too_large"),
        ("number", -1, 0, "negative"),
        ("amount", "2000000.05", 200000005, ""),
        ("amount", "1%", 0, "amount"),
        ("amount", "0.001", 0, "amount"),
        ("amount", 10**16, 0, "too_large"),
        ("amount", -1, 0, "negative"),
        ("date", "2020年6月30日", DAY, ""),
        ("date", DAY, DAY, ""),
        ("date", datetime.datetime(2020, 6, 30, 8), DAY, ""),  # noqa: DTZ001
        ("date", "", None, ""),
        ("date", None, None, ""),
        ("date", "六月", None, "date"),
        ("date", "2020-13-01", None, "date"),
        ("amount_or_formula", "人口 × 2", "人口 × 2", ""),
        ("amount_or_formula", " 30％ ", "30％", ""),
        ("amount_or_formula", "12.50", 1250, ""),
        ("amount_or_formula", 3, 300, ""),
        ("amount_or_formula", "", None, ""),
        ("amount_or_formula", None, None, ""),
    ],
)
def test_one_value_of_each_kind(how: str, given: object, value: object, code: str) -> None:
    read = reader()
    assert getattr(read, how)({"x": given}, "pool[0]", "x") == value
    assert told(read) == ([(code, "pool[0].x")] if code else [])


@pytest.mark.parametrize(
    ("given", "value", "codes"),
    [
        ("down", "down", []),
        ("向下舍去", "down", []),
        (None, "half", []),
        ("截尾", "half", [("choice", "round")]),
    ],
)
def test_a_choice_by_either_name(given: object, value: str, codes: list[object]) -> None:
    read = reader()
    assert read.choice({"round": given}, "", "round", "half") == value
    assert told(read) == codes


def test_what_is_needed_must_stand() -> None:
    read = reader()
    assert read.text({"name": " "}, "", "name", needed=True) == ""
    assert read.text({"name": "甲"}, "", "name", needed=True) == "甲"
    assert told(read) == [("missing", "name")]


def test_tables_and_their_keys() -> None:
    read = reader()
    raw = {"pool": [{"budgte": 1}], "layout": {}, "其他": 1}
    assert read.table(raw, "", "") == raw
    ((item, path),) = read.tables(raw["pool"], "pool")
    assert read.table(item, path, "pool") == item
    assert read.table(1, "pool[1]", "pool") == {}
    assert [read.tables(wrong, "pool") for wrong in ("text", 1)] == [[], []]
    assert told(read) == [
        ("unknown_key", "其他"),
        ("unknown_key", "pool[0].budgte"),
        ("shape", "pool[1]"),
        ("shape", "pool"),
        ("shape", "pool"),
    ]
    assert read.places["pool[0].budgte"] == Place("scheme.toml", cell="pool[0].budgte")


def test_the_nearest_key_is_offered() -> None:
    assert unknown_key("budgte", ["budget"], Place()).remedy.startswith("是否应为“budget”")
    assert unknown_key("其他", ["budget"], Place()).remedy == "请删去。可用的项：budget"


def test_toml_keeps_every_digit_and_tells_where_it_breaks() -> None:
    assert read_toml("a = 90071992547409.93\r\n") == {"a": Decimal("90071992547409.93")}
    for text in ("a =", "a = " + "[" * 5000, "a = " + "9" * 5000):
        with pytest.raises(InputError) as refused:
            read_toml(text, "scheme.toml")
        assert refused.value.problems[0].place == Place("scheme.toml")


def test_paths() -> None:
    assert (join("", "a"), join("pool[0]", "b")) == ("a", "pool[0].b")


def test_only_errors_stop() -> None:
    doubt = Problem("a", "可疑", "请核对", is_warning=True)
    error = Problem("b", "有误", "请改正", Place("表.xlsx", "一", "B2"), "x")
    assert stop_on_errors(iter([doubt])) == (doubt,)
    with pytest.raises(InputError) as refused:
        stop_on_errors([doubt, error])
    assert str(refused.value) == "可疑。请核对\n[表.xlsx!一!B2] 有误（现为：x）。请改正"
    again = pickle.loads(pickle.dumps(refused.value))  # noqa: S301 - its own bytes
    assert again.problems == (doubt, error)
