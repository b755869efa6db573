"""What if the rules, the weights or the figures were others: comparisons, sweeps, sensitivity.

In: a town table, a scheme, and what to vary. Out: results with `tables()`, `to_frame()` and
pictures, every amount by the exact engine. `comparisons` puts whole schemes side by side,
`sweeps` splits one pool under thousands to millions of weightings, `sensitivity` asks what single
weights, figures, readings of the policy
and members do, `proposals` derives weights from data and judgements. Names below load when first asked for: numpy only
where sweeps are used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from allocator.base.lazy import names_at

if TYPE_CHECKING:
    from allocator.scenarios.comparisons.comparison import Comparison, compare
    from allocator.scenarios.comparisons.difference import Difference, difference, difference_tables
    from allocator.scenarios.comparisons.fairness import Fairness, fairness
    from allocator.scenarios.comparisons.scenario import (
        Scenario,
        apply,
        reweighted,
        scenarios_from_toml,
    )
    from allocator.scenarios.proposals.from_data import propose
    from allocator.scenarios.proposals.judgements import ahp
    from allocator.scenarios.proposals.proposal import Proposal
    from allocator.scenarios.sensitivity.data_errors import data_errors
    from allocator.scenarios.sensitivity.interpretations import readings_factorial
    from allocator.scenarios.sensitivity.joint_errors import (
        JointErrors,
        joint_errors,
        sobol_indices,
    )
    from allocator.scenarios.sensitivity.membership import rank_reversals
    from allocator.scenarios.sensitivity.sensitivity import (
        break_even_table,
        pool_sensitivity,
        sensitivity_tables,
    )
    from allocator.scenarios.sensitivity.transfers import (
        break_even,
        moves,
        nearest_overtaking,
        tornado,
    )
    from allocator.scenarios.sweeps.acceptability import RankAcceptability, rank_acceptability
    from allocator.scenarios.sweeps.regret import Regret, minimax_regret
    from allocator.scenarios.sweeps.result import Sweep
    from allocator.scenarios.sweeps.sweep import amounts, sweep
    from allocator.scenarios.sweeps.weight_path import WeightPath, weight_path
    from allocator.scenarios.sweeps.weightings import dirichlet, given_rows, simplex_grid

__all__ = [
    "Comparison",
    "Difference",
    "Fairness",
    "JointErrors",
    "Proposal",
    "RankAcceptability",
    "Regret",
    "Scenario",
    "Sweep",
    "WeightPath",
    "ahp",
    "amounts",
    "apply",
    "break_even",
    "break_even_table",
    "compare",
    "data_errors",
    "difference",
    "difference_tables",
    "dirichlet",
    "fairness",
    "given_rows",
    "joint_errors",
    "minimax_regret",
    "moves",
    "nearest_overtaking",
    "pool_sensitivity",
    "propose",
    "rank_acceptability",
    "rank_reversals",
    "readings_factorial",
    "reweighted",
    "scenarios_from_toml",
    "sensitivity_tables",
    "simplex_grid",
    "sobol_indices",
    "sweep",
    "tornado",
    "weight_path",
]

__getattr__ = names_at(
    __name__,
    {
        "comparisons.comparison": ("Comparison", "compare"),
        "comparisons.difference": ("Difference", "difference", "difference_tables"),
        "comparisons.fairness": ("Fairness", "fairness"),
        "comparisons.scenario": ("Scenario", "apply", "reweighted", "scenarios_from_toml"),
        "proposals.from_data": ("propose",),
        "proposals.judgements": ("ahp",),
        "proposals.proposal": ("Proposal",),
        "sensitivity.data_errors": ("data_errors",),
        "sensitivity.interpretations": ("readings_factorial",),
        "sensitivity.joint_errors": ("JointErrors", "joint_errors", "sobol_indices"),
        "sensitivity.membership": ("rank_reversals",),
        "sensitivity.sensitivity": ("break_even_table", "pool_sensitivity", "sensitivity_tables"),
        "sensitivity.transfers": ("break_even", "moves", "nearest_overtaking", "tornado"),
        "sweeps.acceptability": ("RankAcceptability", "rank_acceptability"),
        "sweeps.regret": ("Regret", "minimax_regret"),
        "sweeps.result": ("Sweep",),
        "sweeps.sweep": ("amounts", "sweep"),
        "sweeps.weight_path": ("WeightPath", "weight_path"),
        "sweeps.weightings": ("dirichlet", "given_rows", "simplex_grid"),
    },
)
