"""Commands for those who work in a browser."""
