"""Over all weights, exactly: branch and bound, the grid one by one, leximin, elastic conditions.

In: a `Question` (see `pose`). Out: the best amounts and a bound that no weights can beat.
"""
