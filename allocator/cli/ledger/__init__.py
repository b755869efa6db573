"""Commands for what happens after the split: villages, the ledger, its report, next year."""
