"""Every key of the language of methods: from TOML to the scheme, to its sheet, and back."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from allocator import InputError, Recipients, Scheme, allocate, load
from allocator.base.files import FileBytes
from allocator.excel.official import official_workbook

#: Rules of one pool by groups of which at most one is taken: later ones contradict earlier ones.
KEYS = (
    ('eligible = "b > 0"',),
    ('fixed = "if(a > 8, 5, 0)"',),
    ('base = "3"', 'base = "2 × b"'),
    ('adjust = "b ÷ 2"',),
    ('floor = "1"', 'floor = "0.1 × b"', 'floor = "1%"'),
    ('cap = "90"', 'cap = "20 × b"', 'cap = "a"'),
    ('least = "0.5"', 'least = "0.1 × b"'),
    ('surplus = "keep"',),
    (
        'method = "nearest"',
        'method = "nearest"\nrest = "largest"',
        'method = "nearest"\nrest = "甲"',
    ),
    (
        'sources = [{ name = "省", amount = "60" }, { name = "市", amount = "40" }]\nsource_order = "in_turn"',
    ),
)
FACTORS = (
    '{ column = "a", weight = "1" }',
    '{ value = "a + 派生", weight = "1" }',
    '{ column = "派生", weight = "0.5", name = "派生数" }, { value = "b", weight = "0.5" }',
)
LEVEL = '\namount = "max(level × a − 派生, 0)"\n'
SETTLED = '\n[[settlement]]\npool = "p"\ndeduct = "b"\nshort = "{}"\ncite = "第三条"\n'
MATCHED = (
    '\n[matching]\nrate = "30%"\non = ["p"]\ncap = "4"\n',
    '\n[matching]\nrate = "lookup(片区, 东=0.2, 西=0.5)"\nfloor = "b"\n',
)
TABLE = Recipients.from_columns(
    ["甲", "乙", "丙"], {"a": [3, 9, 5], "b": [1, 2, 4]}, texts={"片区": ["东", "西", "西"]}
)


@st.composite
def texts(draw: st.DrawFn) -> str:
    rules = [draw(st.sampled_from(("", *options))) for options in KEYS]
    budget = 'budget = "100"'
    which = draw(st.integers(0, 3))
    if which == 1:
        budget = 'budget = "60 + sum(a) + 23"'
        rules = [rule for rule in rules if "sources" not in rule]
    if which > 1:
        budget = 'group = "片区"\nbudget = { "东" = "30", "西" = "70" }'
    parts = [
        '[scheme]\nname = "往返"\n\n[table]\nname = "地区"\n',
        draw(
            st.sampled_from(("", 'words = { recipient = "县", payer = "省级", currency = "币" }\n'))
        ),
        '[columns]\n"派生" = "max(a − b, 0)"\n"再派生" = "派生 × 2"\n',
        f'\n[[pool]]\nid = "p"\nname = "资金"\n{budget}\nunit = "0.01"\n' + "\n".join(rules),
        draw(st.sampled_from([*(f"\nfactors = [{one}]\n" for one in FACTORS), LEVEL])),
        draw(st.sampled_from(("", *map(SETTLED.format, ("outstanding", "negative", "error"))))),
        draw(st.sampled_from(("", *MATCHED))),
    ]
    if LEVEL in parts:
        # What stands with an amount that a formula gives is contradicted by some rules.
        parts[3] = "\n".join(
            r for r in parts[3].split("\n") if not r.startswith(("base", "adjust", "least"))
        )
    return "".join(parts)


@settings(max_examples=60, deadline=None)
@given(texts())
def test_a_scheme_is_written_as_toml_that_reads_back(text: str) -> None:
    scheme = Scheme.from_toml(text)
    assert Scheme.from_toml(scheme.to_toml()) == scheme


@settings(max_examples=6, deadline=None)
@given(texts())
def test_the_sheets_of_a_workbook_hold_the_same_scheme_and_give_the_same_answer(text: str) -> None:
    scheme = Scheme.from_toml(text)
    try:
        answer = allocate(TABLE, scheme)
    except InputError:
        return
    book = FileBytes("往返.xlsx", official_workbook(answer))
    recipients, again = load(book)
    assert again == scheme
    assert (
        allocate(recipients, again).fingerprint["result_sha256"]
        == answer.fingerprint["result_sha256"]
    )
