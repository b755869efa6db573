"""What is given: the table of recipients and the rules of one fund, as frozen data, and its checks.

In: columns and plain data (TOML, a sheet). Out: `Recipients`, `Scheme`, and every mistake at its
place. Nothing here computes an amount.
"""
