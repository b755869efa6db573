"""A question as mathematics: the open pool, conditions and aims as rows, amounts region by region.

In: the parts of a question and the pool. Out: linear programs whose bounds are valid.
"""
