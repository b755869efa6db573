"""No output of our own is rejected: what reading refuses is never written, all else verifies."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from allocator import InputError, allocate, load
from allocator.base.files import FileBytes
from allocator.excel.official import official_workbook
from allocator.excel.verify.verify import verify

RULES = """[scheme]
name = '''{name}'''
status = "official"
document = '''{document}'''
[[pool]]
id = "a"
name = '''{pool}'''
budget = "100000.00"
factors = [{{ column = "人口", weight = "1" }}]
"""
texts = st.text(
    st.one_of(
        st.sampled_from("甲乙镇　 \n\t\u200b\u202e\u00a0\"，_x000D_=+-@'（）ｱ\U0001f600é<&>;#"),
        st.characters(codec="utf-8", exclude_characters="'\\"),
    ),
    min_size=1,
    max_size=12,
)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(texts, min_size=2, max_size=3, unique=True), texts, texts, texts)
def test_any_text_is_refused_or_verified(
    towns: list[str], name: str, document: str, pool: str
) -> None:
    rows = [
        "镇街,人口",
        *(f'"{t.replace(chr(34), chr(34) * 2)}",{i + 1}' for i, t in enumerate(towns)),
    ]
    with tempfile.TemporaryDirectory() as folder:
        table, rules = Path(folder) / "t.csv", Path(folder) / "s.toml"
        table.write_text("\n".join(rows), encoding="utf-8", newline="")
        text = RULES.format(name=name, document=document, pool=pool)
        rules.write_text(text, encoding="utf-8", newline="")
        try:
            answer = allocate(*load(table, rules))
        except InputError:
            return
    assert verify(FileBytes("结果.xlsx", official_workbook(answer))).verdict == "一致"
