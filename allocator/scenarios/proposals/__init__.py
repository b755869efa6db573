"""Weights proposed by data or by people's judgements: to compare, never a scheme by themselves.

In: a table and a pool. Out: a `Proposal`, rounded to stated decimals that sum to 1, which becomes a
scenario for `compare`. `from_data`: 熵权法, CRITIC, 变异系数; `judgements`: AHP.
"""
