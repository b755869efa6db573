"""Where the towns of Dongguan lie, as a grid of equal squares."""

from __future__ import annotations

import csv
import functools
from collections.abc import Mapping, Sequence
from importlib.resources import files
from types import MappingProxyType


@functools.cache
def tiles() -> Mapping[str, tuple[int, int]]:
    """Town → (column from the west, row from the north) of the 33 towns of Dongguan.

    The layout is our own: no boundary file with a clear licence exists.
    """
    text = files("allocator.dongguan").joinpath("tile_grid.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(text.splitlines())
    return MappingProxyType({r["town"]: (int(r["column"]), int(r["row"])) for r in rows})


def has_map(towns: Sequence[str]) -> bool:
    """Whether the layout knows exactly these towns."""
    return set(towns) == set(tiles())
