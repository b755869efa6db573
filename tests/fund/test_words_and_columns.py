"""One row in one file is all that a new column or a new choice of a rule takes."""

import shutil
import subprocess
import sys
from pathlib import Path

import allocator
from allocator.fund.columns import BY_NAME, COLUMNS, OWN_NOTE, STATUS_NOTE, note
from allocator.fund.rules import Factor, Matching, Pilot, Pool, Source
from allocator.fund.scheme import Scheme
from allocator.fund.words import CHOICES, KEYS, RULES, SECTIONS, in_words, rules_of
from allocator.rounding.apportion import METHODS

COLUMN_ROW = """COLUMNS: Final = (
    Column(
        name="poor",
        header="低保人数（人）",
        kind="number",
        note="年末低保人数，单位：人。",
        names=("低保户",),
        unit="人",
    ),
"""
CHOICE_ROW = """            "refuse": "停止",
            "lottery": "抽签","""
SCRIPT = """
import dataclasses, io, sys
import openpyxl
from allocator.cli import main
from allocator.fund.rules import Pool
from allocator.fund.scheme import Scheme
from allocator.excel.template.template import input_workbook
from allocator.scenarios.comparisons.change_words import describe
from allocator.excel.intake.load import load

rules = '''
[scheme]
name = "某资金"
[[pool]]
id = "p"
name = "某资金"
budget = "1000.00"
tie = "TIE"
factors = [{ column = "COLUMN", weight = "1" }]
'''
tie, column, header = sys.argv[1:]
rules = rules.replace('TIE', tie).replace('COLUMN', column)
scheme = Scheme.from_toml(rules)
print("names", scheme.pools[0].factors[0].column, scheme.pools[0].tie)
book = openpyxl.load_workbook(io.BytesIO(input_workbook(None, scheme)))
sheet = book["镇街基础数据"]
print("headers", *(cell.value for cell in sheet[3]))
for one in (*sheet.data_validations.dataValidation, *book["分配方案"].data_validations.dataValidation):
    print("check", one.type, one.prompt, one.formula1)
open("s.toml", "w").write(rules)
for n, text in enumerate((f"镇街,{header}（万人）\\n甲镇,1\\n乙镇,2\\n", f"镇街,{header}（万人）\\n甲镇,1\\n乙镇,3\\n")):
    open(f"{n}.csv", "w").write(text)
old, new = load("0.csv", "s.toml"), load("1.csv", "s.toml")
changed = new[0], dataclasses.replace(new[1], pools=(dataclasses.replace(new[1].pools[0], tie="refuse"),))
print("read", old[0].header(scheme.pools[0].factors[0].column), *next(iter(old[0].numbers.values())))
print("diff", *describe(old, changed), sep=" | ")
"""


def _with(tmp_path: Path, file: str, old: str, new: str, *arguments: str) -> str:
    """What the script says of a copy of the package with one place of one file changed."""
    package = tmp_path / "allocator"
    shutil.copytree(Path(allocator.__file__).parent, package)
    text = (package / file).read_text(encoding="utf-8")
    assert text.count(old) == 1
    (package / file).write_text(text.replace(old, new), encoding="utf-8")
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            f"import sys; sys.path.insert(0, {str(tmp_path)!r})\n{SCRIPT}",
            *arguments,
        ],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONPATH": str(tmp_path)},
    )
    return done.stdout


def test_a_new_column_is_one_row(tmp_path: Path) -> None:
    said = _with(
        tmp_path,
        "fund/columns.py",
        "COLUMNS: Final = (\n",
        COLUMN_ROW,
        *("refuse", "poor", "低保户"),
    )
    assert "names poor refuse" in said
    assert "headers 序号 镇街（园区） 低保人数（人）" in said
    assert "check decimal 年末低保人数，单位：人。" in said
    assert "read 低保户（人） 10000 20000" in said
    assert "乙镇：20,000 → 30,000" in said


def test_a_new_choice_is_one_row(tmp_path: Path) -> None:
    said = _with(
        tmp_path,
        "fund/words.py",
        '            "refuse": "停止",',
        CHOICE_ROW,
        *("抽签", "population", "常住人口"),
    )
    assert "lottery" in said
    assert 'check list None "占比大者先得,序号在前者先得,停止,抽签"' in said
    assert "资金池·某资金·尾数相同时：抽签 → 停止" in said


def test_names_are_told_apart() -> None:
    names = [name for column in COLUMNS for name in (column.name, column.header, *column.names)]
    assert len(names) == len(set(names))
    assert len({(rule.table, rule.key) for rule in RULES}) == len(RULES)
    assert set(BY_NAME) == {column.name for column in COLUMNS}


def test_every_rule_is_a_field_of_its_part() -> None:
    parts = {"pool": Pool, "source": Source, "factor": Factor, "pilot": Pilot, "matching": Matching}
    for table, part in {**parts, "scheme": Scheme}.items():
        assert {rule.key for rule in rules_of(table)} <= set(part.__dataclass_fields__)
    assert set(CHOICES["method"]) == set(METHODS)
    assert KEYS["source"] == ("name", "amount")


def test_paths_in_words() -> None:
    assert in_words(("matching", "base"))[0] == ["配套", "配套基数"]
    assert in_words(("pool", "普惠性", "base"))[0] == ["资金池", "普惠性", "每镇定额（元）"]
    assert in_words(("matching", "rates", "name"))[0] == ["配套", "配套比例", "name"]


def test_every_column_has_a_note() -> None:
    assert note("area", "number") == BY_NAME["area"].note
    assert note("area", "status") == STATUS_NOTE
    assert note("学生数", "number") == OWN_NOTE


def test_a_form_offers_only_keys_of_its_sections() -> None:
    assert any(section.offered for section in SECTIONS)
    for section in SECTIONS:
        assert section.offered | section.rare <= {rule.key for rule in rules_of(section.table)}
