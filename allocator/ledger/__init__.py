"""What happens after the split: the next level down, entries and balances, projects, next year."""
