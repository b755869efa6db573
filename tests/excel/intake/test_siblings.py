"""Every kind of odd row, cell, header and file: read rightly, said, or asked at its cell.

All of them: `python -m tests.cases`.
"""

from __future__ import annotations

from collections import defaultdict

import pytest

from tests.excel.intake.siblings.all import every
from tests.excel.intake.siblings.base import Sibling, fault_of

#: Of each kind so many are tried here, spread over all.
_EACH = 12


def _sample() -> dict[str, list[Sibling]]:
    kinds = defaultdict(list)
    for sibling in every():
        kinds[sibling.kind].append(sibling)
    return {kind: found[:: len(found) // _EACH + 1] for kind, found in kinds.items()}


SAMPLE = _sample()


@pytest.mark.parametrize("kind", SAMPLE)
def test_nothing_is_read_silently_wrong(kind: str) -> None:
    found = {one.what: fault for one in SAMPLE[kind] if (fault := fault_of(one))}
    assert found == {}
