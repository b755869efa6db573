"""The sample fund, as facts and rules, for every test."""

from __future__ import annotations

import csv
import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from allocator import Allocation, Recipients, Scheme, allocate
from allocator.base.money import exact_number, fen_from_yuan

DATA = Path(__file__).parent.parent / "data"

# A busy machine is no fault: no test is judged by its seconds. In CI the same examples are drawn in
# every run, so that a change is judged by itself; at a desk new ones are found.
settings.register_profile(
    "untimed",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    derandomize="CI" in os.environ,
)
settings.load_profile("untimed")


def read_sample() -> Recipients:
    """The sample table, read here without the package's own reader."""
    with (DATA / "dongguan-2020.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    columns = {name: [row[name] for row in rows] for name in rows[0]}
    numbers = {
        "villages": "村（社区）数量",
        "area": "行政区划面积（平方公里）",
        "gdp": "经济总量（亿元）",
        "population": "人口（人）",
        "aid_demand": "帮扶需求",
    }
    return Recipients.from_columns(
        columns["镇街（园区）"],
        {
            name: [exact_number(text) for text in columns[header]]
            for name, header in numbers.items()
        },
        economic_class=columns["经济指标类别"],
        pilot=[text == "是" for text in columns["是否试点"]],
        unspent=[fen_from_yuan(text or "0") for text in columns["试点剩余（元）"]],
    )


@pytest.fixture(scope="session")
def recipients() -> Recipients:
    return read_sample()


@pytest.fixture(scope="session")
def scheme() -> Scheme:
    return Scheme.from_toml((DATA / "dongguan-2020.toml").read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def allocation(recipients: Recipients, scheme: Scheme) -> Allocation:
    return allocate(recipients, scheme)
