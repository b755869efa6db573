"""Many weightings at once, comparisons of schemes, and what the answer is sensitive to."""
