"""What if the rules, the weights or the figures were others: comparisons, sweeps, sensitivity.

In: a town table, a scheme, and what to vary. Out: results with `tables()`, `to_frame()` and
pictures, every amount by the exact engine. `comparisons` puts whole schemes side by side,
`sweeps` splits one pool under thousands to millions of weightings, `sensitivity` asks what single
weights, figures and readings of the policy do. Names below load when first asked for: numpy only
where sweeps are used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from allocator.scenarios.comparisons.comparison import Comparison, compare
    from allocator.scenarios.comparisons.difference import Difference, difference, difference_tables
    from allocator.scenarios.comparisons.fairness import Fairness, fairness
    from allocator.scenarios.comparisons.scenario import Scenario, apply, scenarios_from_toml
    from allocator.scenarios.sensitivity.data_errors import data_errors
    from allocator.scenarios.sensitivity.interpretations import readings_factorial
    from allocator.scenarios.sensitivity.sensitivity import pool_sensitivity, sensitivity_tables
    from allocator.scenarios.sensitivity.transfers import (
        break_even,
        moves,
        nearest_overtaking,
        tornado,
    )
    from allocator.scenarios.sweeps.result import Sweep
    from allocator.scenarios.sweeps.sweep import amounts, sweep
    from allocator.scenarios.sweeps.weightings import dirichlet, given_rows, simplex_grid

__all__ = [
    "Comparison",
    "Difference",
    "Fairness",
    "Scenario",
    "Sweep",
    "amounts",
    "apply",
    "break_even",
    "compare",
    "data_errors",
    "difference",
    "difference_tables",
    "dirichlet",
    "fairness",
    "given_rows",
    "moves",
    "nearest_overtaking",
    "pool_sensitivity",
    "readings_factorial",
    "scenarios_from_toml",
    "sensitivity_tables",
    "simplex_grid",
    "sweep",
    "tornado",
]

#: Where the names are at home; those that need no numpy come first.
_HOMES = (
    "comparisons.comparison",
    "comparisons.difference",
    "comparisons.fairness",
    "comparisons.scenario",
    "sensitivity.data_errors",
    "sensitivity.interpretations",
    "sensitivity.transfers",
    "sensitivity.sensitivity",
    "sweeps.result",
    "sweeps.weightings",
    "sweeps.sweep",
)


def __getattr__(name: str) -> Any:
    if name in __all__:
        for home in _HOMES:
            module = import_module(f"{__name__}.{home}")
            if hasattr(module, name):
                return getattr(module, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
