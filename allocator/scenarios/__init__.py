"""Many weightings at once, comparisons of schemes, and what the answer is sensitive to.

`scenario` and `comparison` hold `Scenario` and `compare`; `weightings` and `sweep` hold the sets
of weightings and `sweep`; `moves`, `readings` and `data_errors` the parts of `sensitivity`.
"""
