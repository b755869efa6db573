"""The formulas of a scheme over a table: where each stands, read once, every mistake at its place.

In: `Recipients` and `Scheme`. Out: `Formulas`, or `Problem`s at the place of the formula or at the
cell of the recipient that has no value. The language itself is `allocator.formulas`.
"""
