"""What the rules of one pool come to for every recipient, before anything is split.

In: the table, the scheme, its formulas as read, the entitlements of the pools above. Out: `Terms`:
a table and a pool in which every formula has become a column, and the parts that no plain pool
knows (who takes part, fixed sums, base sums, the multiplier of the shares, groups).
"""
