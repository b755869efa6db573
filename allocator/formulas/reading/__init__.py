"""From the text of a formula to its tree, and back: tokens, parser, names and types, rendering."""
