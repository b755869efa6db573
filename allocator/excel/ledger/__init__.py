"""The ledger as a workbook that officers fill in, and the report drawn from it.

In: entries, projects and balances (`allocator.ledger`). Out: workbooks, and what was filled in, read
back with mistakes by cell.
"""
