"""What the sheets of an input mean: the table, the scheme, the records, with mistakes by cell.

In: `Grid`s. Out: `Recipients` and `Scheme`, or every `Problem` at its cell, also painted into a
copy of the file.
"""
