"""What an analyst asks, as frozen data, written in Python or in TOML.

In: what people write. Out: a `WeightProblem` of exact numbers, or every mistake in it.
"""
