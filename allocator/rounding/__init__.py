"""Whole numbers that keep their sum: apportionment, divisor methods, water-filling, two-way tables.

In: a total, claims and bounds as integers. Out: whole amounts that sum to the total, the level at
which they were cut, and every tie by name. Nothing here knows what is split.
"""
