"""Small tables that people write, by kind of what is odd about them, and what must come of each."""
