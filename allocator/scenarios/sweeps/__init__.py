"""One pool under very many weightings: made in blocks, split at once, counted exactly."""
