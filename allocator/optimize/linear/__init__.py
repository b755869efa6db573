"""Small linear programs: HiGHS proposes in floats, an exact method in Fractions disposes.

In: a `Model` of whole numbers. Out: a `Solution` with its exact proof. Knows nothing of money.
"""
