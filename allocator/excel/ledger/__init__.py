"""The ledger as a workbook that officers fill in, and the report drawn from it."""
